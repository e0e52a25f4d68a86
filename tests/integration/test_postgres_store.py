"""PostgreSQL's own troubles: connections that die, deadlocks, races between replicas, and who waits for whom."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from core.errors import Unavailable, Uncertain, WrongState
from core.ports import Transaction, UnitOfWork
from core.sessions.model import SessionStatus
from storage.postgres import TRIES, PostgresStore
from storage.statements import Statement
from storage.unit_of_work import SqlTransaction
from tests import builders as make
from tests.builders import NOW, Seeded, unit
from tests.integration.databases import Database, Postgres, act, emptied, look

DIE = Statement(text("SELECT pg_terminate_backend(pg_backend_pid())"))
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
async def database(postgres: Postgres) -> Database:
    """A migrated database with nothing in it."""
    return await emptied(postgres)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[PostgresStore]:
    """A store with few connections."""
    store = PostgresStore(database.url, pool=4)
    try:
        yield store
    finally:
        await store.close()


def die(transaction: Transaction) -> None:
    """End the server's side of this connection."""
    assert isinstance(transaction, SqlTransaction)
    transaction.db.one(DIE)


def learn(north: Seeded, transaction: Transaction, id: str = "") -> str:
    """Store a fact."""
    uow = unit(transaction, north)
    uow.facts.add(make.a_fact(id=id or uow.new_id()))
    uow.log(north.session.id, "learned")
    return "learned"


async def facts(store: PostgresStore, north: Seeded) -> int:
    """How many are stored."""
    return len(await look(store, north, lambda uow: uow.facts.of(north.session.id)))


async def test_connections_that_died_meanwhile_are_replaced(
    store: PostgresStore, database: Database, north: Seeded
) -> None:
    """The server was restarted, say: the next commands and reads know nothing of it."""
    for _ in range(3):
        await asyncio.gather(*(store.write(partial(learn, north)) for _ in range(8)))
        await database.sql(OTHERS)
        answers = await asyncio.gather(
            *(store.write(partial(learn, north)) for _ in range(8)), *(facts(store, north) for _ in range(8))
        )
        assert answers[:8] == ["learned"] * 8
    assert await facts(store, north) == 48


async def test_a_command_whose_connection_dies_is_run_again(store: PostgresStore, north: Seeded) -> None:
    """Before the COMMIT nothing was stored, so it is stored once."""
    runs: list[int] = []

    def run(transaction: Transaction) -> str:
        runs.append(1)
        learn(north, transaction)
        if len(runs) < TRIES:
            die(transaction)
        return "learned"

    assert await store.write(run) == "learned"
    assert len(runs) == TRIES
    assert await facts(store, north) == 1


async def test_a_command_whose_connections_all_die_is_unavailable(store: PostgresStore, north: Seeded) -> None:
    """After some tries; what it wants done instead would fare no better. The next command works."""
    told: list[Exception] = []

    def run(transaction: Transaction) -> None:
        learn(north, transaction)
        die(transaction)

    with pytest.raises(Unavailable):
        await store.write(run, lambda transaction, error: told.append(error))
    with pytest.raises(Unavailable):
        await store.read(die)
    assert told == []
    assert await facts(store, north) == 0
    assert await store.write(partial(learn, north)) == "learned"


async def test_a_connection_that_talks_nonsense_is_given_up(store: PostgresStore, north: Seeded) -> None:
    """What the driver cannot make sense of is the connection's trouble: the command runs again, on another one."""
    used: list[int] = []
    pid = Statement(text("SELECT pg_backend_pid()"))

    def run(transaction: Transaction) -> str:
        assert isinstance(transaction, SqlTransaction)
        row = transaction.db.one(pid)
        assert row is not None
        used.append(row[0])
        learn(north, transaction)
        if len(used) == 1:
            raise asyncpg.ProtocolError("an unexpected message")
        return "learned"

    assert await store.write(run) == "learned"
    assert len(set(used)) == 2
    assert await facts(store, north) == 1


