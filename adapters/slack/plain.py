"""Slack's text objects."""

import re

from core.text.split import shorten

__all__ = ["Json", "line", "mrkdwn", "plain", "sendable"]

#: A block, a view or a payload, as Slack's documents show it.
Json = dict[str, object]


_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def sendable(text: str) -> str:
    """The text without control characters and halves of surrogate pairs, which are in no valid message."""
    return _UNSENDABLE.sub("\N{REPLACEMENT CHARACTER}", text)


def line(text: str, limit: int) -> str:
    """The text in one line that is never empty."""
    return shorten(sendable(text), limit) or "…"


def plain(text: str, limit: int) -> Json:
    """A text that is shown as it is, cut to the limit."""
    return {"type": "plain_text", "text": line(text, limit), "emoji": False}


def mrkdwn(text: str) -> Json:
    """A text in mrkdwn, in which Slack looks for no names and addresses of its own."""
    return {"type": "mrkdwn", "text": sendable(text), "verbatim": True}
