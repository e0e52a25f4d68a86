"""The timers of a fix: "any word yet?" after Apply, and "did it hold?" while it is pending (SPEC 4).

A pause stops timers: one that comes due meanwhile is parked, and fires when the session goes on.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from core.fixes.model import Fix
from core.ports import UnitOfWork

__all__ = ["FOLLOW_UP", "MOST_FOLLOW_UPS", "NUDGE", "NUDGE_AFTER", "arm_follow_up", "arm_nudge", "park", "unpark"]

NUDGE, FOLLOW_UP = "nudge", "follow_up"
#: Verifying with no word for this long posts one quiet reminder.
NUDGE_AFTER = timedelta(minutes=15)
#: "Did it hold?" is asked at most this often.
MOST_FOLLOW_UPS = 3


def arm_nudge(uow: UnitOfWork, fix: Fix) -> None:
    """See that a word is asked for when there is none."""
    _arm(uow, NUDGE, fix, f"{NUDGE}:{fix.id}", uow.now + NUDGE_AFTER)


def arm_follow_up(uow: UnitOfWork, fix: Fix, due: datetime) -> None:
    """Ask at that time whether it held, while the outcome that stands now still stands."""
    assert fix.outcome_at is not None, "a pending fix has an outcome"
    outcome_at = fix.outcome_at.isoformat()
    key = f"{FOLLOW_UP}:{fix.id}:{outcome_at}:{fix.follow_ups}"
    _arm(uow, FOLLOW_UP, fix, key, due, {"outcome_at": outcome_at})


def park(uow: UnitOfWork, kind: str, fix: Fix, payload: Mapping[str, str]) -> None:
    """Put off a timer that came due during a pause; nothing is paused for longer than it takes to be abandoned."""
    _arm(uow, kind, fix, _parked(kind, fix), uow.now + uow.rules.abandon_after, payload)


def unpark(uow: UnitOfWork, fix: Fix) -> None:
    """The session goes on: what came due meanwhile is due now."""
    for kind in (NUDGE, FOLLOW_UP):
        uow.work.hasten(_parked(kind, fix), uow.now)


def _parked(kind: str, fix: Fix) -> str:
    return f"parked:{kind}:{fix.id}"


def _arm(
    uow: UnitOfWork, kind: str, fix: Fix, key: str, due: datetime, payload: Mapping[str, str] | None = None
) -> None:
    uow.work.add(
        kind,
        lane=f"timer:{fix.id}",
        session_id=fix.session_id,
        subject=fix.id,
        payload=payload,
        dedupe_key=key,
        due_at=due,
    )