async def test_a_connection_that_dies_during_commit_leaves_it_uncertain(
    store: PostgresStore, database: Database, north: Seeded
) -> None:
    """Nobody can know; a repeat looks by its key (ARCHITECTURE 5)."""
    await database.sqls(
        [
            "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$",
            "CREATE CONSTRAINT TRIGGER dies AFTER INSERT ON facts DEFERRABLE INITIALLY DEFERRED "
            "FOR EACH ROW EXECUTE FUNCTION die()",
        ]
    )
    try:
        with pytest.raises(Uncertain):
            await store.write(partial(learn, north))
    finally:
        await database.sqls(["DROP TRIGGER dies ON facts", "DROP FUNCTION die"])
    assert await facts(store, north) == 0
    assert await store.write(partial(learn, north)) == "learned"


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    """For writes, reads and readiness."""
    store = PostgresStore("postgresql+asyncpg://nobody@127.0.0.1:1/nothing")
    attempts: list[Callable[[], Any]] = [
        lambda: store.write(lambda tx: None),
        lambda: store.read(lambda tx: None),
        store.ready,
    ]
    for attempt in attempts:
        with pytest.raises(Unavailable, match="does not answer"):
            await attempt()
    await store.close()


async def test_a_database_that_is_not_there_is_unavailable(postgres: Postgres) -> None:
    """The server's own words are passed on."""
    store = PostgresStore(postgres.url("no_such_database"))
    with pytest.raises(Unavailable, match="no_such_database"):
        await store.ready()
    await store.close()


async def test_a_server_that_comes_back_is_used_again(store: PostgresStore, postgres: Postgres, north: Seeded) -> None:
    """Those who ask meanwhile are told so; a failed connection takes no place in the pool with it."""
    door = "ALTER DATABASE migrated WITH ALLOW_CONNECTIONS {}"
    server = Database(postgres.server)
    await server.sql(door.format("false"))
    try:
        await server.sql(OTHERS.replace("current_database()", "'migrated'"))
        outcomes = await asyncio.gather(
            *(store.write(partial(learn, north)) for _ in range(12)), return_exceptions=True
        )
    finally:
        await server.sql(door.format("true"))
    assert {type(outcome) for outcome in outcomes} == {Unavailable}
    assert await asyncio.gather(*(store.write(partial(learn, north)) for _ in range(12))) == ["learned"] * 12
    assert await facts(store, north) == 12


async def two_at_once(store: PostgresStore, one: Any, two: Any) -> list[Any]:
    """Run both so that each has done its first half before either does its second, at the first try."""
    halfway = asyncio.Barrier(2)
    tries = {"one": 0, "two": 0}

    def meet(name: str) -> None:
        tries[name] += 1
        if tries[name] == 1:
            await_only(halfway.wait())

    return list(
        await asyncio.gather(
            store.write(lambda tx: one(tx, lambda: meet("one"))),
            store.write(lambda tx: two(tx, lambda: meet("two"))),
            return_exceptions=True,
        )
    )


async def test_a_deadlock_is_tried_again(store: PostgresStore, north: Seeded) -> None:
    """Two commands that lock two sessions crosswise both come through."""

    def second(uow: UnitOfWork) -> str:
        place = uow.conversations.ensure(workspace_id=north.workspace.id, channel="C1", thread="2.0", guests=False)
        uow.sessions.add(make.a_session(id="other", number=2, conversation_id=place.id))
        return "other"

    other = await act(store, north, second)

    def lock(first: str, then: str, transaction: Transaction, meet: Callable[[], None]) -> str:
        uow = unit(transaction, north)
        for id in (first, then):
            assert uow.sessions.get(id) is not None
            uow.facts.add(make.a_fact(id=uow.new_id(), session_id=id))
            uow.log(id, "learned")
            if id == first:
                meet()
        return "both"

    mine = north.session.id
    assert await two_at_once(store, partial(lock, mine, other), partial(lock, other, mine)) == ["both", "both"]
    for id in (mine, other):
        session = await look(store, north, lambda uow, id=id: uow.sessions.get(id))  # type: ignore[misc]
        assert session is not None
        assert (session.state_version, session.events) == (2, 2)


