"""The payload of one block, a character at a time: where it ends, with or without its closing mark, and what is none of it.

A block ends with its closing mark. Where that is missing, the next mark, or a line that is no JSON, shows that it ended with its
value. One that is no JSON at all is over at the next mark, or with the answer. What can be told apart from it is prose.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

from core.turns.marks import OPENING, Mark

__all__ = ["Over", "Payload"]

#: A value that no bracket and no quote ends.
_SCALAR = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null")
#: How a line of JSON begins, and how JSON goes on behind a value.
_JSON = frozenset('{}[]",:-`0123456789tfn')
_MORE = frozenset(",:{}]")
_LISTS = frozenset(("[{", '["', "[[", "[]"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Over:
    """A block has ended. `payload` is to be decoded; None for what is none. `rest` stands behind it, and is read on from there.
    `cut`: something is lost that no more came of."""

    payload: str | None
    rest: str = ""
    cut: bool = False


class _Phase(Enum):
    #: Nothing but blank space, or the opening of a fence.
    START = auto()
    #: Within brackets or quotes.
    VALUE = auto()
    #: Neither: a number, or words.
    WORDS = auto()
    #: Behind a value.
    AFTER = auto()


class Payload:
    """Of the block of that name, from its opening mark on."""

    def __init__(self, name: str) -> None:
        self._closing = f"[/{name}]"
        self._text: list[str] = []
        self._mark = Mark()
        self._phase = _Phase.START
        #: Where the value begins and ends, and where the rest begins: behind the value, or behind the fence around it.
        self._value = self._end = self._rest = 0
        #: A fence stands around the value; this is the line that opens it.
        self._fenced = self._fencing = False
        #: Where in the value this is. Where the closing mark stood, had a quote not been open: it counts if the line ends so.
        self._depth = 0
        self._in_string = self._escaped = False
        self._closed: int | None = None
        #: Where the line's first word begins. A quote was open at a line's end: what follows can be told apart no more.
        self._first: int | None = None
        self._torn = False
        #: Where, in a value that does not end, the first line begins that is no JSON.
        self._apart: int | None = None
        #: Behind the value: where its first word begins, whether on another line, and whether it is one.
        self._next: int | None = None
        self._new_line = self._spoken = False

    def take(self, char: str) -> Over | None:
        """One more character; the block, once it is known to be over."""
        self._text.append(char)
        if char == "\n":
            self._first = None
        elif self._first is None and not char.isspace():
            self._first = len(self._text) - 1
        mark = self._mark.follow(char)
        over = self._marked(mark) if mark else None
        return over or self._step(char)

    def end(self) -> Over:
        """The answer is over."""
        if self._phase is _Phase.AFTER:
            half = self._mark.text if self._closing.startswith(self._mark.text.upper()) else ""
            return Over(payload=self._part(self._value, self._end), rest=self._part(self._rest).removesuffix(half))
        if self._closed is not None:
            return self._closed_in_string(self._closed)
        if self._apart is not None:
            return Over(payload=None, rest=self._part(self._apart))
        return Over(payload=None, cut=True)

    def _part(self, start: int, end: int | None = None) -> str:
        return "".join(self._text[start:end])

    def _over(self) -> Over:
        return Over(payload=self._part(self._value, self._end), rest=self._part(self._rest))

    def _closed_in_string(self, at: int) -> Over:
        return Over(payload=self._part(0, at), rest=self._part(at + len(self._closing)))

    def _marked(self, mark: str) -> Over | None:
        """A mark stands here; in a string it is only a word."""
        at = len(self._text) - len(mark)
        if mark == self._closing:
            if not self._in_string:
                return Over(payload=self._part(0, at))
            self._closed = at if self._closed is None else self._closed
        elif self._phase is _Phase.AFTER:
            return self._over()
        elif mark in OPENING and self._apart is not None:
            return Over(payload=None, rest=self._part(self._apart))
        elif mark in OPENING and not self._in_string and at == self._first:
            return Over(payload=None, rest=self._part(at))  # the one before was never closed
        return None

    def _step(self, char: str) -> Over | None:
        match self._phase:
            case _Phase.START:
                return self._start(char)
            case _Phase.VALUE:
                return self._scan(char)
            case _Phase.WORDS:
                return self._word(char)
            case _Phase.AFTER:
                return self._after(char)

    def _start(self, char: str) -> Over | None:
        if char.isspace() or char == "`" or (self._fencing and char.isalnum()):
            self._fencing = char != "\n" and (self._fencing or char == "`")
            self._fenced = self._fenced or self._fencing  # "```json"
            return None
        self._value = len(self._text) - 1
        if char in '{["':
            self._phase = _Phase.VALUE
            return self._scan(char)
        self._phase = _Phase.WORDS
        return None

    def _scan(self, char: str) -> Over | None:
        """In a value. No string goes over a line's end."""
        if char == "\n" and self._in_string:
            self._in_string = self._escaped = False
            self._torn = True
            if self._closed is not None:
                return self._closed_in_string(self._closed)
        elif self._escaped:
            self._escaped = False
        elif self._in_string and char == "\\":
            self._escaped = True
        elif char == '"':
            self._in_string = not self._in_string
            self._closed = None
        elif not self._in_string and char in "{[":
            self._depth += 1
        elif not self._in_string and char in "}]":
            self._depth -= 1
        elif not (self._in_string or self._torn or self._apart is not None or char in _JSON):
            self._apart = self._first if self._first == len(self._text) - 1 else None
        if self._depth <= 0 and not self._in_string and char in '}]"\n':
            self._ends(len(self._text))
        return None

    def _word(self, char: str) -> Over | None:
        """Words are the block's only if its closing mark follows; else they are prose."""
        if self._apart is None and (char.isspace() or char == "["):
            end = len(self._text) - 1
            if _SCALAR.fullmatch(self._part(self._value, end)):
                self._ends(end)
                return self._after(char)
            self._apart = self._value
        return None

    def _ends(self, at: int) -> None:
        """A value ends there."""
        self._phase = _Phase.AFTER
        self._end = self._rest = at
        self._depth = 0
        self._apart = self._next = None
        self._new_line = self._spoken = False

    def _after(self, char: str) -> Over | None:
        """Behind a value: blank space, the end of a fence, more JSON, or something else, which is none of the block. Words on the
        value's own line wait for its end: the closing mark may follow."""
        if self._spoken:
            return self._over() if char == "\n" else None
        if self._next is None:
            if char.isspace():
                self._new_line = self._new_line or char == "\n"
                return None
            self._next = len(self._text) - 1
        words = self._part(self._next)
        if len(self._mark.text) == len(words) or (self._fenced and words in ("`", "``")):
            return None
        if self._fenced and words == "```":
            self._fenced, self._rest, self._next = False, len(self._text), None
            return None
        if words[0] in _MORE or words in _LISTS:
            self._phase = _Phase.VALUE
            for each in words:
                self._scan(each)
            return None
        if self._new_line:
            return self._over()
        self._spoken = True
        return self._over() if char == "\n" else None
