"""The built-in ticket list in the database (core.tickets.local), and the board that the playground shows of it."""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime
from typing import Any, TypeVar

import asyncpg
from sqlalchemy import Table, bindparam, func, insert, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from core.errors import NotFound, Unavailable
from core.ids import new_id
from core.ports import Store, Transaction
from core.tickets.local import STATUSES, LocalTicket, LocalTime, NewNote, NewTicket, NewTime
from core.tickets.model import Ticket, TicketNote, TicketRef
from storage.statements import Connection, Statement
from storage.tables import local_notes, local_tickets, local_time_entries, workspaces
from storage.unit_of_work import SqlTransaction

__all__ = ["SqlLocalTickets"]

R = TypeVar("R")

#: The platform whose workspaces have a board.
PLATFORM = "playground"
#: Notes that are read with a ticket, and tickets that a board shows.
RECENT = 20
BOARD = 100

_STATUS = {status.id: status for status in STATUSES}

_TICKET_COLUMNS = tuple(
    local_tickets.c[name]
    for name in ("id", "number", "summary", "description", "company", "contact", "device", "status", "changed_at")
)
_NOTE_COLUMNS = tuple(
    local_notes.c[name] for name in ("ticket_id", "id", "text", "author", "internal", "resolution", "created_at")
)
_TIME_COLUMNS = tuple(
    local_time_entries.c[name] for name in ("ticket_id", "id", "minutes", "text", "author", "ended_at")
)
_MINE = local_tickets.c.account_id == bindparam("account")
_THIS = (_MINE, local_tickets.c.id == bindparam("ticket"))

_FIND = Statement(select(local_tickets.c.id).where(_MINE, local_tickets.c.number == bindparam("number")))
_TICKET = Statement(select(*_TICKET_COLUMNS).where(*_THIS))
_NOTES = Statement(
    select(*_NOTE_COLUMNS)
    .where(local_notes.c.account_id == bindparam("account"), local_notes.c.ticket_id == bindparam("ticket"))
    .order_by(local_notes.c.id.desc())
    .limit(RECENT)
)
_TOUCH = Statement(update(local_tickets).where(*_THIS).values(changed_at=bindparam("at")))
_SET_STATUS = Statement(
    update(local_tickets).where(*_THIS).values(changed_at=bindparam("at"), status=bindparam("status_"))
)

_TICKET_VALUES: dict[str, Any] = {column.name: bindparam(column.name) for column in local_tickets.columns}
_ADD_TICKET = Statement(
    sqlite.insert(local_tickets).values(_TICKET_VALUES).on_conflict_do_nothing().inline(),
    postgresql=postgresql.insert(local_tickets).values(_TICKET_VALUES).on_conflict_do_nothing().inline(),
)


def _adding(table: Table) -> Statement:
    values: dict[str, Any] = {column.name: bindparam(column.name) for column in table.columns if column.name != "id"}
    return Statement(insert(table).values(values).returning(table.c.id))


def _marked(table: Table) -> Statement:
    mine = (table.c.account_id == bindparam("account"), table.c.ticket_id == bindparam("ticket"))
    marked = (table.c.marker == bindparam("marker"), table.c.marker != literal_column("''"))
    return Statement(select(table.c.id).where(*mine, *marked).order_by(table.c.id).limit(1))


_ADD_NOTE = _adding(local_notes)
_ADD_TIME = _adding(local_time_entries)
_FIND_NOTE = _marked(local_notes)
_FIND_TIME = _marked(local_time_entries)

_ACCOUNT = Statement(
    select(workspaces.c.account_id).where(
        workspaces.c.platform == PLATFORM, workspaces.c.external_id == bindparam("workspace")
    )
)
_SHOWN = (
    select(*_TICKET_COLUMNS)
    .where(_MINE)
    .order_by(local_tickets.c.changed_at.desc(), local_tickets.c.number.desc())
    .limit(BOARD)
)
_SHOWN_TICKETS = Statement(_SHOWN)


def _on_shown(table: Table, columns: Sequence[Any]) -> Statement:
    """The recent rows on each ticket of the board, oldest first."""
    shown = _SHOWN.with_only_columns(local_tickets.c.id).subquery()
    nth = func.row_number().over(partition_by=table.c.ticket_id, order_by=table.c.id.desc())
    ranked = select(*columns, nth.label("nth")).where(table.c.ticket_id.in_(select(shown.c.id))).subquery()
    recent = select(*(ranked.c[column.name] for column in columns)).where(ranked.c.nth <= RECENT)
    return Statement(recent.order_by(ranked.c.id))


_SHOWN_NOTES = _on_shown(local_notes, _NOTE_COLUMNS)
_SHOWN_TIMES = _on_shown(local_time_entries, _TIME_COLUMNS)


