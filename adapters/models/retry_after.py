"""When a provider wants to be asked again: the header that says so holds a number or a date."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["seconds_of"]


def seconds_of(said: str) -> float | None:
    """Seconds from now, None when it does not say."""
    try:
        return max(0.0, float(said))
    except ValueError:
        pass  # a date, or nothing
    try:
        at = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None
