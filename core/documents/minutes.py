"""The active minutes of a session, for the time entry on its ticket (SPEC 5)."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil

__all__ = ["LONGEST_GAP", "active_minutes"]

#: A pause this long or longer between two events of the engineers was no work on the session.
LONGEST_GAP = timedelta(minutes=10)


def active_minutes(
    events: Iterable[datetime], pauses: Iterable[tuple[datetime, datetime | None]], until: datetime
) -> int:
    """Minutes of work: the gaps under 10 minutes between consecutive events of the engineers, pauses left out.

    `pauses` are (from, to), with None for one that still goes on; nothing after `until` counts. Rounded up to whole
    minutes, and at least 1 when there was any event. All times carry a zone.
    """
    # In UTC, because two times of one zone are subtracted by the clock on the wall, also across a change of the clock.
    moments = sorted(event.astimezone(UTC) for event in events if event <= until)
    if not moments:
        return 0
    ends = ((start, until if end is None else min(end, until)) for start, end in pauses)
    paused = _merged((start.astimezone(UTC), end.astimezone(UTC)) for start, end in ends)
    gaps = (gap for gap in pairwise(moments) if gap[1] - gap[0] < LONGEST_GAP)
    worked = sum((_without(paused, *gap) for gap in gaps), timedelta())
    return max(1, ceil(worked / timedelta(minutes=1)))


def _merged(pauses: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The pauses in order, those that touch as one, so that no minute is taken off twice."""
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(pause for pause in pauses if pause[0] < pause[1]):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _without(paused: list[tuple[datetime, datetime]], start: datetime, end: datetime) -> timedelta:
    """How long it is from start to end, without the pauses in between."""
    overlaps = (min(end, stop) - max(start, begin) for begin, stop in paused)
    return end - start - sum((overlap for overlap in overlaps if overlap > timedelta()), timedelta())
