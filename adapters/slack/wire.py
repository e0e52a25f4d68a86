"""What both directions agree on: the platform's name, and what a view and a private handle carry with them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["PLATFORM", "Handle", "Place", "handle_of", "listed_in", "place_of", "placed", "within_of"]

#: Made once: `json.dumps` would make one for every call.
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)
#: Slack's name in ids and settings.
PLATFORM = "slack"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A channel and a thread ("" for the channel itself)."""

    channel: str
    thread: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Handle:
    """How to answer one person privately: what Slack sent along, each "" where it sent none."""

    #: Opens a modal, for three seconds.
    trigger: str = ""
    #: Posts to the person, five times in half an hour.
    response_url: str = ""
    #: The modal in which it was done.
    view: str = ""
    #: The list that this modal shows, by the name of the command that asks for it.
    lists: str = ""
    #: Takes the place of the private message in which it was done, or in which the modal was opened: its response_url.
    within: str = ""
    #: It was done on a message without a thread: what is whispered there, Slack shows to nobody.
    alone: bool = False

    def text(self) -> str:
        """As compact JSON without what is empty: `Inbound.surface`."""
        alone = "1" if self.alone else ""
        named = {
            "t": self.trigger,
            "r": self.response_url,
            "v": self.view,
            "l": self.lists,
            "w": self.within,
            "o": alone,
        }
        return _compact({name: value for name, value in named.items() if value})


def handle_of(text: str) -> Handle:
    """A handle as it was written; nothing for a text that is none."""
    data = _object(text)
    return Handle(
        trigger=_str(data, "t"),
        response_url=_str(data, "r"),
        view=_str(data, "v"),
        lists=_str(data, "l"),
        within=_str(data, "w"),
        alone=bool(_str(data, "o")),
    )


def placed(view: Mapping[str, object], place: Place | None, lists: str = "", *, within: str = "") -> dict[str, object]:
    """The view with where it was opened in its `private_metadata`, so that what comes of it can be said there; with what it
    lists, if it does; and with what it was opened `within`."""
    data = _object(str(view.get("private_metadata") or ""))
    if place is not None:
        data["p"] = [place.channel, place.thread]
    if lists:
        data["l"] = lists
    if within:
        data["w"] = within
    return {**view, "private_metadata": _compact(data)} if data else dict(view)


def place_of(view: Mapping[str, object]) -> Place | None:
    """Where a view that came back was opened, if it says so."""
    where = _object(str(view.get("private_metadata") or "")).get("p")
    if isinstance(where, list) and len(where) == 2 and all(isinstance(part, str) for part in where):
        return Place(channel=where[0], thread=where[1])
    return None


def within_of(view: Mapping[str, object]) -> str:
    """What a view that came back was opened within; "" for no private message."""
    return _str(_object(str(view.get("private_metadata") or "")), "w")


def listed_in(view: Mapping[str, object]) -> str:
    """What a view that came back lists; "" for nothing."""
    return _str(_object(str(view.get("private_metadata") or "")), "l")


def _object(text: str) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _str(data: dict[str, Any], name: str) -> str:
    value = data.get(name)
    return value if isinstance(value, str) else ""


def _compact(data: dict[str, Any]) -> str:
    return _ENCODER.encode(data)
