"""Active minutes: short gaps between the engineers' events, pauses left out."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.documents.minutes import LONGEST_GAP, active_minutes
from tests.unit.documents.bundles import NINE


def at(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("events", "pauses", "minutes"),
    [
        ([], [], 0),
        ([0], [], 1),
        ([0, 0, 0], [], 1),
        ([0, 5, 9], [], 9),
        ([9, 0, 5], [], 9),
        ([0, 9.99], [], 10),
        ([0, 10], [], 1),
        ([0, 3, 30, 34], [], 7),
        ([0, 0.2], [], 1),
        ([0, 2.5], [], 3),
        ([0, 8], [(2, 5)], 5),
        ([0, 8], [(2, 5), (4, 6)], 4),
        ([0, 8], [(0, 8)], 1),
        ([0, 8, 16], [(4, None)], 4),
        ([0, 8, 90], [], 8),
        ([100], [], 0),
        ([0, 8], [(5, 2)], 8),
    ],
)
def test_minutes_are_the_short_gaps_without_the_pauses(
    events: list[float], pauses: list[tuple[float, float | None]], minutes: int
) -> None:
    """Rounded up, at least one when anything happened; later events than `until` do not count."""
    spans = [(at(start), None if end is None else at(end)) for start, end in pauses]
    assert active_minutes(map(at, events), spans, at(60)) == minutes


def test_a_change_of_the_clock_does_not_lengthen_a_gap() -> None:
    """Five minutes across the start of summer time are five minutes."""
    zone = ZoneInfo("Europe/Budapest")
    before = datetime(2026, 3, 29, 1, 58, tzinfo=zone)
    after = datetime(2026, 3, 29, 3, 3, tzinfo=zone)
    assert active_minutes([before, after], [], after) == 5


_MOMENTS = st.floats(0, 300, allow_nan=False).map(at)
_PAUSES = st.lists(st.tuples(_MOMENTS, st.none() | _MOMENTS), max_size=4)


@given(st.lists(_MOMENTS, max_size=12), _PAUSES, _MOMENTS)
@settings(max_examples=200, deadline=None)
def test_minutes_stay_within_what_can_be(
    events: list[datetime], pauses: list[tuple[datetime, datetime | None]], until: datetime
) -> None:
    """Never negative, never more than the time that passed or the gaps allow; pauses only take away."""
    minutes = active_minutes(events, pauses, until)
    seen = [event for event in events if event <= until]
    assert (minutes >= 1) is bool(seen)
    if seen:
        passed = (max(seen) - min(seen)) / timedelta(minutes=1)
        longest = (len(seen) - 1) * (LONGEST_GAP / timedelta(minutes=1))
        assert minutes <= max(1, min(passed, longest) + 1)
    assert minutes <= active_minutes(events, [], until)
    assert minutes == active_minutes(reversed(events), pauses[::-1], until)
