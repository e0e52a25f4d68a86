"""The timer of a session in which nothing is said: a reminder, and then its end (core.sessions.timers)."""

from datetime import datetime, timedelta

from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["ABANDON", "END", "REMIND", "REMIND_BEFORE", "arm_abandon"]

#: The timer that reminds of a quiet session, and then abandons it.
ABANDON = "abandon"
#: What it does next.
REMIND, END = "remind", "abandon"
#: How long before the end the reminder comes.
REMIND_BEFORE = timedelta(days=1)


def arm_abandon(uow: UnitOfWork, session: Session, *, stage: str = REMIND, due_at: datetime | None = None) -> None:
    """See that somebody is reminded when the session has been quiet for almost too long, or whatever else is due next."""
    uow.work.add(
        ABANDON,
        lane=f"timer:{session.id}",
        session_id=session.id,
        subject=session.id,
        payload={"stage": stage},
        dedupe_key=f"{ABANDON}:{session.id}",
        due_at=due_at or uow.now + uow.rules.abandon_after - REMIND_BEFORE,
    )
