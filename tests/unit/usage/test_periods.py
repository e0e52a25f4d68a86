"""Days and billing months: their edges in the account's zone."""

from calendar import monthrange
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.usage.periods import Period, Window, day_of, window_of

BERLIN, KOLKATA, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Kolkata"), ZoneInfo("America/New_York")
ZONES = [ZoneInfo("UTC"), BERLIN, KOLKATA, NEW_YORK, ZoneInfo("Pacific/Kiritimati"), ZoneInfo("America/Havana")]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def month(now: str, zone: ZoneInfo, day: int) -> tuple[str, str]:
    window = window_of(Period.MONTH, at(now), zone, day)
    return window.first.isoformat(), window.next_first.isoformat()


@pytest.mark.parametrize(
    ("now", "zone", "first", "resets"),
    [
        ("2026-03-02T22:59:59", BERLIN, "2026-03-02", "2026-03-02T23:00"),
        ("2026-03-02T23:00:00", BERLIN, "2026-03-03", "2026-03-03T23:00"),
        ("2026-03-02T18:30:00", KOLKATA, "2026-03-03", "2026-03-03T18:30"),
        ("2026-03-02T04:59:59", NEW_YORK, "2026-03-01", "2026-03-02T05:00"),
        ("2026-03-29T12:00:00", BERLIN, "2026-03-29", "2026-03-29T22:00"),
        ("2026-10-25T12:00:00", BERLIN, "2026-10-25", "2026-10-25T23:00"),
    ],
)
def test_a_day_ends_at_the_zones_midnight(now: str, zone: ZoneInfo, first: str, resets: str) -> None:
    """Also on the days when the clocks change."""
    window = window_of(Period.DAY, at(now), zone, 1)
    assert (window.first.isoformat(), window.resets_at) == (first, at(resets))


@pytest.mark.parametrize(
    ("now", "day", "first", "next_first"),
    [
        ("2026-03-02T12:00:00", 1, "2026-03-01", "2026-04-01"),
        ("2026-03-14T23:59:59", 15, "2026-02-15", "2026-03-15"),
        ("2026-03-15T00:00:00", 15, "2026-03-15", "2026-04-15"),
        ("2026-01-30T12:00:00", 31, "2025-12-31", "2026-01-31"),
        ("2026-01-31T00:00:00", 31, "2026-01-31", "2026-02-28"),
        ("2026-02-27T23:59:59", 31, "2026-01-31", "2026-02-28"),
        ("2026-02-28T00:00:00", 31, "2026-02-28", "2026-03-31"),
        ("2028-02-28T12:00:00", 31, "2028-01-31", "2028-02-29"),
        ("2026-04-30T00:00:00", 31, "2026-04-30", "2026-05-31"),
        ("2026-12-31T12:00:00", 1, "2026-12-01", "2027-01-01"),
    ],
)
def test_a_month_begins_on_the_billing_day_or_the_last_of_a_shorter_one(
    now: str, day: int, first: str, next_first: str
) -> None:
    assert month(now, ZoneInfo("UTC"), day) == (first, next_first)


def test_a_month_begins_at_the_zones_midnight() -> None:
    assert month("2026-03-31T21:59:59", BERLIN, 1)[0] == "2026-03-01"
    assert month("2026-03-31T22:00:00", BERLIN, 1)[0] == "2026-04-01"


moments = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1)).map(lambda naive: naive.replace(tzinfo=UTC))  # noqa: DTZ001


@given(now=moments, zone=st.sampled_from(ZONES), day=st.integers(1, 31), period=st.sampled_from(Period))
def test_windows_follow_each_other_without_gap_or_overlap(
    now: datetime, zone: ZoneInfo, day: int, period: Period
) -> None:
    """Whenever it is: today lies in its window, and the next one begins where it ends."""
    window = window_of(period, now, zone, day)
    assert window.first <= day_of(now, zone) < window.next_first
    assert window.resets_at > now
    following = window_of(period, window.resets_at + timedelta(hours=12), zone, day)
    assert following.first == window.next_first
    if period is Period.MONTH:
        assert _begins_right(window, day)


def _begins_right(window: Window, day: int) -> bool:
    last = monthrange(window.first.year, window.first.month)[1]
    return window.first.day == min(day, last)