async def test_two_replicas_that_meet_a_thread_first_make_it_once(store: PostgresStore, north: Seeded) -> None:
    """The one that comes too late finds what the other has made."""

    def ensure(transaction: Transaction) -> str:
        uow = unit(transaction, north)
        return uow.conversations.ensure(workspace_id=north.workspace.id, channel="C5", thread="", guests=False).id

    def first(transaction: Transaction, meet: Callable[[], None]) -> str:
        made = ensure(transaction)
        meet()
        return made

    def second(transaction: Transaction, meet: Callable[[], None]) -> str:
        meet()
        return ensure(transaction)  # which does not see what is not committed yet, and waits for it

    one, two = await two_at_once(store, first, second)
    assert isinstance(one, str)
    assert one == two


async def test_two_sessions_that_want_one_thread_do_not_both_get_it(store: PostgresStore, north: Seeded) -> None:
    """One has it, the other is refused in words."""
    await act(store, north, lambda uow: uow.sessions.release(north.session.id))

    def start(number: int, transaction: Transaction, meet: Callable[[], None]) -> str:
        uow = unit(transaction, north)
        session = make.a_session(id=f"s{number}", number=number, conversation_id=north.conversation.id)
        uow.sessions.add(session)
        meet()
        uow.sessions.link(session.id, north.conversation.id)
        return session.id

    results = await two_at_once(store, partial(start, 2), partial(start, 3))
    (winner,) = [result for result in results if isinstance(result, str)]
    (loser,) = [result for result in results if not isinstance(result, str)]
    assert isinstance(loser, WrongState)
    holder = await look(store, north, lambda uow: uow.sessions.open_in(north.conversation.id))
    assert holder is not None
    assert holder.id == winner


async def test_a_thread_that_is_let_go_while_one_waits_for_its_session_is_free(
    store: PostgresStore, north: Seeded
) -> None:
    """What was read before the wait is looked at again after it."""
    released, waiting = asyncio.Event(), asyncio.Event()

    def let_go(transaction: Transaction) -> None:
        uow = unit(transaction, north)
        session = uow.sessions.get(north.session.id)
        assert session is not None
        await_only(waiting.wait())
        uow.sessions.save(replace(session, status=SessionStatus.RESOLVED, closed_at=NOW))
        uow.sessions.release(session.id)
        uow.log(session.id, "resolved")
        released.set()

    def ask(transaction: Transaction) -> Any:
        waiting.set()
        return unit(transaction, north).sessions.open_in(north.conversation.id)

    _, found = await asyncio.gather(store.write(let_go), store.write(ask))
    assert released.is_set()
    assert found is None


async def test_many_commands_on_one_key_leave_room_for_others(store: PostgresStore, north: Seeded) -> None:
    """They take one place of the pool; a command on another key passes most of them, and so does a read."""
    await asyncio.gather(*(store.write(partial(learn, north)) for _ in range(8)))  # so that all are connected
    order: list[str] = []

    async def on(key: str) -> None:
        await store.write(partial(learn, north), key=key)
        order.append(key)

    async def reading() -> None:
        await facts(store, north)
        order.append("read")

    await asyncio.gather(*(on("crowded") for _ in range(64)), on("free"), reading())
    assert len(order) == 66
    # At once, but for how the system shares its processors out.
    assert order.index("free") < 32
    assert order.index("read") < 32


async def test_more_commands_than_places_are_served_in_order(database: Database) -> None:
    """First come, first served; nobody is refused."""
    store = PostgresStore(database.url, pool=1)
    order: list[int] = []

    async def on(number: int) -> None:
        await store.write(lambda tx: order.append(number), key=str(number % 7))

    await asyncio.gather(*map(on, range(40)))
    await store.close()
    assert order == list(range(40))


async def test_a_change_of_the_schema_under_a_running_store_is_survived(
    store: PostgresStore, database: Database, north: Seeded
) -> None:
    """Another replica migrates: prepared statements are made anew."""
    assert await facts(store, north) == 0
    await store.write(partial(learn, north))
    await database.sql("ALTER TABLE facts ALTER COLUMN text TYPE varchar(5000)")
    try:
        assert await asyncio.gather(*(facts(store, north) for _ in range(8))) == [1] * 8
        assert await store.write(partial(learn, north)) == "learned"
    finally:
        await database.sql("ALTER TABLE facts ALTER COLUMN text TYPE text")
    assert await facts(store, north) == 2