class SqlLocalTickets:
    """The ticket list of every account on one store; also core.local.TicketBoard."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def ensure(self, account_id: str, tickets: Sequence[NewTicket]) -> None:
        """Make those tickets whose number the account does not have yet."""
        await self._write(lambda db: _ensure(db, account_id, tickets))

    async def find(self, account_id: str, number: int) -> str | None:
        """The id of the ticket with that number."""
        row = await self._read(lambda db: db.one(_FIND, account=account_id, number=number))
        return None if row is None else str(row[0])

    async def ticket(self, account_id: str, ticket_id: str) -> Ticket | None:
        """The ticket with its recent notes."""
        return await self._read(lambda db: _ticket(db, account_id, ticket_id))

    async def add_note(self, account_id: str, ticket_id: str, note: NewNote) -> str:
        """Write a note and return its id."""
        return await self._write(lambda db: _add(db, _ADD_NOTE, account_id, ticket_id, note))

    async def find_note(self, account_id: str, ticket_id: str, marker: str) -> str | None:
        """The id of the first note with that marker."""
        return await self._find(_FIND_NOTE, account_id, ticket_id, marker)

    async def set_status(self, account_id: str, ticket_id: str, status_id: str, at: datetime) -> None:
        """Set one of STATUSES, by its id."""
        values = {"account": account_id, "ticket": ticket_id, "status_": _STATUS[status_id].id, "at": at}
        if await self._write(lambda db: db.run(_SET_STATUS, **values)) == 0:
            raise _missing()

    async def add_time(self, account_id: str, ticket_id: str, time: NewTime) -> str:
        """Write a time entry and return its id."""
        return await self._write(lambda db: _add(db, _ADD_TIME, account_id, ticket_id, time))

    async def find_time(self, account_id: str, ticket_id: str, marker: str) -> str | None:
        """The id of the first time entry with that marker."""
        return await self._find(_FIND_TIME, account_id, ticket_id, marker)

    async def board(self, workspace: str) -> Sequence[LocalTicket]:
        """The tickets of the workspace's account, the one written to last first."""
        return await self._read(lambda db: _board(db, workspace))

    async def _find(self, statement: Statement, account_id: str, ticket_id: str, marker: str) -> str | None:
        row = await self._read(lambda db: db.one(statement, account=account_id, ticket=ticket_id, marker=marker))
        return None if row is None else str(row[0])

    async def _write(self, run: Callable[[Connection], R]) -> R:
        with _trouble():
            return await self._store.write(lambda transaction: run(_connection(transaction)))

    async def _read(self, run: Callable[[Connection], R]) -> R:
        with _trouble():
            return await self._store.read(lambda transaction: run(_connection(transaction)))


def _connection(transaction: Transaction) -> Connection:
    assert isinstance(transaction, SqlTransaction)
    return transaction.db


@contextmanager
def _trouble() -> Iterator[None]:
    """What the store lets through of a driver's errors: a statement that failed, so that nothing was written."""
    try:
        yield
    except (sqlite3.Error, asyncpg.PostgresError, SQLAlchemyError) as error:
        raise Unavailable(f"The ticket list's database is in trouble: {error}") from error


def _missing() -> NotFound:
    return NotFound("The ticket list has no such ticket.")


def _add(db: Connection, statement: Statement, account_id: str, ticket_id: str, new: NewNote | NewTime) -> str:
    """Write a note or a time entry, and return its id."""
    values = {field.name: getattr(new, field.name) for field in fields(new) if field.name != "at"}
    if db.run(_TOUCH, account=account_id, ticket=ticket_id, at=new.at) == 0:
        raise _missing()
    row = db.one(statement, account_id=account_id, ticket_id=ticket_id, created_at=new.at, **values)
    assert row is not None
    return str(row[0])


def _ensure(db: Connection, account_id: str, tickets: Sequence[NewTicket]) -> None:
    for ticket in tickets:
        id = new_id(ticket.opened_at)
        made = db.run(
            _ADD_TICKET,
            id=id,
            account_id=account_id,
            number=ticket.number,
            summary=ticket.summary,
            description=ticket.description,
            company=ticket.company,
            contact=ticket.contact,
            device=ticket.device,
            status=ticket.status,
            created_at=ticket.opened_at,
            changed_at=ticket.opened_at,
        )
        if made == 1:
            for note in ticket.notes:
                _add(db, _ADD_NOTE, account_id, id, note)
            for time in ticket.times:
                _add(db, _ADD_TIME, account_id, id, time)


def _ticket(db: Connection, account_id: str, ticket_id: str) -> Ticket | None:
    row = db.one(_TICKET, account=account_id, ticket=ticket_id)
    if row is None:
        return None
    notes = db.all(_NOTES, account=account_id, ticket=ticket_id)
    return Ticket(**_read_ticket(row), notes=tuple(_read_note(note) for note in reversed(notes)))


def _board(db: Connection, workspace: str) -> Sequence[LocalTicket]:
    account = db.one(_ACCOUNT, workspace=workspace)
    if account is None:
        return []
    notes: dict[str, list[TicketNote]] = defaultdict(list)
    for row in db.all(_SHOWN_NOTES, account=account[0]):
        notes[row[0]].append(_read_note(row))
    times: dict[str, list[LocalTime]] = defaultdict(list)
    for row in db.all(_SHOWN_TIMES, account=account[0]):
        times[row[0]].append(_read_time(row))
    return [
        LocalTicket(**_read_ticket(row), changed_at=row[-1], notes=tuple(notes[row[0]]), times=tuple(times[row[0]]))
        for row in db.all(_SHOWN_TICKETS, account=account[0])
    ]


def _read_ticket(row: Sequence[Any]) -> dict[str, Any]:
    id, number, summary, description, company, contact, device, status, _ = row
    return {
        "ref": TicketRef(id=id, number=f"T-{number}"),
        "summary": summary,
        "description": description,
        "company": company,
        "contact": contact,
        "device": device,
        "status": _STATUS[status].name,
        "closed": _STATUS[status].closed,
    }


def _read_note(row: Sequence[Any]) -> TicketNote:
    _, id, text, author, internal, resolution, at = row
    return TicketNote(
        id=str(id), text=text, author=author, internal=bool(internal), resolution=bool(resolution), created_at=at
    )


def _read_time(row: Sequence[Any]) -> LocalTime:
    _, id, minutes, text, author, ended_at = row
    return LocalTime(id=str(id), minutes=minutes, text=text, author=author, ended_at=ended_at)
