"""Pausing a session: by command, or to make room in its thread for another."""

from dataclasses import replace

from core.documents.background import post_conclusion
from core.ports import UnitOfWork
from core.sessions.live import refresh_live
from core.sessions.model import Session, SessionStatus

__all__ = ["pause"]


def pause(uow: UnitOfWork, session: Session, **why: str) -> None:
    """Stop turns and timers, and post where things stand."""
    session = replace(session, status=SessionStatus.PAUSED, paused_at=uow.now)
    uow.sessions.save(session)
    uow.log(session.id, "session_paused", **why)
    refresh_live(uow, session)
    post_conclusion(uow, session)
