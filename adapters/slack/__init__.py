"""Slack: threads, live cards, modals, slash commands."""
