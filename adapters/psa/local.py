"""LocalPsa: the built-in ticket list of one account as a ticket system, the reference for every vendor's adapter."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from core.errors import Refused, Rejected
from core.ports import Clock
from core.tickets.local import STATUSES, LocalTickets, NewNote, NewTime
from core.tickets.mention import bare_number, is_address
from core.tickets.model import NoteRef, NoteWrite, Ticket, TicketRef, TicketStatus, TimeWrite

__all__ = ["AUTHOR", "LocalPsa"]

#: Who FlowPilot's notes are by.
AUTHOR = "FlowPilot"

#: A day has no more minutes, and a time entry is work of one day.
MOST_MINUTES = 24 * 60

_ID = re.compile(r"[0-9a-f]{32}")
#: `T-1001`, alone or as the end of the page's own link to it.
_NUMBER = re.compile(r"(?:(?:https?://[^\s/#?]+)?/?#ticket/)?(?:T-)?([1-9][0-9]{0,8})", re.IGNORECASE)
#: Names of this machine, by any of which its own page is opened.
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


def _nobody() -> None:
    return None


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalPsa:
    """The tickets of one account. `changed` is called after every write, for pages that show them.

    `base_url` is where the ticket list is shown, such as "http://localhost:3978", and `names` are further hosts at which it is
    opened; without a `base_url`, tickets have no link.
    """

    tickets: LocalTickets
    account_id: str
    clock: Clock
    base_url: str = ""
    names: Collection[str] = ()
    changed: Callable[[], None] = _nobody

    @property
    def name(self) -> str:
        """Its name in settings."""
        return "local"

    def owns(self, address: str) -> bool:
        """An address of where the ticket list is shown, by whatever name this machine has."""
        own, site = _site(self.base_url), _site(address)
        return own is not None and site is not None and (site == own or site[0] in self.names)

    async def find_ticket(self, text: str) -> TicketRef | None:
        """By `T-1001`, `#1001`, `1001`, `ticket 1001`, the link `…/#ticket/T-1001`, or the id."""
        text = text.strip()
        if is_address(text) and not self.owns(text):
            return None
        id: str | None = text
        if not _ID.fullmatch(text):
            match = _NUMBER.fullmatch(text)
            number = int(match[1]) if match else bare_number(text)
            id = None if number is None else await self.tickets.find(self.account_id, number)
        found = None if id is None else await self.ticket(id)
        return None if found is None else found.ref

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """The ticket with its recent notes."""
        with _refusals():
            ticket = await self.tickets.ticket(self.account_id, ticket_id)
        return None if ticket is None else replace(ticket, ref=replace(ticket.ref, url=self._url(ticket.ref)))

    async def statuses(self, ticket_id: str) -> Sequence[TicketStatus]:
        """All statuses there are."""
        if await self.ticket(ticket_id) is None:
            raise Rejected("The ticket list has no such ticket.")
        return STATUSES

    async def add_note(self, ticket_id: str, note: NoteWrite) -> NoteRef:
        """Write a note, as often as it is asked to."""
        new = NewNote(
            text=note.text,
            author=AUTHOR,
            internal=note.internal,
            resolution=note.resolution,
            marker=note.marker,
            at=self.clock.now(),
        )
        with _refusals():
            id = await self.tickets.add_note(self.account_id, ticket_id, new)
        self.changed()
        return NoteRef(id=id)

    async def find_note(self, ticket_id: str, marker: str) -> NoteRef | None:
        """The note with that marker."""
        with _refusals():
            id = await self.tickets.find_note(self.account_id, ticket_id, marker)
        return None if id is None else NoteRef(id=id)

    async def set_status(self, ticket_id: str, status_id: str) -> None:
        """Set it; the local list refuses nothing that it knows."""
        if status_id not in {status.id for status in STATUSES}:
            raise Rejected(f"The ticket list has no status {status_id!r}.")
        with _refusals():
            await self.tickets.set_status(self.account_id, ticket_id, status_id, self.clock.now())
        self.changed()

    async def add_time(self, ticket_id: str, time: TimeWrite) -> NoteRef:
        """Write a time entry, as often as it is asked to."""
        if not 1 <= time.minutes <= MOST_MINUTES:
            raise Rejected(f"A time entry has 1 to {MOST_MINUTES} minutes, not {time.minutes}.")
        new = NewTime(
            minutes=time.minutes,
            text=time.text,
            author=AUTHOR,
            marker=time.marker,
            ended_at=time.ended_at,
            at=self.clock.now(),
        )
        with _refusals():
            id = await self.tickets.add_time(self.account_id, ticket_id, new)
        self.changed()
        return NoteRef(id=id)

    async def find_time(self, ticket_id: str, marker: str) -> NoteRef | None:
        """The time entry with that marker."""
        with _refusals():
            id = await self.tickets.find_time(self.account_id, ticket_id, marker)
        return None if id is None else NoteRef(id=id)

    def _url(self, ref: TicketRef) -> str:
        return f"{self.base_url}/#ticket/{ref.number}" if self.base_url else ""


def _site(address: str) -> tuple[str, int | None] | None:
    """The host and port of an address; None for what is none."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}.get(parts.scheme)
    except ValueError:
        return None
    return (_THIS_MACHINE[0] if host in _THIS_MACHINE else host, port) if host else None


@contextmanager
def _refusals() -> Iterator[None]:
    """A ticket that is not there, or a text that no database can hold: it will not happen at another try, either."""
    try:
        yield
    except Refused as error:
        raise Rejected(str(error)) from error
