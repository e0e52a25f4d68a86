"""Timers: each fires once, none holds up another, and one that fails is tried again."""

import asyncio
from collections import Counter
from collections.abc import Callable

from core.ports import UnitOfWork
from core.work.model import MAX_ATTEMPTS, Work, WorkState
from core.work.running import Timer
from tests import builders as make
from tests.builders import Seeded
from tests.integration.work.yard import Yard, counted, running, until

MANY = 1000


def firing(fired: Counter[str]) -> Timer:
    """Counts each timer once its transaction is durable."""

    def timer(uow: UnitOfWork, work: Work) -> None:
        uow.after_commit(lambda: fired.update([work.subject]))

    return timer


def due(count: int) -> Callable[[UnitOfWork], None]:
    """Adds that many timers, due now."""

    def add(uow: UnitOfWork) -> None:
        for number in range(count):
            uow.work.add("ring", lane=f"timer:{number}", session_id=None, subject=str(number))

    return add


async def test_a_thousand_overdue_timers_fire_once_each_while_commands_are_taken(yard: Yard) -> None:
    """Two workers share them; between the batches other writes get their turn."""
    fired: Counter[str] = Counter()
    await yard.act(due(MANY))
    workers = [yard.worker({}, timers={"ring": firing(fired)}) for _ in range(2)]
    between = []
    async with running(*workers):
        while len(fired) < MANY:
            await yard.act(lambda uow: uow.accounts.get())
            between.append(len(fired))
    assert set(fired.values()) == {1}
    assert len(fired) == MANY
    assert len(set(between)) > 3
    assert {row.state for row in await yard.rows()} == {WorkState.DONE}


async def test_timers_of_one_session_that_are_due_together_see_each_other(yard: Yard, north: Seeded) -> None:
    """Each finds the version that the one before it left; those of no session see everything."""
    seen: list[tuple[str, int]] = []

    def learn(uow: UnitOfWork, work: Work) -> None:
        session = uow.sessions.get(north.session.id)
        assert session is not None
        seen.append((work.subject, session.state_version))
        uow.facts.add(make.a_fact(id=uow.new_id(), session_id=session.id))
        uow.log(session.id, "learned")

    def add(uow: UnitOfWork) -> None:
        id = north.session.id
        for subject, session in (("one", id), ("two", id), ("three", None), ("four", id)):
            uow.work.add("learn", lane=f"timer:{subject}", session_id=session, subject=subject)

    await yard.act(add)
    await yard.worker({}, timers={"learn": learn}).drain()
    first = seen[0][1]
    assert seen == [("one", first), ("two", first + 1), ("three", first + 2), ("four", first + 3)]


async def test_a_timer_waits_for_its_time_and_holds_up_nobody(yard: Yard) -> None:
    """One that is due later has not joined its lane yet."""
    fired: Counter[str] = Counter()
    done: list[str] = []
    later = yard.clock.now().replace(hour=yard.clock.now().hour + 1)
    worker = yard.worker({"job": counted(done)}, timers={"ring": firing(fired)})
    await yard.act(lambda uow: uow.work.add("ring", lane="one", session_id=None, subject="late", due_at=later))
    await yard.act(lambda uow: uow.work.add("job", lane="one", session_id=None))
    await worker.drain()
    assert (done, fired) == (["job"], Counter())
    yard.clock.pass_by(hours=1)
    await worker.drain()
    assert fired == Counter(["late"])


async def test_a_failing_timer_stops_no_other_and_is_tried_again(yard: Yard) -> None:
    """Its own writes are undone; the batch that it was in is committed."""
    fired: Counter[str] = Counter()
    ring = firing(fired)
    broken = True

    def timer(uow: UnitOfWork, work: Work) -> None:
        ring(uow, work)
        if work.subject == "1" and broken:
            uow.work.add("undone", lane="undone", session_id=None)
            raise ValueError("a mistake")

    await yard.act(due(3))
    worker = yard.worker({}, timers={"ring": timer})
    await worker.drain()
    assert fired == Counter(["0", "2"])
    (waiting,) = [row for row in await yard.rows() if row.state is WorkState.OPEN]
    assert (waiting.subject, waiting.attempts) == ("1", 1)
    assert waiting.due_at > yard.clock.now()
    broken = False
    yard.clock.pass_by(seconds=2)
    await worker.drain()
    assert fired == Counter(["0", "1", "2"])


async def test_a_timer_that_never_works_is_dead_after_eight_tries_and_can_be_revived(yard: Yard) -> None:
    """It does not come back for ever, and it is not lost."""
    tries: list[int] = []

    def timer(uow: UnitOfWork, work: Work) -> None:
        tries.append(work.attempts)
        raise ValueError("a mistake")

    await yard.act(due(1))
    worker = yard.worker({}, timers={"ring": timer})
    for _ in range(MAX_ATTEMPTS + 3):
        await worker.drain()
        yard.clock.pass_by(minutes=6)
    row = await yard.row("ring")
    assert sorted(set(tries)) == list(range(MAX_ATTEMPTS))
    assert row.state is WorkState.DEAD
    assert row.error.startswith("Something unexpected")
    assert await yard.store.write(lambda tx: tx.queue.revive(row.id, yard.clock.now()))
    fired: Counter[str] = Counter()
    await yard.worker({}, timers={"ring": firing(fired)}).drain()
    assert fired == Counter(["0"])


async def test_a_timer_wakes_a_sleeping_worker_when_it_is_due(yard: Yard) -> None:
    """The worker looks again when the next row is due, not only when something happens."""
    fired: Counter[str] = Counter()
    soon = yard.clock.now().replace(microsecond=500_000)
    await yard.act(lambda uow: uow.work.add("ring", lane="one", session_id=None, subject="soon", due_at=soon))
    async with running(yard.worker({}, timers={"ring": firing(fired)})):
        await asyncio.sleep(0)
        assert fired == Counter()
        yard.clock.pass_by(seconds=1)
        await until(lambda: fired)
    assert fired == Counter(["soon"])
