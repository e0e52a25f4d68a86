"""The built-in ticket list in the contract suite, on any store that has its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import bindparam, select

from adapters.psa.local import LocalPsa
from adapters.psa.local_seed import seed_tickets
from core.people.model import Account, Workspace
from core.ports import Store, Transaction
from core.tickets.local import STATUSES
from core.tickets.model import Ticket, TicketNote, TicketRef
from storage.local_tickets import SqlLocalTickets
from storage.statements import Statement
from storage.tables import local_notes, local_tickets, local_time_entries
from storage.unit_of_work import SqlTransaction
from tests.contract.psa.desk import Desk, SeenTime

__all__ = ["BASE_URL", "NOW", "FixedClock", "local_desk"]

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
BASE_URL = "http://localhost:3978"
NORTHWIND, FABRIKAM = "Northwind IT", "Fabrikam Support"


class FixedClock:
    """A clock that stands: everything happens in the same moment."""

    def now(self) -> datetime:
        return NOW


NOTES = Statement(
    select(*(local_notes.c[name] for name in ("id", "text", "author", "internal", "resolution", "created_at")))
    .where(local_notes.c.ticket_id == bindparam("ticket"))
    .order_by(local_notes.c.id)
)
TIMES = Statement(
    select(*(local_time_entries.c[name] for name in ("id", "minutes", "text")))
    .where(local_time_entries.c.ticket_id == bindparam("ticket"))
    .order_by(local_time_entries.c.id)
)
STATUS = Statement(select(local_tickets.c.status).where(local_tickets.c.id == bindparam("ticket")))
NAMES = {status.id: status.name for status in STATUSES}


@dataclass(frozen=True)
class LocalBehind:
    """The tables themselves."""

    store: Store

    async def notes(self, ticket_id: str) -> Sequence[TicketNote]:
        return [
            TicketNote(
                id=str(id),
                text=text,
                author=author,
                internal=bool(internal),
                resolution=bool(resolution),
                created_at=at,
            )
            for id, text, author, internal, resolution, at in await self._rows(NOTES, ticket_id)
        ]

    async def times(self, ticket_id: str) -> Sequence[SeenTime]:
        rows = await self._rows(TIMES, ticket_id)
        return [SeenTime(id=str(id), minutes=minutes, text=text) for id, minutes, text in rows]

    async def status(self, ticket_id: str) -> str:
        return NAMES[(await self._rows(STATUS, ticket_id))[0][0]]

    async def _rows(self, statement: Statement, ticket_id: str) -> Sequence[Sequence[Any]]:
        def read(transaction: Transaction) -> Sequence[Sequence[Any]]:
            assert isinstance(transaction, SqlTransaction)
            return transaction.db.all(statement, ticket=ticket_id)

        return await self.store.read(read)


def add_accounts(transaction: Transaction) -> None:
    """Two accounts, the first with a playground workspace."""
    directory = transaction.directory
    for id, name in (("northwind", NORTHWIND), ("fabrikam", FABRIKAM)):
        directory.add_account(Account(id=id, name=name, settings={}, created_at=NOW))
        directory.add_workspace(
            Workspace(id=f"w-{id}", account_id=id, platform="playground", external_id=id, name=name)
        )


async def local_desk(store: Store) -> Desk:
    """Both accounts with their seeded tickets; the ticket is Northwind's T-1004."""
    await store.write(add_accounts)
    tickets = SqlLocalTickets(store)
    seeds = seed_tickets(NOW)
    await tickets.ensure("northwind", seeds[NORTHWIND])
    await tickets.ensure("fabrikam", seeds[FABRIKAM])
    id = await tickets.find("northwind", 1004)
    assert id is not None
    psa, stranger = (
        LocalPsa(tickets=tickets, account_id=account, clock=FixedClock(), base_url=BASE_URL)
        for account in ("northwind", "fabrikam")
    )
    return Desk(
        psa=psa,
        stranger=stranger,
        ticket=_expected(id),
        named=("T-1004", "t-1004", "#1004", "1004", " CW #1004 ", "ticket 1004", id, f"{BASE_URL}/#ticket/T-1004"),
        behind=LocalBehind(store),
    )


def _expected(id: str) -> Ticket:
    """T-1004 as it must be read, from the seeds."""
    new = next(ticket for ticket in seed_tickets(NOW)[NORTHWIND] if ticket.number == 1004)
    notes = tuple(
        TicketNote(id="", text=note.text, author=note.author, internal=note.internal, created_at=note.at)
        for note in new.notes
    )
    return Ticket(
        ref=TicketRef(id=id, number="T-1004", url=f"{BASE_URL}/#ticket/T-1004"),
        summary=new.summary,
        description=new.description,
        company=new.company,
        contact=new.contact,
        device=new.device,
        status="Waiting on customer",
        notes=notes,
    )
