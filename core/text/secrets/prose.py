"""A password inside a sentence: "the temp password for bob is …", "reset his password to …", "new pw …"."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from core.text.secrets.shapes import (
    is_placeholder,
    is_reference,
    is_word,
    looks_like_password,
    names_no_password,
    stands_out,
)
from core.text.secrets.values import value_at

__all__ = ["password_in_sentence", "password_later", "passwords_that_follow"]

#: How far a sentence is followed behind the word "password".
MOST_WORDS: Final = 12
REACH: Final = 300

_WORDS: Final = re.compile(r"\S+")
_LINKS: Final = frozenset({
    "is", "was", "are", "ist", "war", "lautet", "est", "es", "=", "é", "är", "er", "i.e.", "eq",
    "equals",
})  # fmt: skip
_TO: Final = frozenset(["to", "as", "auf", "into", "with"])
_PREPOSITIONS: Final = frozenset({
    "for", "of", "on", "to", "at", "in", "from", "für", "von", "vom", "zu", "zum", "am", "im", "de",
    "del", "du", "pour", "para", "voor", "van", "i", "and",
})  # fmt: skip
_CHANGES: Final = frozenset({
    "reset", "resets", "changed", "set", "updated", "switched", "back", "be", "should", "must",
    "will", "has", "had", "have", "been", "got", "gets", "was", "temporarily", "wurde", "geändert",
    "gesetzt", "zurückgesetzt",
})  # fmt: skip
_FILLERS: Final = frozenset({
    "now", "currently", "set", "changed", "reset", "updated", "to", "be", "as", "just", "still",
    "temporarily", "jetzt", "nun", "auf", "=", ":",
})  # fmt: skip
_CHANGE: Final = re.compile(r"(?i)\b(?:re-?set|chang|updat|switch|put|ma[dk]e|gave|geänder|setz)")
_CUE: Final = re.compile(
    r"(?i)\b(?:temp|temporary|new|old|initial|default|current|admin|administrator|root|local|sa|start|his|her|my|neues?)"
    r"[ \t]{1,3}$"
)
_CLAUSE_ENDS: Final = re.compile(
    r"[!.]?(?:$|[\n\r]|[,;:.!?)]|\s{1,3}(?:[-–—(&|/]|(?:and|but|for|on|with|or|if|user|username|login|und|für|aber|bei)\b))"
)
#: The next setting, not another value.
_PAIR: Final = re.compile(r"[\w.-]{1,40}[=:]")
#: "the password's Summer24!"
_OWNED: Final = re.compile(r"['’]s(?=[ \t])")
#: "Password reset. It's now Summer24!"
_LATER: Final = re.compile(r"(?i)\b(?:it(?:['’]?s| is| was| to)|one is|one:)[ \t]+(?:now[ \t]+|set to[ \t]+)?")
_ANOTHER: Final = re.compile(
    r"(?i)[!\"'`”)]?[ \t]*(?:,|/|\b(?:or|and|oder|und|then)\b)(?:[ \t]{1,3}(?:is|then|now|maybe|or|later|before))*[ \t]{1,3}"
)


def password_in_sentence(text: str, label_start: int, label_end: int) -> tuple[int, int] | None:
    """Where the password of the sentence around a label such as "password" stands, if it names one."""
    owned = _OWNED.match(text, label_end)
    label_end = owned.end() if owned else label_end
    if text[label_end : label_end + 1] not in (" ", "\t", "\xa0"):
        return None
    line_end = text.find("\n", label_end, label_end + REACH)
    reach = line_end if line_end >= 0 else label_end + REACH
    words = list(islice(_WORDS.finditer(text, label_end, reach), MOST_WORDS))
    if not words:
        return None
    if owned:
        return _behind_link(text, words, direct=False)
    first = words[0][0].lower()
    changed = _CHANGE.search(text, max(0, label_start - 60), label_start)
    if first in _LINKS or (first in _TO and changed):
        return _behind_link(text, words[1:], direct=True)
    if first == "auf":
        return _behind_link(text, words[1:], direct=False)
    if first.removesuffix(":") in _CHANGES:
        return _behind_change(text, words)
    if first in _PREPOSITIONS:
        return _behind_owner(text, words, changed=changed is not None)
    return _beside(text, words[0], cued=bool(_CUE.search(text, max(0, label_start - 24), label_start)))


def password_later(text: str, label_end: int) -> tuple[int, int] | None:
    """A password that the following words call "it": there it must look like one to anybody."""
    for link in _LATER.finditer(text, label_end, label_end + REACH // 2):
        found = value_at(text, link.end())
        if found and stands_out(text[found[0] : found[1]]):
            return found[:2]
    return None


def passwords_that_follow(text: str, end: int) -> Iterator[tuple[int, int]]:
    """Those that are listed behind the first: "… is Spring24! or Summer24!"."""
    while another := _ANOTHER.match(text, end):
        found = value_at(text, another.end())
        if not found or _PAIR.match(text, found[0]) or not stands_out(text[found[0] : found[1]]):
            return
        yield found[:2]
        end = found[1]


def _behind_change(text: str, words: Sequence[re.Match[str]]) -> tuple[int, int] | None:
    """ "password was reset to …", "password should be …", "password reset Summer24!"."""
    for at, word in enumerate(words):
        lowered = word[0].lower()
        if lowered in _TO or lowered == "be":
            return _behind_link(text, words[at + 1 :], direct=True)
        if lowered.endswith(":") and lowered[:-1] in _CHANGES:
            return _behind_link(text, words[at + 1 :], direct=False)
        if lowered not in _CHANGES:
            return _beside(text, word, cued=False)
    return None


def _behind_owner(text: str, words: Sequence[re.Match[str]], *, changed: bool) -> tuple[int, int] | None:
    """ "password for the VPN is …", "password for bob: …"."""
    for at, word in enumerate(words):
        lowered = word[0].lower()
        names_it = lowered in _LINKS or lowered in {"-", "–", "—"} or lowered.endswith(":")
        if names_it or (at and changed and lowered in _TO):
            return _behind_link(text, words[at + 1 :], direct=False)
        if lowered[-1] in ".!?;":
            return None
    return None


def _behind_link(text: str, words: Sequence[re.Match[str]], *, direct: bool) -> tuple[int, int] | None:
    """The value behind "is" or "to". `direct` lets a plain word count, where it ends the clause."""
    at = 0
    while at < len(words) and words[at][0].lower() in _FILLERS:
        at += 1
    found = value_at(text, words[at].start()) if at < len(words) else None
    if not found:
        return None
    start, end, quoted = found
    value = text[start:end]
    if names_no_password(value) or is_reference(value) or is_placeholder(value):
        return None
    if looks_like_password(value) or (quoted and len(value) > 2 and " " not in value):
        return start, end
    return (start, end) if direct and _is_plain_password(text, start, end) else None


def _is_plain_password(text: str, start: int, end: int) -> bool:
    value = text[start:end].rstrip("!")
    if value.isdigit():
        return len(value) >= 4 and not re.match(r"[ -]?[a-z]{3,}", text[end : end + 8])
    if not is_word(value) or len(value) < 3:
        return False
    return _CLAUSE_ENDS.match(text, end) is not None or (len(value) > 5 and bool(re.search(r"[a-z][A-Z]", value)))


def _beside(text: str, word: re.Match[str], *, cued: bool) -> tuple[int, int] | None:
    """ "temp pw Summer24!": nothing between the words, so the value alone must convince."""
    found = value_at(text, word.start())
    if not found:
        return None
    value = text[found[0] : found[1]]
    convinces = stands_out(value) or ((cued or found[2]) and looks_like_password(value))
    return found[:2] if convinces and not names_no_password(value) else None
