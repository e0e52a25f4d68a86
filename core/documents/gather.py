"""Gathering what the documents are built from: the bundle of a session, and its full record."""

from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.documents.bundle import (
    Bundle,
    BundleEscalation,
    Check,
    DocumentKind,
    Said,
    assuming,
    bundle_from,
)
from core.documents.previews import Given
from core.documents.record import (
    RecordedFact,
    RecordedFix,
    RecordedNote,
    RecordedOutcome,
    RecordedStep,
    SessionRecord,
    TimelineEntry,
)
from core.fixes.model import Fix, FixStatus
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import Event, Session, Step
from core.turns.model import Author

__all__ = ["bundle_of", "names_of", "record_of"]

#: Messages that a conclusion reads at most.
TRANSCRIPT = 200


def bundle_of(uow: UnitOfWork, session: Session, kind: DocumentKind, given: Given | None = None) -> Bundle:
    """The bundle of a session now, and of what was answered in a form before it is stored."""
    given = given or Given()
    steps = [step for step in uow.steps.of(session.id) if step.dropped_at is None]
    bundle = bundle_from(
        title=session.title,
        status=session.status,
        summary=session.summary,
        domain=session.domain,
        intake=session.intake,
        ticket=uow.tickets.get(session.id),
        facts=uow.facts.of(session.id),
        questions={step.id: step.text for step in steps},
        checks=[_check(step) for step in steps if step.answer is not None],
        fixes=uow.fixes.of(session.id),
        resolved_by=given.resolved_by or _resolved_by(uow, session),
        escalation=_escalation(uow, session),
        transcript=_transcript(uow, session) if kind is DocumentKind.CONCLUSION else (),
        next_steps=[step.text for step in steps if step.open],
    )
    return assuming(bundle, FixStatus(given.outcome), given.notes) if given.outcome else bundle


def names_of(uow: UnitOfWork) -> tuple[str, ...]:
    """The names of the account's own people, which no note may hold."""
    return tuple(user.name for user in uow.users.with_role(*Role))


def _check(step: Step) -> Check:
    return Check(text=step.text, finding=step.answer or "", kind=step.kind, at=step.answered_at or step.created_at)


def _escalation(uow: UnitOfWork, session: Session) -> BundleEscalation | None:
    escalation = uow.escalations.latest(session.id)
    if escalation is None:
        return None
    # No document names an engineer (SPEC 5); the card says to whom.
    to = escalation.aimed_at("a colleague" if escalation.person_id else "")
    return BundleEscalation(reason=escalation.reason, to=to, urgency=escalation.urgency)


def _transcript(uow: UnitOfWork, session: Session) -> list[Said]:
    recent = uow.messages.recent(session.id, TRANSCRIPT)
    return [
        Said(who="bot" if message.author is Author.BOT else "engineer", text=message.text, number=message.number)
        for message in recent
        if message.author is not Author.CONTEXT
    ]


def _resolved_by(uow: UnitOfWork, session: Session) -> str:
    """What was answered when the session was resolved, for documents made afterwards."""
    for event in uow.timeline.of(session.id) if not session.open else ():
        if event.kind == "resolved" and event.data.get("resolved_by"):
            return event.data["resolved_by"]
    return ""


def record_of(uow: UnitOfWork, session: Session) -> SessionRecord:
    """Everything about a session, with people by name."""
    names = _Names(uow)
    events = uow.timeline.of(session.id)
    return SessionRecord(
        ref=session.ref,
        title=session.title,
        status=session.status,
        owner=names[session.owner_id],
        participants=tuple(user.name for user in uow.sessions.participants(session.id) if user.id != session.owner_id),
        started_at=session.created_at,
        ended_at=session.closed_at,
        zone=_zone(uow.actor.zone),
        domain=session.domain,
        summary=session.summary,
        intake=session.intake,
        ticket=uow.tickets.get(session.id),
        resolved_by=_resolved_by(uow, session),
        steps=tuple(
            RecordedStep(
                kind=step.kind,
                text=step.text,
                answer=step.answer or "",
                skipped=step.skipped,
                by=names[step.answered_by],
                at=step.answered_at,
            )
            for step in uow.steps.of(session.id)
            if step.dropped_at is None
        ),
        facts=tuple(
            RecordedFact(text=fact.text, source=fact.source_type, by=names[fact.created_by], at=fact.created_at)
            for fact in uow.facts.of(session.id)
        ),
        fixes=tuple(_fix(fix, events, names) for fix in uow.fixes.of(session.id)),
        notes=_notes(uow, session, names),
        timeline=tuple(_entry(event, names) for event in events),
    )


class _Names(dict[str | None, str]):
    """User id → name, looked up once."""

    def __init__(self, uow: UnitOfWork) -> None:
        super().__init__({None: ""})
        self._uow = uow

    def __missing__(self, user_id: str | None) -> str:
        user = self._uow.users.get(user_id) if user_id else None
        self[user_id] = "" if user is None else user.name
        return self[user_id]


def _fix(fix: Fix, events: Sequence[Event], names: Mapping[str | None, str]) -> RecordedFix:
    outcomes = [
        RecordedOutcome(
            status=event.data["status"], notes=event.data.get("notes", ""), by=names[event.actor_id], at=event.at
        )
        for event in events
        if event.kind in ("outcome_recorded", "outcome_corrected") and event.data.get("fix") == fix.id
    ]
    return RecordedFix(
        title=fix.title,
        description=fix.description,
        cause=fix.cause,
        confidence=fix.confidence,
        state=fix.state,
        decision=fix.decision or "",
        suggested_at=fix.created_at,
        applied_at=fix.applied_at,
        applied_by=names[fix.applied_by],
        outcomes=tuple(outcomes),
        superseded_at=fix.superseded_at,
    )


def _notes(uow: UnitOfWork, session: Session, names: Mapping[str | None, str]) -> tuple[RecordedNote, ...]:
    titles = {DocumentKind.RESOLUTION: "Resolution note", DocumentKind.ESCALATION: "Escalation package"}
    return tuple(
        RecordedNote(
            title=titles.get(note.kind, "Conclusion"),
            markdown=note.markdown,
            where="the thread" + (f" and ticket {session.ticket_number}" if note.ticket_id else ""),
            by=names[note.posted_by],
            at=note.posted_at,
        )
        for note in uow.notes.of(session.id)
    )


def _entry(event: Event, names: Mapping[str | None, str]) -> TimelineEntry:
    said = [_WORDS.get(value, value) for key, value in event.data.items() if key in _TOLD and value]
    what = event.kind.replace("_", " ") + (f": {' · '.join(said)}" if said else "")
    return TimelineEntry(at=event.at, who=names[event.actor_id], what=what, platform=event.platform)


#: What of an entry's data the timeline shows; ids stay inside.
_TOLD = frozenset({"title", "text", "answer", "status", "notes", "reason", "name", "score", "ticket", "before", "to"})


#: Stored values as people say them.
_WORDS = {
    FixStatus.SUCCESS.value: "worked",
    FixStatus.FAILED.value: "failed",
    FixStatus.PARTIAL.value: "partly worked",
    FixStatus.PENDING.value: "pending",
}


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
