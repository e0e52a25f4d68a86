"""When to ask whether a pending fix has held (SPEC 4: 1 h, 4 h, tomorrow 09:00 in the user's zone, a date)."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.errors import InvalidInput

__all__ = ["CHOICES", "look_again_at"]

#: Value → what the form says.
CHOICES = {"1h": "in 1 hour", "4h": "in 4 hours", "tomorrow": "tomorrow at 09:00", "": "not again"}
_MORNING = time(9)
_HOURS = {"1h": 1, "4h": 4}


def look_again_at(choice: str, on: str = "", *, now: datetime, zone: str) -> datetime | None:
    """The time in UTC, or None for "not again". A date (YYYY-MM-DD) means 09:00 of that day in the user's zone.

    `on`: a date typed beside the choice, which wins. Raises InvalidInput for anything else and for days that are over.
    """
    field = "look_again_on" if on.strip() else "look_again"
    choice = (on.strip() or choice).strip().lower()
    if not choice:
        return None
    if choice in _HOURS:
        return now + timedelta(hours=_HOURS[choice])
    local = _zone(zone)
    try:
        day = (now.astimezone(local) + timedelta(days=1)).date() if choice == "tomorrow" else date.fromisoformat(choice)
        due = datetime.combine(day, _MORNING, tzinfo=local).astimezone(UTC)
    except (ValueError, OverflowError) as error:  # the first and last days there are may lie outside of them in UTC
        raise InvalidInput({field: "Enter a date such as 2026-12-24."}) from error
    if due <= now:
        raise InvalidInput({field: "Choose a day that is still to come."})
    return due


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
