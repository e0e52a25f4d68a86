"""Hearing an answer while it comes: its visible text is told, until it begins to repeat the instructions."""

from collections.abc import Sequence

from core.ports import Said
from core.ports.provider import Heard
from core.text.leak import LeakGuard
from core.turns.markers import MarkerReader

__all__ = ["Listener"]

#: Characters before a piece that are looked at with it: more than the guard's run of words needs.
_BEFORE = 400


class Listener:
    """Tells `said` of what may be seen. `known` is the input, whose words are no leak."""

    def __init__(self, said: Said, guard: LeakGuard, known: Sequence[str]) -> None:
        self._said = said
        self._guard = guard
        self._known = known

    def anew(self) -> Heard:
        """A listener for one try."""
        reader = MarkerReader()
        told, silent = 0, False

        def heard(piece: str) -> None:
            nonlocal told, silent
            reader.feed(piece)
            text = reader.text
            if silent or len(text) == told:
                return
            silent = bool(self._guard.found(text[max(0, told - _BEFORE) :], self._known))
            if not silent:
                told = len(text)
                self._said(text)

        return heard
