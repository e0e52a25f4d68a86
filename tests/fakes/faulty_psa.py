"""A Psa that fails as it is told to, in front of one that works: for tests of whoever uses a Psa."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar, cast

from core.errors import Rejected, Unavailable, Uncertain
from core.ports import Psa
from core.tickets.model import NoteRef, NoteWrite, Ticket, TicketRef, TicketStatus, TimeWrite

__all__ = ["Down", "FaultyPsa", "Ignored", "LostReply", "Refused", "Slow", "Works"]

R = TypeVar("R")


@dataclass(frozen=True)
class Works:
    """The call goes through: to fail at a later one."""


@dataclass(frozen=True)
class LostReply:
    """It happens, and the reply is lost: a timeout after the commit."""


@dataclass(frozen=True)
class Refused:
    """It does not happen and never will."""

    reason: str = "The ticket is locked."


@dataclass(frozen=True)
class Down:
    """Nothing happens, and it may be tried again: maintenance, or too many requests."""

    retry_after: float | None = None


@dataclass(frozen=True)
class Ignored:
    """A status change is answered with success, and the status stays."""


@dataclass(frozen=True)
class Slow:
    """Nothing happens until the test sets the event."""

    until: asyncio.Event


Script = Works | LostReply | Refused | Down | Ignored | Slow


class FaultyPsa:
    """`script` says what the next calls of a method meet; without a script they go through. `calls` has them all."""

    def __init__(self, inner: Psa) -> None:
        self._inner = inner
        self._scripts: dict[str, deque[Script]] = defaultdict(deque)
        #: (method, ticket or text, what was written), in order.
        self.calls: list[tuple[str, str, object]] = []

    @property
    def name(self) -> str:
        return self._inner.name

    def script(self, method: str, *faults: Script) -> None:
        """What the next calls of `method`, such as "add_note", meet, one each."""
        assert callable(getattr(self, method)), f"a Psa has no {method}"
        assert method == "set_status" or not any(isinstance(fault, Ignored) for fault in faults)
        self._scripts[method].extend(faults)

    @property
    def unmet(self) -> list[str]:
        """Methods whose script was not used up."""
        return [method for method, faults in self._scripts.items() if faults]

    def called(self, method: str) -> list[object]:
        """What was written by each call of `method`."""
        return [written for name, _, written in self.calls if name == method]

    def owns(self, address: str) -> bool:
        return self._inner.owns(address)

    async def find_ticket(self, text: str) -> TicketRef | None:
        return await self._meet("find_ticket", text, None, lambda: self._inner.find_ticket(text))

    async def ticket(self, ticket_id: str) -> Ticket | None:
        return await self._meet("ticket", ticket_id, None, lambda: self._inner.ticket(ticket_id))

    async def statuses(self, ticket_id: str) -> Sequence[TicketStatus]:
        return await self._meet("statuses", ticket_id, None, lambda: self._inner.statuses(ticket_id))

    async def add_note(self, ticket_id: str, note: NoteWrite) -> NoteRef:
        return await self._meet("add_note", ticket_id, note, lambda: self._inner.add_note(ticket_id, note))

    async def find_note(self, ticket_id: str, marker: str) -> NoteRef | None:
        return await self._meet("find_note", ticket_id, marker, lambda: self._inner.find_note(ticket_id, marker))

    async def set_status(self, ticket_id: str, status_id: str) -> None:
        await self._meet("set_status", ticket_id, status_id, lambda: self._inner.set_status(ticket_id, status_id))

    async def add_time(self, ticket_id: str, time: TimeWrite) -> NoteRef:
        return await self._meet("add_time", ticket_id, time, lambda: self._inner.add_time(ticket_id, time))

    async def find_time(self, ticket_id: str, marker: str) -> NoteRef | None:
        return await self._meet("find_time", ticket_id, marker, lambda: self._inner.find_time(ticket_id, marker))

    async def _meet(self, method: str, about: str, written: object, go: Callable[[], Awaitable[R]]) -> R:
        self.calls.append((method, about, written))
        faults = self._scripts[method]
        match faults.popleft() if faults else Works():
            case LostReply():
                await go()
                raise Uncertain("The ticket system did not answer in time.")
            case Refused(reason=reason):
                raise Rejected(reason)
            case Down(retry_after=seconds):
                raise Unavailable("The ticket system is not there.", retry_after=seconds)
            case Ignored():
                return cast(R, None)  # only a status change is ignored, and it returns nothing
            case Slow(until=event):
                await event.wait()
        return await go()
