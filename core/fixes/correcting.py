"""Correcting a final outcome: for ten minutes, by its recorder or an admin, while nothing newer was tried (SPEC 4)."""

from core.commands import CorrectOutcome, OpenCorrection
from core.documents.background import draft_ahead
from core.errors import NotPermitted
from core.fixes import model
from core.fixes.asked import fix_asked, newer_than, stale
from core.fixes.cards import correction_form, overtaken_notice
from core.fixes.following import bring_forward, count_outcome, go_on_after_failure
from core.fixes.handlers import follow_up_on
from core.fixes.model import Fix, FixStatus
from core.fixes.notes import notes_of
from core.people.model import Role
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh
from core.sessions.model import Session
from core.views import Close, Reply

__all__ = ["correct_outcome", "open_correction"]


def open_correction(uow: UnitOfWork, session: Session, command: OpenCorrection) -> Reply:
    """The form for a correction; who may not correct is told so before typing."""
    fix = fix_asked(uow, session, command.fix_id)
    newer = newer_than(uow, fix)
    if not model.correctable(fix, at=uow.now, newer=newer):
        return _too_late(uow, session, fix, newer)
    if fix.outcome_by != uow.actor.user_id and not uow.actor.may(Role.ADMIN):
        raise NotPermitted("Only the one who recorded it, or an admin, can correct it.")
    instead = None if fix.active else next((other for other in newer if other.active), None)
    return correction_form(session, fix, instead=instead, surface=uow.new_id())


def correct_outcome(uow: UnitOfWork, session: Session, command: CorrectOutcome) -> Reply:
    """Change a final outcome; both stand in the timeline. Where a mere proposal has taken the fix's place meanwhile, the fix is
    active again if it holds or may yet, and the proposal is withdrawn."""
    before = fix_asked(uow, session, command.fix_id)
    newer = newer_than(uow, before)
    if not before.status.final or model.overtaken_by(before, newer) is not None:
        return _too_late(uow, session, before, newer)
    fix = model.correct(
        before,
        command.status,
        notes=notes_of(uow, command.notes),
        by=uow.actor.user_id,
        by_admin=uow.actor.may(Role.ADMIN),
        at=uow.now,
        newer=newer,
    )
    _record(uow, session, before, fix, newer)
    follow_up_on(uow, fix, command.look_again, command.look_again_on)
    if before.active:
        bring_forward(uow, session, fix)
    if before.active and before.status is not FixStatus.FAILED:
        go_on_after_failure(uow, session, fix)
    draft_ahead(uow, session, fix)
    return Close()


def _record(uow: UnitOfWork, session: Session, before: Fix, fix: Fix, newer: list[Fix]) -> None:
    withdrawn = [other for other in newer if other.superseded_at is None] if fix.active and not before.active else []
    for other in withdrawn:  # first, for at most one fix is active
        uow.fixes.save(model.supersede(other, at=uow.now))
    uow.fixes.save(fix)
    said = {"title": fix.title, "before": before.status, "status": fix.status, "notes": fix.notes}
    uow.log(session.id, "outcome_corrected", fix=fix.id, **said)
    for other in withdrawn:
        uow.log(session.id, "fix_superseded", fix=other.id, title=other.title)
        refresh(uow, session, other.id, *FIX_CARDS)
    if fix.status is not before.status:
        count_outcome(uow, before, -1)
        count_outcome(uow, fix, 1)
    refresh(uow, session, fix.id, *FIX_CARDS)


def _too_late(uow: UnitOfWork, session: Session, fix: Fix, newer: list[Fix]) -> Reply:
    """Nothing is to be corrected, or no more: what stands, and why."""
    told = stale(uow, session, fix)
    by = model.overtaken_by(fix, newer) if fix.status.final else None
    return told if by is None else overtaken_notice(fix, by)
