"""The marks around the blocks of an answer, recognised a character at a time: `[NAME]` and `[/NAME]`, in any case of letters."""

__all__ = ["CLOSING", "NAMES", "OPENING", "Mark"]

#: The kinds of blocks.
NAMES = ("QUESTIONS", "ACTIONS", "PROMOTE", "SUGGEST_FIX", "FIX_OUTCOME", "CONFIDENCE")
#: The marks, and the kind of block that each opens or closes.
OPENING = {f"[{name}]": name for name in NAMES}
CLOSING = {f"[/{name}]": name for name in NAMES}

_MARKS = frozenset((*OPENING, *CLOSING))
_BEGINNINGS = frozenset(mark[:end] for mark in _MARKS for end in range(1, len(mark)))


class Mark:
    """The end of a text, as far as it may be a mark or the beginning of one. `text` is as it was written."""

    def __init__(self) -> None:
        self.text = ""

    @property
    def whole(self) -> str:
        """The mark that the text now ends with, "" for none."""
        mark = self.text.upper()
        return mark if mark in _MARKS else ""

    def goes_on(self, char: str) -> bool:
        """Whether the character goes on with a mark, or completes one; it is taken then."""
        longer = self.text + char
        known = char.isascii() and (longer.upper() in _BEGINNINGS or longer.upper() in _MARKS)
        if known:
            self.text = longer
        return known

    def follow(self, char: str) -> str:
        """Take the character in any case; the mark that it completes, "" for none."""
        if self.whole or not self.goes_on(char):
            self.text = char if char == "[" else ""
        return self.whole
