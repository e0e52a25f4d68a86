"""Ids that sort in the order in which they were made, also within a millisecond."""

from datetime import datetime

from core.ids import new_id

__all__ = ["Ids"]

#: Milliseconds that are remembered: commands may overlap, each with a time of its own.
_REMEMBERED = 64


class Ids:
    """Makes the ids of one store, so that lists in the order of ids are in the order of creation."""

    def __init__(self) -> None:
        #: The millisecond's digits → the last id made in it.
        self._last: dict[str, str] = {}

    def new(self, now: datetime) -> str:
        """A fresh id of core.ids, after those made before in the same millisecond."""
        made = new_id(now)
        moment = made[:12]
        last = self._last.pop(moment, "")
        if made <= last:
            made = f"{int(last, 16) + 1 + int(made[-8:], 16):032x}"
        self._last[moment] = made
        if len(self._last) > _REMEMBERED:
            del self._last[next(iter(self._last))]
        return made
