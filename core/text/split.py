"""Cut texts that are longer than a platform takes, where a reader would cut them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import Final

from core.text.code_spans import Fence, fences, inline_code
from core.text.graphemes import grapheme_border_before, is_grapheme_border

__all__ = ["shorten", "split"]

_PARAGRAPH: Final = re.compile(r"\n[ \t]*\n")
_LINE: Final = re.compile(r"\n")
_SENTENCE: Final = re.compile(r"[.!?…][\"'”’)\]*_]{0,3}\s|[。！？]")
_WORD: Final = re.compile(r"[^\S\xa0\u202f]")
_LINK: Final = re.compile(r"\[[^\[\]\n]{1,300}\]\([^()\s]{1,1000}\)")
_BLANK_LINES: Final = re.compile(r"(?:[^\S\n]*+\n)*+")
_BLANKS: Final = re.compile(r"[^\S\n]*+(?:\n(?:[^\S\n]*+\n)*+)?")
_ELLIPSIS: Final = "…"


def split(markdown: str, limit: int) -> tuple[str, ...]:
    """The text in parts of at most `limit` characters, in order; a text within the limit is the only part.

    Cut at the border of a paragraph, else of a line, a sentence, a word, a character as the eye sees it: the first
    of these that fills a quarter of the part. A fenced block that fits a part is not cut; one that does not is
    closed at the end of a part and opened again, with its language, in the next. Blanks at a cut are dropped, in
    code only the blank lines before the end of the block; nothing else is lost. Inline code and links are cut only
    where they alone exceed a part. Blank text has no parts.

    Raises ValueError if the limit is below 1, or too small to hold a line of code with its fence; a limit of 128
    holds any.
    """
    if limit < 1:
        raise ValueError(f"a part needs at least 1 character, the limit is {limit}")
    if not markdown.strip():
        return ()
    if len(markdown) <= limit:
        return (markdown,)
    return tuple(_Text(markdown.rstrip(), limit).parts())


def shorten(text: str, limit: int) -> str:
    """The text in one line of at most `limit` characters, for titles: cut at a word, with "…" for the rest.

    Runs of white space become one blank. A first word that would leave more than half of the line unused is cut
    itself, at a character as the eye sees it. Raises ValueError if the limit is below 1.
    """
    if limit < 1:
        raise ValueError(f"a title needs at least 1 character, the limit is {limit}")
    line = " ".join(text.split())
    if len(line) <= limit:
        return line
    room = limit - len(_ELLIPSIS)
    end = line.rfind(" ", 0, room + 1)
    if end < room // 2:
        end = grapheme_border_before(line, room, 0)
        if not is_grapheme_border(line, end):
            end = 0
    return line[:end].rstrip(" ,;:–—-") + _ELLIPSIS


class _Text:
    """A text that is too long, with what may not be cut in it."""

    def __init__(self, text: str, limit: int) -> None:
        self.text = text
        self.limit = limit
        self.fences = list(fences(text))
        self.starts = [fence.start for fence in self.fences]
        self.ends = [fence.end for fence in self.fences]
        self.whole = sorted(self._inline())
        for fence in self.fences:
            self._check(fence)

    def parts(self) -> Iterator[str]:
        """The parts in order; none is blank."""
        start = self._after_blanks(0)
        while start < len(self.text):
            part, start = self._next(start)
            if part.strip():
                yield part

    def _check(self, fence: Fence) -> None:
        opening = max(len(fence.opening), fence.body - fence.start)
        closing = max(len(fence.indent) + len(fence.mark), fence.end - fence.body_end if fence.closed else 0)
        needed = opening + len("x\n") + closing
        if needed > self.limit < fence.end - fence.start:
            raise ValueError(f"a line of code with its fence needs {needed} characters, the limit is {self.limit}")

    def _inline(self) -> Iterator[tuple[int, int]]:
        """Inline code and links outside of blocks."""
        borders = [0, *(border for fence in self.fences for border in (fence.start, fence.end)), len(self.text)]
        for start, end in zip(borders[::2], borders[1::2], strict=True):
            yield from inline_code(self.text, start, end)
            yield from (match.span() for match in _LINK.finditer(self.text, start, end))

    def _next(self, start: int) -> tuple[str, int]:
        """The part that begins at `start`, and where the one behind it begins."""
        resumed = self._fence_around(start)
        opening = resumed.opening if resumed else ""
        reach = start + self.limit - len(opening)
        if reach >= len(self.text):
            return opening + self._body(resumed, start, len(self.text)), len(self.text)
        cut = self._cut(start, reach)
        body = self._body(resumed, start, cut)
        fence = self._fence_around(cut)
        if not fence:
            return opening + body.rstrip(), self._after_blanks(cut)
        closing = (fence.margin if fence is resumed else fence.indent) + fence.mark
        if fence.closed and not self.text[cut : fence.body_end].strip():
            return f"{opening}{body.rstrip()}\n{closing}", self._after_blanks(fence.end)
        if body.endswith("\n"):
            return f"{opening}{body}{closing}", self._after_blanks(cut)
        return f"{opening}{body}\n{closing}", cut

    def _body(self, resumed: Fence | None, start: int, end: int) -> str:
        """text[start:end]; code that goes on at the margin loses the indent its block had in a list."""
        if not resumed or resumed.margin or not resumed.indent:
            return self.text[start:end]
        code_end = min(end, resumed.end)
        code = re.sub(rf"\n[ \t]{{1,{len(resumed.indent)}}}", "\n", self.text[start - 1 : code_end])
        return code[1:] + self.text[code_end:end]

    def _cut(self, start: int, reach: int) -> int:
        """Where the part text[start:…] ends: the best border, `reach` at most."""
        enough = start + (reach - start) // 4
        for borders in (self._paragraphs, self._lines, self._sentences, self._words):
            best = max((at for at in borders(start, reach) if self._may_cut(at, start, reach)), default=start)
            if best > start and best >= enough:
                return best
        return self._hard_cut(start, reach)

    def _hard_cut(self, start: int, reach: int) -> int:
        at = reach
        while at > start and not self._may_cut(at, start, reach):
            at -= 1
        around = self._whole_around(at)
        if around and around[0] > start and around[1] - around[0] <= self.limit:
            return around[0]
        return grapheme_border_before(self.text, at, start)

    def _may_cut(self, at: int, start: int, reach: int) -> bool:
        """Whether a part may run from `start` to `at`: outside of blocks, or where a block can be closed in time."""
        number = bisect_left(self.starts, at) - 1
        fence = self.fences[number] if number >= 0 else None
        if not fence or at >= fence.end:
            return True
        if not fence.body <= at <= fence.body_end or at == fence.body:
            return False
        if start <= fence.start and fence.end - fence.start <= self.limit:
            return False
        closing = len(fence.indent) + len(fence.mark) + (self.text[at - 1] != "\n")
        return at + closing <= reach

    def _fence_around(self, at: int) -> Fence | None:
        """The block whose code goes on at text[at]."""
        number = bisect_left(self.starts, at) - 1
        fence = self.fences[number] if number >= 0 else None
        return fence if fence and fence.body <= at < fence.end else None

    def _whole_around(self, at: int) -> tuple[int, int] | None:
        number = bisect_left(self.whole, (at, 0)) - 1
        return self.whole[number] if number >= 0 and at < self.whole[number][1] else None

    def _paragraphs(self, start: int, reach: int) -> Iterator[int]:
        for borders in (self.starts, self.ends):
            yield from borders[bisect_right(borders, start) : bisect_right(borders, reach)]
        yield from (at for at in _ends(_PARAGRAPH, self.text, start, reach) if not self._fence_around(at))

    def _lines(self, start: int, reach: int) -> Iterator[int]:
        return _ends(_LINE, self.text, start, reach)

    def _sentences(self, start: int, reach: int) -> Iterator[int]:
        return (at for at in _ends(_SENTENCE, self.text, start, reach) if not self._whole_around(at))

    def _words(self, start: int, reach: int) -> Iterator[int]:
        return (at for at in _ends(_WORD, self.text, start, reach) if not self._whole_around(at))

    def _after_blanks(self, at: int) -> int:
        """Where the next part begins: behind blank lines, and within a line behind blanks."""
        within_line = at > 0 and self.text[at - 1] != "\n" and not self._fence_around(at)
        match = (_BLANKS if within_line else _BLANK_LINES).match(self.text, at)
        return match.end() if match else at


def _ends(border: re.Pattern[str], text: str, start: int, reach: int) -> Iterator[int]:
    return (match.end() for match in border.finditer(text, start + 1, reach))
