"""The port behind the built-in ticket list: what a vendor's server would keep, kept in FlowPilot's own database.

Every write is a transaction of its own (ARCHITECTURE 15), and nothing here knows a note again: like every vendor it writes
what it is told as often as it is told, so that whoever repeats without looking is found out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.tickets.model import Ticket, TicketStatus

__all__ = ["STATUSES", "LocalTicket", "LocalTickets", "LocalTime", "NewNote", "NewTicket", "NewTime"]

#: What a local ticket can be set to; a new one has the first.
STATUSES = (
    TicketStatus(id="new", name="New"),
    TicketStatus(id="in_progress", name="In progress"),
    TicketStatus(id="waiting", name="Waiting on customer"),
    TicketStatus(id="escalated", name="Escalated"),
    TicketStatus(id="resolved", name="Resolved", closed=True),
    TicketStatus(id="closed", name="Closed", closed=True),
)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewNote:
    """A note to write. `marker` is by what it is found again (SPEC 5), "" for none."""

    text: str
    author: str
    internal: bool
    resolution: bool = False
    marker: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTime:
    """A time entry to write: `minutes` of work that ended at `ended_at`, written at `at`."""

    minutes: int
    text: str
    author: str
    marker: str = ""
    ended_at: datetime
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NewTicket:
    """A ticket with what is on it from the start. `number` is the account's own: 1001 is shown as T-1001."""

    number: int
    summary: str
    description: str = ""
    company: str = ""
    contact: str = ""
    device: str = ""
    status: str = STATUSES[0].id
    opened_at: datetime
    notes: tuple[NewNote, ...] = ()
    times: tuple[NewTime, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalTime:
    """A time entry as it stands."""

    id: str
    minutes: int
    text: str
    author: str
    ended_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalTicket(Ticket):
    """A ticket of the board, with its recent time entries, oldest first. `changed_at`: the last write to it."""

    times: tuple[LocalTime, ...] = ()
    changed_at: datetime


class LocalTickets(Protocol):
    """The built-in ticket list. A ticket is reached only through its account.

    Raises NotFound for a ticket that the account does not have, Unavailable when the database is in trouble.
    """

    async def ensure(self, account_id: str, tickets: Sequence[NewTicket]) -> None:
        """Make those tickets whose number the account does not have yet; the others stay as they are."""
        ...

    async def find(self, account_id: str, number: int) -> str | None:
        """The id of the ticket with that number."""
        ...

    async def ticket(self, account_id: str, ticket_id: str) -> Ticket | None:
        """The ticket with its recent notes."""
        ...

    async def add_note(self, account_id: str, ticket_id: str, note: NewNote) -> str:
        """Write a note and return its id."""
        ...

    async def find_note(self, account_id: str, ticket_id: str, marker: str) -> str | None:
        """The id of the first note with that marker."""
        ...

    async def set_status(self, account_id: str, ticket_id: str, status_id: str, at: datetime) -> None:
        """Set one of STATUSES, by its id."""
        ...

    async def add_time(self, account_id: str, ticket_id: str, time: NewTime) -> str:
        """Write a time entry and return its id."""
        ...

    async def find_time(self, account_id: str, ticket_id: str, marker: str) -> str | None:
        """The id of the first time entry with that marker."""
        ...
