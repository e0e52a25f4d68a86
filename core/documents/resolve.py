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
from core.documents.previews import find
from core.documents.surfaces import form_of, keep_edited, keep_typed, open_surface, show, surface_of
from core.errors import InvalidInput
from core.escalation.closing import close_escalation
from core.facts.handlers import add_facts
from core.facts.model import MAX_FACT, SourceType
from core.fixes.handlers import set_outcome
from core.fixes.model import Fix, FixStatus
from core.fixes.notes import notes_of
from core.ports import UnitOfWork
from core.say import say
from core.sessions.live import refresh_live, who_ended
from core.sessions.model import Session, SessionStatus
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
    data = _prepared(uow.fixes.active(session.id), {})
    surface = open_surface(uow, session, DocumentKind.RESOLUTION, **data)
    return form_of(uow, session, surface) if data["stage"] else show(uow, session, surface)


def prepare_resolution(uow: UnitOfWork, session: Session, command: PrepareResolution) -> Reply:
    """Go on with what was answered. Nothing is recorded yet: cancelling changes nothing."""
    surface = surface_of(uow, session, command.surface, DocumentKind.RESOLUTION)
    data = dict(surface.data)
    if command.outcome == "change":
        kept = keep_edited(uow, surface, command.text)
        return Replace(form=_at(uow, session, kept, {**kept.data, "stage": "outcome"}))
    resolved_by = command.resolved_by.strip()
    if command.outcome:
        data |= _answered(uow, command)
    elif data.get("stage") == "what" and not resolved_by:
        raise InvalidInput({"resolved_by": "Say in a few words what resolved it."})
    if resolved_by:
        data["resolved_by"] = shorten(resolved_by, MAX_FACT)
    return Replace(form=_next(uow, session, replace(surface, data=data)))


def _answered(uow: UnitOfWork, command: PrepareResolution) -> dict[str, str]:
    """The outcome that resolving is to record; "keep" leaves the fix as it is."""
    if command.outcome not in (FixStatus.SUCCESS, FixStatus.FAILED, "keep"):
        raise InvalidInput({"outcome": "Choose one of the options."})
    return {"outcome": command.outcome, "notes": notes_of(uow, command.notes)}


def _prepared(fix: Fix | None, data: dict[str, str]) -> dict[str, str]:
    """The answers so far as the fix now stands, with the stage that asks for the next one; "" when none is missing."""
    data = {**data, "stage": ""}
    if fix is not None and fix.undecided:
        if fix.status is not FixStatus.PARTIAL:
            data.setdefault("outcome", FixStatus.SUCCESS)
        if "outcome" not in data:
            return {**data, "stage": "outcome"}
    elif fix is None or fix.status is not FixStatus.SUCCESS:
        data.pop("outcome", None)
    failed = data.get("outcome") == FixStatus.FAILED
    explained = fix is not None and (fix.status is FixStatus.SUCCESS or fix.undecided) and not failed
    if explained:
        data.pop("resolved_by", None)
    elif not data.get("resolved_by"):
        data["stage"] = "what"
    return data


def _next(uow: UnitOfWork, session: Session, surface: Surface) -> Form:
    """The form at what must be asked next, or with the note."""
    data = _prepared(uow.fixes.active(session.id), surface.data)
    if data["stage"]:
        return _at(uow, session, surface, data)
    return show(uow, session, replace(surface, data=data))


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
    if find(uow, surface.data.get("draft", "")) is None:  # it is being drafted again
        return Replace(form=form_of(uow, session, surface))
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
    if not session.open:
        return Close(notice=who_ended(uow, session))
    surface = surface_of(uow, session, command.surface, DocumentKind.RESOLUTION)
    fix = uow.fixes.active(session.id)
    posted = None
    if not _prepared(fix, surface.data)["stage"]:
        posted = text_to_post(uow, session, surface, text=command.text, use_new=command.use_new, shown=command.shown)
    if posted is None:
        return Replace(form=_next(uow, session, keep_typed(surface, command.text)))
    markdown, edited = posted
    visibility, status, minutes = command.visibility, command.ticket_status, command.minutes
    wanted = Wanted.of(uow, session, visibility=visibility, status=status, minutes=minutes)
    resolved_by = surface.data.get("resolved_by", "")
    if resolved_by:
        add_facts(uow, session, [resolved_by], SourceType.NOTE)
    _settle_fix(uow, session, fix, surface)
    session = _closed(uow, session, resolved_by)
    note = post_note(uow, session, surface, markdown, edited=edited, wanted=wanted)
    say(uow, session, "note", note.id)
    if note.ticket_id is None:
        say(uow, session, "receipt", note.id)
    uow.surfaces.save(replace(surface, expires_at=uow.now, waits_for=""))
    return Close(notice=f"{session.ref} is resolved. Posting the note.")


def _settle_fix(uow: UnitOfWork, session: Session, fix: Fix | None, surface: Surface) -> None:
    outcome = surface.data.get("outcome", "")
    if fix is not None and fix.undecided and outcome and outcome != "keep":
        notes = surface.data.get("notes", "")
        set_outcome(uow, session, fix, FixStatus(outcome), notes, ending_in=DocumentKind.RESOLUTION)


def _closed(uow: UnitOfWork, session: Session, resolved_by: str) -> Session:
    close_escalation(uow, session)
    current = uow.sessions.get(session.id)
    assert current is not None, "it is locked by this command"
    session = replace(current, status=SessionStatus.RESOLVED, closed_at=uow.now, active_at=uow.now)
    uow.sessions.save(session)
    uow.sessions.release(session.id)
    uow.log(session.id, "resolved", resolved_by=resolved_by)
    uow.sessions.index(session, " ".join((session.intake, *(fact.text for fact in uow.facts.of(session.id)))))
    refresh_live(uow, session)
    return session
