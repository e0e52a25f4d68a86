"""What is done with a fix: applied, given an outcome, corrected, decided on, replaced (SPEC 4)."""

from dataclasses import replace

from core.commands import (
    ApplyFix,
    ConfirmOutcome,
    CorrectOutcome,
    DecideFix,
    OpenCorrection,
    OpenOutcome,
    RecordOutcome,
    ReplaceFix,
    StillChecking,
)
from core.documents.background import draft_ahead
from core.documents.bundle import DocumentKind
from core.errors import InvalidInput, NotFound, NotPermitted
from core.finding import NoFix
from core.fixes import model
from core.fixes.cards import REPLACED_AS, correction_form, outcome_form, recorded_words, replace_form
from core.fixes.look_again import look_again_at
from core.fixes.model import Decision, Fix, FixStatus
from core.fixes.reminders import FOLLOW_UP, NUDGE, arm_follow_up, arm_nudge
from core.flows.guide import flow_of, lead_to
from core.flows.model import Solution
from core.people.model import Role
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh, say
from core.sessions.model import WORKED_ON, Session, SessionStatus
from core.text.neutralise import neutralise
from core.text.redact import redact
from core.views import Close, Nothing, Notice, Reply

__all__ = [
    "FOLLOW_UP",
    "NUDGE",
    "apply_fix",
    "confirm_outcome",
    "correct_outcome",
    "decide_fix",
    "follow_up_on",
    "open_correction",
    "open_outcome",
    "record_outcome",
    "replace_fix",
    "set_outcome",
    "still_checking",
]

#: When "did it hold?" is asked of a pending outcome that was typed or confirmed, which is the form's own choice too.
LATER = "4h"


def apply_fix(uow: UnitOfWork, session: Session, command: ApplyFix) -> Reply:
    """The engineer has applied it."""
    fix = _fix(uow, session, command.fix_id)
    if fix.tried or not _takes_outcome(session, fix):
        return _stale(uow, session, fix)
    fix = model.apply(fix, by=uow.actor.user_id, at=uow.now)
    uow.fixes.save(fix)
    uow.log(session.id, "fix_applied", fix=fix.id, title=fix.title)
    arm_nudge(uow, fix)
    refresh(uow, session, fix.id, *FIX_CARDS)
    return Nothing()


def record_outcome(uow: UnitOfWork, session: Session, command: RecordOutcome) -> Reply:
    """What became of it. A typed pending or partial without a word of why opens the form that asks."""
    if not command.fix_id and command.status is not FixStatus.DISMISSED and uow.fixes.active(session.id) is None:
        raise NoFix(session)
    fix = _fix(uow, session, command.fix_id)
    if not _takes_outcome(session, fix):
        return _stale(uow, session, fix)
    status, notes, typed = command.status, redact(command.notes).text.strip(), not command.fix_id
    if not notes and status in (FixStatus.PENDING, FixStatus.PARTIAL) and typed:
        return outcome_form(session, fix, status, surface=uow.new_id())
    choice = command.look_again or (LATER if typed else "")
    fix = set_outcome(uow, session, fix, status, notes)
    follow_up_on(uow, fix, choice, command.look_again_on)
    return Close()


def follow_up_on(uow: UnitOfWork, fix: Fix, choice: str, on: str = "") -> None:
    """See that a pending fix is asked about when the engineer chose. Raises InvalidInput for a time that is none."""
    if fix.status is not FixStatus.PENDING:
        return
    due = look_again_at(choice, on, now=uow.now, zone=uow.actor.zone)
    if due is not None:
        arm_follow_up(uow, fix, due)


def confirm_outcome(uow: UnitOfWork, session: Session, command: ConfirmOutcome) -> Reply:
    """The engineer confirms what was read out of the chat."""
    return record_outcome(
        uow,
        session,
        RecordOutcome(
            session_id=session.id,
            fix_id=command.fix_id,
            status=command.status,
            notes=command.notes or "As said in the chat.",
            look_again=LATER,
        ),
    )


