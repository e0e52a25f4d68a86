"""The private forms that end in a posted note: what was answered in them, and what they show now (SPEC 5)."""

import hashlib
from dataclasses import replace
from datetime import datetime, timedelta

from core.documents.bundle import DocumentKind
from core.documents.forms import Preview, busy_form, details_form, outcome_form, preview_form, what_form
from core.documents.minutes import active_minutes
from core.documents.model import REPLACED, Draft, Surface
from core.documents.previews import Given, find, key_of, order
from core.errors import NotFound
from core.ids import new_marker
from core.people.finding import pick_engineer
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.sessions.model import Session
from core.tickets.model import Ticket, TicketStatus
from core.views import Form, Person

__all__ = ["form_of", "keep_edited", "keep_typed", "key_now", "open_surface", "opened_by", "show", "surface_of"]

#: A form that was opened so long ago has expired.
LIFETIME = timedelta(hours=12)


def open_surface(uow: UnitOfWork, session: Session, kind: DocumentKind, **data: str) -> Surface:
    """Note down a form that is about to be opened. Its id follows from what came in, so that a rerun opens the same.

    The lines that a note will end with on the ticket are settled here: what is posted is what the form showed.
    """
    origin = uow.origin
    assert origin is not None, "a form is opened by somebody"
    home = uow.conversations.get(session.conversation_id)
    below = {"marker": f"ref {new_marker()}", "link": "" if home is None else home.permalink}
    surface = Surface(
        id=_surface_id(origin.keys[0], session),
        account_id=session.account_id,
        user_id=uow.actor.user_id,
        session_id=session.id,
        kind=kind,
        platform=origin.workspace.platform,
        workspace=origin.workspace.external_id,
        channel="" if origin.place is None else origin.place.channel,
        thread="" if origin.place is None else origin.place.thread,
        person=origin.person.external_id,
        handle=uow.rules.seal(origin.surface),
        data={**below, **data},
        expires_at=uow.now + LIFETIME,
    )
    uow.surfaces.add(surface)
    return surface


def _surface_id(key: str, session: Session) -> str:
    return hashlib.sha256(f"{key}:{session.id}".encode()).hexdigest()[:32]


def opened_by(uow: UnitOfWork, session: Session, key: str) -> Form | None:
    """The form that something which came in before has opened, as it is now; for a repeat of it."""
    surface = uow.surfaces.get(_surface_id(key, session))
    if surface is None or surface.user_id != uow.actor.user_id or surface.expires_at <= uow.now:
        return None
    return form_of(uow, session, surface)


def surface_of(uow: UnitOfWork, session: Session, surface_id: str, kind: DocumentKind | None = None) -> Surface:
    """The actor's open form, to post `kind` with it if one is named.

    Raises NotFound for a form that is gone, is somebody else's, or was not opened for that.
    """
    surface = uow.surfaces.get(surface_id)
    theirs = surface is not None and surface.user_id == uow.actor.user_id and surface.session_id == session.id
    if surface is None or not theirs or surface.expires_at <= uow.now:
        raise NotFound("This form has expired. Open it again.")
    if kind is not None and (surface.kind != kind or surface.data.get("only_show")):
        raise NotFound("This form is for something else. Open it again.")
    return surface


def keep_typed(surface: Surface, text: str) -> Surface:
    """The form after the state moved: it says so, and keeps what the engineer had typed."""
    return _kept(replace(surface, data={**surface.data, "moved": "yes"}), text)


def keep_edited(uow: UnitOfWork, surface: Surface, text: str) -> Surface:
    """The form before it asks something else, with the note as the engineer has edited it, if it was changed at all."""
    draft = find(uow, surface.data.get("draft", ""))
    same = draft is not None and text.replace("\r\n", "\n").strip() == draft.markdown.strip()
    return surface if same else _kept(surface, text)


def _kept(surface: Surface, text: str) -> Surface:
    if not text.strip():
        return surface
    data = {**surface.data, "mine": text}
    data.pop("editing", None)
    return replace(surface, data=data)


