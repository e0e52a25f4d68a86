"""Take out what cannot be seen and makes a text look like another one."""

import re
from typing import Final

__all__ = ["ZERO_WIDTH_SPACE", "without_invisible"]

ZERO_WIDTH_SPACE: Final = "\u200b"

#: Unicode 15: categories Cc (but \t and \n), Cf, Cs, and letters that have no ink. Not in it: the joiners and
#: selectors below, and the Arabic, Syriac and Egyptian marks of category Cf, which are visible.
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
)
_LINE_ENDS: Final = re.compile("\r\n?|[\u2028\u2029\x85\x0b\x0c]")
#: Tags spell out a flag (England, Scotland, Wales), and are a hiding place anywhere else.
_TAGS: Final = re.compile(
    "(\U0001f3f4[\U000e0030-\U000e007a]{3,6}\U000e007f)|[\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]"
)
#: Joiners and variation selectors.
_JOINERS: Final = re.compile("[\u200c\u200d\ufe00-\ufe0f\U000e0100-\U000e01ef]+")
_ZERO_WIDTH: Final = "\u200c\u200d"
_KEYCAP: Final = "0123456789#*"


def without_invisible(text: str) -> str:
    """The text without controls, bidi overrides and other characters that have no ink and no width.

    Line ends become `\\n`. Right-to-left letters stay as they are, and so do the joiners that Persian, Indic
    scripts and emoji are written with: one selector and one joiner behind a character that is no ASCII. Lone
    surrogates go too: they cannot be stored or sent.
    """
    if text.isascii() and text.isprintable():
        return text
    text = _INVISIBLE.sub("", _LINE_ENDS.sub("\n", text))
    return _JOINERS.sub(_needed_joiners, _TAGS.sub(_flag, text))


def _flag(match: re.Match[str]) -> str:
    return match[1] or ""


def _needed_joiners(match: re.Match[str]) -> str:
    before = match.string[match.start() - 1 : match.start()] if match.start() else ""
    run = match[0]
    selector = "" if run[0] in _ZERO_WIDTH else run[0]
    if not before or before.isascii():
        return selector if before and before in _KEYCAP and selector in "\ufe0e\ufe0f" else ""
    joiner = run[len(selector) : len(selector) + 1]
    return selector + (joiner if joiner in _ZERO_WIDTH else "")
