"""Erasing sessions: with everything that belongs to them, from the database and from memory (SPEC 9)."""

from datetime import datetime

from core.documents.previews import forget
from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["erase", "erase_closed"]

#: Sessions erased in one transaction.
BATCH = 50


def erase(uow: UnitOfWork, session: Session) -> None:
    """Delete a session. What was posted to chats and tickets stays there."""
    uow.sessions.erase(session.id)
    forget(uow, session)


def erase_closed(uow: UnitOfWork, before: datetime) -> int:
    """Delete some sessions that were closed before that time, and say how many; call it again until there are none."""
    sessions = uow.sessions.closed_before(before, limit=BATCH)
    for session in sessions:
        erase(uow, session)
    return len(sessions)
