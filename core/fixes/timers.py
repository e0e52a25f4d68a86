"""What becomes due on a fix: the nudge while it is verified, the follow-ups while it is pending (SPEC 4)."""

from dataclasses import replace
from datetime import timedelta

from core.fixes.model import Fix, FixStatus
from core.fixes.reminders import FOLLOW_UP, MOST_FOLLOW_UPS, NUDGE, arm_follow_up, park
from core.ports import UnitOfWork
from core.say import say
from core.sessions.model import Session, SessionStatus
from core.work.model import Work

__all__ = ["follow_up", "nudge"]

#: "Did it hold?" is asked again after this long.
AGAIN_AFTER = timedelta(hours=4)


def nudge(uow: UnitOfWork, work: Work) -> None:
    """Ask once for a word, if there was none since Apply."""
    session, fix = _about(uow, work)
    if session is None or fix is None or not fix.verifying:
        return
    if session.status is SessionStatus.PAUSED:
        park(uow, NUDGE, fix, work.payload)
        return
    uow.log(session.id, "nudged", title=fix.title)
    say(uow, session, "nudge", fix.id)


def follow_up(uow: UnitOfWork, work: Work) -> None:
    """Ask whether it held, while the outcome that this was set for still stands."""
    session, fix = _about(uow, work)
    if session is None or fix is None or fix.status is not FixStatus.PENDING or fix.outcome_at is None:
        return
    if fix.outcome_at.isoformat() != work.payload.get("outcome_at") or fix.follow_ups >= MOST_FOLLOW_UPS:
        return
    if session.status is SessionStatus.PAUSED:
        park(uow, FOLLOW_UP, fix, work.payload)
        return
    fix = replace(fix, follow_ups=fix.follow_ups + 1)
    uow.fixes.note_follow_up(fix)
    uow.log(session.id, "followed_up", title=fix.title)
    say(uow, session, "follow_up", fix.id)
    if fix.follow_ups < MOST_FOLLOW_UPS:
        arm_follow_up(uow, fix, uow.now + AGAIN_AFTER)


def _about(uow: UnitOfWork, work: Work) -> tuple[Session | None, Fix | None]:
    """The session and the fix, while both go on: a timer dies with its reason."""
    session, fix = uow.sessions.get(work.session_id or ""), uow.fixes.get(work.subject)
    if session is None or not session.open or fix is None or not fix.active:
        return None, None
    return session, fix
