"""A session becomes active again: after a pause, by a claim, or when it is given back."""

from dataclasses import replace

from core.fixes.reminders import unpark
from core.ports import UnitOfWork
from core.sessions.live import refresh_live
from core.sessions.model import Session, SessionStatus
from core.sessions.quiet import arm_abandon
from core.turns.queue import wake_pending

__all__ = ["activate"]


def activate(uow: UnitOfWork, session: Session) -> Session:
    """Let turns and timers go on. Messages that still awaited an answer when the session stopped are answered now."""
    session = replace(session, status=SessionStatus.ACTIVE, paused_at=None, active_at=uow.now)
    uow.sessions.save(session)
    arm_abandon(uow, session)
    refresh_live(uow, session)
    if (fix := uow.fixes.active(session.id)) is not None:
        unpark(uow, fix)
    wake_pending(uow, session)
    return session
