"""Writing at once, giving up, closing: what every store promises (core.ports.Store)."""

import asyncio
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy.util import await_only

from core.errors import Refused, Unavailable
from core.ports import Transaction, UnitOfWork
from tests import builders as make
from tests.builders import NOW, Seeded, unit
from tests.integration.databases import Database, Store, act, look

SESSIONS = [f"session-{number}" for number in range(4)]


@pytest.fixture
async def four(store: Store, north: Seeded) -> Seeded:
    """An account with four more sessions."""

    def add(uow: UnitOfWork) -> None:
        for number, id in enumerate(SESSIONS, start=2):
            place = uow.conversations.ensure(
                workspace_id=north.workspace.id, channel="C1", thread=str(number), guests=False
            )
            uow.sessions.add(make.a_session(id=id, number=number, conversation_id=place.id))
            uow.sessions.link(id, place.id)

    await act(store, north, add)
    return north


def command(session_id: str, number: int, uow: UnitOfWork) -> int:
    """A typical one: reads its session, learns a fact, writes the timeline, queues work."""
    session = uow.sessions.get(session_id)
    assert session is not None
    uow.facts.add(make.a_fact(id=f"fact-{number}", session_id=session.id))
    uow.log(session.id, "fact_added", number=str(number))
    uow.work.add("update", lane=f"say:{session.conversation_id}", session_id=session.id, subject=str(number))
    return session.state_version


def keyed(store: Store, seeded: Seeded, session_id: str, run: Callable[[UnitOfWork], Any]) -> Any:
    """Run on a session, with its key."""
    return store.write(lambda transaction: run(unit(transaction, seeded)), key=session_id)


