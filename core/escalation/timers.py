"""What becomes due on an escalation that nobody claims (SPEC 5)."""

from dataclasses import replace

from core.escalation.calling import remind, remind_admins
from core.escalation.handlers import arm_reminder
from core.escalation.model import EscalationStatus
from core.ports import UnitOfWork
from core.work.model import Work

__all__ = ["claim_reminder"]


def claim_reminder(uow: UnitOfWork, work: Work) -> None:
    """First a reminder where the card stands, then the admins."""
    session = uow.sessions.get(work.session_id or "")
    escalation = uow.escalations.get(work.subject)
    if session is None or escalation is None or escalation.status is not EscalationStatus.OPEN:
        return
    if work.payload.get("stage") != str(escalation.reminders):
        return
    uow.log(session.id, "claim_reminded", to="admins" if escalation.reminders else "")
    if escalation.reminders:
        remind_admins(uow, session, escalation)
    else:
        remind(uow, session, escalation)
    escalation = replace(escalation, reminders=escalation.reminders + 1)
    uow.escalations.save(escalation)
    if escalation.reminders == 1:
        arm_reminder(uow, session, escalation)
