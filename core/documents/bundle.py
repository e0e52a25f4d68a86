"""The bundle: everything the documents may know about a session, and nothing else (SPEC 5).

Notes are built from these values only, by the deterministic drafts as by a model, so that every word of a
note can be checked against them. Texts are redacted before they get here.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum

from core.facts.model import Fact, SourceType
from core.fixes.model import Fix, FixStatus
from core.tickets.model import Ticket

__all__ = [
    "Bundle",
    "BundleEscalation",
    "BundleFact",
    "BundleFix",
    "Check",
    "DocumentKind",
    "Said",
    "ScriptRun",
    "assuming",
    "bundle_from",
]


class DocumentKind(StrEnum):
    """The three documents of SPEC 5."""

    RESOLUTION = "resolution"
    ESCALATION = "escalation"
    CONCLUSION = "conclusion"


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleFact:
    """One confirmed statement; `question` is the text of the step it was learned from, or ""."""

    text: str
    source_type: SourceType
    question: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One answered step. Skipped steps are left out of the bundle."""

    text: str
    #: What was answered: the chosen option or the engineer's own words.
    finding: str
    #: `question`, `action` or `verification`.
    kind: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class ScriptRun:
    """One generated script; sensitive parameters are already redacted."""

    name: str
    parameters: tuple[tuple[str, str], ...] = ()
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleFix:
    """One fix with its outcome fields."""

    title: str
    description: str = ""
    #: What the problem's cause is if this fix holds; "" when nobody knows.
    cause: str = ""
    #: 0 to 1.
    confidence: float
    status: FixStatus
    applied: bool
    #: What pending waits on, what partial leaves open, why it failed, or "".
    notes: str = ""
    superseded: bool = False
    #: When it was applied, if it was.
    at: datetime | None = None

    @property
    def percent(self) -> int:
        """The confidence as the whole percentage that people see, and that thresholds are compared with."""
        return round(self.confidence * 100)

    @property
    def state(self) -> str:
        """`proposed`, `verifying`, `pending`, `partial`, `success`, `failed` or `dismissed` (SPEC 4)."""
        if self.status is FixStatus.PROPOSED and self.applied:
            return "verifying"
        return self.status.removeprefix("applied_")

    @property
    def tried(self) -> bool:
        """Whether a note may list it under what was tried: really applied, and not dismissed (SPEC 5)."""
        return self.applied and self.status is not FixStatus.DISMISSED


