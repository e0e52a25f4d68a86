"""Marker blocks in a model's answer: `[NAME]` payload `[/NAME]`, which never show in chat, not even while streaming.

The reader takes one character after the other and never looks ahead, so the same text gives the same result however it is cut
into chunks. It accepts any string: what is no marker is prose, what is no well-formed block is left out and counted.
"""

from collections import Counter
from dataclasses import dataclass, field

from core.turns.blocks import Blocks, with_block
from core.turns.marks import CLOSING, NAMES, OPENING, Mark
from core.turns.payload import Over, Payload
from core.turns.prose import Prose

__all__ = ["LONGEST_ANSWER", "NAMES", "Marked", "MarkerReader", "read"]

#: Characters of an answer that are read, and of one block's payload.
LONGEST_ANSWER = 100_000
LONGEST_BLOCK = 20_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Marked:
    """A whole answer, taken apart. `dropped` counts what was malformed, by kind of block. `cut`: it ends within a block or a
    marker, or is longer than what is read."""

    prose: str
    blocks: Blocks
    dropped: dict[str, int] = field(default_factory=dict)
    cut: bool = False


class MarkerReader:
    """Reads one answer. `feed` it chunks as they come; `text` is what may be shown so far; `end` it once."""

    def __init__(self) -> None:
        self._prose = Prose()
        self._read = 0
        #: What may be the beginning of a marker, outside of blocks.
        self._mark = Mark()
        #: The block that is open.
        self._name = ""
        self._payload: Payload | None = None
        self._blocks = Blocks()
        self._dropped: Counter[str] = Counter()
        self._cut = False

    @property
    def text(self) -> str:
        """The visible text so far. Each one begins with the one before."""
        return self._prose.text

    def feed(self, chunk: str) -> None:
        """More of the answer; what exceeds LONGEST_ANSWER is not read."""
        room = LONGEST_ANSWER - self._read
        self._read += len(chunk)
        self._cut = self._cut or len(chunk) > room
        for char in chunk[: max(room, 0)]:
            self._take(char)

    def end(self) -> Marked:
        """The answer is over: its prose, and the last well-formed block of each kind."""
        while self._payload is not None:
            self._over(self._payload.end())
        if len(self._mark.text) > 1:
            self._drop("marker")  # half of one, cut off
            self._cut = True
        else:
            self._prose_of(self._mark.text)
        self._mark = Mark()
        return Marked(prose=self._prose.end(), blocks=self._blocks, dropped=dict(self._dropped), cut=self._cut)

    def _take(self, char: str) -> None:
        if self._payload is None:
            self._outside(char)
        elif (over := self._payload.take(char)) is not None:
            self._over(over)

    def _outside(self, char: str) -> None:
        if not self._mark.goes_on(char):
            self._prose_of(self._mark.text)
            self._mark.text = ""
            if not self._mark.goes_on(char):
                self._prose_of(char)
            return
        whole = self._mark.whole
        if not whole:
            return
        self._mark.text = ""
        self._prose.block()
        if whole in OPENING:
            self._name = OPENING[whole]
            self._payload = Payload(self._name)
        else:
            self._drop(CLOSING[whole])  # the end of nothing

    def _prose_of(self, text: str) -> None:
        for char in text:
            self._prose.put(char)

    def _over(self, over: Over) -> None:
        """Keep the block's value, and read on behind it."""
        whole = over.payload is not None and len(over.payload) <= LONGEST_BLOCK
        blocks = with_block(self._blocks, self._name, over.payload) if whole and over.payload is not None else None
        if blocks is None:
            self._drop(self._name)
        else:
            self._blocks = blocks
        self._payload = None
        self._cut = self._cut or over.cut
        for char in over.rest:
            self._take(char)

    def _drop(self, name: str) -> None:
        self._dropped[name] += 1


def read(text: str) -> Marked:
    """A whole answer at once."""
    reader = MarkerReader()
    reader.feed(text)
    return reader.end()
