"""Work rows by key, by subject and by age: deduplication, timers, what operators see, and many rows."""

import asyncio
import time
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from core.ports import Transaction, UnitOfWork
from core.work.model import WorkState
from tests.builders import NOW, Seeded, later, unit
from tests.integration.databases import Database, Store, act, look
from tests.integration.test_queue import LEASE, add, bury, claim, claimed, finish, put_back, stored

TIMERS = ("nudge", "follow_up")


def timer(uow: UnitOfWork, subject: str, seconds: float, kind: str = "nudge") -> None:
    """Queue a timer."""
    uow.work.add(kind, lane=f"timer:{subject}", session_id=None, subject=subject, due_at=later(seconds=seconds))


async def test_a_key_stands_for_one_open_row(store: Store, north: Seeded) -> None:
    """Waiting, leased or to be tried again; done and dead rows give it free. Rows without a key are all kept."""
    again = partial(act, store, north)

    def keyed(uow: UnitOfWork) -> None:
        add(uow, "keyed", dedupe_key="key")

    await again(keyed)
    await again(keyed)
    (row,) = await claim(store)
    await again(keyed)
    await put_back(store, row, NOW)
    await again(keyed)
    (row,) = await claim(store)
    await finish(store, row)
    await again(keyed)
    (row,) = await claim(store)
    await bury(store, row)
    await again(keyed)
    assert await claimed(store) == ["keyed"]
    await again(lambda uow: add(uow, "a", "b", lane="other"))
    rows = await store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=10))
    assert [(row.subject, row.state) for row in rows] == [
        ("b", "open"),
        ("a", "open"),
        ("keyed", "open"),
        ("keyed", "dead"),
        ("keyed", "done"),
    ]


async def test_a_key_that_many_want_at_once_is_had_by_one(store: Store, database: Database, north: Seeded) -> None:
    """No error for the others."""
    await asyncio.gather(
        *(act(store, north, lambda uow: add(uow, "one", dedupe_key="key")) for _ in range(20)),
    )
    assert await database.sql("SELECT count(*) FROM work") == [(1,)]


async def test_a_key_is_free_as_soon_as_its_row_is_done(store: Store, database: Database, north: Seeded) -> None:
    """A command that finishes a row may queue the same again; racing ones wait and then may, too."""
    await act(store, north, lambda uow: add(uow, "first", dedupe_key="key"))
    (row,) = await claim(store)

    def finish_and_queue(transaction: Transaction) -> None:
        transaction.queue.finish(row.id, worker="w", at=NOW)
        add(unit(transaction, north), "second", dedupe_key="key")

    await asyncio.gather(
        store.write(finish_and_queue),
        *(act(store, north, lambda uow: add(uow, "x", dedupe_key="key")) for _ in range(8)),
    )
    states = await database.sql("SELECT state, count(*) FROM work GROUP BY state ORDER BY state")
    assert states == [("done", 1), ("open", 1)]


async def test_a_row_can_be_hastened_but_not_delayed(store: Store, north: Seeded) -> None:
    """Somebody waits for the draft now."""
    await act(store, north, lambda uow: add(uow, "draft", dedupe_key="key", due_at=later(seconds=10)))
    await act(store, north, lambda uow: uow.work.hasten("key", later(seconds=20)))
    assert await claimed(store, now=later(seconds=9)) == []
    await act(store, north, lambda uow: uow.work.hasten("key", later(seconds=5)))
    await act(store, north, lambda uow: uow.work.hasten("no such key", NOW))
    assert await claimed(store, now=later(seconds=5)) == ["draft"]


async def test_a_lane_is_hastened_and_no_other(store: Store, north: Seeded) -> None:
    """What it waited for has come."""
    await act(store, north, lambda uow: add(uow, "first", lane="lane", due_at=later(seconds=10)))
    await act(store, north, lambda uow: add(uow, "elsewhere", lane="other", due_at=later(seconds=10)))
    await act(store, north, lambda uow: uow.work.hasten_lane("lane", later(seconds=5)))
    assert await claimed(store, now=later(seconds=5)) == ["first"]


async def test_a_row_is_overtaken_by_a_later_one_about_the_same(store: Store, north: Seeded) -> None:
    """Of its lane, kind and subject, and open."""
    await act(store, north, lambda uow: add(uow, "card", "other", "card"))
    last, other, first = await store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=9))

    def overtaken(uow: UnitOfWork) -> list[bool]:
        return [uow.work.overtaken(row) for row in (first, other, last)]

    assert await look(store, north, overtaken) == [True, False, False]
    for row in (first, other, last):
        assert await claimed(store) == [row.subject]
        await finish(store, row)
    assert await look(store, north, overtaken) == [False, False, False]


