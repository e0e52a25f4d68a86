"""Turns: what people say in a thread, and what the bot answers."""
