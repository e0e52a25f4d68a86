"""Where a text may be cut without breaking what a reader takes for one character."""

import unicodedata
from typing import Final

__all__ = ["grapheme_border_before", "is_grapheme_border"]

_JOINER: Final = "\u200d"
_REGIONAL: Final = ("\U0001f1e6", "\U0001f1ff")
#: Categories of marks that belong to the character before them.
_MARKS: Final = frozenset({"Mn", "Me", "Mc"})
#: The same without the category: skin tones, tags of flags, joiners, half-width voicing marks, Hangul vowels and finals.
_EXTENDING: Final = (
    ("\U0001f3fb", "\U0001f3ff"),
    ("\U000e0020", "\U000e007f"),
    ("\u200c", "\u200d"),
    ("\uff9e", "\uff9f"),
    ("\u1160", "\u11ff"),
    ("\ud7b0", "\ud7fb"),
)


def is_grapheme_border(text: str, at: int, since: int = 0) -> bool:
    """Whether text[:at] and text[at:] are whole for the eye; `since` is a border known before `at`.

    A practical part of UAX #29: combining marks, variation selectors, emoji joined by ZWJ, skin tones, keycaps,
    flags (pairs and tag sequences), composed Hangul, CR LF, and the halves of a surrogate pair stay together.
    """
    if at <= since or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isascii() and after.isascii():
        return before != "\r" or after != "\n"
    if unicodedata.category(after) in _MARKS or any(low <= after <= high for low, high in _EXTENDING):
        return before in "\n\r"
    if before == _JOINER or ("\ud800" <= before <= "\udbff" and "\udc00" <= after <= "\udfff"):
        return False
    if "\u1100" <= before <= "\u115f" and ("\u1100" <= after <= "\u115f" or "\uac00" <= after <= "\ud7a3"):
        return False
    return not (_is_regional(before) and _is_regional(after) and _regional_before(text, at, since) % 2)


def grapheme_border_before(text: str, at: int, since: int) -> int:
    """The last border in text[since + 1 : at + 1]; `at` itself where one character is longer than that."""
    border = at
    while border > since and not is_grapheme_border(text, border, since):
        border -= 1
    return border if border > since else at


def _is_regional(character: str) -> bool:
    return _REGIONAL[0] <= character <= _REGIONAL[1]


def _regional_before(text: str, at: int, since: int) -> int:
    start = at
    while start > since and _is_regional(text[start - 1]):
        start -= 1
    return at - start
