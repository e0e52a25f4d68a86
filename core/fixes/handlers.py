"""What is done with a fix: applied, given an outcome, decided on, replaced (SPEC 4)."""

from dataclasses import replace

from core.commands import (
    ApplyFix,
    ConfirmOutcome,
    DecideFix,
    OpenOutcome,
    RecordOutcome,
    ReplaceFix,
    StillChecking,
)
from core.documents.background import draft_ahead
from core.documents.bundle import DocumentKind
from core.errors import InvalidInput, NotFound
from core.finding import NoFix
from core.fixes import model
from core.fixes.asked import fix_asked, stale, takes_outcome
from core.fixes.cards import REPLACED_AS, decided_notice, outcome_form, replace_form
from core.fixes.following import bring_forward, count_outcome, go_on_after_failure, put_forward, settle_earlier
from core.fixes.look_again import look_again_at
from core.fixes.model import Decision, Fix, FixStatus
from core.fixes.notes import notes_of
from core.fixes.reminders import FOLLOW_UP, NUDGE, arm_follow_up, arm_nudge
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh
from core.sessions.model import Session
from core.views import Close, Nothing, Reply

__all__ = [
    "FOLLOW_UP",
    "NUDGE",
    "apply_fix",
    "confirm_outcome",
    "decide_fix",
    "follow_up_on",
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
    fix = fix_asked(uow, session, command.fix_id)
    if fix.tried or not takes_outcome(session, fix):
        return stale(uow, session, fix)
    fix = model.apply(fix, by=uow.actor.user_id, at=uow.now)
    uow.fixes.save(fix)
    uow.log(session.id, "fix_applied", fix=fix.id, title=fix.title)
    arm_nudge(uow, fix)
    refresh(uow, session, fix.id, *FIX_CARDS)
    settle_earlier(uow, session, fix)
    return Nothing()


def record_outcome(uow: UnitOfWork, session: Session, command: RecordOutcome) -> Reply:
    """What became of it. A typed pending or partial without a word of why opens the form that asks."""
    if not command.fix_id and command.status is not FixStatus.DISMISSED and uow.fixes.active(session.id) is None:
        raise NoFix(session)
    fix = fix_asked(uow, session, command.fix_id)
    if not takes_outcome(session, fix):
        return stale(uow, session, fix)
    status, notes, typed = command.status, notes_of(uow, command.notes), not command.fix_id
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
    fix = fix_asked(uow, session, command.fix_id)
    if not fix.verifying or not takes_outcome(session, fix):
        return stale(uow, session, fix)
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
    before, fix = fix, model.record(fix, status, notes=notes, by=uow.actor.user_id, at=uow.now)
    uow.fixes.save(fix)
    uow.log(session.id, "outcome_recorded", fix=fix.id, title=fix.title, status=status, notes=fix.notes)
    count_outcome(uow, fix, 1)
    refresh(uow, session, fix.id, *FIX_CARDS)
    if fix.tried and not before.tried:
        settle_earlier(uow, session, fix)
    bring_forward(uow, session, fix)
    if ending_in is None:
        go_on_after_failure(uow, session, fix)
    if ending_in is not DocumentKind.RESOLUTION:
        draft_ahead(uow, session, fix, escalating=ending_in is DocumentKind.ESCALATION)
    return fix


def open_outcome(uow: UnitOfWork, session: Session, command: OpenOutcome) -> Reply:
    """The form for an outcome that needs words."""
    fix = fix_asked(uow, session, command.fix_id)
    if not takes_outcome(session, fix):
        return stale(uow, session, fix)
    return outcome_form(session, fix, command.status, surface=uow.new_id())


def decide_fix(uow: UnitOfWork, session: Session, command: DecideFix) -> Reply:
    """How it will be run. Dismissing here is the same act as the outcome."""
    fix = fix_asked(uow, session, command.fix_id)
    if command.decision is Decision.DISMISSED:
        if not takes_outcome(session, fix):
            return stale(uow, session, fix)
        set_outcome(uow, session, fix, FixStatus.DISMISSED, "")
        return Nothing()
    if not fix.active:
        return stale(uow, session, fix)
    fix = replace(fix, decision=command.decision)
    uow.fixes.save(fix)
    uow.log(session.id, "fix_decided", fix=fix.id, title=fix.title, decision=command.decision)
    refresh(uow, session, fix.id, *FIX_CARDS)
    return decided_notice(fix)


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
        active = set_outcome(uow, session, active, FixStatus(command.outcome), notes_of(uow, command.notes))
    if active is not None and active.active:
        uow.fixes.save(model.supersede(active, at=uow.now))
        uow.log(session.id, "fix_superseded", fix=active.id, title=active.title)
        refresh(uow, session, active.id, *FIX_CARDS)
    if active is None or active.status is not FixStatus.DISMISSED:  # dismissing has brought it forward already
        put_forward(uow, session, waiting)
    return Close()
