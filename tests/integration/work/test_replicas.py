"""Replicas on one PostgreSQL: no row is done twice, and each hears of the others' work at once."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.ports import Store, UnitOfWork
from core.work.model import Work, WorkState
from core.work.running import Done, Runner
from storage import notify
from storage.postgres import PostgresStore
from tests.builders import NOW, Seeded, seed
from tests.integration.databases import Database, Postgres
from tests.integration.work.yard import QUICK, Yard, counted, running, until

LINES = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
    "AND (query ILIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify%')"
)
KILL = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() "
    "AND (query ILIKE 'LISTEN%' OR query LIKE 'SELECT pg_notify%')"
)


@pytest.fixture
async def database(postgres: Postgres) -> Database:
    """A migrated PostgreSQL database with nothing in it."""
    database = Database(postgres.url("migrated"))
    await database.sql("DELETE FROM accounts")
    return database


@pytest.fixture
async def others(database: Database, north: Seeded) -> AsyncIterator[Yard]:
    """Another replica on the same database."""
    store = PostgresStore(database.url, pool=4)
    try:
        yield Yard(store, north)
    finally:
        await store.close()


@pytest.fixture
async def north(store: Store) -> Seeded:
    """An account with an open session."""
    return await store.write(lambda transaction: seed(transaction, "north"))


def hundred(uow: UnitOfWork) -> None:
    """Rows in ten lanes."""
    for number in range(100):
        uow.work.add("job", lane=f"lane-{number % 10}", session_id=None)


async def test_two_replicas_never_do_a_row_twice(yard: Yard, others: Yard) -> None:
    """Both are hungry, and each row is done by one of them, in the order of its lane."""
    begun: Counter[int] = Counter()
    order: dict[str, list[int]] = {}

    async def job(runner: Runner, work: Work) -> Done:
        begun[work.id] += 1
        await asyncio.sleep(0)
        return lambda uow: order.setdefault(work.lane, []).append(work.id)

    await yard.act(hundred)
    async with running(yard.worker({"job": job}), others.worker({"job": job})):
        await until(lambda: sum(map(len, order.values())) == 100)
    assert set(begun.values()) == {1}
    assert all(ids == sorted(ids) for ids in order.values())
    assert {row.state for row in await yard.rows()} == {WorkState.DONE}
    assert len(yard.ends) > 0
    assert len(others.ends) > 0


async def test_a_replica_does_anothers_work_at_once(yard: Yard, others: Yard) -> None:
    """Its worker polls once in ten minutes only, and still does the row now."""
    done: list[str] = []
    heard: list[datetime] = []
    worker = others.worker({"job": counted(done)}, pace=replace(QUICK, poll=600.0))

    def wake(due: datetime) -> None:
        heard.append(due)
        worker.woken(due)

    others.store.wake = wake
    async with running(worker):
        await until(lambda: heard)  # as soon as it listens
        await yard.add("job")
        await until(lambda: done)
    assert done == ["job"]


async def test_a_replica_is_woken_once_by_many_commits_and_not_by_its_own_notice(yard: Yard, others: Yard) -> None:
    """Commits within ten milliseconds share a NOTIFY, which says when the first of their rows is due."""
    heard: list[datetime] = []
    own: list[datetime] = []
    others.store.wake = heard.append
    yard.store.wake = own.append
    await until(lambda: heard and own)
    heard.clear()
    own.clear()
    soon = yard.clock.now() - timedelta(hours=1)
    await asyncio.gather(*(yard.add("job", due_at=soon + timedelta(minutes=n)) for n in range(40)))
    await until(lambda: heard)
    await others.add("job")
    await until(lambda: len(own) > 40)
    assert len(own) == 41
    assert len(heard) < 20
    assert min(heard) == soon


async def test_a_replica_that_lost_its_line_listens_again(
    yard: Yard, others: Yard, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server was restarted, say: both connect again, and look for what they may have missed."""
    monkeypatch.setattr(notify, "AGAIN", 0.05)
    heard: list[datetime] = []
    others.store.wake = heard.append
    yard.store.wake = lambda due: None
    await until(lambda: heard)
    await yard.add("job")
    await until(lambda: len(heard) > 1)
    for _ in range(2):
        heard.clear()
        assert await database.sql(KILL)
        await until(lambda: heard)
        heard.clear()
        await until(lambda: reached(yard, heard))


async def reached(yard: Yard, heard: list[datetime]) -> bool:
    """Whether word of new work comes through."""
    await yard.add("job")
    return bool(heard)


async def test_a_line_that_cannot_be_had_is_nobodys_error(postgres: Postgres, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is tried again, and closing does not wait for it."""
    monkeypatch.setattr(notify, "AGAIN", 0.01)
    monkeypatch.setattr(notify, "LAST", 0.05)
    heard: list[datetime] = []
    wakes = notify.Wakes(postgres.url("no_such_database"), heard.append)
    wakes.start()
    wakes.tell(NOW)
    wakes.tell(NOW)
    await wakes.close()
    assert heard == []
    wakes.start()
    assert [task for task in asyncio.all_tasks() if task.get_name() == "postgres-wakes"] == []


async def test_the_last_word_of_a_closing_replica_is_sent(others: Yard, database: Database, north: Seeded) -> None:
    """A command line that queues work and ends at once wakes the replicas that run."""
    heard: list[datetime] = []
    others.store.wake = heard.append
    await until(lambda: heard)
    heard.clear()
    brief = PostgresStore(database.url, pool=1)
    await Yard(brief, north).add("job")
    await brief.close()
    await until(lambda: heard)
    assert heard == [NOW]
    assert await database.sql(LINES) == [(1,)]
