"""What a reasoning model thinks before it answers: `<think>…</think>` in the place of the answer. It is for nobody to read.

Some endpoints put the opening mark into the prompt, so that only the closing one is in the answer. That shows when it comes: the
answer is what follows it, and the next answers of that model are held until then.
"""

import re

__all__ = ["Thoughts"]

_OPENING, _CLOSING = "<think>", "</think>"
#: The closing mark where nothing opened: at the end of a line, for words may well be about it.
_END = re.compile(rf".*{_CLOSING}[ \t]*(?:\Z|\r?\n)", re.DOTALL)


class Thoughts:
    """Takes the text of one answer in pieces, and gives back what is not thought. `begun`: it begins in the middle of one."""

    def __init__(self, *, begun: bool = False) -> None:
        self._begun = begun
        self._thinking = begun
        self._speaking = False
        self._thought = False
        #: What is not decided yet, or may be the beginning of a mark.
        self._held = ""

    def take(self, piece: str) -> str:
        """More of the text; what of all that came may be heard now."""
        self._held += piece
        while not self._speaking and (self._close() if self._thinking else self._open()):
            pass
        return self._ready()

    def end(self) -> str:
        """Nothing follows: what is left to hear. A thought that does not end is none of the answer."""
        thought = self._thinking and not (self._begun and not self._held.lstrip().startswith(_OPENING))
        return "" if thought else self._let_go()

    def answer(self, text: str) -> str:
        """The answer in all that was heard: behind the end of a thought of which nothing showed the beginning."""
        end = None if self._thought else _END.match(text)
        return text if end is None else text[end.end() :].lstrip()

    def _ready(self) -> str:
        return self._let_go() if self._speaking else ""

    def _let_go(self) -> str:
        held, self._held = self._held, ""
        return held

    def _open(self) -> bool:
        """Where no word was said yet: whether a thought begins here. Other words are the answer, once that is known."""
        words = self._held.lstrip()
        if words.startswith(_OPENING):
            self._thinking, self._held = True, words.removeprefix(_OPENING)
            return True
        if not _OPENING.startswith(words):
            self._speaking = True
            self._held = words if self._thought else self._held
        return False

    def _close(self) -> bool:
        """In a thought: whether it ends here."""
        thought, closing, rest = self._held.partition(_CLOSING)
        if closing:
            self._thinking = self._begun = False
            self._thought, self._held = True, rest
            return True
        if not self._begun:
            self._held = thought[-len(_CLOSING) :]
        return False
