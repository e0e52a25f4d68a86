"""Where a secret stands in a text, and how a pattern names one."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

__all__ = ["Shape", "Span", "spans_of"]


class Span(NamedTuple):
    """A secret of one kind at text[start:end]."""

    start: int
    end: int
    kind: str


def _always(_: str) -> bool:
    return True


@dataclass(frozen=True, kw_only=True, slots=True)
class Shape:
    """A pattern whose group `secret` is one.

    `hints` are lower-case strings; a text that holds none of them is not searched at all.
    """

    kind: str
    hints: tuple[str, ...]
    pattern: re.Pattern[str]
    #: Has the last word on what the group holds.
    accepts: Callable[[str], bool] = _always


def spans_of(shapes: Iterable[Shape], text: str) -> Iterator[Span]:
    """Every place where one of the shapes finds a secret; in the order of the shapes."""
    lowered = text.lower()
    for shape in shapes:
        for hint in shape.hints:  # a loop, since this runs for every text and any() takes twice as long
            if hint in lowered:
                yield from _found(shape, text)
                break


def _found(shape: Shape, text: str) -> Iterator[Span]:
    for match in shape.pattern.finditer(text):
        start, end = match.span("secret")
        if start < end and shape.accepts(match["secret"]):
            yield Span(start, end, shape.kind)
