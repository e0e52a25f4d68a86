"""What becomes due on a quiet session: a reminder, then its end (SPEC 2)."""

from core.ports import UnitOfWork
from core.say import say
from core.sessions.handlers import abandon
from core.sessions.model import SessionStatus
from core.sessions.start import ABANDON, REMIND_BEFORE
from core.work.model import Work

__all__ = ["quiet"]


def quiet(uow: UnitOfWork, work: Work) -> None:
    """Remind, or abandon; when something happened meanwhile, wait for as long again from then."""
    session = uow.sessions.get(work.session_id or "")
    if session is None or session.status not in (SessionStatus.ACTIVE, SessionStatus.PAUSED):
        return
    end = session.active_at + uow.rules.abandon_after
    if uow.now >= end and work.payload.get("stage") == "abandon":
        abandon(uow, session, why="quiet for too long")
        return
    reminding = uow.now >= end - REMIND_BEFORE
    if reminding and work.payload.get("stage") == "remind":
        uow.log(session.id, "reminded")
        say(uow, session, "remind", session.id)
    uow.work.add(
        ABANDON,
        lane=work.lane,
        session_id=session.id,
        subject=session.id,
        payload={"stage": "abandon" if reminding else "remind"},
        dedupe_key=f"{ABANDON}:{session.id}",
        due_at=max(end, uow.now + REMIND_BEFORE) if reminding else end - REMIND_BEFORE,
    )
