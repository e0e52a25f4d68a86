"""Suggested fixes: what is proposed, whether it was applied, and what became of it."""
