"""Reading from and writing to the ticket: each write once, and what was written is verified (SPEC 5)."""

from dataclasses import replace

from core.documents.bundle import DocumentKind
from core.documents.model import Note
from core.errors import Rejected, Unavailable
from core.ports import Psa, UnitOfWork
from core.tickets.handlers import record_result, record_status, store_ticket, ticket_foreign, ticket_missing
from core.tickets.mention import is_address
from core.tickets.model import NoteWrite, Ticket, TimeWrite
from core.work.model import Work
from core.work.running import Done, Runner

__all__ = ["find_and_link", "write_note", "write_status", "write_time"]


async def find_and_link(runner: Runner, work: Work) -> Done:
    """Look up the ticket that was named, with the statuses it can be set to. An address of another system names none; that is
    told only to who asked for it."""
    psa, mentions = runner.outside.psa_for(work.account_id), work.payload["ticket"].split("\n")
    session_id, said = work.session_id or "", bool(work.payload.get("said"))
    text = next((each for each in mentions if not is_address(each) or psa.owns(each)), None)
    if text is None:
        return (lambda uow: ticket_foreign(uow, session_id, mentions[0])) if said else _nothing
    ref = await psa.find_ticket(text)
    ticket = None if ref is None else await psa.ticket(ref.id)
    if ticket is None:
        return lambda uow: ticket_missing(uow, session_id, text)
    found = replace(ticket, statuses=tuple(await psa.statuses(ticket.ref.id)))
    return lambda uow: store_ticket(uow, session_id, found, said=said)


async def write_note(runner: Runner, work: Work) -> Done:
    """Write the note, looking first whether an earlier try has written it."""
    note = await _note(runner, work)
    if note is None or note.ticket_id is None:
        return _nothing
    psa = runner.outside.psa_for(work.account_id)
    written = await psa.find_note(note.ticket_id, note.marker) if work.tried else None
    if written is None:
        await psa.add_note(
            note.ticket_id,
            NoteWrite(
                text=note.on_ticket,
                marker=note.marker,
                internal=note.internal,
                resolution=note.kind is DocumentKind.RESOLUTION,
            ),
        )
    kind = "internal note" if note.internal else "note visible to the customer"
    return lambda uow: record_result(uow, work, "note", kind)


async def write_status(runner: Runner, work: Work) -> Done:
    """Set the status, unless an earlier try has; then read the ticket again: a change may be refused silently."""
    note = await _note(runner, work)
    if note is None or note.ticket_id is None or not note.status:
        return _nothing
    psa = runner.outside.psa_for(work.account_id)
    wanted = {status.id: status.name for status in await psa.statuses(note.ticket_id)}
    if note.status not in wanted:
        return lambda uow: record_result(uow, work, "status", "the status is no longer offered; nothing was changed")
    if work.tried and (there := await _read(psa, note.ticket_id)).status == wanted[note.status]:
        return lambda uow: record_status(uow, work, there, f"status {there.status}, verified")
    try:
        await psa.set_status(note.ticket_id, note.status)
    except Rejected as error:
        words = f"the ticket refused the status “{wanted[note.status]}”: {error}"
        return lambda uow: record_result(uow, work, "status", words)
    ticket = await _read(psa, note.ticket_id)
    if ticket.status == wanted[note.status]:
        return lambda uow: record_status(uow, work, ticket, f"status {ticket.status}, verified")
    words = f"the ticket did not take the status “{wanted[note.status]}”; it is still {ticket.status}"
    return lambda uow: record_status(uow, work, ticket, words)


async def write_time(runner: Runner, work: Work) -> Done:
    """Write the time entry, looking first whether an earlier try has written it."""
    note = await _note(runner, work)
    if note is None or note.ticket_id is None or note.minutes < 1:
        return _nothing
    psa = runner.outside.psa_for(work.account_id)
    if not work.tried or await psa.find_time(note.ticket_id, note.marker) is None:
        time = TimeWrite(
            minutes=note.minutes,
            text=note.on_ticket,
            marker=note.marker,
            ended_at=note.posted_at,
        )
        await psa.add_time(note.ticket_id, time)
    return lambda uow: record_result(uow, work, "time", f"{note.minutes} min")


async def _read(psa: Psa, ticket_id: str) -> Ticket:
    ticket = await psa.ticket(ticket_id)
    if ticket is None:
        raise Unavailable("The ticket could not be read again after the change.")
    return ticket


async def _note(runner: Runner, work: Work) -> Note | None:
    def read(uow: UnitOfWork) -> Note | None:
        return uow.notes.get(work.subject)

    return await runner.look(work, read)


def _nothing(uow: UnitOfWork) -> None:
    """There is nothing to record."""
