"""A suggested fix and the transition table of its outcome (SPEC 4)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from core.errors import FixSuperseded, IllegalOutcome, InvalidInput, OutcomeAlreadyFinal

__all__ = [
    "CORRECTION_WINDOW",
    "MAX_NOTES",
    "Decision",
    "Fix",
    "FixStatus",
    "apply",
    "correct",
    "correctable",
    "in_time",
    "overtaken_by",
    "record",
    "supersede",
]

#: A final outcome may be corrected this long after it was recorded (SPEC 4).
CORRECTION_WINDOW = timedelta(minutes=10)
#: Characters of an outcome's notes.
MAX_NOTES = 1000


class FixStatus(StrEnum):
    """What became of a fix. *Verifying* is `PROPOSED` with `applied_at` set."""

    PROPOSED = "proposed"
    PENDING = "applied_pending"
    PARTIAL = "applied_partial"
    SUCCESS = "applied_success"
    FAILED = "applied_failed"
    DISMISSED = "dismissed"

    @property
    def final(self) -> bool:
        """Whether the table lets nothing follow but a correction."""
        return self in (FixStatus.SUCCESS, FixStatus.FAILED)


class Decision(StrEnum):
    """How the engineer will run the fix; orthogonal to its status."""

    ONE_OFF = "one_off"
    DRAFT_TEMPLATE = "draft_template"
    BUILD_TEMPLATE = "build_template"
    DISMISSED = "dismissed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Fix:
    """One resolution path. At most one of a session is active: not superseded, not waiting."""

    id: str
    account_id: str
    session_id: str
    title: str
    #: What to do, in words; the notes tell it.
    description: str
    #: Markdown for the one who does it: warning, commands, the way by hand. Never in a note.
    detail: str = ""
    #: What the problem's cause is if this fix holds; "" when nobody knows.
    cause: str = ""
    #: 0 to 1.
    confidence: float
    status: FixStatus = FixStatus.PROPOSED
    decision: Decision | None = None
    #: The reason of pending ("waiting on what?"), the notes of partial, the reason of failed, or "".
    notes: str = ""
    applied_at: datetime | None = None
    applied_by: str | None = None
    verified_at: datetime | None = None
    #: Set when a newer fix took its place, or it was dismissed.
    superseded_at: datetime | None = None
    #: Suggested while another fix had no outcome yet: shown behind *Replace?*, not active.
    waiting: bool = False
    outcome_by: str | None = None
    outcome_at: datetime | None = None
    #: How often "Did it hold?" was asked since the last outcome; at most three (SPEC 4).
    follow_ups: int = 0
    #: The flow and node whose solution this is, for its success rate and for where to go when it fails.
    flow_id: str | None = None
    node: str | None = None
    created_at: datetime

    @property
    def active(self) -> bool:
        """Whether this is the session's current fix."""
        return self.superseded_at is None and not self.waiting

    @property
    def verifying(self) -> bool:
        """Applied, no word yet."""
        return self.status is FixStatus.PROPOSED and self.applied_at is not None

    @property
    def undecided(self) -> bool:
        """Applied and not settled: a new suggestion waits behind it, an escalation asks for its outcome first."""
        return self.active and (self.verifying or self.status in (FixStatus.PENDING, FixStatus.PARTIAL))

    @property
    def tried(self) -> bool:
        """Whether it was really applied, so that notes may list it under what was tried."""
        return self.applied_at is not None

    @property
    def state(self) -> str:
        """The row of SPEC 4's table that it stands in, as one word for people."""
        if self.status is FixStatus.DISMISSED:
            return "dismissed"
        if self.superseded_at is not None:
            return "superseded"
        return self.outcome

    @property
    def outcome(self) -> str:
        """What became of it, as one word for people, whatever took its place since."""
        return "verifying" if self.verifying else self.status.removeprefix("applied_")


def _open(fix: Fix) -> None:
    if fix.superseded_at is not None or fix.status is FixStatus.DISMISSED:
        raise FixSuperseded("This fix was set aside or replaced by a newer one.")
    if fix.status.final:
        word = "worked" if fix.status is FixStatus.SUCCESS else "failed"
        raise OutcomeAlreadyFinal(f"This fix is already recorded as {word}.")
    if fix.waiting:
        raise IllegalOutcome("Record the outcome of the current fix first.")


