"""When a provider wants to be asked again: the header that says so holds a number or a date."""

import math
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

__all__ = ["seconds_of"]


def seconds_of(said: str) -> float | None:
    """Seconds from now, None when it does not say, or nothing that a clock could count."""
    try:
        seconds = float(said)
    except ValueError:
        pass  # a date, or nothing
    else:
        return max(0.0, seconds) if math.isfinite(seconds) else None
    try:
        at = parsedate_to_datetime(said)
        return max(0.0, (at - datetime.now(UTC)).total_seconds()) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
