"""Headings exactly as SPEC 5 names them, and something to read below each."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts.text import flat

__all__ = ["Parsed", "headings", "items", "parse", "structure"]

_NOTES = {
    DocumentKind.RESOLUTION: ("Problem", "What we confirmed", "Root cause", "Resolution"),
    DocumentKind.ESCALATION: (
        "Problem",
        "What we've confirmed",
        "What we've tried",
        "Current hypothesis",
        "Suggested next steps",
    ),
}
_FENCE = re.compile(r" {0,3}(?:`{3,}[^`]*$|~~~)")
_ATX = re.compile(r"\s*(?:(?:[-*+>]|\d+[.)])\s+)*#{1,6}(?:\s|$)")
_SETEXT = re.compile(r" {0,3}(?:=+|-{2,})\s*")
_LABEL = re.compile(r"\s*\*\*(\w[^*]*):\*\*(.*)")
_BOLD_LINE = re.compile(r"\s*(?:\*\*|__)\w[^*]*(?:\*\*|__):?\s*")
_EMPTY_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s*")
_ITEM = re.compile(r"(?:[-*+•]|\d+[.)])\s+\S")


@dataclass(frozen=True, kw_only=True, slots=True)
class Parsed:
    """A document by its headings, in its own order."""

    #: What stands before the first heading.
    preamble: str
    sections: tuple[tuple[str, str], ...]
    #: Lines that are headings, or look like one, and name no section.
    strays: tuple[str, ...]

    def body(self, heading: str) -> str:
        """What stands below a heading; "" when it is missing."""
        return next((body for name, body in self.sections if name == heading), "")


def headings(kind: DocumentKind, bundle: Bundle) -> tuple[str, ...]:
    """The headings of a document of this bundle, in order."""
    if kind is not DocumentKind.CONCLUSION:
        return _NOTES[kind]
    names = ["Subject", "Outcome", "Problem Description", "Steps Taken", "Current Status"]
    if any(flat(note) for note in bundle.engineer_notes):
        names.append("Engineer Notes")
    names.append("Key Findings")
    if bundle.status == "paused":
        names.append("Next Steps (for resumption)")
    if bundle.status == "escalated":
        names.append("Escalation Details")
    return tuple(names)


def parse(kind: DocumentKind, markdown: str) -> Parsed:
    """The document in parts. Lines within fenced code are no headings."""
    found: list[tuple[str, list[str]]] = [("", [])]
    strays: list[str] = []
    fenced, before = False, ""
    for line in markdown.replace("\r\n", "\n").split("\n"):
        fenced = fenced is not bool(_FENCE.match(line))
        heading, rest = (None, line) if fenced else _heading(kind, line)
        if heading is not None:
            found.append((heading, [rest]))
        else:
            found[-1][1].append(line)
            if not fenced and _stray(line, before):
                strays.append(line.strip())
        before = line
    sections = [(heading, "\n".join(lines).strip()) for heading, lines in found]
    return Parsed(preamble=sections[0][1], sections=tuple(sections[1:]), strays=tuple(strays))


def structure(kind: DocumentKind, parsed: Parsed, bundle: Bundle) -> Iterator[str]:
    """What is wrong with the headings, the sections and the lists."""
    expected = headings(kind, bundle)
    found = [heading for heading, _ in parsed.sections]
    if parsed.preamble:
        yield "There is text before the first heading."
    yield from (f"The heading “{name}” is missing." for name in expected if name not in found)
    yield from (f"The heading “{name}” does not belong here." for name in found if name not in expected)
    yield from (f"“{line[:60]}” stands as a heading and is none." for line in parsed.strays)
    if sorted(found) == sorted(expected) and found != list(expected):
        yield "The headings are not in their order."
    if len(set(found)) < len(found):
        yield "A heading stands there twice."
    yield from (f"The section “{name}” is empty." for name, body in parsed.sections if not flat(body))
    lines = (line for _, body in parsed.sections for line in body.split("\n"))
    if any(line.strip() and _EMPTY_ITEM.fullmatch(line) for line in lines):
        yield "There is an empty bullet."


def items(body: str) -> list[str]:
    """The items of the list in a section, without those of nested lists."""
    return [line for line in body.split("\n") if _ITEM.match(line)]


def _heading(kind: DocumentKind, line: str) -> tuple[str | None, str]:
    """The section that a line opens, if any, and the rest of the line."""
    if kind is DocumentKind.CONCLUSION:
        label = _LABEL.fullmatch(line)
        return (label[1], label[2]) if label else (None, line)
    return (line[3:].rstrip(), "") if line.startswith("## ") else (None, line)


def _stray(line: str, before: str) -> bool:
    if _SETEXT.fullmatch(line):
        return bool(before.strip())
    return bool(_ATX.match(line) or _BOLD_LINE.fullmatch(line))
