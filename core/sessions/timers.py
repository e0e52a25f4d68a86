"""What becomes due on a quiet session: a reminder, then its end (SPEC 2)."""

from datetime import datetime

from core.ports import UnitOfWork
from core.say import say
from core.sessions.handlers import abandon
from core.sessions.model import Session, SessionStatus
from core.sessions.quiet import END, REMIND, REMIND_BEFORE, arm_abandon
from core.work.model import Work

__all__ = ["quiet"]


def quiet(uow: UnitOfWork, work: Work) -> None:
    """Remind, or abandon; when something happened meanwhile, wait for as long again from then."""
    session = uow.sessions.get(work.session_id or "")
    if session is None or not session.open:
        return
    end = _last_acted(uow, session) + uow.rules.abandon_after
    handed_over = session.status is SessionStatus.ESCALATED
    reminding = uow.now >= end - REMIND_BEFORE and not handed_over
    if reminding and uow.now >= end and work.payload.get("stage") == END:
        words = f"{session.ref} was quiet for too long and is closed as abandoned."
        say(uow, session, "said", markdown=words)  # while the session still has its threads
        abandon(uow, session, why="quiet for too long")
        return
    if reminding and work.payload.get("stage") == REMIND:
        uow.log(session.id, "reminded")
        say(uow, session, "remind", session.id)
    next_end = uow.now + uow.rules.abandon_after if handed_over else end
    due_at = max(end, uow.now + REMIND_BEFORE) if reminding else next_end - REMIND_BEFORE
    arm_abandon(uow, session, stage=END if reminding else REMIND, due_at=due_at)


def _last_acted(uow: UnitOfWork, session: Session) -> datetime:
    """When an engineer last wrote or clicked."""
    acted = (event.at for event in uow.timeline.of(session.id) if event.actor_id)
    return max(session.active_at, max(acted, default=session.active_at))
