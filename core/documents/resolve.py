"""Resolving: one private form that ends in a posted note (SPEC 5)."""

from dataclasses import replace

from core.commands import (
    Conclude,
    EditPreview,
    OpenPreview,
    OpenResolve,
    PostResolution,
    PrepareResolution,
    RefreshPreview,
)
from core.documents.background import post_conclusion
from core.documents.bundle import DocumentKind
from core.documents.model import Surface
from core.documents.posting import Wanted, post_note, text_to_post
from core.documents.surfaces import form_of, open_surface, show, surface_of
from core.errors import InvalidInput
from core.escalation.closing import close_escalation
from core.facts.handlers import add_facts
from core.facts.model import MAX_FACT, SourceType
from core.fixes.handlers import set_outcome
from core.fixes.model import Fix, FixStatus
from core.ports import UnitOfWork
from core.say import refresh, say
from core.sessions.model import Session, SessionStatus
from core.text.redact import redact
from core.text.split import shorten
from core.views import Close, Form, Nothing, Replace, Reply

__all__ = [
    "conclude",
    "edit_preview",
    "open_preview",
    "open_resolve",
    "post_resolution",
    "prepare_resolution",
    "refresh_preview",
]


def open_resolve(uow: UnitOfWork, session: Session, command: OpenResolve) -> Reply:
    """Open the form at once, at the first thing that must be asked; with a fix that worked, that is the note itself."""
    fix = uow.fixes.active(session.id)
    if fix is not None and (fix.verifying or fix.status is FixStatus.PENDING):
        surface = open_surface(uow, session, DocumentKind.RESOLUTION, outcome=FixStatus.SUCCESS)
        return show(uow, session, surface)
    if fix is not None and fix.status is FixStatus.SUCCESS:
        return show(uow, session, open_surface(uow, session, DocumentKind.RESOLUTION))
    stage = "outcome" if fix is not None and fix.status is FixStatus.PARTIAL else "what"
    return form_of(uow, session, open_surface(uow, session, DocumentKind.RESOLUTION, stage=stage))


def prepare_resolution(uow: UnitOfWork, session: Session, command: PrepareResolution) -> Reply:
    """Go on with what was answered. Nothing is recorded yet: cancelling changes nothing."""
    surface = surface_of(uow, session, command.surface)
    fix = uow.fixes.active(session.id)
    data = dict(surface.data)
    if command.outcome == "change":
        return Replace(form=_at(uow, session, surface, {**data, "stage": "outcome"}))
    if command.outcome:
        data |= _answered(fix, command)
        if data["outcome"] == FixStatus.FAILED and not command.resolved_by:
            return Replace(form=_at(uow, session, surface, {**data, "stage": "what"}))
    if command.resolved_by.strip():
        data["resolved_by"] = shorten(redact(command.resolved_by).text, MAX_FACT)
    elif surface.data.get("stage") == "what":
        raise InvalidInput({"resolved_by": "Say in a few words what resolved it."})
    return Replace(form=show(uow, session, replace(surface, data=data)))


def _answered(fix: Fix | None, command: PrepareResolution) -> dict[str, str]:
    """The outcome that resolving is to record; "keep" leaves the fix as it is."""
    if command.outcome not in (FixStatus.SUCCESS, FixStatus.FAILED, "keep"):
        raise InvalidInput({"outcome": "Choose one of the options."})
    if fix is None:
        raise InvalidInput({"outcome": "There is no fix to record that on any more. Open the form again."})
    return {"outcome": command.outcome, "notes": redact(command.notes).text.strip()}


def _at(uow: UnitOfWork, session: Session, surface: Surface, data: dict[str, str]) -> Form:
    surface = replace(surface, data=data, waits_for="")
    uow.surfaces.save(surface)
    return form_of(uow, session, surface)


def refresh_preview(uow: UnitOfWork, session: Session, command: RefreshPreview) -> Reply:
    """Draft again, whatever the cache holds."""
    return Replace(form=show(uow, session, surface_of(uow, session, command.surface), force=True))


def edit_preview(uow: UnitOfWork, session: Session, command: EditPreview) -> Reply:
    """Make the note editable."""
    surface = surface_of(uow, session, command.surface)
    return Replace(form=_at(uow, session, surface, {**surface.data, "editing": "yes"}))


def open_preview(uow: UnitOfWork, session: Session, command: OpenPreview) -> Reply:
    """Show a note without posting."""
    kind = DocumentKind.ESCALATION if command.kind == "escalation" else DocumentKind.RESOLUTION
    return show(uow, session, open_surface(uow, session, kind, only_show="yes"))


def conclude(uow: UnitOfWork, session: Session, command: Conclude) -> Reply:
    """Post where things stand, in any state."""
    post_conclusion(uow, session)
    return Nothing()


def post_resolution(uow: UnitOfWork, session: Session, command: PostResolution) -> Reply:
    """Record the outcome, resolve the session, store the note and queue every delivery, in this one transaction."""
    surface = surface_of(uow, session, command.surface)
    wanted = Wanted.of(visibility=command.visibility, status=command.ticket_status, minutes=command.minutes)
    posted = text_to_post(uow, session, surface, command.text, command.use_new)
    if posted is None:
        return Replace(form=show_moved(uow, session, surface, command.text))
    markdown, edited = posted
    resolved_by = surface.data.get("resolved_by", "")
    if resolved_by:
        add_facts(uow, session, [resolved_by], SourceType.NOTE)
    _settle_fix(uow, session, surface)
    session = _closed(uow, session, resolved_by)
    note = post_note(uow, session, DocumentKind.RESOLUTION, markdown, edited=edited, wanted=wanted)
    say(uow, session, "note", note.id)
    if note.ticket_id is None:
        say(uow, session, "receipt", note.id)
    uow.surfaces.save(replace(surface, expires_at=uow.now, waits_for=""))
    return Close(notice=f"{session.ref} is resolved. Posting the note.")


def _settle_fix(uow: UnitOfWork, session: Session, surface: Surface) -> None:
    fix = uow.fixes.active(session.id)
    outcome = surface.data.get("outcome", "")
    if fix is not None and not fix.status.final and outcome and outcome != "keep":
        closing = replace(session, status=SessionStatus.RESOLVED)
        set_outcome(uow, closing, fix, FixStatus(outcome), surface.data.get("notes", ""))


def _closed(uow: UnitOfWork, session: Session, resolved_by: str) -> Session:
    close_escalation(uow, session)
    current = uow.sessions.get(session.id)
    assert current is not None, "it is locked by this command"
    session = replace(current, status=SessionStatus.RESOLVED, closed_at=uow.now, active_at=uow.now)
    uow.sessions.save(session)
    uow.sessions.release(session.id)
    uow.log(session.id, "resolved", resolved_by=resolved_by)
    uow.sessions.index(session, " ".join((session.intake, *(fact.text for fact in uow.facts.of(session.id)))))
    refresh(uow, session, "session", session.id)
    for fix in uow.fixes.of(session.id):
        if fix.active:
            refresh(uow, session, "fix", fix.id)
    return session


def show_moved(uow: UnitOfWork, session: Session, surface: Surface, text: str) -> Form:
    """The state moved after the note was shown: show the new one, and keep what the engineer had typed."""
    data = {**surface.data, "moved": "yes"}
    if text.strip():
        data["mine"] = redact(text).text
        data.pop("editing", None)
    return show(uow, session, replace(surface, data=data))