async def test_rows_about_a_subject_are_found_and_dropped(store: Store, north: Seeded) -> None:
    """Those that wait; what is leased is under way, and what is dead is for a person."""

    def fill(uow: UnitOfWork) -> None:
        for lane, kind in (("1", "post"), ("2", "post"), ("3", "update"), ("4", "post")):
            uow.work.add(kind, lane=lane, session_id=None, subject="fix")
        add(uow, "other", lane="5")

    await act(store, north, fill)
    leased, dying = await claim(store, limit=2)
    await bury(store, dying)
    about = await look(store, north, lambda uow: uow.work.open_for("fix", ["post", "none"]))
    assert [(row.lane, row.state) for row in about] == [("1", "open"), ("2", "dead"), ("4", "open")]
    await act(store, north, lambda uow: uow.work.drop("fix", ["post", "none"], later(seconds=1)))
    assert (await stored(store, leased)).state is WorkState.OPEN
    assert (await stored(store, dying)).state is WorkState.DEAD
    assert sorted(row.subject + row.lane for row in await claim(store)) == ["fix3", "other5"]


def take_timers(now: datetime, limit: int, kinds: tuple[str, ...], transaction: Transaction) -> list[str]:
    """A command that takes what is due; subjects."""
    return [row.subject for row in transaction.queue.take_timers(now=now, kinds=kinds, limit=limit)]


async def test_a_timer_is_taken_once(store: Store, north: Seeded) -> None:
    """By one replica of many, without a lease, when it is due."""
    await act(store, north, lambda uow: timer(uow, "a", 10))
    assert await store.write(partial(take_timers, NOW, 5, TIMERS)) == []
    at = later(seconds=10)
    taken = await asyncio.gather(*(store.write(partial(take_timers, at, 5, TIMERS)) for _ in range(10)))
    assert sorted(taken) == [[]] * 9 + [["a"]]
    (row,) = await store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=9))
    assert (row.state, row.finished_at) == (WorkState.DONE, at)
    assert await store.write(partial(take_timers, later(days=1), 5, TIMERS)) == []


async def test_due_timers_come_oldest_first_and_of_their_kinds(store: Store, north: Seeded) -> None:
    """As many as are wanted; rows that a worker claims are not among them."""

    def fill(uow: UnitOfWork) -> None:
        for number, subject in enumerate("dcba"):
            timer(uow, subject, -number, kind=TIMERS[number % 2])
        add(uow, "no timer", due_at=later(seconds=-60))

    await act(store, north, fill)
    assert await store.write(partial(take_timers, NOW, 1, TIMERS)) == ["a"]
    assert await store.write(partial(take_timers, NOW, 3, ("nudge",))) == ["b", "d"]
    assert await store.write(partial(take_timers, NOW, 3, TIMERS)) == ["c"]


async def test_a_timer_that_failed_is_tried_again_or_dead(store: Store, north: Seeded) -> None:
    """With the reason, and the try counted."""
    await act(store, north, lambda uow: timer(uow, "a", 0))

    def fail(due_at: datetime | None, transaction: Transaction) -> int:
        (row,) = transaction.queue.take_timers(now=later(hours=1), kinds=TIMERS, limit=5)
        transaction.queue.fail_timer(row.id, at=NOW, due_at=due_at, error="a bug")
        return row.id

    id = await store.write(partial(fail, later(minutes=5)))
    row = await store.read(lambda tx: tx.queue.get(id))
    assert row is not None
    assert (row.state, row.due_at, row.attempts, row.error) == (WorkState.OPEN, later(minutes=5), 1, "a bug")
    assert row.finished_at is None
    assert await store.write(partial(take_timers, NOW, 5, TIMERS)) == []
    assert await store.write(partial(fail, None)) == id
    row = await store.read(lambda tx: tx.queue.get(id))
    assert row is not None
    assert (row.state, row.finished_at, row.attempts) == (WorkState.DEAD, NOW, 2)


