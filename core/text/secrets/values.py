"""Cut the value that stands behind a label or a command out of its surroundings."""

import re
from typing import Final

__all__ = ["value_at", "whole"]

#: How far a value is looked at; what is taken out is always the whole word.
MOST: Final = 256

_QUOTES: Final = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“”", "«": "»", "‘": "’", "”": "”", "’": "’"}
_WORD: Final = re.compile(rf"\S{{1,{MOST}}}")
#: `key=value` goes on with the next pair; XML closes.
_NEXT_PAIR: Final = re.compile(r"[;\"'<]|[&,][\w\"-]{1,40}[=:]")
#: "password: x,user: y"
_NEXT_LABEL: Final = re.compile(r"[,;][\w-]{1,40}[=:]|</|\|\|")
_REST: Final = re.compile(r"[^\s;,\"'<&|]*+")
_TAIL: Final = ".,;:?\"'`”’»|"


def value_at(text: str, start: int, *, assigned: bool = False) -> tuple[int, int, bool] | None:
    """The value at text[start]: (start, end, quoted), without quotes, markup and the sentence's punctuation.

    `assigned` says that it stands behind `=`, where `;`, `&` and quotes end it. None if nothing stands there.
    """
    return _quoted(text, start) or _braced(text, start, assigned=assigned) or _plain(text, start, assigned=assigned)


def whole(text: str, start: int, end: int) -> tuple[int, int]:
    """The value with what the look at it left out, if it is that long."""
    rest = _REST.match(text, end) if end - start > MOST // 2 else None
    return start, rest.end() if rest else end


def _quoted(text: str, start: int) -> tuple[int, int, bool] | None:
    opening = text[start : start + 1]
    if text[start : start + 2] in ('\\"', "\\'"):
        ends = [text.find(text[start : start + 2], start + 2, start + MOST)]
        start += 2
    elif opening in _QUOTES:
        run = 3 if text.startswith("```", start) else 1
        start += run
        ends = [text.find(mark * run, start, start + MOST) for mark in _QUOTES[opening]]
    else:
        return None
    end = min((end for end in ends if end > start), default=-1)
    if end < 0 or "\n" in text[start:end].strip("\n"):
        return None
    inner = text[start:end]
    if not inner.strip():
        return None
    return end - len(inner.lstrip()), start + len(inner.rstrip()), True


def _braced(text: str, start: int, *, assigned: bool) -> tuple[int, int, bool] | None:
    """ODBC puts values with a semicolon into braces."""
    end = text.find("}", start, start + MOST) if assigned and text.startswith("{", start) else -1
    return (start + 1, end, True) if end > start + 1 and "\n" not in text[start:end] else None


def _plain(text: str, start: int, *, assigned: bool) -> tuple[int, int, bool] | None:
    word = _WORD.match(text, start)
    if not word:
        return None
    end = word.end()
    stop = (_NEXT_PAIR if assigned else _NEXT_LABEL).search(text, start + 1, end)
    if stop:
        end = stop.start()
    start, end = _without_markup(text, start, end)
    return (start, end, False) if start < end else None


def _without_markup(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in "\"'`“‘(":
        start += 1
    while start < end and _is_outside(text, start, end):
        end -= 1
    while end - start > 2 and text[start] == text[end - 1] and text[start] in "*_":
        start, end = start + 1, end - 1
    return start, end


def _is_outside(text: str, start: int, end: int) -> bool:
    last = text[end - 1]
    return last in _TAIL or (last == ")" and "(" not in text[start:end])
