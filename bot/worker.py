"""The worker: leases rows, runs their jobs, records their end; fires timers (ARCHITECTURE 8)."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TypeVar

from core.application import Application
from core.errors import Fault, LeaseLost, Rejected, Unavailable
from core.operations import JOBS, TIMERS
from core.people.system import system_actor
from core.ports import Outside, Transaction, UnitOfWork
from core.work.handlers import say_dead
from core.work.model import LEASE, MAX_ATTEMPTS, Work, backoff
from core.work.running import Done, Job

__all__ = ["Worker"]

R = TypeVar("R")
log = logging.getLogger(__name__)

#: Jobs under way at once.
CONCURRENCY = 16
#: Timers fired in one transaction, so that commands get in between.
TIMER_BATCH = 50
#: How long a stopping worker waits for what is under way, in seconds; what is cut off then is done again after a restart.
GRACE = 10.0
#: How often a worker looks for what no wake-up told it of, in seconds.
POLL = 1.0

#: Told of every row: its kind, how it ended ("done", "retried", "dead", "lost"), and how long it took in seconds.
Worked = Callable[[str, str, float], None]


class Worker:
    """One worker of a process. `woken` may be called from the event loop whenever there may be work."""

    def __init__(
        self,
        application: Application,
        outside: Outside,
        *,
        concurrency: int = CONCURRENCY,
        worked: Worked = lambda kind, end, seconds: None,
        jobs: "dict[str, Job] | None" = None,
    ) -> None:
        self.outside = outside
        self._application = application
        self._jobs = dict(JOBS) if jobs is None else jobs
        self._concurrency = concurrency
        self._worked = worked
        self._name = secrets.token_hex(6)
        self._wake = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
        self._beat: datetime | None = None
        self.alive = False

    def woken(self, due: datetime) -> None:
        """There is work that is due at that time."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Work until `stop` is set; then finish what is under way, within the grace time."""
        self.alive = True
        stopping = asyncio.create_task(stop.wait(), name="worker-stop")
        renewing = asyncio.create_task(self._renew(), name="worker-renew")
        try:
            while not stop.is_set():
                self._wake.clear()
                busy = await self._turn()
                if not busy:
                    await self._rest(stopping)
            await self._drain()
        finally:
            self.alive = False
            for task in (stopping, renewing):
                task.cancel()
            await asyncio.gather(stopping, renewing, return_exceptions=True)

    async def drain(self) -> int:
        """Do everything that is due now, and what follows from it; for tests and the command line. How much was done."""
        done = 0
        while await self._turn() or self._running:
            if self._running:
                done += len(self._running)
                await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
        return done

    async def _turn(self) -> bool:
        """Fire timers and start jobs. Whether there may be more at once."""
        try:
            fired = await self.fire_timers()
            free = self._concurrency - len(self._running)
            claimed = await self._claim(free) if free > 0 else ()
        except Fault as error:
            log.warning("worker.no_database", extra={"why": str(error)})
            return False
        for work in claimed:
            task = asyncio.create_task(self._do(work), name=f"work-{work.id}")
            self._running[work.id] = task
            task.add_done_callback(partial(self._ended, work.id))
        return fired >= TIMER_BATCH or bool(claimed and free > len(claimed))

    def _ended(self, id: int, task: "asyncio.Task[None]") -> None:
        self._running.pop(id, None)
        self._wake.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("worker.row_failed", extra={"work": id}, exc_info=error)

    async def _rest(self, stopping: "asyncio.Task[bool]") -> None:
        """Wait for a wake-up, the end, or the next poll."""
        waking = asyncio.create_task(self._wake.wait(), name="worker-wake")
        try:
            await asyncio.wait({waking, stopping}, timeout=await self._until_due(), return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()

    async def _until_due(self) -> float:
        now = self.outside.clock.now()
        try:
            due = await self._application.store.read(lambda tx: tx.queue.next_due(now))
        except Fault:
            return POLL
        return POLL if due is None else max(0.01, min(POLL, (due - now).total_seconds()))

    async def _drain(self) -> None:
        if self._running:
            log.info("worker.draining", extra={"rows": len(self._running)})
            await asyncio.wait(self._running.values(), timeout=GRACE)
        for task in list(self._running.values()):
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)

    async def _renew(self) -> None:
        """Keep the leases of what is under way."""
        while True:
            await asyncio.sleep(LEASE.total_seconds() / 3)
            ids = list(self._running)
            if ids:
                until = self.outside.clock.now() + LEASE
                await self._application.store.write(partial(_renew, ids, self._name, until))

    async def fire_timers(self) -> int:
        """Fire the timers that are due, each apart from the others, in one transaction. How many there were."""
        now = self.outside.clock.now()
        kinds = tuple(TIMERS)
        if not await self._application.store.read(lambda tx: tx.queue.due_timers(now=now, kinds=kinds, limit=1)):
            return 0
        return await self._application.store.write(partial(self._fire, now, kinds))

    def _fire(self, now: datetime, kinds: Sequence[str], transaction: Transaction) -> int:
        timers = transaction.queue.due_timers(now=now, kinds=kinds, limit=TIMER_BATCH)
        for work in timers:
            if not transaction.queue.take_timer(work.id, now):
                continue
            unit = transaction.unit(system_actor(work.account_id), now, self._application.rules)
            error = transaction.apart(unit, partial(TIMERS[work.kind], unit, work))
            if error is not None:
                log.error("timer.failed", extra={"work": work.id, "kind": work.kind}, exc_info=error)
        return len(timers)

    async def _claim(self, limit: int) -> Sequence[Work]:
        now = self.outside.clock.now()

        def claim(transaction: Transaction) -> Sequence[Work]:
            return transaction.queue.claim(
                worker=self._name, now=now, lease=LEASE, kinds=tuple(self._jobs), limit=limit
            )

        return await self._application.store.write(claim)

    async def _do(self, work: Work) -> None:
        started = perf_counter()
        try:
            done = await self._jobs[work.kind](self, work)
            await self._finish(work, done)
            end = "done"
        except LeaseLost:
            end = "lost"
        except Exception as error:
            end = await self._failed(work, error)
        self._worked(work.kind, end, perf_counter() - started)

    async def _finish(self, work: Work, done: Done) -> None:
        """Mark the row done, with what follows from it, in one transaction."""
        now = self.outside.clock.now()

        def finish(transaction: Transaction) -> None:
            transaction.queue.finish(work.id, worker=self._name, at=now)
            done(transaction.unit(system_actor(work.account_id), now, self._application.rules))

        await self._application.store.write(finish, key=_key(work))

    async def _failed(self, work: Work, error: Exception) -> str:
        """Put the row back for another try, or give it up and say so in the thread."""
        tries = work.attempts + 1
        final = isinstance(error, Rejected) or tries >= MAX_ATTEMPTS
        known = isinstance(error, Fault)
        reason = str(error) if known else f"{type(error).__name__}: {error}"
        extra = {"work": work.id, "kind": work.kind, "tries": tries, "why": reason}
        log.warning("work.failed", extra=extra, exc_info=None if known else error)
        now = self.outside.clock.now()
        retry_after = error.retry_after if isinstance(error, Unavailable) else None
        due = now + backoff(tries, retry_after=retry_after)

        def record(transaction: Transaction) -> None:
            queue = transaction.queue
            if not final:
                queue.put_back(work.id, worker=self._name, due_at=due, error=reason[:500], count=True)
                return
            queue.bury(work.id, worker=self._name, at=now, error=reason[:500])
            say_dead(transaction.unit(system_actor(work.account_id), now, self._application.rules), work)

        try:
            await self._application.store.write(record, key=_key(work))
        except LeaseLost:
            return "lost"
        return "dead" if final else "retried"

    async def look(self, work: Work, read: Callable[[UnitOfWork], R]) -> R:
        """Read from the row's account."""
        return await self._application.look(system_actor(work.account_id), read)

    async def change(self, work: Work, run: Callable[[UnitOfWork], R]) -> R:
        """Write to the row's account before the row is done."""
        return await self._application.act(system_actor(work.account_id), run, key=_key(work))


def _key(work: Work) -> str | None:
    return f"session:{work.session_id}" if work.session_id else None


def _renew(ids: Sequence[int], worker: str, until: datetime, transaction: Transaction) -> None:
    transaction.queue.renew(ids, worker=worker, until=until)
