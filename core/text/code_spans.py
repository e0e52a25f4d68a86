"""Where code stands in markdown: fenced blocks and inline spans, read the way models and chat platforms write them.

More generous than CommonMark in one point: a fence may stand at any depth of a list or quote.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

__all__ = ["CODE_SPAN", "Fence", "code_ranges", "fences", "inline_code"]

#: A span within a line: its backticks, and its content.
CODE_SPAN: Final = re.compile(r"(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)")
#: A line that opens or closes a block; runs of more than 8 marks are ornaments.
_MARK_LINE: Final = re.compile(
    r"^(?P<indent>[ \t>]{0,12}(?:(?:[-*+]|\d{1,9}[.)])[ \t]{1,4})?)(?P<mark>`{3,8}(?!`)|~{3,8}(?!~))(?P<info>[^\n]*)$",
    re.MULTILINE,
)
#: Longer words behind a mark are code that somebody put on the first line.
MOST_INFO: Final = 40
_MARKER: Final = re.compile(r"[^>\s]")
_RUN: Final = re.compile(r"(?P<escape>\\*)(?P<run>`+)")
_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n")


@dataclass(frozen=True, kw_only=True, slots=True)
class Fence:
    """One fenced block. All numbers are positions in the text; the code is text[body:body_end]."""

    start: int
    body: int
    body_end: int
    #: Behind the closing mark; where the block is never closed, the end of the text.
    end: int
    #: What stands before the marks: blanks, `>`; a list's own mark is made blank.
    indent: str
    mark: str
    info: str
    closed: bool

    @property
    def margin(self) -> str:
        """What stands before each line where the block is opened again: a quote stays one, a list is left."""
        return self.indent if ">" in self.indent else ""

    @property
    def opening(self) -> str:
        """The line that opens the block again."""
        return f"{self.margin}{self.mark}{self.info}\n"


def fences(text: str) -> Iterator[Fence]:
    """The fenced blocks in order; the last one may lack its end."""
    opener: re.Match[str] | None = None
    for line in _MARK_LINE.finditer(text):
        if opener is None:
            if "`" not in line["info"] or line["mark"][0] == "~":
                opener = line
        elif line["mark"].startswith(opener["mark"]) and not line["info"].strip():
            yield _fence(text, opener, line)
            opener = None
    if opener is not None:
        yield _fence(text, opener, None)


def _fence(text: str, opener: re.Match[str], closer: re.Match[str] | None) -> Fence:
    info, body = opener["info"].strip(), min(opener.end() + 1, len(text))
    if len(opener["info"]) > MOST_INFO:
        info, body = "", opener.end("mark")
    return Fence(
        start=opener.start(),
        body=body,
        body_end=closer.start() if closer else len(text),
        end=closer.end("mark") if closer else len(text),
        indent=_MARKER.sub(" ", opener["indent"]),
        mark=opener["mark"],
        info=info,
        closed=closer is not None,
    )


def inline_code(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Inline code in text[start:end], which holds no fence: runs of equally many backticks in one paragraph."""
    borders = [start, *(match.end() for match in _PARAGRAPH.finditer(text, start, end)), end]
    for first, last in pairwise(borders):
        runs = [_without_escape(match) for match in _RUN.finditer(text, first, last)]
        later: defaultdict[int, list[int]] = defaultdict(list)
        for number in range(len(runs) - 1, -1, -1):
            later[runs[number][1] - runs[number][0]].append(number)
        yield from _paired(runs, later)


def _without_escape(run: re.Match[str]) -> tuple[int, int]:
    """Outside code a backslash takes the first backtick's meaning away."""
    return run.start("run") + len(run["escape"]) % 2, run.end("run")


def _paired(runs: list[tuple[int, int]], later: dict[int, list[int]]) -> Iterator[tuple[int, int]]:
    number = 0
    while number < len(runs):
        start, end = runs[number]
        same = later[end - start]
        while same and same[-1] <= number:
            same.pop()
        if same and end > start:
            number = same[-1]
            yield start, runs[number][1]
        number += 1


def code_ranges(text: str) -> list[tuple[int, int]]:
    """All code of a markdown text, fenced and inline, as (start, end) in order, marks included."""
    ranges: list[tuple[int, int]] = []
    at = 0
    for fence in fences(text):
        ranges += inline_code(text, at, fence.start)
        ranges.append((fence.start, fence.end))
        at = fence.end
    ranges += inline_code(text, at, len(text))
    return ranges
