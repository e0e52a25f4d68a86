"""Posting a note: what both resolve and escalate do in the transaction that ends their form (SPEC 5)."""

from dataclasses import dataclass

from core.documents.bundle import DocumentKind
from core.documents.model import MAX_NOTE, Note, Surface
from core.documents.previews import digest, find
from core.documents.surfaces import key_now
from core.errors import InvalidInput
from core.ids import new_marker
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.sessions.model import Session
from core.text.neutralise import neutralise
from core.work.model import ticket_lane

__all__ = ["PSA_NOTE", "PSA_STATUS", "PSA_TIME", "Wanted", "post_note", "text_to_post"]

#: Kinds of work rows that write to the ticket, in the order in which they are queued.
PSA_NOTE, PSA_STATUS, PSA_TIME = "psa_note", "psa_status", "psa_time"
#: Minutes of one time entry at most: a day.
MOST_MINUTES = 24 * 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """What the form asked for beside the text."""

    internal: bool
    status: str
    minutes: int

    @classmethod
    def of(cls, uow: UnitOfWork, session: Session, *, visibility: str, status: str, minutes: str) -> "Wanted":
        """Read the form's inputs. Raises InvalidInput."""
        text = minutes.strip()
        if text and not (text.isascii() and text.isdigit() and len(text) < 9 and int(text) <= MOST_MINUTES):
            raise InvalidInput({"minutes": f"Enter whole minutes, at most {MOST_MINUTES}, or leave it empty."})
        if visibility not in ("internal", "customer"):
            raise InvalidInput({"visibility": "Choose internal or visible to the customer."})
        internal = visibility == "internal"
        if not internal and not AccountSettings.of(uow.accounts.get().settings).resolution_visible:
            raise InvalidInput({"visibility": "Your account keeps notes internal. An admin can change that."})
        ticket = uow.tickets.get(session.id)
        offered = () if ticket is None else [known.id for known in ticket.statuses]
        if status and session.ticket_id and status not in offered:
            raise InvalidInput({"ticket_status": "The ticket does not offer that status. Choose another."})
        return cls(internal=internal, status=status, minutes=int(text or 0))


def text_to_post(
    uow: UnitOfWork, session: Session, surface: Surface, *, text: str, use_new: str, shown: str
) -> tuple[str, bool] | None:
    """The markdown to post and whether it was edited; None when the state moved and the new note must be shown first.

    What is posted is exactly what was shown: the draft that the form named (`shown` is its digest), or the engineer's own
    text, which passes redaction and ping rules only. An edited text that was kept through a change is posted when the
    engineer says so.
    """
    editing = bool(surface.data.get("editing") or surface.data.get("mine")) and not use_new
    if editing and not text.strip():
        raise InvalidInput({"text": "The note is empty. Write it, or cancel."})
    if len(text) > MAX_NOTE:
        raise InvalidInput({"text": f"Keep the note under {MAX_NOTE:,} characters."})
    draft = find(uow, surface.data.get("draft", ""))
    if draft is None or draft.key != key_now(uow, session, surface):
        return None
    if shown and shown != digest(draft.markdown):
        return None
    if not text.strip() or use_new:
        return draft.markdown, False
    cleaned = neutralise(text.replace("\r\n", "\n")).strip()
    return (draft.markdown, False) if cleaned == draft.markdown.strip() else (cleaned, True)


def post_note(
    uow: UnitOfWork, session: Session, surface: Surface, markdown: str, *, edited: bool, wanted: Wanted
) -> Note:
    """Store the final text and queue what writes it to the ticket. Saying it in the thread is the caller's.

    The lines below it are those that the form showed. A customer gets no link: the thread is none of theirs to read.
    """
    note = Note(
        id=uow.new_id(),
        account_id=session.account_id,
        session_id=session.id,
        kind=DocumentKind(surface.kind),
        markdown=markdown,
        edited=edited,
        internal=wanted.internal,
        ticket_id=session.ticket_id,
        status=wanted.status if session.ticket_id else "",
        minutes=wanted.minutes if session.ticket_id else 0,
        marker=surface.data.get("marker") or f"ref {new_marker()}",
        link=surface.data.get("link", "") if wanted.internal else "",
        posted_by=uow.actor.user_id,
        posted_at=uow.now,
        results={},
    )
    uow.notes.add(note)
    if note.ticket_id is None:
        return note
    kinds = [PSA_NOTE]
    if note.status:
        kinds.append(PSA_STATUS)
    if note.minutes:
        kinds.append(PSA_TIME)
    for kind_of_work in kinds:
        uow.work.add(kind_of_work, lane=ticket_lane(note.ticket_id), session_id=session.id, subject=note.id)
    return note
