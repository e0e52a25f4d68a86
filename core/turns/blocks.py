"""What marker blocks hold, decoded with care: unknown keys ignored, sizes bounded, percentages clamped."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from core.fixes.model import FixStatus
from core.text.json_answers import json_of
from core.text.split import shorten, split
from core.text.storable import storable

__all__ = ["Blocks", "Item", "Promoted", "Suggestion", "with_block"]

#: Entries of a list, characters of a line and of a longer text, that are kept.
MOST_ITEMS = 10
MOST_OPTIONS = 6
LONGEST_LINE = 300
LONGEST_OPTION = 60
LONGEST_TEXT = 4_000

_OUTCOMES = {
    "worked": FixStatus.SUCCESS,
    "failed": FixStatus.FAILED,
    "partial": FixStatus.PARTIAL,
    "pending": FixStatus.PENDING,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A question or an action for the engineer. `options` are the answers that are offered."""

    text: str
    detail: str = ""
    options: tuple[str, ...] = ()
    #: `verification`, where an action only checks something.
    kind: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Promoted:
    """A statement that is confirmed; `source` says by what ("m4", "s2", "ticket"), and is not checked yet."""

    text: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Suggestion:
    """A fix. `confidence` is 0 to 1."""

    title: str
    description: str
    confidence: float
    cause: str = ""
    warning: str = ""
    script: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocks:
    """The blocks of one answer; what was not there is empty or None."""

    questions: tuple[Item, ...] = ()
    actions: tuple[Item, ...] = ()
    facts: tuple[Promoted, ...] = ()
    fix: Suggestion | None = None
    #: A proposal: the engineer says what became of a fix.
    outcome: FixStatus | None = None
    confidence: float | None = None


def with_block(blocks: Blocks, name: str, payload: str) -> Blocks | None:
    """The blocks with this one in the place of an earlier one of its kind; None when it is malformed."""
    try:
        value = json_of(payload)
    except ValueError:
        return None
    return _DECODERS[name](blocks, value)


def _questions(blocks: Blocks, value: object) -> Blocks | None:
    items = _items(value, _item)
    return replace(blocks, questions=items) if items else None


def _actions(blocks: Blocks, value: object) -> Blocks | None:
    items = _items(value, _item)
    return replace(blocks, actions=items) if items else None


def _promoted(blocks: Blocks, value: object) -> Blocks | None:
    facts = _items(value, _fact)
    return replace(blocks, facts=facts) if facts else None


def _fix(blocks: Blocks, value: object) -> Blocks | None:
    if not isinstance(value, Mapping):
        return None
    title, description = _line(value.get("title")), _text(value.get("description"))
    confidence = _share(value.get("confidence_pct"))
    if not title or not description or confidence is None:
        return None
    fix = Suggestion(
        title=title,
        description=description,
        confidence=confidence,
        cause=_line(value.get("cause")),
        warning=_line(value.get("warning")),
        script=_text(value.get("script")),
    )
    return replace(blocks, fix=fix)


def _outcome(blocks: Blocks, value: object) -> Blocks | None:
    said = value.get("status") if isinstance(value, Mapping) else value
    status = _OUTCOMES.get(said.strip().lower()) if isinstance(said, str) else None
    return None if status is None else replace(blocks, outcome=status)


def _confidence(blocks: Blocks, value: object) -> Blocks | None:
    share = _share(value.get("confidence_pct") if isinstance(value, Mapping) else value)
    return None if share is None else replace(blocks, confidence=share)


_DECODERS: Mapping[str, Callable[[Blocks, object], Blocks | None]] = {
    "QUESTIONS": _questions,
    "ACTIONS": _actions,
    "PROMOTE": _promoted,
    "SUGGEST_FIX": _fix,
    "FIX_OUTCOME": _outcome,
    "CONFIDENCE": _confidence,
}


def _items(value: object, one: Callable[[object], Any]) -> tuple[Any, ...]:
    """What of a list, or of a single entry, is well formed."""
    listed = value if isinstance(value, list) else [value]
    return tuple(item for item in map(one, listed[: MOST_ITEMS * 2]) if item is not None)[:MOST_ITEMS]


def _item(value: object) -> Item | None:
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, Mapping) or not (text := _line(value.get("text"))):
        return None
    offered = value.get("options")
    options = [_line(option, LONGEST_OPTION) for option in offered[:MOST_OPTIONS]] if isinstance(offered, list) else []
    return Item(
        text=text,
        detail=_text(value.get("detail")),
        options=tuple(dict.fromkeys(filter(None, options))),
        kind=_line(value.get("kind"), LONGEST_OPTION).lower(),
    )


def _fact(value: object) -> Promoted | None:
    if not isinstance(value, Mapping):
        return None
    text, source = _text(value.get("text")), _line(value.get("source"), LONGEST_OPTION)
    return Promoted(text=text, source=source) if text and source else None


def _line(value: object, limit: int = LONGEST_LINE) -> str:
    """A text of one line, or ""."""
    return shorten(storable(value[: limit * 4]), limit) if isinstance(value, str) else ""


def _text(value: object) -> str:
    """A text of several lines, or ""."""
    if not isinstance(value, str):
        return ""
    parts = split(storable(value[: LONGEST_TEXT * 2]).strip(), LONGEST_TEXT)
    return parts[0] if parts else ""


def _share(value: object) -> float | None:
    """A whole percentage as 0 to 1, clamped; None for what is no number."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return min(100, max(0, value)) / 100