async def test_the_next_due_time_is_that_of_open_rows_to_come(store: Store, north: Seeded) -> None:
    """None where there is nothing to wait for."""
    assert await store.read(lambda tx: tx.queue.next_due(NOW)) is None

    def fill(uow: UnitOfWork) -> None:
        for number, seconds in enumerate((-5, 0, 20, 10)):
            add(uow, str(number), lane=str(number), due_at=later(seconds=seconds))

    await act(store, north, fill)
    assert await store.read(lambda tx: tx.queue.next_due(NOW)) == later(seconds=10)
    assert await store.read(lambda tx: tx.queue.next_due(later(seconds=10))) == later(seconds=20)
    assert await store.read(lambda tx: tx.queue.next_due(later(seconds=20))) is None


async def test_the_depth_counts_open_and_dead_rows(store: Store, north: Seeded) -> None:
    """By kind and state, with the due time of the oldest."""

    def fill(uow: UnitOfWork) -> None:
        for lane in range(4):
            add(uow, "x", lane=str(lane), due_at=later(seconds=-lane))
        timer(uow, "t", 60)

    await act(store, north, fill)
    assert await store.read(lambda tx: tx.queue.depth()) == {
        ("post", "open"): (4, later(seconds=-3)),
        ("nudge", "open"): (1, later(seconds=60)),
    }
    done, dead, *_ = await claim(store)
    await finish(store, done)
    await bury(store, dead)
    assert await store.read(lambda tx: tx.queue.depth()) == {
        ("post", "open"): (2, later(seconds=-1)),
        ("post", "dead"): (1, later(seconds=-2)),
        ("nudge", "open"): (1, later(seconds=60)),
    }


async def test_rows_that_were_done_long_ago_are_forgotten(store: Store, north: Seeded) -> None:
    """Dead and open ones are not."""

    def fill(uow: UnitOfWork) -> None:
        for lane in range(5):
            add(uow, str(lane), lane=str(lane))

    await act(store, north, fill)
    first, second, third, *_ = await claim(store)
    await finish(store, first)
    await store.write(lambda tx: tx.queue.finish(second.id, worker="w", at=later(hours=1)))
    await bury(store, third)
    assert await store.write(lambda tx: tx.queue.forget(NOW)) == 0
    assert await store.write(lambda tx: tx.queue.forget(later(microseconds=1))) == 1
    assert await store.write(lambda tx: tx.queue.forget(later(days=1))) == 1
    left = await store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=9))
    assert sorted((row.subject, row.state) for row in left) == [("2", "dead"), ("3", "open"), ("4", "open")]


async def test_operators_list_rows_by_account_and_state(store: Store, north: Seeded, south: Seeded) -> None:
    """Newest first."""
    for seeded in (north, south):
        await act(store, seeded, lambda uow: add(uow, "1", "2"))
    await bury(store, (await claim(store))[0])

    async def listed(account: str | None, state: WorkState | None, limit: int = 9) -> list[str]:
        rows = await store.read(lambda tx: tx.queue.listed(account_id=account, state=state, limit=limit))
        return [f"{row.account_id} {row.subject}" for row in rows]

    assert await listed(None, None) == ["south 2", "south 1", "north 2", "north 1"]
    assert await listed("north", None) == ["north 2", "north 1"]
    assert await listed(None, WorkState.DEAD) == ["north 1"]
    assert await listed("south", WorkState.DEAD) == []
    assert await listed("south", WorkState.OPEN, limit=1) == ["south 2"]


@pytest.mark.parametrize("lanes", [1_000, 10], ids=["a thousand lanes", "ten long lanes"])
async def test_a_thousand_rows_are_worked_off_in_batches(lanes: int, store: Store, north: Seeded) -> None:
    """In order within each lane, and no batch takes long for those that wait behind it."""
    count = 1_000

    def fill(uow: UnitOfWork) -> None:
        for number in range(count):
            add(uow, str(number), lane=str(number % lanes), due_at=later(milliseconds=number))

    await act(store, north, fill)
    seen: list[int] = []
    slowest = 0.0
    now = later(seconds=10)

    def work_off(transaction: Transaction) -> Any:
        started = time.thread_time()
        rows = transaction.queue.claim(worker="w", now=now, lease=LEASE, kinds=("post",), limit=100)
        spent = time.thread_time() - started
        for row in rows:
            transaction.queue.finish(row.id, worker="w", at=now)
        return [int(row.subject) for row in rows], spent

    while len(seen) < count:
        batch, spent = await store.write(work_off)
        assert batch
        seen += batch
        slowest = max(slowest, spent)
    assert sorted(seen) == list(range(count))
    for lane in range(lanes):
        mine = [number for number in seen if number % lanes == lane]
        assert mine == sorted(mine)
    assert slowest < timedelta(milliseconds=250).total_seconds()