def apply(fix: Fix, *, by: str, at: datetime) -> Fix:
    """The fix, verifying: the engineer has applied it. Raises when the table has no such step."""
    _open(fix)
    if fix.status is not FixStatus.PROPOSED or fix.applied_at is not None:
        raise IllegalOutcome("This fix is already applied.")
    return replace(fix, applied_at=at, applied_by=by)


def record(fix: Fix, status: FixStatus, *, notes: str = "", by: str, at: datetime) -> Fix:
    """The fix with an outcome. `notes`: needed for pending (what it waits on) and partial (what is left).

    Raises OutcomeAlreadyFinal, FixSuperseded, IllegalOutcome or InvalidInput; the fix is a value and stays as it was.
    """
    _open(fix)
    if status is FixStatus.PROPOSED:
        raise IllegalOutcome("“Proposed” is not an outcome.")
    return _with_outcome(fix, status, notes=notes.strip(), by=by, at=at)


def overtaken_by(fix: Fix, newer: Sequence[Fix]) -> Fix | None:
    """Of the fixes that were suggested after a superseded one, the one by which its outcome has become history, because it was
    tried. None where there is none, and for a fix that was not superseded."""
    return None if fix.superseded_at is None else next((other for other in newer if other.tried), None)


def correctable(fix: Fix, *, at: datetime, newer: Sequence[Fix]) -> bool:
    """Whether its final outcome may be corrected: the time for that is not over, and nothing that replaced it was tried."""
    return in_time(fix, at=at) and _may_return(fix, newer)


def in_time(fix: Fix, *, at: datetime) -> bool:
    """Whether it has a final outcome, and the time in which that may be corrected is not over."""
    return fix.status.final and fix.outcome_at is not None and at - fix.outcome_at <= CORRECTION_WINDOW


def _may_return(fix: Fix, newer: Sequence[Fix]) -> bool:
    return fix.superseded_at is None or (bool(newer) and overtaken_by(fix, newer) is None)


def correct(
    fix: Fix,
    status: FixStatus,
    *,
    notes: str = "",
    by: str,
    by_admin: bool,
    at: datetime,
    newer: Sequence[Fix] = (),
) -> Fix:
    """The fix with its final outcome changed, or the words of it, within the window, by its recorder or an admin (SPEC 4).

    `newer`: the fixes that were suggested after it. One that was superseded is corrected, too, while none of those was tried.
    Unless it failed or is dismissed it is active again, and whichever of them is must be superseded.
    """
    if fix.superseded_at is not None and not (fix.status.final and _may_return(fix, newer)):
        raise FixSuperseded("This fix was set aside or replaced by a newer one.")
    if not fix.status.final:
        raise IllegalOutcome("Only a recorded “worked” or “failed” can be corrected.")
    if status is FixStatus.PROPOSED or (status is fix.status and notes.strip() == fix.notes):
        raise IllegalOutcome("That is what is recorded. Choose another outcome, or say it in other words.")
    if not in_time(fix, at=at):
        raise OutcomeAlreadyFinal("An outcome can be corrected for 10 minutes; that time is over.")
    if fix.outcome_by != by and not by_admin:
        raise IllegalOutcome("Only the one who recorded it, or an admin, can correct it.")
    corrected = _with_outcome(replace(fix, verified_at=None), status, notes=notes.strip(), by=by, at=at)
    holds = status not in (FixStatus.FAILED, FixStatus.DISMISSED)
    return replace(corrected, superseded_at=None) if holds else corrected


def supersede(fix: Fix, *, at: datetime) -> Fix:
    """The fix, no longer active because a newer one takes its place. One with no outcome yet must get it first."""
    if fix.undecided:
        raise IllegalOutcome("Record the outcome of the current fix first.")
    return fix if fix.superseded_at is not None else replace(fix, superseded_at=at)


def _with_outcome(fix: Fix, status: FixStatus, *, notes: str, by: str, at: datetime) -> Fix:
    if status is FixStatus.PENDING and not notes:
        raise InvalidInput({"notes": "Say what you are waiting on."})
    if status is FixStatus.PARTIAL and not notes:
        raise InvalidInput({"notes": "Say what is left to do."})
    changed = replace(fix, status=status, notes=notes, outcome_by=by, outcome_at=at, follow_ups=0)
    if status is FixStatus.DISMISSED:
        return replace(changed, superseded_at=changed.superseded_at or at, decision=Decision.DISMISSED)
    if changed.applied_at is None:
        changed = replace(changed, applied_at=at, applied_by=by)
    return replace(changed, verified_at=at) if status.final else changed