@dataclass(frozen=True, kw_only=True, slots=True)
class BundleEscalation:
    """Why the session was escalated, to whom (a queue, or words like "anyone"), and how urgent it is."""

    reason: str
    to: str = ""
    urgency: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message of the chat; documents that were posted into the thread are not part of it."""

    #: `engineer` or `bot`.
    who: str
    text: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """The only input of the documents. Sequences are in the order in which things happened."""

    title: str
    summary: str = ""
    domain: str = ""
    #: The first words of the engineer.
    intake: str = ""
    ticket: Ticket | None = None
    facts: tuple[BundleFact, ...] = ()
    checks: tuple[Check, ...] = ()
    scripts: tuple[ScriptRun, ...] = ()
    #: Every applied fix other than `active`, superseded ones too; dismissed ones never.
    tried: tuple[BundleFix, ...] = ()
    #: The active fix; or the last dismissed one, while nothing newer exists.
    active: BundleFix | None = None
    #: The answer to "What resolved it?", or "".
    resolved_by: str = ""
    #: The session's status: `active`, `paused`, `escalated`, `resolved` or `abandoned`.
    status: str = "active"
    escalation: BundleEscalation | None = None
    engineer_notes: tuple[str, ...] = ()
    #: For the conclusion only.
    transcript: tuple[Said, ...] = ()
    #: Steps that were offered and are still open: hints for what comes next.
    next_steps: tuple[str, ...] = ()

    @property
    def state(self) -> str:
        """The state of the active fix, or `none`."""
        return "none" if self.active is None else self.active.state

    @property
    def applied_fixes(self) -> tuple[BundleFix, ...]:
        """Every fix that notes list as tried, the active one last."""
        mine = (self.active,) if self.active is not None and self.active.tried else ()
        return tuple(fix for fix in self.tried if fix.tried) + mine


def assuming(bundle: Bundle, status: FixStatus, notes: str = "") -> Bundle:
    """The bundle as it would be if the active fix were recorded with `status` now.

    Resolve previews a pending or verifying fix "as worked" with it (SPEC 5). As in a real recording, the
    notes of the earlier outcome do not survive. Without an active fix, or with one already in that status,
    nothing changes.
    """
    fix = bundle.active
    if fix is None or fix.status is status:
        return bundle
    applied = fix.applied or status not in (FixStatus.PROPOSED, FixStatus.DISMISSED)
    return replace(bundle, active=replace(fix, status=status, notes=notes.strip(), applied=applied))


def bundle_from(
    *,
    title: str,
    status: str,
    summary: str = "",
    domain: str = "",
    intake: str = "",
    ticket: Ticket | None = None,
    facts: Iterable[Fact] = (),
    questions: Mapping[str, str] | None = None,
    checks: Iterable[Check] = (),
    scripts: Iterable[ScriptRun] = (),
    fixes: Iterable[Fix] = (),
    resolved_by: str = "",
    escalation: BundleEscalation | None = None,
    engineer_notes: Iterable[str] | None = None,
    transcript: Iterable[Said] = (),
    next_steps: Iterable[str] = (),
) -> Bundle:
    """A bundle of core's own values. `questions` maps a step's id to its text, for the facts learned from it.

    Deleted facts are left out. `engineer_notes` default to the facts that engineers noted themselves. Of the
    fixes, one is `active` and the applied rest `tried`, as Bundle says; ones that wait behind *Replace?* are
    left out.
    """
    asked = questions or {}
    kept = sorted((fact for fact in facts if fact.deleted_at is None), key=lambda fact: fact.created_at)
    if engineer_notes is None:
        engineer_notes = (fact.text for fact in kept if fact.source_type is SourceType.NOTE)
    active, tried = _split(fixes)
    return Bundle(
        title=title,
        summary=summary,
        domain=domain,
        intake=intake,
        ticket=ticket,
        facts=tuple(
            BundleFact(text=fact.text, source_type=fact.source_type, question=asked.get(fact.step_id or "", ""))
            for fact in kept
        ),
        checks=tuple(checks),
        scripts=tuple(scripts),
        tried=tuple(_value(fix) for fix in tried),
        active=None if active is None else _value(active),
        resolved_by=resolved_by,
        status=status,
        escalation=escalation,
        engineer_notes=tuple(engineer_notes),
        transcript=tuple(transcript),
        next_steps=tuple(next_steps),
    )


def _split(fixes: Iterable[Fix]) -> tuple[Fix | None, list[Fix]]:
    """The active fix, or the last one if it was dismissed; and the others by time of applying."""
    known = sorted((fix for fix in fixes if not fix.waiting), key=lambda fix: fix.created_at)
    active = next((fix for fix in reversed(known) if fix.active), None)
    if active is None and known and known[-1].status is FixStatus.DISMISSED:
        active = known[-1]
    tried = [fix for fix in known if fix is not active and fix.tried and fix.status is not FixStatus.DISMISSED]
    return active, sorted(tried, key=lambda fix: fix.applied_at or datetime.max.replace(tzinfo=UTC))


def _value(fix: Fix) -> BundleFix:
    return BundleFix(
        title=fix.title,
        description=fix.description,
        cause=fix.cause,
        confidence=fix.confidence,
        status=fix.status,
        applied=fix.applied_at is not None,
        notes=fix.notes,
        superseded=fix.superseded_at is not None,
        at=fix.applied_at,
    )
