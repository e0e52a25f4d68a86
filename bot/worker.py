"""The worker: leases rows, runs their jobs, records their end; fires timers (ARCHITECTURE 8)."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from time import perf_counter
from typing import TypeVar

from core.application import Application
from core.errors import Fault, LeaseLost, Rejected, Unavailable, Uncertain
from core.operations import JOBS, TIMERS
from core.people.arriving import ARRIVE, give_up
from core.people.system import system_actor
from core.ports import Inbound, Outside, Room, Transaction, UnitOfWork
from core.text.redact import redact
from core.views import Reply
from core.work.handlers import say_dead
from core.work.model import LEASE, MAX_ATTEMPTS, Work, backoff
from core.work.running import Done, Job, Kept, Timer

__all__ = ["Pace", "Worker"]

R = TypeVar("R")
log = logging.getLogger(__name__)

#: Jobs under way at once.
CONCURRENCY = 16
#: Timers fired in one transaction, so that commands get in between.
TIMER_BATCH = 100
#: Looks in a row that may go wrong in ways nobody has thought of, before the worker gives up and the process with it.
GIVE_UP = 10
#: Characters of an error that a row keeps.
LONGEST_ERROR = 500

#: Told of every row: its kind, how it ended ("done", "retried", "dead", "lost"), and how long it took in seconds.
Worked = Callable[[str, str, float], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Pace:
    """How long a worker waits, in seconds."""

    #: Between looks for what no wake-up told it of, and before it asks a database again that did not answer.
    poll: float = 1.0
    #: Between renewals of its leases.
    renew: float = LEASE.total_seconds() / 3
    #: When stopping, for what is under way; what is cut off then is done again, by another worker or after a restart.
    grace: float = 10.0


class Worker:
    """One worker of a process. `woken` may be called from the event loop whenever there may be work."""

    def __init__(
        self,
        application: Application,
        outside: Outside,
        *,
        concurrency: int = CONCURRENCY,
        worked: Worked = lambda kind, end, seconds: None,
        jobs: Mapping[str, Job] = JOBS,
        timers: Mapping[str, Timer] = TIMERS,
        pace: Pace = Pace(),
    ) -> None:
        self.outside = outside
        self._application = application
        self._jobs = jobs
        self._timers = timers
        #: The last batch was full, so there is no need to look before the next.
        self._more_timers = False
        self._concurrency = concurrency
        self._worked = worked
        self._pace = pace
        self._name = secrets.token_hex(6)
        self._wake = asyncio.Event()
        self._running: dict[int, asyncio.Task[None]] = {}
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
            await self._until(stopping)
            await self._finish_begun()
        finally:
            self.alive = False
            tasks = [stopping, renewing, *self._running.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def drain(self) -> int:
        """Do everything that is due now, and what follows from it; for tests and the command line. How much was done."""
        done = 0
        while True:
            idle = not self._running  # what ends during a turn may leave work that the turn no longer saw
            more = await self._turn()
            if self._running:
                done += len(self._running)
                await asyncio.wait(self._running.values(), return_when=asyncio.FIRST_COMPLETED)
            elif idle and not more:
                return done

    async def _until(self, stopping: "asyncio.Task[bool]") -> None:
        """Turn after turn. A database that does not answer is waited for; what nobody has thought of, a few times."""
        strange = 0
        while not stopping.done():
            self._wake.clear()
            try:
                if not await self._turn():
                    await self._rest(stopping)
                strange = 0
                continue
            except Fault as error:
                log.warning("worker.no_database", extra={"why": str(error)})
            except Exception:
                strange += 1
                if strange >= GIVE_UP:
                    raise
                log.exception("worker.turn_failed")
            await asyncio.wait({stopping}, timeout=self._pace.poll)

    async def _turn(self) -> bool:
        """Fire timers and start jobs. Whether there may be more at once. Raises what the store raises."""
        fired = await self.fire_timers()
        free = self._concurrency - len(self._running)
        claimed = await self._claim(free) if free > 0 else ()
        for work in claimed:
            if work.id in self._running:  # renewals came too late, and nobody else took it: it is leased again
                continue
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
        """Wait for a wake-up, the end, what is due next, or the next poll."""
        now = self.outside.clock.now()
        due = await self._application.store.read(lambda tx: tx.queue.next_due(now))
        poll = self._pace.poll
        seconds = poll if due is None else max(0.01, min(poll, (due - now).total_seconds()))
        waking = asyncio.create_task(self._wake.wait(), name="worker-wake")
        try:
            await asyncio.wait({waking, stopping}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waking.cancel()

    async def _finish_begun(self) -> None:
        """Let what is under way come to its end; what does not in time is given back, to be done again."""
        if not self._running:
            return
        log.info("worker.draining", extra={"rows": len(self._running)})
        await asyncio.wait(self._running.values(), timeout=self._pace.grace)
        cut = dict(self._running)
        for task in cut.values():
            task.cancel()
        await asyncio.gather(*cut.values(), return_exceptions=True)
        for id in cut:
            await self._give_back(id)

    async def _give_back(self, id: int) -> None:
        """The next worker need not wait for the lease to run out."""
        now = self.outside.clock.now()

        def give_back(transaction: Transaction) -> None:
            transaction.queue.put_back(
                id, worker=self._name, due_at=now, error="It was cut off.", count=True, unsure=True
            )

        try:
            await self._application.store.write(give_back)
        except (Fault, LeaseLost) as error:
            log.info("worker.not_given_back", extra={"work": id, "why": str(error)})

    async def _renew(self) -> None:
        """Keep the leases of what is under way."""
        while True:
            await asyncio.sleep(self._pace.renew)
            ids = list(self._running)
            if not ids:
                continue
            until = self.outside.clock.now() + LEASE
            try:
                await self._application.store.write(partial(_renew, ids, self._name, until))
            except Fault as error:
                log.warning("worker.not_renewed", extra={"why": str(error)})

    async def fire_timers(self) -> int:
        """Fire the timers that are due in one transaction; where one fails, each apart from the others. How many there were."""
        now = self.outside.clock.now()
        kinds = tuple(self._timers)
        due = partial(_due_timers, now, kinds)
        if not self._more_timers and not await self._application.store.read(due):
            return 0
        fired = await self._application.store.write(
            partial(self._fire, now, kinds), lambda transaction, error: self._fire_apart(now, kinds, transaction)
        )
        self._more_timers = fired >= TIMER_BATCH
        return fired

    def _fire(self, now: datetime, kinds: Sequence[str], transaction: Transaction) -> int:
        timers = transaction.queue.take_timers(now=now, kinds=kinds, limit=TIMER_BATCH)
        about: set[str | None] = set()
        for work in timers:
            if about and (None in about or work.session_id is None or work.session_id in about):
                transaction.flush()  # it has to see what the others did
                about.clear()
            _, fire = self._firing(transaction, now, work)
            fire()
            about.add(work.session_id)
        return len(timers)

    def _fire_apart(self, now: datetime, kinds: Sequence[str], transaction: Transaction) -> int:
        timers = transaction.queue.take_timers(now=now, kinds=kinds, limit=TIMER_BATCH)
        for work in timers:
            error = transaction.apart(*self._firing(transaction, now, work))
            if error is not None:
                log.error("timer.failed", extra={"work": work.id, "kind": work.kind}, exc_info=error)
                tries = work.attempts + 1
                due = None if tries >= MAX_ATTEMPTS else now + backoff(tries)
                transaction.queue.fail_timer(work.id, at=now, due_at=due, error=_reason(work, error))
        return len(timers)

    def _firing(self, transaction: Transaction, now: datetime, work: Work) -> tuple[UnitOfWork, Callable[[], None]]:
        unit = transaction.unit(system_actor(work.account_id), now, self._application.rules)
        return unit, partial(self._timers[work.kind], unit, work)

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
            if work.attempts >= MAX_ATTEMPTS:  # each time its worker has died over it
                raise Rejected(f"It was begun {work.attempts} times and never came to an end.")
            done = await self._jobs[work.kind](self, work)
            await self._finished(work, done)
            end = "done"
        except LeaseLost:
            end = "lost"
        except Exception as error:
            end = await self._failed(work, error)
        if end == "lost":  # another worker has the row, and does it: what came of it here is dropped
            log.info("work.lost", extra={"work": work.id, "kind": work.kind})
        self._worked(work.kind, end, perf_counter() - started)

    async def _finished(self, work: Work, done: Done) -> None:
        """Record the row's end. What counts in any case is recorded apart when that fails."""
        try:
            await self._finish(work, done)
        except Exception:
            if isinstance(done, Kept):
                try:
                    await self.change(work, done.kept)
                except Exception:
                    log.exception("work.not_kept", extra={"work": work.id})
            raise

    async def _finish(self, work: Work, done: Done) -> None:
        """Mark the row done, with what follows from it, in one transaction."""
        now = self.outside.clock.now()

        def finish(transaction: Transaction) -> None:
            transaction.queue.finish(work.id, worker=self._name, at=now)
            done(transaction.unit(system_actor(work.account_id), now, self._application.rules))

        await self._record(work, finish)

    async def _failed(self, work: Work, error: Exception) -> str:
        """Put the row back for another try, or give it up and say so in the thread."""
        tries = work.attempts + 1
        final = isinstance(error, Rejected) or tries >= MAX_ATTEMPTS
        reason = _reason(work, error)
        known = isinstance(error, Fault)
        extra = {"work": work.id, "kind": work.kind, "tries": tries, "why": reason}
        log.warning("work.failed", extra=extra, exc_info=None if known else error)
        now = self.outside.clock.now()
        retry_after = error.retry_after if isinstance(error, (Unavailable, Uncertain)) else None
        unsure = work.doubtful or not isinstance(error, (Unavailable, Rejected))
        due = now + backoff(tries, retry_after=retry_after)

        def record(transaction: Transaction) -> None:
            queue = transaction.queue
            if not final:
                queue.put_back(work.id, worker=self._name, due_at=due, error=reason, count=True, unsure=unsure)
                return
            queue.bury(work.id, worker=self._name, at=now, error=reason, unsure=unsure)
            unit = transaction.unit(system_actor(work.account_id), now, self._application.rules)
            say = partial(say_dead, unit, work, refused=isinstance(error, Rejected))
            if work.kind == ARRIVE:  # of which no session knows
                say = partial(give_up, transaction, unit, work)
            untold = transaction.apart(unit, say)
            if untold is not None:
                log.error("work.not_told", extra={"work": work.id}, exc_info=untold)

        try:
            await self._record(work, record)
        except LeaseLost:
            return "lost"
        return "dead" if final else "retried"

    async def _record(self, work: Work, run: Callable[[Transaction], None]) -> None:
        """Write how a row ended. While the database does not answer the result is kept, and the row's lease with it."""
        while True:
            try:
                return await self._application.store.write(run, key=_key(work))
            except (Unavailable, Uncertain) as error:
                log.warning("work.not_recorded", extra={"work": work.id, "why": str(error)})
            await asyncio.sleep(self._pace.poll)

    async def look(self, work: Work, read: Callable[[UnitOfWork], R]) -> R:
        """Read from the row's account."""
        return await self._application.look(system_actor(work.account_id), read)

    async def knows(self, inbound: Inbound) -> bool:
        """Whether it is known by now who that is from."""
        return await self._application.knows(inbound)

    async def resume(self, inbound: Inbound, room: Room | None, *, late: bool) -> Reply:
        """Carry out what was kept when it came in, once, as far as it is not `late`."""
        return await self._application.resume(inbound, room, late=late)

    async def change(self, work: Work, run: Callable[[UnitOfWork], R]) -> R:
        """Write to the row's account before the row is done."""
        return await self._application.act(system_actor(work.account_id), run, key=_key(work))


def _due_timers(now: datetime, kinds: Sequence[str], transaction: Transaction) -> Sequence[Work]:
    return transaction.queue.due_timers(now=now, kinds=kinds, limit=1)


def _key(work: Work) -> str | None:
    return f"session:{work.session_id}" if work.session_id else None


def _reason(work: Work, error: Exception) -> str:
    """What a row keeps of an error, and the thread is shown: nothing of FlowPilot's insides, and no secret."""
    if not isinstance(error, Fault):
        return f"Something unexpected went wrong; the log has it as work {work.id}."
    words = str(error).encode("utf-8", "replace").decode().replace("\0", "")
    return redact(words).text[:LONGEST_ERROR]


def _renew(ids: Sequence[int], worker: str, until: datetime, transaction: Transaction) -> None:
    transaction.queue.renew(ids, worker=worker, until=until)
