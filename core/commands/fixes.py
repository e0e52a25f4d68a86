"""Operations on fixes and their outcomes."""

from dataclasses import dataclass

from core.commands.base import SessionAction
from core.fixes.model import Decision, FixStatus

__all__ = [
    "ApplyFix",
    "ConfirmOutcome",
    "CorrectOutcome",
    "DecideFix",
    "OpenCorrection",
    "OpenOutcome",
    "RecordOutcome",
    "ReplaceFix",
    "StillChecking",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyFix(SessionAction):
    """The fix has been applied; no word yet whether it worked."""

    fix_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenOutcome(SessionAction):
    """The form that asks for an outcome's notes."""

    fix_id: str
    status: FixStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordOutcome(SessionAction):
    """Record what became of the fix. `fix_id` "" is the active one; `look_again`: "", "1h", "4h", "tomorrow", a date;
    `look_again_on`: a date, which wins."""

    fix_id: str = ""
    status: FixStatus
    notes: str = ""
    look_again: str = ""
    look_again_on: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCorrection(SessionAction):
    """The form that changes a final outcome."""

    fix_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectOutcome(SessionAction):
    """Change a final outcome within ten minutes. `look_again`, `look_again_on`: as in RecordOutcome, for pending."""

    fix_id: str
    status: FixStatus
    notes: str = ""
    look_again: str = "4h"
    look_again_on: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmOutcome(SessionAction):
    """Confirm the outcome that was read out of the chat."""

    fix_id: str
    status: FixStatus
    notes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StillChecking(SessionAction):
    """The answer to the nudge: records *pending*."""

    fix_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecideFix(SessionAction):
    """How the fix will be run."""

    fix_id: str
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplaceFix(SessionAction):
    """Let the waiting fix take the active one's place. `outcome`, `notes`: what became of that, where it has no final one."""

    fix_id: str
    outcome: str = ""
    notes: str = ""
