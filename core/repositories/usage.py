"""What calls to the model cost."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from core.usage.model import Total, UsageRow
from core.usage.periods import Period

__all__ = ["Usages"]


class Usages(Protocol):
    """The calls, kept with their session, and their sums by day, which outlast it."""

    def add(self, row: UsageRow, day: date) -> bool:
        """Insert, and add to that day's sums. False when the call is stored already: it is counted once."""
        ...

    def of(self, session_id: str) -> Sequence[UsageRow]:
        """The session's calls."""
        ...

    def spent(self, day: date, since: date) -> tuple[int, int]:
        """Micro-dollars from that day on, and from `since` on, which is not later."""
        ...

    def totals(self, since: date) -> Sequence[Total]:
        """The sums of the days from `since` on, oldest first."""
        ...

    def warn(self, period: Period, first: date) -> bool:
        """Note down that the admins are told about the quota of the period that began then. False when it is noted already."""
        ...