def still_checking(uow: UnitOfWork, session: Session, command: StillChecking) -> Reply:
    """The answer to the nudge, while there is no other word."""
    fix = _fix(uow, session, command.fix_id)
    if not fix.verifying or not _takes_outcome(session, fix):
        return _stale(uow, session, fix)
    return record_outcome(
        uow,
        session,
        RecordOutcome(
            session_id=session.id,
            fix_id=command.fix_id,
            status=FixStatus.PENDING,
            notes="Still checking.",
            look_again="1h",
        ),
    )


def set_outcome(
    uow: UnitOfWork,
    session: Session,
    fix: Fix,
    status: FixStatus,
    notes: str,
    *,
    ending_in: DocumentKind | None = None,
) -> Fix:
    """Record an outcome with all that follows: cards, counters, the flow's next step, the likely note. Raises Refused.

    `ending_in`: the note that the engineer is about to post, so that a flow does not go on.
    """
    fix = model.record(fix, status, notes=notes, by=uow.actor.user_id, at=uow.now)
    uow.fixes.save(fix)
    uow.log(session.id, "outcome_recorded", fix=fix.id, title=fix.title, status=status, notes=fix.notes)
    _count(uow, fix, 1)
    refresh(uow, session, fix.id, *FIX_CARDS)
    _bring_forward(uow, session, fix)
    if ending_in is None:
        _after_failure(uow, session, fix)
    if ending_in is not DocumentKind.RESOLUTION:
        draft_ahead(uow, session, fix, escalating=ending_in is DocumentKind.ESCALATION)
    return fix


def correct_outcome(uow: UnitOfWork, session: Session, command: CorrectOutcome) -> Reply:
    """Change a final outcome; both stand in the timeline."""
    before = _fix(uow, session, command.fix_id)
    if not before.status.final or before.superseded_at is not None:
        return _stale(uow, session, before)
    fix = model.correct(
        before,
        command.status,
        notes=redact(command.notes).text,
        by=uow.actor.user_id,
        by_admin=uow.actor.may(Role.ADMIN),
        at=uow.now,
    )
    uow.fixes.save(fix)
    uow.log(
        session.id,
        "outcome_corrected",
        fix=fix.id,
        title=fix.title,
        before=before.status,
        status=fix.status,
        notes=fix.notes,
    )
    _count(uow, before, -1)
    _count(uow, fix, 1)
    follow_up_on(uow, fix, command.look_again, command.look_again_on)
    refresh(uow, session, fix.id, *FIX_CARDS)
    _bring_forward(uow, session, fix)
    _after_failure(uow, session, fix)
    draft_ahead(uow, session, fix)
    return Close()


def open_outcome(uow: UnitOfWork, session: Session, command: OpenOutcome) -> Reply:
    """The form for an outcome that needs words."""
    fix = _fix(uow, session, command.fix_id)
    if not _takes_outcome(session, fix):
        return _stale(uow, session, fix)
    return outcome_form(session, fix, command.status, surface=uow.new_id())


def open_correction(uow: UnitOfWork, session: Session, command: OpenCorrection) -> Reply:
    """The form for a correction; who may not correct is told so before typing."""
    fix = _fix(uow, session, command.fix_id)
    if not fix.status.final or fix.superseded_at is not None or not model.correctable(fix, at=uow.now):
        return _stale(uow, session, fix)
    if fix.outcome_by != uow.actor.user_id and not uow.actor.may(Role.ADMIN):
        raise NotPermitted("Only the one who recorded it, or an admin, can correct it.")
    return correction_form(session, fix, surface=uow.new_id())


def decide_fix(uow: UnitOfWork, session: Session, command: DecideFix) -> Reply:
    """How it will be run. Dismissing here is the same act as the outcome."""
    fix = _fix(uow, session, command.fix_id)
    if command.decision is Decision.DISMISSED:
        if not _takes_outcome(session, fix):
            return _stale(uow, session, fix)
        set_outcome(uow, session, fix, FixStatus.DISMISSED, "")
        return Nothing()
    if not fix.active:
        return _stale(uow, session, fix)
    uow.fixes.save(replace(fix, decision=command.decision))
    uow.log(session.id, "fix_decided", fix=fix.id, title=fix.title, decision=command.decision)
    refresh(uow, session, fix.id, *FIX_CARDS)
    return Nothing()


