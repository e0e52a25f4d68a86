"""Linking tickets, and recording what was read from and written to them."""

from dataclasses import replace

from core.commands import LinkTicket, UnlinkTicket
from core.documents.model import Note
from core.errors import InvalidInput
from core.ports import UnitOfWork
from core.say import ESCALATION_CARDS, POST, refresh, say
from core.sessions.model import Session, SessionStatus
from core.text.neutralise import neutralise
from core.text.redact import redact
from core.tickets.model import Ticket, TicketNote
from core.tickets.queue import queue_link
from core.views import Nothing, Notice, Reply
from core.work.model import Work

__all__ = [
    "link_ticket",
    "record_result",
    "record_status",
    "store_ticket",
    "take_off",
    "ticket_foreign",
    "ticket_missing",
    "unlink_ticket",
]


#: Characters of what names a ticket: an address at most.
LONGEST_NAME = 600


def link_ticket(uow: UnitOfWork, session: Session, command: LinkTicket) -> Reply:
    """Look the ticket up; the thread says what was found."""
    ticket = command.ticket.strip()
    if not ticket or len(ticket) > LONGEST_NAME:
        raise InvalidInput({"ticket": "Name a ticket by its number, such as #4711, or by its address."})
    queue_link(uow, session, ticket, said=True)
    return Notice(markdown=neutralise(f"Looking up {ticket}."))


def unlink_ticket(uow: UnitOfWork, session: Session, command: UnlinkTicket) -> Reply:
    """Take the ticket off; said in the thread."""
    if session.ticket_id is None:
        return Notice(markdown="No ticket is linked.")
    take_off(uow, session)
    say(uow, session, "said", markdown=f"Unlinked {session.ticket_number}.")
    return Nothing()


def take_off(uow: UnitOfWork, session: Session) -> Session:
    """The session without its ticket."""
    uow.log(session.id, "ticket_unlinked", ticket=session.ticket_number)
    uow.tickets.drop(session.id)
    session = replace(session, ticket_id=None, ticket_number="", ticket_url="")
    uow.sessions.save(session)
    _show(uow, session)
    return session


def store_ticket(uow: UnitOfWork, session_id: str, ticket: Ticket, *, said: bool) -> None:
    """Link a ticket that was found, with its context redacted."""
    session = uow.sessions.get(session_id)
    if session is None or not session.open:
        return
    read = _redacted(ticket)
    if session.ticket_id == ticket.ref.id and read == uow.tickets.get(session.id):
        return
    uow.tickets.put(session.id, read, uow.now)
    if session.ticket_id == ticket.ref.id:
        uow.log(session.id, "ticket_read", ticket=ticket.ref.number)
        _show(uow, session)
        return
    session = replace(session, ticket_id=ticket.ref.id, ticket_number=ticket.ref.number, ticket_url=ticket.ref.url)
    uow.sessions.save(session)
    uow.log(session.id, "ticket_linked", ticket=ticket.ref.number, title=ticket.summary)
    _show(uow, session)
    if said:
        say(uow, session, "said", markdown=f"Linked {ticket.ref.number}: {ticket.summary}")


def _show(uow: UnitOfWork, session: Session) -> None:
    """Bring the cards that name the ticket up to date."""
    refresh(uow, session, session.id, "session")
    escalation = uow.escalations.latest(session.id) if session.status is SessionStatus.ESCALATED else None
    if escalation is not None:
        refresh(uow, session, escalation.id, *ESCALATION_CARDS)


def ticket_missing(uow: UnitOfWork, session_id: str, text: str) -> None:
    """The ticket that an engineer named, to `link` it or in their first words, does not exist."""
    session = uow.sessions.get(session_id)
    if session is not None and session.open:
        say(uow, session, "said", markdown=f"There is no ticket {text}. Say `link` with the right number.")


def ticket_foreign(uow: UnitOfWork, session_id: str, address: str) -> None:
    """The address that an engineer wants to link is of another system."""
    session = uow.sessions.get(session_id)
    if session is not None and session.open:
        words = f"{address} is no address of the connected ticket system. Say `link` with the ticket’s number."
        say(uow, session, "said", markdown=words)


def _redacted(ticket: Ticket) -> Ticket:
    def clean(note: TicketNote) -> TicketNote:
        return replace(note, text=redact(note.text).text)

    return replace(
        ticket,
        summary=redact(ticket.summary).text,
        description=redact(ticket.description).text,
        notes=tuple(clean(note) for note in ticket.notes),
    )


def record_result(uow: UnitOfWork, work: Work, part: str, result: str) -> None:
    """Note what came of one write to the ticket; after the last one, the thread is told."""
    note = uow.notes.get(work.subject)
    session = uow.sessions.get(work.session_id or "")
    if note is None or session is None:
        return
    note = replace(note, results={**note.results, part: result})
    uow.notes.save(note)
    uow.log(session.id, f"ticket_{part}", ticket=session.ticket_number, status=result)
    if _complete(note):
        queued = any(row.payload.get("card") == "receipt" for row in uow.work.open_for(note.id, [POST]))
        if queued or any(card == "receipt" for card, _, _ in uow.posts.of(session.id, note.id)):
            refresh(uow, session, note.id, "receipt")
        else:
            say(uow, session, "receipt", note.id)


def record_status(uow: UnitOfWork, work: Work, read: Ticket, result: str) -> None:
    """Note what came of setting the status, and keep the one that the ticket was read with afterwards."""
    record_result(uow, work, "status", result)
    kept = uow.tickets.get(work.session_id or "")
    if kept is None or kept.ref.id != read.ref.id or (kept.status, kept.closed) == (read.status, read.closed):
        return
    uow.tickets.put(work.session_id or "", replace(kept, status=read.status, closed=read.closed), uow.now)


def _complete(note: Note) -> bool:
    wanted = {"note"} | ({"status"} if note.status else set()) | ({"time"} if note.minutes else set())
    return wanted <= note.results.keys()
