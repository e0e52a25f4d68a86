"""SQLite's writer: commands that share a COMMIT share nothing else, whatever happens to the disk."""

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.errors import Refused, Unavailable
from core.ports import Transaction
from storage import sqlite
from storage.sqlite import GROUP, SqliteStore, connect
from tests import builders as make
from tests.builders import Seeded, unit
from tests.integration.databases import act, look

Run = Callable[[Transaction], Any]


@pytest.fixture
async def store(sqlite_file: Path) -> AsyncIterator[SqliteStore]:
    """A store on SQLite."""
    store = SqliteStore(sqlite_file)
    try:
        yield store
    finally:
        await store.close()


async def grouped(store: SqliteStore, *commands: Run, otherwise: Any = None) -> list[Any]:
    """Hand commands in while the writer is held, so that they share a transaction; results or errors."""
    held, release = threading.Event(), threading.Event()

    def hold(transaction: Transaction) -> None:
        held.set()
        assert release.wait(timeout=30)

    holding = asyncio.create_task(store.write(hold))
    await asyncio.to_thread(held.wait)
    writes = [asyncio.create_task(store.write(command, otherwise)) for command in commands]
    await asyncio.sleep(0)
    release.set()
    await holding
    return list(await asyncio.gather(*writes, return_exceptions=True))


