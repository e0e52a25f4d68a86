"""Days and months of a quota, in an account's zone: when one began and when it ends."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

__all__ = ["Limits", "Period", "Window", "day_of", "window_of"]


class Period(StrEnum):
    """What a quota is for."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """The deployment's quotas for accounts that have none of their own, in micro-dollars; None for none."""

    daily: int | None = None
    monthly: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """One day, or one billing month: from `first` on, before `next_first`, both days in the zone."""

    period: Period
    first: date
    next_first: date
    zone: ZoneInfo

    @property
    def resets_at(self) -> datetime:
        """The midnight at which the next one begins, in UTC."""
        return datetime(*self.next_first.timetuple()[:3], tzinfo=self.zone).astimezone(UTC)


def day_of(now: datetime, zone: ZoneInfo) -> date:
    """The day that it is in the zone."""
    return now.astimezone(zone).date()


def window_of(period: Period, now: datetime, zone: ZoneInfo, billing_day: int) -> Window:
    """The one that `now` lies in. A billing month begins on `billing_day` (1 to 31), or on the last day of a shorter month."""
    today = day_of(now, zone)
    if period is Period.DAY:
        return Window(period=period, first=today, next_first=today + timedelta(days=1), zone=zone)
    months = today.year * 12 + today.month - 1
    if today < _anchor(months, billing_day):
        months -= 1
    first, next_first = _anchor(months, billing_day), _anchor(months + 1, billing_day)
    return Window(period=period, first=first, next_first=next_first, zone=zone)


def _anchor(months: int, billing_day: int) -> date:
    """The day on which that month's billing begins; `months` since the year 0."""
    year, month = divmod(months, 12)
    return date(year, month + 1, min(billing_day, monthrange(year, month + 1)[1]))