def key_now(uow: UnitOfWork, session: Session, surface: Surface) -> str:
    """The key of the state as it is now and of the answers so far."""
    return key_of(uow, session, DocumentKind(surface.kind), Given.of(surface.data))


def show(uow: UnitOfWork, session: Session, surface: Surface, *, force: bool = False, filling: bool = False) -> Form:
    """The form with the note of the state as it is now; while that is being made, the form says so and is filled later.

    What stands in while the model is away is shown at once, and the model asked again. `filling`: it was asked just now.
    """
    key = key_now(uow, session, surface)
    draft = None if force else find(uow, key)
    data = {**surface.data, "stage": "preview", "draft": key if draft is not None else ""}
    again = draft is not None and draft.passing and uow.rules.has_model and not filling
    if draft is None or again:
        order(uow, session, DocumentKind(surface.kind), key, Given.of(surface.data), force=force)
    if draft is not None:
        data["fresh"] = "yes" if surface.waits_for else ""
    surface = replace(surface, data=data, waits_for=key if draft is None or again else "")
    uow.surfaces.save(surface)
    return form_of(uow, session, surface)


def form_of(uow: UnitOfWork, session: Session, surface: Surface) -> Form:
    """What the form shows in its stage."""
    stage = surface.data.get("stage", "")
    if stage == "what":
        return what_form(session, surface, uow.fixes.active(session.id))
    if stage in ("outcome", "intercept"):
        return outcome_form(session, surface, uow.fixes.active(session.id))
    if stage == "details":
        return details_form(session, surface, person=_person(uow), queues=_settings(uow).queues)
    draft = find(uow, surface.data.get("draft", ""))
    if draft is None:
        return busy_form(session, surface)
    return preview_form(session, surface, _preview(uow, session, surface, draft))


def _preview(uow: UnitOfWork, session: Session, surface: Surface, draft: Draft) -> Preview:
    settings, ticket = _settings(uow), uow.tickets.get(session.id)
    resolving = surface.kind == DocumentKind.RESOLUTION
    wanted = settings.resolved_status if resolving else settings.escalated_status
    fix = uow.fixes.active(session.id)
    return Preview(
        markdown=draft.markdown,
        drafted_at=draft.created_at,
        now=uow.now,
        from_cache=not surface.data.get("fresh"),
        fallback=draft.fallback,
        replaced=draft.source == REPLACED,
        ticket=ticket,
        ticket_number=session.ticket_number,
        visible=settings.resolution_visible,
        status=_status(ticket, wanted),
        minutes=_minutes(uow, session) if settings.time_entries and session.ticket_id else 0,
        fix=fix,
    )


def _status(ticket: Ticket | None, wanted: str) -> TicketStatus | None:
    statuses = () if ticket is None else ticket.statuses
    return next((status for status in statuses if status.name.casefold() == wanted.casefold()), None)


def _minutes(uow: UnitOfWork, session: Session) -> int:
    """The engineers' active minutes so far (SPEC 5)."""
    events = uow.timeline.of(session.id)
    acted = [event.at for event in events if event.actor_id]
    said = uow.messages.said_at(session.id)
    pauses: list[tuple[datetime, datetime | None]] = []
    for event in events:
        if event.kind == "session_paused":
            pauses.append((event.at, None))
        elif event.kind in ("session_resumed", "escalated") and pauses and pauses[-1][1] is None:
            pauses[-1] = (pauses[-1][0], event.at)
    return active_minutes(sorted([*acted, *said]), pauses, uow.now)


def _person(uow: UnitOfWork) -> Person:
    """Whom a session can be escalated to: engineers of the account, and nobody to themselves."""
    return pick_engineer(uow, without={uow.actor.user_id})


def _settings(uow: UnitOfWork) -> AccountSettings:
    return AccountSettings.of(uow.accounts.get().settings)
