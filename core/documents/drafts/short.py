"""A document that would be longer than a ticket takes: its long texts are shortened, then the middle of its lists goes.

Headings and the sentences that the outcome calls for stay whatever happens.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import fields, is_dataclass, replace
from itertools import groupby
from typing import Any

from core.documents.bundle import Bundle
from core.documents.drafts.text import flat
from core.text.neutralise import neutralise
from core.text.split import shorten

__all__ = ["within"]

#: Characters of one text at most, as long as the document is too long.
_TEXTS = (1000, 600, 300, 150, 80)
#: Characters that are kept free for what making it inert may add again where lines have gone.
_SPARE = 500
_ITEM = re.compile(r"(?:-|\d+\.) ")


def within(limit: int, bundle: Bundle, write: Callable[[Bundle], str]) -> str:
    """What `write` makes of a `printable` bundle, in at most `limit` characters as it will be posted."""
    text = write(bundle)
    for most in _TEXTS:
        if len(neutralise(text)) <= limit:
            return text
        text = write(_shortened(bundle, most))
    inert = neutralise(text)
    return text if len(inert) <= limit else _thinned(inert, limit - _SPARE)


def _shortened(value: Any, most: int) -> Any:
    """The value with none of its texts longer than that."""
    if type(value) is str:
        return value if len(value) <= most else flat(shorten(value, most))
    if isinstance(value, tuple):
        return tuple(_shortened(each, most) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{field.name: _shortened(getattr(value, field.name), most) for field in fields(value)})
    return value


def _thinned(text: str, limit: int) -> str:
    """The document with no list longer than its share of what the rest leaves."""
    runs = [
        (listed, list(lines)) for listed, lines in groupby(text.split("\n"), key=lambda line: bool(_ITEM.match(line)))
    ]
    lists = sorted((_size(lines) for listed, lines in runs if listed), reverse=True)
    room = limit - sum(_size(lines) for listed, lines in runs if not listed)
    while lists and lists[-1] <= room // len(lists):
        room -= lists.pop()  # it stays whole, and what it leaves of its share is for the others
    share = room // max(1, len(lists))
    return "\n".join(line for listed, lines in runs for line in (_ends(lines, share) if listed else lines))


def _size(lines: Sequence[str]) -> int:
    return sum(len(line) + 1 for line in lines)


def _ends(lines: Sequence[str], room: int) -> Iterator[str]:
    """The first and the last lines of a list that fit, and how many were between them."""
    if _size(lines) <= room:
        yield from lines
        return
    first, last, room = 0, len(lines), room - 40
    while first < last and (taken := lines[first if first <= len(lines) - last else last - 1]) and len(taken) < room:
        room -= len(taken) + 1
        first, last = (first + 1, last) if first <= len(lines) - last else (first, last - 1)
    yield from lines[:first]
    mark = "-" if lines[0].startswith("- ") else f"{first + 1}."
    yield f"{mark} …and {last - first} more."
    yield from lines[last:]
