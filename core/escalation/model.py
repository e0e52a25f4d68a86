"""An escalation of a session (SPEC 5)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = ["Escalation", "EscalationStatus", "Urgency", "reminder_after"]


class EscalationStatus(StrEnum):
    """What became of it."""

    OPEN = "open"
    CLAIMED = "claimed"
    RETURNED = "returned"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"


class Urgency(StrEnum):
    """How soon somebody must look."""

    NORMAL = "normal"
    URGENT = "urgent"


@dataclass(frozen=True, kw_only=True, slots=True)
class Escalation:
    """One hand-over. `person_id` None with `queue` "" means anyone. `package` is the markdown as posted."""

    id: str
    account_id: str
    session_id: str
    status: EscalationStatus = EscalationStatus.OPEN
    reason: str
    person_id: str | None = None
    queue: str = ""
    urgency: Urgency = Urgency.NORMAL
    package: str
    created_by: str
    created_at: datetime
    claimed_by: str | None = None
    claimed_at: datetime | None = None
    #: How often nobody came: 1 after the reminder, 2 after the admins were told.
    reminders: int = 0

    def aimed_at(self, person: str) -> str:
        """To whom, in words: the person, who is called `person`, and the queue; "anyone" without either."""
        return ", ".join(filter(None, (person, self.queue))) or "anyone"


def reminder_after(urgency: Urgency) -> timedelta:
    """Unclaimed: a reminder after 15 minutes, urgent 5, and then the admins after as long again (SPEC 5)."""
    return timedelta(minutes=5 if urgency is Urgency.URGENT else 15)
