"""The real time."""

from datetime import UTC, datetime

__all__ = ["SystemClock"]


class SystemClock:
    """core.ports.Clock on the machine's clock."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        return datetime.now(UTC)
