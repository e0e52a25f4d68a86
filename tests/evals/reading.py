"""A document taken apart for the rules, by means of their own: what core reads with is not used to judge core."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from core.documents.bundle import DocumentKind

__all__ = ["HEDGED", "Text", "content", "echoes", "mentions", "split_sentences"]

_HEADINGS = {
    DocumentKind.RESOLUTION: re.compile(r"^## (.+)\n", re.MULTILINE),
    DocumentKind.ESCALATION: re.compile(r"^## (.+)\n", re.MULTILINE),
    DocumentKind.CONCLUSION: re.compile(r"^\*\*([A-Z][^*\n]+):\*\*", re.MULTILINE),
}
_ITEM = re.compile(r"^(?:-|\d+\.) +(\S.*)$", re.MULTILINE)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_WORD = re.compile(r"\w+")
#: Words that say nothing of what a text is about.
_COMMON = re.compile(
    r"(?:again|also|been|being|could|does|each|every|from|have|into|more|only|other|over|same|since|some|still|than|that|them|then"
    r"|there|these|they|this|through|under|until|very|what|when|where|which|while|will|with|would|your)"
)
#: In a sentence with one of these nothing is claimed.
HEDGED = re.compile(
    r"\b(?:not|no|never|nothing|without|whether|if|once|until|unless|before|yet|provisional\w*|await\w*|confirm|verify|unconfirmed"
    r"|would|should|could|might|may|suggest\w*|propos\w*|failed|set aside|dismissed|part|partly|partially)\b|n[’']t\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Text:
    """A document by its sections."""

    kind: DocumentKind
    markdown: str

    @cached_property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """Headings with what stands below them, in order; first "" with what stands before any."""
        parts = _HEADINGS[self.kind].split(self.markdown)
        return (("", parts[0].strip()), *((parts[at], parts[at + 1].strip()) for at in range(1, len(parts), 2)))

    def body(self, heading: str) -> str:
        """What stands below a heading, or the whole for ""; "" where it is missing."""
        return next((body for name, body in self.sections if name == heading), "") if heading else self.markdown

    def items(self, heading: str) -> list[str]:
        """The entries of the list below a heading."""
        return _ITEM.findall(self.body(heading))

    def sentences(self, *headings: str) -> Iterator[str]:
        """The sentences below these headings."""
        return split_sentences(*map(self.body, headings))


def split_sentences(*texts: str) -> Iterator[str]:
    """The sentences of texts, one after the other."""
    for text in texts:
        yield from filter(None, (part.strip() for part in _SENTENCE.split(text)))


def content(text: str) -> set[str]:
    """The words that a text is about, by their first five letters."""
    words = {word for word in _WORD.findall(text.casefold()) if len(word) > 3 and not _COMMON.fullmatch(word)}
    return {word[:5] for word in words}


def mentions(text: str, subject: str, share: float = 0.5) -> bool:
    """Whether the text speaks of the subject: that share of its words, at least."""
    wanted = content(subject)
    return len(wanted & content(text)) >= share * len(wanted)


def echoes(text: str, source: str, run: int) -> str:
    """So many words in a row that the text has in common with the source, or ""."""
    told = _WORD.findall(source.casefold())
    known = {tuple(told[at : at + run]) for at in range(len(told) - run + 1)}
    words = _WORD.findall(text.casefold())
    runs = (tuple(words[at : at + run]) for at in range(len(words) - run + 1))
    return next((" ".join(found) for found in runs if found in known), "")
