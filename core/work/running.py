"""What a job is given, and what it gives back (ARCHITECTURE 8)."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from core.ports import Inbound, Outside, Room, UnitOfWork
from core.views import Reply
from core.work.model import Work

__all__ = ["Done", "Job", "Kept", "Runner", "Timer"]

R = TypeVar("R")

#: What finishing a row does, in the transaction that marks it done.
Done = Callable[[UnitOfWork], None]


@dataclass(frozen=True, slots=True)
class Kept:
    """A Done of which one part counts even when the rest cannot be recorded: the row was lost, or its session is gone."""

    done: Done
    kept: Done

    def __call__(self, uow: UnitOfWork) -> None:
        """Both."""
        self.done(uow)
        self.kept(uow)


class Runner(Protocol):
    """A worker, as a job sees it."""

    @property
    def outside(self) -> Outside:
        """Platforms, PSA and model."""
        ...

    async def look(self, work: Work, read: Callable[[UnitOfWork], R]) -> R:
        """Read from the row's account."""
        ...

    async def change(self, work: Work, run: Callable[[UnitOfWork], R]) -> R:
        """Write to the row's account before the row is done, such as a placeholder's reference."""
        ...

    async def knows(self, inbound: Inbound) -> bool:
        """Whether it is known by now who that is from."""
        ...

    async def resume(self, inbound: Inbound, room: Room | None, *, late: bool) -> Reply:
        """Carry out what was kept when it came in, once; `room` is what the platform says of its place. What is `late` acts on
        nothing that is there by now."""
        ...


#: Awaits a port, and returns what is to be recorded with the row's end. Raises a Fault when the outside fails.
Job = Callable[[Runner, Work], Awaitable[Done]]
#: Does all of its work in one transaction.
Timer = Callable[[UnitOfWork, Work], None]
