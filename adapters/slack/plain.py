"""Slack's text objects."""

from core.text.split import shorten

__all__ = ["Json", "line", "mrkdwn", "plain"]

#: A block, a view or a payload, as Slack's documents show it.
Json = dict[str, object]


def line(text: str, limit: int) -> str:
    """The text in one line that is never empty."""
    return shorten(text, limit) or "…"


def plain(text: str, limit: int) -> Json:
    """A text that is shown as it is, cut to the limit."""
    return {"type": "plain_text", "text": line(text, limit), "emoji": False}


def mrkdwn(text: str) -> Json:
    """A text in mrkdwn, in which Slack looks for no names and addresses of its own."""
    return {"type": "mrkdwn", "text": text, "verbatim": True}
