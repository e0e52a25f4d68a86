"""Operations on escalations and on deliveries that failed."""

from dataclasses import dataclass

from core.commands.base import SessionAction

__all__ = ["ClaimSession", "OpenRetarget", "RetargetEscalation", "RetryWork", "ReturnSession", "WithdrawEscalation"]


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimSession(SessionAction):
    """Take an escalated session over. `confirmed`: though it is aimed at somebody else."""

    confirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnSession(SessionAction):
    """Give a claimed session back to its previous owner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawEscalation(SessionAction):
    """Take an escalation back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRetarget(SessionAction):
    """The form that aims an escalation at somebody else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RetargetEscalation(SessionAction):
    """Aim an escalation at somebody else."""

    person: str = ""
    queue: str = ""
    urgency: str = "normal"


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryWork(SessionAction):
    """Try a dead delivery again."""

    work_id: int
