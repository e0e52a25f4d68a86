"""What the page may send: one JSON object a request, by `kind`. Everything is checked here, and nothing is trusted later.

Each carries an `id` that the page makes for one act of one person, so that a resent request is known as a repeat.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters.playground.guard import Declined

__all__ = ["Click", "Close", "Delete", "Dismiss", "Edit", "Find", "Payload", "Send", "Shortcut", "Submit", "parse"]

ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
#: Longest name of a channel, message or form, in characters.
NAME = 200
#: Longest encoded action; core allows 1,500 bytes.
VALUE = 4_000
MAX_INPUTS = 100


@dataclass(frozen=True, kw_only=True, slots=True)
class Payload:
    """What all have in common."""

    id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Send(Payload):
    """Words from the composer, perhaps a slash command; `thread` "" is the channel itself."""

    channel: str
    thread: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Edit(Payload):
    """Other words for one's own message."""

    message: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Delete(Payload):
    """One's own message goes away."""

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Dismiss(Payload):
    """A private message goes away."""

    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Click(Payload):
    """A button, on a message or in an open form, with what is typed in that."""

    message: str
    surface: str
    value: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Submit(Payload):
    """A form with its inputs; `action` is the one that the page showed, `message` the one in which it was opened, "" for none."""

    surface: str
    message: str = ""
    action: str
    inputs: Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Find(Payload):
    """Something was typed in a field whose options are found meanwhile; `value` is the field's query."""

    surface: str
    value: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Close(Payload):
    """A form was closed."""

    surface: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shortcut(Payload):
    """ "Start troubleshooting" or "Add as fact" on a message."""

    message: str
    name: str


def parse(body: bytes) -> Payload:
    """The payload, or Declined with one sentence."""
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        raise Declined(400, "That is not JSON.") from None
    if not isinstance(data, dict):
        raise Declined(400, "The playground takes a JSON object.")
    kind = data.get("kind")
    read = KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise Declined(400, "The playground does not know this kind of request; reload the page.")
    return read(data)


def _text(data: Mapping[str, object], name: str, *, most: int | None = NAME, default: str | None = None) -> str:
    value = data.get(name, default)
    if not isinstance(value, str) or (most is not None and len(value) > most):
        raise Declined(400, f"“{name}” is missing or is no text of the right length.")
    return _storable(value)


def _storable(text: str) -> str:
    """Halves of surrogate pairs and NUL can be in JSON, but not in a database."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\0", "\N{REPLACEMENT CHARACTER}")


def _id(data: Mapping[str, object]) -> str:
    value = _text(data, "id")
    if not ID.fullmatch(value):
        raise Declined(400, "“id” must be 8 to 64 letters, digits, hyphens or underscores.")
    return value


def _words(data: Mapping[str, object]) -> str:
    text = _text(data, "text", most=None).strip()
    if not text:
        raise Declined(400, "There is nothing in this message.")
    return text


def _inputs(data: Mapping[str, object]) -> Mapping[str, str]:
    value = data.get("inputs", {})
    if not isinstance(value, dict) or len(value) > MAX_INPUTS:
        raise Declined(400, "“inputs” must be an object of texts.")
    return {_storable(name): _text(value, name, most=None) for name in value}


def _send(data: Mapping[str, object]) -> Payload:
    return Send(
        id=_id(data), channel=_text(data, "channel"), thread=_text(data, "thread", default=""), text=_words(data)
    )


def _edit(data: Mapping[str, object]) -> Payload:
    return Edit(id=_id(data), message=_text(data, "message"), text=_words(data))


def _delete(data: Mapping[str, object]) -> Payload:
    return Delete(id=_id(data), message=_text(data, "message"))


def _dismiss(data: Mapping[str, object]) -> Payload:
    return Dismiss(id=_id(data), message=_text(data, "message"))


def _click(data: Mapping[str, object]) -> Payload:
    return Click(
        id=_id(data),
        message=_text(data, "message", default=""),
        surface=_text(data, "surface", default=""),
        value=_text(data, "value", most=VALUE),
        inputs=_inputs(data),
    )


def _submit(data: Mapping[str, object]) -> Payload:
    return Submit(
        id=_id(data),
        surface=_text(data, "surface"),
        message=_text(data, "message", default=""),
        action=_text(data, "action", most=VALUE),
        inputs=_inputs(data),
    )


def _find(data: Mapping[str, object]) -> Payload:
    return Find(
        id=_id(data),
        surface=_text(data, "surface"),
        value=_text(data, "value", most=VALUE),
        text=_text(data, "text"),
    )


def _close(data: Mapping[str, object]) -> Payload:
    return Close(id=_id(data), surface=_text(data, "surface"))


def _shortcut(data: Mapping[str, object]) -> Payload:
    return Shortcut(id=_id(data), message=_text(data, "message"), name=_text(data, "name"))


KINDS: Mapping[str, Callable[[Mapping[str, object]], Payload]] = {
    "send": _send,
    "edit": _edit,
    "delete": _delete,
    "dismiss": _dismiss,
    "click": _click,
    "submit": _submit,
    "find": _find,
    "close": _close,
    "shortcut": _shortcut,
}
