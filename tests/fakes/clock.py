"""A clock that tests set."""

from datetime import UTC, datetime, timedelta


class FakeClock:
    """core.ports.Clock that moves only when told to."""

    def __init__(self, start: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)) -> None:
        self._now = start

    def now(self) -> datetime:
        """The time that was set."""
        return self._now

    def pass_by(self, **how_long: float) -> None:
        """Let time pass, in the words of timedelta."""
        self._now += timedelta(**how_long)
