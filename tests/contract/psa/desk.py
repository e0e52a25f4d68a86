"""What a Psa adapter brings to the contract suite: itself, a ticket, and a look behind the scenes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from core.ports import Psa
from core.tickets.model import Ticket, TicketNote

__all__ = ["Behind", "Desk", "SeenTime", "Traits"]


@dataclass(frozen=True, kw_only=True)
class SeenTime:
    """A time entry as the ticket system has it."""

    id: str
    minutes: int
    text: str


class Behind(Protocol):
    """The ticket system's own side, read without the adapter: its tables, or the requests that its fake took."""

    async def notes(self, ticket_id: str) -> Sequence[TicketNote]:
        """All notes on a ticket, oldest first."""
        ...

    async def times(self, ticket_id: str) -> Sequence[SeenTime]:
        """All time entries on a ticket, oldest first."""
        ...

    async def status(self, ticket_id: str) -> str:
        """The name of its status."""
        ...


@dataclass(frozen=True, kw_only=True)
class Traits:
    """What a vendor cannot do; the suite then holds it to the fallback."""

    #: Notes can be marked as the resolution. Fallback: they are plain notes, read back as such.
    resolutions: bool = True
    #: A note's longest text, in characters.
    note_limit: int = 32_000


@dataclass(frozen=True, kw_only=True)
class Desk:
    """One vendor, set up for one test.

    `ticket` is an open one as the adapter must read it, with company, contact, device, and at least one note of each
    visibility; the ids of its notes do not count. `named` are texts by which an engineer may name it: number, id, URL.
    `stranger` is the same vendor for another account, which has tickets of its own.
    """

    psa: Psa
    ticket: Ticket
    named: Sequence[str]
    behind: Behind
    stranger: Psa
    traits: Traits = Traits()
