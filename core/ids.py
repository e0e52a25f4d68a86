"""Ids: 32 hexadecimal characters that sort by the time they were made."""

import secrets
from datetime import datetime

__all__ = ["new_id", "new_marker"]


def new_id(now: datetime) -> str:
    """A fresh id: 48 bits of milliseconds, 80 bits of chance. Near rows lie near in an index."""
    return f"{int(now.timestamp() * 1000):012x}{secrets.token_hex(10)}"


#: No vowels, so that no words arise; no look-alikes.
_MARKER_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"


def new_marker() -> str:
    """Eight characters for `ref <8 characters>`, the last line of a note on a ticket (SPEC 5)."""
    return "".join(secrets.choice(_MARKER_ALPHABET) for _ in range(8))
