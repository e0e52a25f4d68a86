"""Accounts, workspaces, users, identities, roles; who may do what, and how often."""
