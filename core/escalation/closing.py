"""An escalation that its session's end or return closes."""

from dataclasses import replace

from core.escalation.model import EscalationStatus
from core.ports import UnitOfWork
from core.say import ESCALATION_CARDS, refresh
from core.sessions.model import Session

__all__ = ["close_escalation"]


def close_escalation(uow: UnitOfWork, session: Session, status: EscalationStatus = EscalationStatus.CLOSED) -> None:
    """Give the session's open or claimed escalation its end, and bring its card up to date."""
    escalation = uow.escalations.latest(session.id)
    if escalation is None or escalation.status not in (EscalationStatus.OPEN, EscalationStatus.CLAIMED):
        return
    uow.escalations.save(replace(escalation, status=status))
    refresh(uow, session, escalation.id, *ESCALATION_CARDS)
