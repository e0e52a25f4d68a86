"""A yard: one account with a session on a real database, and workers that do a test's own jobs."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from adapters.models.offline import OfflineModel
from bot.worker import Pace, Worker
from core.application import Application
from core.people.system import system_actor
from core.ports import Outside, Psa, Store, UnitOfWork
from core.work.model import Work
from core.work.running import Done, Job, Runner
from tests.builders import NOW, RULES, Seeded
from tests.fakes.clock import FakeClock
from tests.fakes.platform import FakePlatform

#: Waits that a test can sit out.
QUICK = Pace(poll=0.02, renew=0.02, grace=0.1)


class NoSealer:
    """Nothing is sealed here."""

    def seal(self, text: str) -> str:
        """As it is."""
        return text

    def unseal(self, sealed: str) -> str:
        """As it is."""
        return sealed


class Yard:
    """Adds rows, makes workers, and looks at what became of the rows."""

    def __init__(self, store: Store, seeded: Seeded) -> None:
        self.store = store
        self.seeded = seeded
        self.clock = FakeClock(NOW)
        self.platform = FakePlatform(name="slack")
        self.application = Application(store, self.clock, RULES)
        self.outside = Outside(
            platforms={"slack": self.platform},
            psa_for=_no_psa,
            model=OfflineModel(),
            clock=self.clock,
            sealer=NoSealer(),
        )
        #: How the rows ended, in order: (kind, end).
        self.ends: list[tuple[str, str]] = []

    def worker(self, jobs: Mapping[str, Job], **more: Any) -> Worker:
        """A worker that does these jobs only."""
        worked = lambda kind, end, seconds: self.ends.append((kind, end))  # noqa: E731
        return Worker(
            self.application, self.outside, worked=worked, **{"pace": QUICK, "timers": {}, **more, "jobs": jobs}
        )

    async def add(self, *kinds: str, lane: str = "", due_at: datetime | None = None, session: bool = False) -> None:
        """Queue rows; each in a lane of its own unless one is named."""
        session_id = self.seeded.session.id if session else None

        def add(uow: UnitOfWork) -> None:
            for number, kind in enumerate(kinds):
                own = lane or f"{kind}-{number}"
                uow.work.add(kind, lane=own, session_id=session_id, subject=kind, due_at=due_at)

        await self.act(add)

    async def act(self, run: Callable[[UnitOfWork], Any]) -> Any:
        """Write as FlowPilot itself."""
        return await self.application.act(system_actor(self.seeded.account.id), run)

    async def rows(self) -> Sequence[Work]:
        """All rows, the oldest first."""
        rows = await self.store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=10_000))
        return sorted(rows, key=lambda work: work.id)

    async def row(self, kind: str) -> Work:
        """The only row of that kind."""
        (row,) = [work for work in await self.rows() if work.kind == kind]
        return row


def _no_psa(account_id: str) -> Psa:
    raise AssertionError("no job here knows a ticket")


def counted(done: list[str], fail: Callable[[Work], Exception | None] = lambda work: None) -> Job:
    """A job that notes the kind of each row it does, or fails with what `fail` gives."""

    async def job(runner: Runner, work: Work) -> Done:
        error = fail(work)
        if error is not None:
            raise error
        return lambda uow: done.append(work.kind)

    return job


@asynccontextmanager
async def running(*workers: Worker) -> AsyncIterator[asyncio.Event]:
    """Let workers run meanwhile; the event stops them, and they have stopped at the end."""
    stop = asyncio.Event()
    tasks = [asyncio.create_task(worker.run(stop)) for worker in workers]
    try:
        yield stop
    finally:
        stop.set()
        await asyncio.gather(*tasks)


async def until(condition: Callable[[], Any], seconds: float = 10.0) -> Any:
    """Wait until the condition, which may be a coroutine function, holds; give what it gave."""
    async with asyncio.timeout(seconds):
        while True:
            found = condition()
            if asyncio.iscoroutine(found):
                found = await found
            if found:
                return found
            await asyncio.sleep(0.005)
