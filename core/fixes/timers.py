"""What becomes due on a fix: the nudge while it is verified, the follow-ups while it is pending (SPEC 4)."""

from dataclasses import replace
from datetime import timedelta

from core.fixes.handlers import FOLLOW_UP
from core.fixes.model import Fix, FixStatus
from core.ports import UnitOfWork
from core.say import say
from core.sessions.model import SessionStatus
from core.work.model import Work

__all__ = ["follow_up", "nudge"]

#: "Did it hold?" is asked at most this often (SPEC 4), and again after this long.
MOST_FOLLOW_UPS = 3
AGAIN_AFTER = timedelta(hours=4)


def _fix(uow: UnitOfWork, work: Work) -> Fix | None:
    """The fix, if it is still the session's, and the session goes on."""
    session = uow.sessions.get(work.session_id or "")
    fix = uow.fixes.get(work.subject)
    if session is None or fix is None or not fix.active:
        return None
    return fix if session.status in (SessionStatus.ACTIVE, SessionStatus.ESCALATED) else None


def nudge(uow: UnitOfWork, work: Work) -> None:
    """Ask once for a word, if there was none since Apply."""
    fix = _fix(uow, work)
    session = uow.sessions.get(work.session_id or "")
    if fix is None or session is None or not fix.verifying:
        return
    uow.log(session.id, "nudged", title=fix.title)
    say(uow, session, "nudge", fix.id)


def follow_up(uow: UnitOfWork, work: Work) -> None:
    """Ask whether it held, while the outcome that this was set for still stands."""
    fix = _fix(uow, work)
    session = uow.sessions.get(work.session_id or "")
    if fix is None or session is None or fix.status is not FixStatus.PENDING or fix.outcome_at is None:
        return
    if fix.outcome_at.isoformat() != work.payload.get("outcome_at") or fix.follow_ups >= MOST_FOLLOW_UPS:
        return
    fix = replace(fix, follow_ups=fix.follow_ups + 1)
    uow.fixes.note_follow_up(fix)
    uow.log(session.id, "followed_up", title=fix.title)
    say(uow, session, "follow_up", fix.id)
    if fix.follow_ups < MOST_FOLLOW_UPS:
        uow.work.add(
            FOLLOW_UP,
            lane=work.lane,
            session_id=session.id,
            subject=fix.id,
            payload=work.payload,
            dedupe_key=f"{FOLLOW_UP}:{fix.id}:{work.payload['outcome_at']}:{fix.follow_ups}",
            due_at=uow.now + AGAIN_AFTER,
        )
