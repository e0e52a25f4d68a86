"""One active fix, no fact twice, and what is let go in time."""

import sqlite3
from dataclasses import replace
from functools import partial

import asyncpg
import pytest

from core.fixes.model import FixStatus
from core.ports import Transaction, UnitOfWork
from core.sessions.model import Session, SessionStatus
from tests import builders as make
from tests.builders import NOW, Seeded, later
from tests.integration.databases import Database, Store, act, look
from tests.integration.test_queue import add

TAKEN = (sqlite3.IntegrityError, asyncpg.UniqueViolationError)


async def test_a_session_has_one_active_fix(store: Store, north: Seeded) -> None:
    """A second is refused by the database itself; one that waits is none, and one that is superseded makes room."""

    def suggest(uow: UnitOfWork, id: str, *, waiting: bool = False) -> None:
        uow.fixes.add(make.a_fix(id=id, waiting=waiting))
        uow.log(north.session.id, "suggested")

    await act(store, north, lambda uow: suggest(uow, "first"))
    with pytest.raises(TAKEN):
        await act(store, north, lambda uow: suggest(uow, "second"))
    await act(store, north, lambda uow: suggest(uow, "waits", waiting=True))
    await act(store, north, lambda uow: suggest(uow, "waits too", waiting=True))

    def fixes(uow: UnitOfWork) -> list[str | None]:
        found = (uow.fixes.active(north.session.id), uow.fixes.waiting(north.session.id))
        return [None if fix is None else fix.id for fix in found]

    assert await look(store, north, fixes) == ["first", "waits too"]

    def take_its_place(uow: UnitOfWork) -> None:
        first, waiting = uow.fixes.get("first"), uow.fixes.get("waits")
        assert first is not None
        assert waiting is not None
        uow.fixes.save(replace(first, status=FixStatus.DISMISSED, superseded_at=NOW))
        uow.fixes.save(replace(waiting, waiting=False))
        uow.log(north.session.id, "replaced")

    await act(store, north, take_its_place)
    assert await look(store, north, fixes) == ["waits", "waits too"]
    listed = await look(store, north, lambda uow: uow.fixes.of(north.session.id))
    assert [fix.id for fix in listed] == ["first", "waits", "waits too"]


async def test_a_fact_is_known_in_other_words_of_the_same(store: Store, north: Seeded) -> None:
    """Case, spaces and the full stop make no difference; deletion does."""

    def learn(uow: UnitOfWork) -> None:
        uow.facts.add(make.a_fact(text="Only  the Berlin office is affected."))
        uow.log(north.session.id, "learned")

    def knows(uow: UnitOfWork, text: str = "only the berlin OFFICE is affected") -> bool:
        return uow.facts.knows(north.session.id, text)

    assert not await look(store, north, knows)
    await act(store, north, learn)
    assert await look(store, north, knows)
    assert not await look(store, north, lambda uow: knows(uow, "only the Paris office is affected"))

    def delete(uow: UnitOfWork) -> None:
        fact = uow.facts.get("north-fact")
        assert fact is not None
        uow.facts.save(replace(fact, deleted_at=NOW))
        uow.log(north.session.id, "deleted")

    await act(store, north, delete)
    assert not await look(store, north, knows)


async def test_sessions_that_were_closed_long_ago_are_found(store: Store, north: Seeded) -> None:
    """Open ones never; oldest first, as many as are wanted."""

    def close(uow: UnitOfWork) -> None:
        for number in range(2, 6):
            session = make.a_session(
                id=f"s{number}",
                number=number,
                conversation_id=north.conversation.id,
                status=SessionStatus.RESOLVED,
                closed_at=later(days=number),
            )
            uow.sessions.add(session)

    await act(store, north, close)

    def closed_before(uow: UnitOfWork, days: float, limit: int = 9) -> list[str]:
        return [session.id for session in uow.sessions.closed_before(later(days=days), limit=limit)]

    assert await look(store, north, lambda uow: closed_before(uow, 2)) == []
    assert await look(store, north, lambda uow: closed_before(uow, 4)) == ["s2", "s3"]
    assert await look(store, north, lambda uow: closed_before(uow, 99, limit=3)) == ["s2", "s3", "s4"]


async def test_an_account_is_erased_with_everything(
    store: Store, database: Database, north: Seeded, south: Seeded
) -> None:
    """The other account keeps what it has."""

    def fill(uow: UnitOfWork) -> None:
        uow.flows.add(make.a_flow(uow.actor.account_id))
        add(uow, "s")

    for seeded in (north, south):
        await act(store, seeded, fill)
        await act(store, seeded, partial(_index, seeded.session))
    await store.write(lambda tx: tx.directory.erase_account("north"))
    assert [account.id for account in await store.read(lambda tx: tx.directory.accounts())] == ["south"]
    for table in ("sessions", "flows", "flow_search", "session_search", "work"):
        assert await database.sql(f"SELECT DISTINCT account_id FROM {table}") == [("south",)]
    held = await look(store, south, lambda uow: uow.flows.holding(["vpn"]))
    assert [flow.id for flow in held] == ["south-flow"]


def _index(session: Session, uow: UnitOfWork) -> None:
    uow.sessions.index(session, "vpn drops")


async def test_what_came_in_long_ago_is_forgotten_unless_it_failed(
    store: Store, database: Database, north: Seeded
) -> None:
    """Words that nothing came of are kept."""

    def take(transaction: Transaction) -> None:
        for name, at in (("old", NOW), ("failed", NOW), ("refused", NOW), ("new", later(seconds=1))):
            transaction.inbox.take((name,), "north", "x", "words", at)
            transaction.inbox.mark((name,), name if name in ("failed", "refused") else "done")

    await store.write(take)
    assert await store.write(lambda tx: tx.inbox.forget(NOW)) == 0
    assert await store.write(lambda tx: tx.inbox.forget(later(seconds=1))) == 2
    assert await database.sql("SELECT key FROM inbox ORDER BY key") == [("failed",), ("new",)]


async def test_due_timers_are_seen_without_being_taken(store: Store, north: Seeded) -> None:
    """To know whether there is anything to do."""
    await act(store, north, lambda uow: uow.work.add("nudge", lane="timer:1", session_id=None, due_at=later(seconds=1)))

    async def due(seconds: float, kinds: tuple[str, ...] = ("nudge",)) -> int:
        now = later(seconds=seconds)
        return len(await store.read(lambda tx: tx.queue.due_timers(now=now, kinds=kinds, limit=5)))

    assert [await due(0), await due(1), await due(1), await due(1, ("other",))] == [0, 1, 1, 0]