@pytest.mark.parametrize("keys", [True, False], ids=["keyed", "by row locks alone"])
async def test_commands_at_once_lose_no_update(keys: bool, store: Store, database: Database, four: Seeded) -> None:
    """64 on four sessions: no error, every version once, every row there."""
    count = 64

    def run(number: int) -> Any:
        session_id = SESSIONS[number % 4]
        return store.write(lambda tx: command(session_id, number, unit(tx, four)), key=session_id if keys else None)

    seen = await asyncio.gather(*(run(number) for number in range(count)))
    assert Counter(seen) == Counter(dict.fromkeys(range(count // 4), 4))
    versions = await database.sql("SELECT session_id, state_version, position FROM timeline ORDER BY 1, 2")
    assert versions == [(id, version, version) for id in SESSIONS for version in range(1, count // 4 + 1)]
    assert await database.sql("SELECT count(*), count(DISTINCT subject) FROM work") == [(count, count)]
    assert await database.sql("SELECT DISTINCT state_version, events FROM sessions WHERE number > 1") == [(16, 16)]


@pytest.mark.parametrize("instead", [False, True], ids=["raising", "with something done instead"])
async def test_commands_that_fail_harm_no_others(instead: bool, store: Store, database: Database, four: Seeded) -> None:
    """Of many at once, each is undone by itself or stored by itself."""

    def run(number: int, transaction: Transaction) -> str:
        command(SESSIONS[number % 4], number, unit(transaction, four))
        if number % 3 == 0:
            raise Refused(f"refused {number}")
        return f"done {number}"

    def otherwise(number: int, transaction: Transaction, error: Exception) -> str:
        unit(transaction, four).log(SESSIONS[number % 4], "refused", number=str(number))
        return f"{error}, and told"

    async def write(number: int) -> str:
        try:
            return await store.write(
                partial(run, number), partial(otherwise, number) if instead else None, key=SESSIONS[number % 4]
            )
        except Refused as error:
            return str(error)

    answers = await asyncio.gather(*map(write, range(48)))
    told = ", and told" if instead else ""
    assert list(answers) == [f"refused {n}{told}" if n % 3 == 0 else f"done {n}" for n in range(48)]
    facts = {id for (id,) in await database.sql("SELECT id FROM facts")}
    assert facts == {f"fact-{number}" for number in range(48) if number % 3}
    assert await database.sql("SELECT count(*) FROM timeline") == [(48 if instead else 32,)]
    assert await database.sql("SELECT count(*) FROM timeline WHERE kind = 'refused'") == [(16 if instead else 0,)]


async def test_a_read_after_the_answer_sees_the_write(store: Store, four: Seeded) -> None:
    """Each of many writers reads its own at once."""

    async def write_and_read(number: int) -> bool:
        await keyed(store, four, SESSIONS[number % 4], partial(command, SESSIONS[number % 4], number))
        return await look(store, four, lambda uow: uow.facts.get(f"fact-{number}")) is not None

    assert all(await asyncio.gather(*map(write_and_read, range(40))))


async def test_a_read_sees_one_state(store: Store, north: Seeded) -> None:
    """What is committed while it reads does not come in halfway."""
    loop = asyncio.get_running_loop()

    def meanwhile(work: Any) -> None:
        """Wait for a coroutine: in a thread of SQLite's, or inside PostgreSQL's `run_sync`."""
        if threading.current_thread() is threading.main_thread():
            await_only(work)
        else:
            asyncio.run_coroutine_threadsafe(work, loop).result()

    def read(uow: UnitOfWork) -> tuple[int, int]:
        before = uow.facts.of(north.session.id)
        meanwhile(act(store, north, partial(command, north.session.id, 1)))
        return len(before), len(uow.facts.of(north.session.id))

    assert await look(store, north, read) == (0, 0)
    assert len(await look(store, north, lambda uow: uow.facts.of(north.session.id))) == 1


async def test_readers_cannot_write(store: Store, north: Seeded) -> None:
    """Not even by mistake, at once or at the end; and the connection serves the next read."""
    attempts: list[Callable[[UnitOfWork], Any]] = [
        lambda uow: uow.facts.add(make.a_fact()),
        lambda uow: uow.log(north.session.id, "read"),
        lambda uow: uow.work.add("post", lane="say:1", session_id=None),
    ]
    for attempt in attempts:
        with pytest.raises((sqlite3.OperationalError, asyncpg.ReadOnlySQLTransactionError), match=r"read-?only"):
            await look(store, north, attempt)
    assert await look(store, north, lambda uow: uow.facts.of(north.session.id)) == []


async def test_a_read_that_fails_harms_no_other(store: Store, north: Seeded) -> None:
    """Its error is the caller's."""
    with pytest.raises(ZeroDivisionError):
        await look(store, north, lambda uow: 1 // 0)
    assert await look(store, north, lambda uow: uow.sessions.by_number(1)) == north.session


async def test_a_caller_who_gives_up_leaves_nothing_halfway(store: Store, database: Database, four: Seeded) -> None:
    """Each command is there whole or not at all, and those of others are."""
    tasks = [
        asyncio.create_task(keyed(store, four, SESSIONS[n % 4], partial(command, SESSIONS[n % 4], n)))
        for n in range(60)
    ]
    await asyncio.sleep(0)
    for task in tasks[::3]:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert {type(result) for result in results} == {int, asyncio.CancelledError}
    await act(store, four, lambda uow: None)
    facts = {id for (id,) in await database.sql("SELECT id FROM facts")}
    subjects = {f"fact-{subject}" for (subject,) in await database.sql("SELECT subject FROM work")}
    assert facts == subjects
    assert facts >= {f"fact-{number}" for number, result in enumerate(results) if isinstance(result, int)}
    versions = await database.sql("SELECT session_id, count(*), max(state_version) FROM timeline GROUP BY 1")
    assert all(count == newest for _, count, newest in versions)


async def test_a_caller_who_gives_up_during_the_write_gets_it_written(store: Store, north: Seeded) -> None:
    """A transaction that has begun is not cut short, and its effects happen."""
    loop, begun, happened = asyncio.get_running_loop(), asyncio.Event(), asyncio.Event()

    def run(uow: UnitOfWork) -> None:
        loop.call_soon_threadsafe(begun.set)
        command(north.session.id, 1, uow)
        uow.after_commit(happened.set)

    task = asyncio.create_task(act(store, north, run))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(happened.wait(), timeout=10)
    assert len(await look(store, north, lambda uow: uow.facts.of(north.session.id))) == 1


async def test_a_reader_who_gives_up_harms_no_other(store: Store, north: Seeded) -> None:
    """Its connection is usable, or replaced."""
    for _ in range(30):
        reading = asyncio.create_task(look(store, north, lambda uow: uow.sessions.get(north.session.id)))
        await asyncio.sleep(0)
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)
    assert await look(store, north, lambda uow: uow.sessions.get(north.session.id)) == north.session


async def test_closing_finishes_what_was_handed_in(database: Database) -> None:
    """And refuses what comes then."""
    async with database.opened() as store:
        north = await store.write(lambda tx: make.seed(tx))
        writes = [asyncio.create_task(act(store, north, partial(command, north.session.id, n))) for n in range(40)]
        reads = [asyncio.create_task(look(store, north, lambda uow: uow.sessions.by_number(1))) for _ in range(5)]
        await asyncio.sleep(0)
        await store.close()
        assert sorted(await asyncio.gather(*writes)) == list(range(40))
        assert all(await asyncio.gather(*reads))
        for late in (store.write, store.read):
            with pytest.raises(Unavailable, match="closed"):
                await late(lambda tx: None)
        with pytest.raises(Unavailable):
            await store.ready()
    assert await database.sql("SELECT count(*) FROM facts") == [(40,)]


async def test_closing_twice_is_closing_once(database: Database) -> None:
    """Also at the same time."""
    async with database.opened() as store:
        await store.write(lambda tx: make.seed(tx))
        await asyncio.gather(store.close(), store.close())
        await store.close()
    assert await database.sql("SELECT count(*) FROM accounts") == [(1,)]


async def test_two_stores_on_one_database_wait_for_each_other(database: Database) -> None:
    """Two processes: no error, no lost update."""
    async with database.opened() as one, database.opened() as two:
        north = await one.write(lambda tx: make.seed(tx, now=NOW))
        seen = await asyncio.gather(
            *(act((one, two)[n % 2], north, partial(command, north.session.id, n)) for n in range(40))
        )
        assert sorted(seen) == list(range(40))
