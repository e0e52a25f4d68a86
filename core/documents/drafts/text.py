"""Words from people, made safe to stand in a document: one line each, no markup that adds headings or lists.

The result also reads as plain text, because not every PSA renders markdown. Code spans and commands stay
verbatim.
"""

import re
import unicodedata
from collections.abc import Iterable

from core.text.code_spans import CODE_SPAN

__all__ = ["as_bullets", "as_numbers", "closed", "flat", "opened", "sections"]

_FENCE = re.compile(r"^[ \t]*(`{3,}|~{3,})[^\n`]*\n(.*?)^[ \t]*\1[`~]*[ \t]*$", re.MULTILINE | re.DOTALL)
#: Control characters, and what could hide or reorder its neighbours: direction marks, invisible spaces.
_INVISIBLE = re.compile(
    "[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u202a-\u202e\u2060\u2066-\u2069\ufeff\ud800-\udfff]"
)
_MARK = re.compile(r"(?:#{1,6}(?=\s|$)|>|~{3,})\s*")
_ITEM = re.compile(r"(?:[-*+•](?=\s|$)|\d{1,2}[.)](?=\s))\s*(?:\[[ xX]\]\s+)?")
#: What markdown takes for an item without text.
_NUMBER_ALONE = re.compile(r"\d+[.)]")
_BOLD = re.compile(r"\*\*(?=[^\s*])([^*]+?)(?<=[^\s*])\*\*")
_BOLD_OPEN = re.compile(r"^\*{2,}(?=\w)")
_RULE = re.compile(r"[-=_*~|:+\s]*")
_MASKED = re.compile("\0(\\d+)\0")
_ENDED = re.compile(r"[.!?…:。！？؟۔।](?:[\"'”’»)\]]*)$")
_FIRST_WORD = re.compile(r"[a-z]+(?=[ ,;]|:(?!//)|'[a-z]|$)(?! [-/])")


def flat(text: str) -> str:
    """The text as one line without block markup; "" when there is nothing to read in it. Idempotent.

    Lists become clauses ("ping ok; DNS fails"), fenced code becomes code spans, a leading `#`, `>`, `-` or
    `1.` goes, and a backtick without a partner becomes an apostrophe.
    """
    before = None
    while text != before:
        before, text = text, _once(text)
    if _NUMBER_ALONE.fullmatch(text):
        return text[:-1]
    return text if any(unicodedata.category(char)[0] in "LNSP" for char in _RULE.sub("", text)) else ""


def opened(text: str) -> str:
    """The line with a capital, unless it opens with a command or a name."""
    return text[0].upper() + text[1:] if _FIRST_WORD.match(text) else text


def closed(text: str) -> str:
    """The line as a sentence: with a capital as `opened` does, and with a full stop."""
    text = opened(text.strip().rstrip(",;").rstrip())
    return text if not text or text.isdigit() or _ENDED.search(text) else f"{text}."


def as_bullets(lines: Iterable[str]) -> str:
    """The lines as a list; empty ones are left out."""
    return "\n".join(f"- {line}" for line in lines if line)


def as_numbers(lines: Iterable[str]) -> str:
    """The lines as a numbered list; empty ones are left out."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate((line for line in lines if line), 1))


def sections(parts: Iterable[tuple[str, str]]) -> str:
    """A document of (heading, body) pairs."""
    return "\n\n".join(f"## {heading}\n\n{body}" for heading, body in parts) + "\n"


def _once(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    text = _FENCE.sub(_fence_as_spans, _INVISIBLE.sub("", text).replace("<!--", ""))
    joined = ""
    for line in text.split("\n"):
        joined = _joined(joined, " ".join(line.split()))
    return _plain_emphasis(joined)


def _fence_as_spans(fence: re.Match[str]) -> str:
    lines = [line.strip() for line in fence[2].split("\n") if line.strip()]
    return "\n".join(f"- {line}" if "`" in line else f"- `{line}`" for line in lines)


def _joined(before: str, line: str) -> str:
    """The text so far with one more line, as a clause of its own when the line was an item of a list."""
    item = False
    while marker := _MARK.match(line) or _ITEM.match(line):
        item = item or marker.re is _ITEM
        line = line[marker.end() :]
    if _RULE.fullmatch(line):
        return before
    if line[0] == line[-1] == "|":
        line = line.strip("| ")
    if not before:
        return line
    return f"{before}; {line}" if item and before[-1] not in ":;,.!?…。" else f"{before} {line}"


def _plain_emphasis(text: str) -> str:
    """Without bold, and without backticks that have no partner; code spans are left alone."""
    spans: list[str] = []

    def mask(span: re.Match[str]) -> str:
        spans.append(span[0])
        return f"\0{len(spans) - 1}\0"

    text = CODE_SPAN.sub(mask, text)
    text = _BOLD.sub(r"\1", text).replace("`", "'")
    text = _BOLD_OPEN.sub("", text)
    return _MASKED.sub(lambda masked: spans[int(masked[1])], text)
