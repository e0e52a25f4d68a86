"""Bodies of Slack's requests as dictionaries: JSON for events, a form with one field `payload` for what people click, a
plain form for slash commands."""

import json
from binascii import a2b_qp
from typing import Any
from urllib.parse import parse_qsl

__all__ = ["Body", "read_body"]

#: A request's body as Slack's documents show it.
Body = dict[str, Any]

_PAYLOAD = b"payload="
#: What percent-decoding through quoted-printable does not get right.
_UNUSUAL = (b"=", b"&", b"\n", b"\r", b"\0")


def read_body(raw: bytes, content_type: str) -> Body | None:
    """The body, or None when it is neither JSON nor a form that Slack sends."""
    try:
        if not content_type.startswith("application/x-www-form-urlencoded"):
            return _object(raw)
        if raw.startswith(_PAYLOAD):
            return _object(_unquoted(raw[len(_PAYLOAD) :], raw))
        return dict(parse_qsl(raw.decode(), keep_blank_values=True, strict_parsing=True))
    except (ValueError, RecursionError):
        return None


def _unquoted(value: bytes, raw: bytes) -> bytes | str:
    """The one field of the form. Quoted-printable is percent-encoding with another sign, and is decoded in C."""
    if any(sign in value for sign in _UNUSUAL):
        return dict(parse_qsl(raw.decode(), keep_blank_values=True))["payload"]
    return a2b_qp(value.replace(b"+", b" ").replace(b"%", b"="))


def _object(text: bytes | str) -> Body | None:
    data = json.loads(text)
    return data if isinstance(data, dict) else None
