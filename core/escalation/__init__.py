"""Escalations: handing a session to somebody else, claiming it, giving it back."""
