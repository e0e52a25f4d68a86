"""PostgreSQL is sent the writes of a command together: one round trip where nothing has to be known in between."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from typing import Any

import asyncpg
import pytest
from sqlalchemy.util import await_only

from core.ports import Transaction, UnitOfWork
from storage.batches import MOST_ROWS
from storage.postgres import PostgresDriver, PostgresStore
from tests import builders as make
from tests.builders import NOW, Seeded, seed, unit
from tests.integration.databases import Database, Postgres, act, emptied, look


@pytest.fixture
async def database(postgres: Postgres) -> Database:
    """A migrated database with nothing in it."""
    return await emptied(postgres)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[PostgresStore]:
    """A store."""
    store = PostgresStore(database.url)
    try:
        yield store
    finally:
        await store.close()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the connection is sent: a round trip each."""
    texts: list[str] = []

    def listen(name: str) -> None:
        original: Callable[..., Any] = getattr(PostgresDriver, name)

        def noted(self: PostgresDriver, sql: str, parameters: Any) -> Any:
            texts.append(sql)
            return original(self, sql, parameters)

        monkeypatch.setattr(PostgresDriver, name, noted)

    for name in ("execute", "execute_each", "fetch"):
        listen(name)
    return texts


def change(north: Seeded, uow: UnitOfWork, *, fix: str = "fix", work: int = 3) -> None:
    """What an outcome writes: the fix, the session's version, the timeline, the work that follows."""
    session = uow.sessions.get(north.session.id)
    assert session is not None
    uow.fixes.add(make.a_fix(id=fix))
    for number in range(work):
        uow.work.add("job", lane="lane", session_id=session.id, subject=str(number))
    uow.sessions.save(replace(session, title="New title"))
    uow.log(session.id, "changed")


async def subjects(store: PostgresStore, north: Seeded) -> list[str]:
    """The lane in its order."""
    rows = await store.read(lambda tx: tx.queue.listed(account_id=north.account.id, state=None, limit=100))
    return [row.subject for row in reversed(rows)]


async def test_what_a_command_writes_is_sent_at_once(store: PostgresStore, north: Seeded, sent: list[str]) -> None:
    """One select, and one statement for four tables and six rows, all of them stored."""
    sent.clear()
    await act(store, north, lambda uow: change(north, uow))
    assert len(sent) == 2
    written = sent[1]
    assert [written.count(f" {table} ") for table in ("fixes", "sessions", "timeline", "work")] == [1, 1, 1, 1]

    session = await look(store, north, lambda uow: uow.sessions.get(north.session.id))
    assert session is not None
    assert (session.title, session.state_version, session.events) == ("New title", 1, 1)
    assert [fix.id for fix in await look(store, north, lambda uow: uow.fixes.of(session.id))] == ["fix"]
    assert [event.kind for event in await look(store, north, lambda uow: uow.timeline.of(session.id))] == ["changed"]
    assert await subjects(store, north) == ["0", "1", "2"]


async def test_what_came_in_is_asked_for_with_its_person_and_written_at_the_end(
    store: PostgresStore, database: Database, north: Seeded, sent: list[str]
) -> None:
    """One select says who it is from and that it is new, and locks the session; its row goes with the other writes."""
    keys = ("event:E1", "message:1")

    def run(transaction: Transaction) -> bool:
        actor = transaction.directory.actor("slack", "T-north", "U-north", keys, north.session.id)
        assert actor is not None
        taken = transaction.inbox.take(keys, actor.account_id, "ReceiveMessage", "my words", NOW)
        change(north, unit(transaction, north))
        return taken

    sent.clear()
    assert await store.write(run)
    assert len(sent) == 2
    assert [text.count("inbox ") > 0 for text in sent] == [True, True]
    assert sent[0].endswith("FOR NO KEY UPDATE OF sessions")
    assert await database.sql("SELECT state, words FROM inbox") == [("done", "my words")]


async def test_a_session_that_was_read_with_its_person_is_read_again_by_whoever_comes_later(
    store: PostgresStore, north: Seeded
) -> None:
    """Only the first unit of the transaction takes it as it was."""

    def run(transaction: Transaction) -> list[str]:
        transaction.directory.actor("slack", "T-north", "U-north", (), north.session.id)
        titles = []
        for title in ("one", "two"):
            uow = unit(transaction, north)
            session = uow.sessions.get(north.session.id)
            assert session is not None
            titles.append(session.title)
            uow.sessions.save(replace(session, title=title))
            uow.log(session.id, "changed")
            transaction.flush()
        return titles

    assert (await store.write(run))[1] == "one"


