"""Slack's signature of a request: v0, HMAC-SHA256 over version, time and the raw body."""

import hashlib
import hmac

__all__ = ["WINDOW", "sign", "signed"]

#: How old a request may be, and how far ahead its clock, in seconds.
WINDOW = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body sent at that time (seconds since 1970, as text)."""
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def signed(secret: str, timestamp: str, body: bytes, signature: str, *, now: float) -> bool:
    """Whether Slack sent this body, and lately. Headers that make no sense are no signature."""
    if not secret or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        return False
    if abs(now - int(timestamp)) > WINDOW:
        return False
    return hmac.compare_digest(sign(secret, timestamp, body).encode(), signature.encode("utf-8", "replace"))