def learn(north: Seeded, number: int, size: int, transaction: Transaction) -> str:
    """Store a fact of that many characters."""
    uow = unit(transaction, north)
    uow.facts.add(make.a_fact(id=f"fact-{number}", text=f"{number:06}" * (size // 6)))
    uow.log(north.session.id, "learned", number=str(number))
    return f"learned {number}"


async def facts(store: SqliteStore, north: Seeded) -> set[str]:
    """Ids of the stored facts."""
    return {fact.id for fact in await look(store, north, lambda uow: uow.facts.of(north.session.id))}


@contextmanager
def commits(store: SqliteStore) -> Any:
    """Counts them."""
    seen: list[str] = []
    store._connection.set_trace_callback(
        lambda sql: seen.append(sql) if sql.startswith(("COMMIT", "ROLLBACK")) else None
    )
    yield seen
    store._connection.set_trace_callback(None)


async def test_commands_that_wait_share_a_commit(store: SqliteStore, north: Seeded) -> None:
    """As many as a group holds; one flush to the disk for all of them."""
    with commits(store) as seen:
        results = await grouped(store, *(partial(learn, north, number, 60) for number in range(GROUP)))
    assert results == [f"learned {number}" for number in range(GROUP)]
    assert seen == ["COMMIT", "COMMIT"]  # the one that held the writer, and the group
    session = await look(store, north, lambda uow: uow.sessions.get(north.session.id))
    assert session is not None
    assert (session.state_version, session.events) == (GROUP, GROUP)


async def test_one_that_fails_in_a_group_is_undone_alone(store: SqliteStore, north: Seeded) -> None:
    """By its savepoint: the others stay in the group."""

    def fail(transaction: Transaction) -> None:
        learn(north, 99, 60, transaction)
        raise Refused("no")

    with commits(store) as seen:
        first, failed, last = await grouped(store, partial(learn, north, 1, 60), fail, partial(learn, north, 2, 60))
    assert (first, last) == ("learned 1", "learned 2")
    assert isinstance(failed, Refused)
    assert await facts(store, north) == {"fact-1", "fact-2"}
    assert seen.count("COMMIT") == 2
    assert seen.count("ROLLBACK") == 0


def allow_pages(store: SqliteStore, more: int) -> Run:
    """Let the file grow by that many pages and no further, as a disk that is almost full."""

    def limit(transaction: Transaction) -> None:
        (pages,) = store._connection.execute("PRAGMA page_count").fetchone()
        store._connection.execute(f"PRAGMA max_page_count = {pages + more}")

    return limit


@pytest.mark.parametrize("told", [False, True], ids=["raising", "with something done instead"])
async def test_a_full_disk_costs_only_those_who_are_told_so(told: bool, store: SqliteStore, north: Seeded) -> None:
    """What was acknowledged is stored, what was not says Unavailable, and once there is space the store goes on."""

    def otherwise(transaction: Transaction, error: Exception) -> str:
        unit(transaction, north).log(north.session.id, "failed")
        return "told"

    await store.write(allow_pages(store, 40))
    sizes = [60, 30_000, 60, 90_000, 60, 90_000, 60, 900_000, 60]
    results = await grouped(
        store, *(partial(learn, north, n, size) for n, size in enumerate(sizes)), otherwise=otherwise if told else None
    )
    stored = {f"fact-{number}" for number, result in enumerate(results) if result == f"learned {number}"}
    lost = [result for number, result in enumerate(results) if f"fact-{number}" not in stored]
    assert await facts(store, north) == stored
    assert {"fact-0", "fact-1", "fact-2"} <= stored
    assert "fact-7" not in stored
    assert all(isinstance(result, Unavailable) and "full" in str(result) for result in lost), lost
    await store.write(allow_pages(store, 100_000))
    await act(store, north, lambda uow: uow.log(north.session.id, "going on"))
    assert await store.write(partial(learn, north, 50, 900_000)) == "learned 50"
    events = await look(store, north, lambda uow: uow.timeline.of(north.session.id))
    assert [event.position for event in events] == list(range(1, len(stored) + 3))


def roll_back_like_sqlite(store: SqliteStore, north: Seeded, *, quietly: bool) -> Run:
    """A command during which SQLite gives the whole transaction up, as it may when the disk fails."""

    def lose(transaction: Transaction) -> str:
        learn(north, 99, 60, transaction)
        store._connection.execute("ROLLBACK")
        if not quietly:
            raise sqlite3.OperationalError("disk I/O error")
        return "nothing noticed"

    return lose


@pytest.mark.parametrize("quietly", [False, True])
async def test_a_group_that_sqlite_rolls_back_is_run_one_by_one(
    quietly: bool, store: SqliteStore, north: Seeded
) -> None:
    """Nobody is answered for what is gone; the others are stored by a second run."""
    lose = roll_back_like_sqlite(store, north, quietly=quietly)
    first, lost, last = await grouped(store, partial(learn, north, 1, 60), lose, partial(learn, north, 2, 60))
    assert (first, last) == ("learned 1", "learned 2")
    assert isinstance(lost, Unavailable)
    assert await facts(store, north) == {"fact-1", "fact-2"}
    session = await look(store, north, lambda uow: uow.sessions.get(north.session.id))
    assert session is not None
    assert session.state_version == 2


async def test_a_commit_that_fails_is_nobodys_but_the_culprits(store: SqliteStore, north: Seeded) -> None:
    """What only COMMIT refuses (here a foreign key that was put off) fails for the one command that did it."""

    def break_at_the_end(transaction: Transaction) -> str:
        store._connection.execute("PRAGMA defer_foreign_keys = ON")
        learn(north, 99, 60, transaction)
        store._connection.execute("UPDATE facts SET session_id = 'nowhere' WHERE id = 'fact-99'")
        return "broken"

    happened: list[str] = []

    def with_effect(transaction: Transaction) -> str:
        unit(transaction, north).after_commit(lambda: happened.append("effect"))
        return learn(north, 2, 60, transaction)

    first, broken, last = await grouped(store, partial(learn, north, 1, 60), break_at_the_end, with_effect)
    assert (first, last) == ("learned 1", "learned 2")
    assert isinstance(broken, Unavailable)
    assert await facts(store, north) == {"fact-1", "fact-2"}
    assert happened == ["effect"]


class Odd(BaseException):
    """Not an Exception."""


async def test_an_error_that_no_handler_may_raise_stops_nobody_for_good(store: SqliteStore, north: Seeded) -> None:
    """Everyone in the group is answered, and the writer lives on."""

    def odd(transaction: Transaction) -> None:
        learn(north, 99, 60, transaction)
        raise Odd

    results = await grouped(store, partial(learn, north, 1, 60), odd)
    assert [type(result) for result in results] == [Odd, Odd]
    assert await store.write(partial(learn, north, 2, 60)) == "learned 2"
    assert await facts(store, north) == {"fact-2"}


async def test_a_command_whose_caller_gave_up_before_it_began_is_not_run(store: SqliteStore, north: Seeded) -> None:
    """Nobody waits for it."""
    held, release = threading.Event(), threading.Event()

    def hold(transaction: Transaction) -> None:
        held.set()
        assert release.wait(timeout=30)

    holding = asyncio.create_task(store.write(hold))
    await asyncio.to_thread(held.wait)
    given_up = asyncio.create_task(store.write(partial(learn, north, 1, 60)))
    kept = asyncio.create_task(store.write(partial(learn, north, 2, 60)))
    await asyncio.sleep(0)
    given_up.cancel()
    await asyncio.wait([given_up])
    release.set()
    await holding
    assert await kept == "learned 2"
    assert await facts(store, north) == {"fact-2"}


async def test_another_process_with_the_write_lock_is_waited_for(
    store: SqliteStore, sqlite_file: Path, north: Seeded
) -> None:
    """Nobody hears of a locked database."""
    other = connect(sqlite_file)
    other.execute("BEGIN IMMEDIATE")
    other.execute("UPDATE accounts SET name = 'theirs'")
    writes = [asyncio.create_task(store.write(partial(learn, north, number, 60))) for number in range(5)]
    done, _ = await asyncio.wait(writes, timeout=0.05)
    assert not done
    assert (await look(store, north, lambda uow: uow.accounts.get())).name == "North"
    other.execute("COMMIT")
    other.close()
    assert await asyncio.gather(*writes) == [f"learned {number}" for number in range(5)]
    assert (await look(store, north, lambda uow: uow.accounts.get())).name == "theirs"


async def test_a_write_lock_that_is_held_for_long_is_said_once(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everyone in the group is told at once, not each after a wait of their own; afterwards all is well."""
    monkeypatch.setattr(sqlite, "BUSY_SECONDS", 0.2)
    store = SqliteStore(sqlite_file)
    north = await store.write(make.seed)
    other = connect(sqlite_file)
    other.execute("BEGIN IMMEDIATE")
    started = asyncio.get_running_loop().time()
    writes = [asyncio.create_task(store.write(partial(learn, north, number, 60))) for number in range(32)]
    results: Sequence[Any] = await asyncio.gather(*writes, return_exceptions=True)
    assert asyncio.get_running_loop().time() - started < 0.2 * 8
    assert all(isinstance(result, Unavailable) and "locked" in str(result) for result in results), results
    other.execute("ROLLBACK")
    other.close()
    assert await store.write(partial(learn, north, 1, 60)) == "learned 1"
    await store.close()


async def test_a_file_that_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """With its name."""
    with pytest.raises(Unavailable, match=r"missing.flowpilot\.db cannot be opened"):
        SqliteStore(tmp_path / "missing" / "flowpilot.db")


async def test_what_is_stored_survives_a_sudden_end(store: SqliteStore, sqlite_file: Path, north: Seeded) -> None:
    """After the answer the words are in the file, whoever opens it next, without the store being closed."""
    await store.write(partial(learn, north, 1, 60))
    copied = connect(sqlite_file, read_only=True)
    assert copied.execute("SELECT id FROM facts").fetchall() == [("fact-1",)]
    assert copied.execute("PRAGMA synchronous").fetchone() == (2,)
    assert copied.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    copied.close()