async def test_a_session_of_another_account_is_not_read_with_a_person(store: PostgresStore, north: Seeded) -> None:
    """It is not there for them, and they are known all the same."""
    south = await store.write(lambda transaction: seed(transaction, "south"))

    def run(transaction: Transaction) -> bool:
        actor = transaction.directory.actor("slack", "T-north", "U-north", (), south.session.id)
        return actor is not None and unit(transaction, north).sessions.get(south.session.id) is None

    assert await store.write(run)


async def test_a_repeat_that_raced_its_first_undoes_what_it_did(store: PostgresStore, north: Seeded) -> None:
    """It learns of it when it writes; tried again, it is known as a repeat."""
    together = asyncio.Barrier(2)
    tries: list[str] = []

    def run(id: str, transaction: Transaction) -> str:
        transaction.directory.actor("slack", "T-north", "U-north", ("event:E1",))
        if not transaction.inbox.take(("event:E1",), north.account.id, "ReceiveMessage", "", NOW):
            return "repeat"
        tries.append(id)
        unit(transaction, north).steps.add(make.a_step(id=id))
        if len(tries) <= 2:
            await_only(together.wait())
        return id

    done = await asyncio.gather(*(store.write(partial(run, id)) for id in ("one", "two")))
    assert sorted(done) in (["one", "repeat"], ["repeat", "two"])
    found = await look(store, north, lambda uow: uow.steps.of(north.session.id))
    assert [step.id for step in found] == [id for id in done if id != "repeat"]


@pytest.mark.parametrize("rows", [1, MOST_ROWS, MOST_ROWS + 1, 40])
async def test_a_lane_keeps_its_order_however_many_rows_are_added(
    store: PostgresStore, north: Seeded, rows: int
) -> None:
    """First in, first out goes by the ids that the database gives."""
    await act(store, north, lambda uow: change(north, uow, work=rows))
    assert await subjects(store, north) == [str(number) for number in range(rows)]


async def test_a_row_is_changed_after_it_was_added(store: PostgresStore, north: Seeded) -> None:
    """Two writes to one table go one after the other: a part of a statement does not see what another one writes."""

    def add_and_change(uow: UnitOfWork) -> None:
        for notes in ("", "first", "second"):
            row = make.a_fix(notes=notes)
            (uow.fixes.save if notes else uow.fixes.add)(row)
        uow.log(north.session.id, "changed")

    await act(store, north, add_and_change)
    (fix,) = await look(store, north, lambda uow: uow.fixes.of(north.session.id))
    assert fix.notes == "second"


async def test_a_command_reads_what_it_has_written(store: PostgresStore, north: Seeded) -> None:
    """Whatever waits is sent before anything is asked."""

    def write_and_read(uow: UnitOfWork) -> list[str]:
        uow.facts.add(make.a_fact(text="known"))
        uow.log(north.session.id, "changed")
        return [fact.text for fact in uow.facts.of(north.session.id)]

    assert await act(store, north, write_and_read) == ["known"]


async def test_what_fails_apart_takes_nothing_else_along(store: PostgresStore, north: Seeded) -> None:
    """Also where the database refuses a write only when it is sent: at the end of the part."""

    def both(transaction: Transaction) -> Exception | None:
        before, part = unit(transaction, north), unit(transaction, north)
        before.facts.add(make.a_fact(id="1", text="before"))
        before.log(north.session.id, "before")
        return transaction.apart(part, lambda: part.facts.add(make.a_fact(id="2", session_id="none such")))

    error = await store.write(both)
    assert isinstance(error, asyncpg.ForeignKeyViolationError)
    facts = await look(store, north, lambda uow: uow.facts.of(north.session.id))
    assert [fact.text for fact in facts] == ["before"]


async def test_what_was_wrong_before_is_not_blamed_on_what_runs_apart(store: PostgresStore, north: Seeded) -> None:
    """The command fails as a whole, and nothing of it is stored."""

    def both(transaction: Transaction) -> Exception | None:
        before, part = unit(transaction, north), unit(transaction, north)
        before.facts.add(make.a_fact(session_id="none such"))
        return transaction.apart(part, lambda: None)

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await store.write(both)


async def test_what_a_command_wrote_before_it_failed_is_not_sent(
    store: PostgresStore, north: Seeded, sent: list[str]
) -> None:
    """A refusal costs no write."""

    def fail(uow: UnitOfWork) -> None:
        uow.facts.add(make.a_fact())
        raise ValueError("changed its mind")

    sent.clear()
    with pytest.raises(ValueError, match="changed its mind"):
        await act(store, north, fail)
    assert sent == []
    assert await look(store, north, lambda uow: uow.facts.of(north.session.id)) == []
