"""Take secrets out of a text before it is stored, sent to a model, or written into a note."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from core.text.secrets.codes import CODES
from core.text.secrets.commands import COMMANDS
from core.text.secrets.formats import FORMATS
from core.text.secrets.keys import labelled_keys
from core.text.secrets.labels import labelled_passwords
from core.text.secrets.pairs import PAIRS
from core.text.secrets.pem import private_keys
from core.text.secrets.shapes import MASK
from core.text.secrets.side_by_side import NAMED
from core.text.secrets.span import Span, spans_of

__all__ = ["Redacted", "redact"]

#: What stands in a secret's place.
_MARK: Final = re.compile(r"\[redacted: [a-z]{1,20}(?: [a-z]{1,20}){0,3}\]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Redacted:
    """A text that may be kept."""

    text: str
    #: The kinds of secrets taken out just now ("password", "github token"), each once, in order.
    found: tuple[str, ...]


def redact(text: str) -> Redacted:
    """The text with every secret replaced by a mark such as `[redacted: password]`.

    Only the secret goes: labels, user names, hosts and the rest of a command stay. A text that was redacted comes
    back unchanged, with nothing found: passes are repeated until none finds anything, and each takes at least one
    character away for good. Any string is accepted. The rule is SPEC §9; what counts as a secret, and what does
    not, is written in `core/text/secrets`.
    """
    found: dict[str, None] = {}
    while True:
        text, kinds = _once(text)
        if not kinds:
            return Redacted(text=text, found=tuple(found))
        found |= dict.fromkeys(kinds)


def _once(text: str) -> tuple[str, list[str]]:
    """One look at the text: what became of it, and the kinds replaced."""
    marks = [match.span() for match in _MARK.finditer(text)]
    masked = _MARK.sub(lambda match: MASK * len(match[0]), text) if marks else text
    spans = [part for span in _merged(masked) for part in _outside(span, marks)]
    pieces: list[str] = []
    at = 0
    for start, end, kind in spans:
        pieces += (text[at:start], f"[redacted: {kind}]")
        at = end
    pieces.append(text[at:])
    return "".join(pieces), [span.kind for span in spans]


def _outside(span: Span, marks: Sequence[tuple[int, int]]) -> Iterator[Span]:
    """What of a span is not a mark already."""
    start = span.start
    number = bisect_left(marks, (start, start))
    while number < len(marks) and marks[number][0] < span.end:
        if start < marks[number][0]:
            yield Span(start, marks[number][0], span.kind)
        start = marks[number][1]
        number += 1
    if start < span.end:
        yield Span(start, span.end, span.kind)


def _merged(text: str) -> Iterator[Span]:
    """The secrets in order of place. Those that overlap become one, named by the finder that says most about it."""
    ranked = sorted(enumerate(_found(text)), key=lambda item: (item[1].start, item[1].end))
    current: tuple[int, Span] | None = None
    for rank, span in ranked:
        if current and span.start < current[1].end:
            best = min(current[0], rank)
            kind = current[1].kind if best == current[0] else span.kind
            current = best, Span(current[1].start, max(current[1].end, span.end), kind)
        else:
            if current:
                yield current[1]
            current = rank, span
    if current:
        yield current[1]


def _found(text: str) -> Iterator[Span]:
    """By how much each finder knows about what it finds, most first."""
    yield from private_keys(text)
    yield from spans_of(FORMATS, text)
    yield from spans_of((*COMMANDS, *PAIRS, *NAMED, *CODES), text)
    yield from labelled_passwords(text)
    yield from labelled_keys(text)