def replace_fix(uow: UnitOfWork, session: Session, command: ReplaceFix) -> Reply:
    """The waiting fix takes the active one's place; the old one's outcome is asked first."""
    waiting = uow.fixes.get(command.fix_id)
    if waiting is None or waiting.session_id != session.id or not waiting.waiting or waiting.superseded_at is not None:
        raise NotFound("That suggestion is no longer waiting.")
    active = uow.fixes.active(session.id)
    if active is not None and active.undecided:
        if not command.outcome:
            return replace_form(session, active, waiting, surface=uow.new_id())
        if command.outcome not in REPLACED_AS:
            raise InvalidInput({"outcome": "Choose one of the options."})
        active = set_outcome(uow, session, active, FixStatus(command.outcome), redact(command.notes).text)
    if active is not None and active.active:
        uow.fixes.save(model.supersede(active, at=uow.now))
        uow.log(session.id, "fix_superseded", fix=active.id, title=active.title)
        refresh(uow, session, active.id, *FIX_CARDS)
    if active is None or active.status is not FixStatus.DISMISSED:  # dismissing has brought it forward already
        _activate(uow, session, waiting)
    return Close()


def _activate(uow: UnitOfWork, session: Session, waiting: Fix) -> None:
    fix = replace(waiting, waiting=False)
    uow.fixes.save(fix)
    uow.log(session.id, "fix_proposed", fix=fix.id, title=fix.title)
    say(uow, session, "fix", fix.id)


def _bring_forward(uow: UnitOfWork, session: Session, fix: Fix) -> None:
    """A dismissed fix leaves the place free for the one that waited behind it."""
    if fix.status is FixStatus.DISMISSED and (waiting := uow.fixes.waiting(session.id)) is not None:
        _activate(uow, session, waiting)


def _after_failure(uow: UnitOfWork, session: Session, fix: Fix) -> None:
    """A flow may say where to go on when its fix did not hold."""
    if fix.status is not FixStatus.FAILED or session.status is not SessionStatus.ACTIVE:
        return
    if fix.flow_id is None or fix.node is None or uow.fixes.waiting(session.id) is not None:
        return
    if uow.flows.get(fix.flow_id) is None:
        return
    flow = flow_of(uow, fix.flow_id)
    node = flow.nodes.get(fix.node)
    if isinstance(node, Solution) and node.if_failed:
        lead_to(uow, session, fix.flow_id, flow, node.if_failed)


def _count(uow: UnitOfWork, fix: Fix, more: int) -> None:
    """Count a final outcome for its flow; a correction takes the earlier one back."""
    if fix.flow_id is not None and fix.status.final:
        worked = fix.status is FixStatus.SUCCESS
        uow.flows.count(fix.flow_id, worked=more * worked, failed=more * (not worked), at=uow.now)


def _fix(uow: UnitOfWork, session: Session, fix_id: str) -> Fix:
    fix = uow.fixes.get(fix_id) if fix_id else uow.fixes.active(session.id)
    if fix is None or fix.session_id != session.id:
        raise NotFound("There is no suggested fix to record that on.")
    return fix


def _takes_outcome(session: Session, fix: Fix) -> bool:
    return session.status in WORKED_ON and fix.active and not fix.status.final


def _stale(uow: UnitOfWork, session: Session, fix: Fix) -> Notice:
    """An outdated card never errors at the engineer: it is brought up to date, and says what was recorded, by whom."""
    refresh(uow, session, fix.id, *FIX_CARDS)
    by = uow.users.get(fix.outcome_by or fix.applied_by or "")
    words = recorded_words(fix, "" if by is None else by.name)
    if session.status not in WORKED_ON:
        words = f"{session.ref} is {session.status}. {neutralise(fix.title)}: {words}"
    return Notice(markdown=words)
