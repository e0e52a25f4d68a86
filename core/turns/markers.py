"""Marker blocks in a model's answer: `[NAME]` payload `[/NAME]`, which never show in chat, not even while streaming.

The reader takes one character after the other and never looks ahead, so the same text gives the same result however it is cut
into chunks. It accepts any string: what is no marker is prose, what is no well-formed block is left out and counted.
"""

from collections import Counter
from dataclasses import dataclass, field

from core.turns.blocks import Blocks, with_block
from core.turns.prose import Prose

__all__ = ["LONGEST_ANSWER", "NAMES", "Marked", "MarkerReader", "read"]

#: The kinds of blocks.
NAMES = ("QUESTIONS", "ACTIONS", "PROMOTE", "SUGGEST_FIX", "FIX_OUTCOME", "CONFIDENCE")
#: Characters of an answer that are read, and of one block's payload.
LONGEST_ANSWER = 100_000
LONGEST_BLOCK = 20_000

_OPENING = {f"[{name}]": name for name in NAMES}
_CLOSING = {f"[/{name}]": name for name in NAMES}
_MARKERS = frozenset((*_OPENING, *_CLOSING))
_BEGINNINGS = frozenset(marker[:end] for marker in _MARKERS for end in range(1, len(marker)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A whole answer, taken apart. `dropped` counts what was malformed, by kind of block."""

    prose: str
    blocks: Blocks
    dropped: dict[str, int] = field(default_factory=dict)


class MarkerReader:
    """Reads one answer. `feed` it chunks as they come; `text` is what may be shown so far; `end` it once."""

    def __init__(self) -> None:
        self._prose = Prose()
        self._read = 0
        #: What may be the beginning of a marker.
        self._mark = ""
        #: The block that is open, its payload so far, and where in it the payload's strings are.
        self._name = ""
        self._payload: list[str] = []
        self._in_string = self._escaped = False
        #: Where the block would have ended, had a quote not been open: it counts if the line ends without the other quote.
        self._end_in_string: int | None = None
        self._blocks = Blocks()
        self._dropped: Counter[str] = Counter()

    @property
    def text(self) -> str:
        """The visible text so far. Each one begins with the one before."""
        return self._prose.text

    def feed(self, chunk: str) -> None:
        """More of the answer; what exceeds LONGEST_ANSWER is not read."""
        room = LONGEST_ANSWER - self._read
        self._read += len(chunk)
        for char in chunk[: max(room, 0)]:
            if self._name:
                self._inside(char)
            else:
                self._outside(char)

    def end(self) -> Marked:
        """The answer is over: its prose, and the last well-formed block of each kind."""
        if self._name:
            if self._end_in_string is not None:
                self._finish(self._end_in_string)
            else:
                self._drop(self._name)
        elif len(self._mark) > 1:
            self._drop("marker")  # half of one, cut off
        else:
            for char in self._mark:
                self._prose.put(char)
        self._mark = ""
        return Marked(prose=self._prose.end(), blocks=self._blocks, dropped=dict(self._dropped))

    def _outside(self, char: str) -> None:
        if not self._marks(char):
            for literal in self._mark:
                self._prose.put(literal)
            self._mark = ""
            if char == "[":
                self._mark = char
            else:
                self._prose.put(char)
            return
        marker = self._mark.upper()
        if marker in _OPENING:
            self._open(_OPENING[marker])
        elif marker in _CLOSING:
            self._drop(_CLOSING[marker])  # the end of nothing
            self._prose.block()
            self._mark = ""

    def _marks(self, char: str) -> bool:
        """Whether the character goes on with a marker, or completes it; it then stands in `_mark`."""
        longer = self._mark + char
        known = char.isascii() and (longer.upper() in _BEGINNINGS or longer.upper() in _MARKERS)
        if known:
            self._mark = longer
        return known

    def _open(self, name: str) -> None:
        self._prose.block()
        self._name, self._payload, self._mark = name, [], ""
        self._in_string = self._escaped = False
        self._end_in_string = None

    def _inside(self, char: str) -> None:
        if len(self._payload) <= LONGEST_BLOCK:
            self._payload.append(char)
        if not self._marks(char):
            self._mark = ""
            if char == "[":
                self._mark = char
        marker = self._mark.upper()
        if marker == f"[/{self._name}]":
            self._mark = ""
            end = len(self._payload) - len(self._name) - 3
            if not self._in_string:
                self._finish(end)
                return
            if self._end_in_string is None:
                self._end_in_string = end
        elif marker in _OPENING and self._opens_line():
            self._drop(self._name)  # the one before was never closed
            self._open(_OPENING[marker])
            return
        elif marker in _MARKERS:
            self._mark = ""
        self._follow_string(char)

    def _follow_string(self, char: str) -> None:
        """Whether a string of the JSON is open: a marker within one is only a word. No string goes over a line's end."""
        if char == "\n":
            self._in_string = self._escaped = False
            if self._end_in_string is not None:
                self._finish(self._end_in_string)
        elif self._escaped:
            self._escaped = False
        elif self._in_string and char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = not self._in_string
            self._end_in_string = None

    def _opens_line(self) -> bool:
        """Whether the marker that was just completed stands at the beginning of a line."""
        before = self._payload[: -len(self._mark)][-1:]
        return before == ["\n"] and not self._in_string

    def _finish(self, end: int) -> None:
        name, payload = self._name, "".join(self._payload[: max(end, 0)])
        oversized = len(self._payload) > LONGEST_BLOCK
        blocks = None if oversized else with_block(self._blocks, name, payload)
        if blocks is None:
            self._drop(name)
        else:
            self._blocks = blocks
        self._name, self._payload, self._mark = "", [], ""
        self._in_string = self._escaped = False
        self._end_in_string = None

    def _drop(self, name: str) -> None:
        self._dropped[name] += 1


def read(text: str) -> Marked:
    """A whole answer at once."""
    reader = MarkerReader()
    reader.feed(text)
    return reader.end()
