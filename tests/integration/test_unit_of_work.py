"""One command's unit of work: versions, timeline, effects, and what is done instead."""

import sqlite3
from dataclasses import replace
from datetime import datetime

import asyncpg
import pytest

from core.errors import Refused
from core.ports import Transaction, UnitOfWork
from core.sessions.model import Event, Session
from tests import builders as make
from tests.builders import NOW, Seeded, later, unit
from tests.integration.databases import Database, Store, act, look


async def session_of(store: Store, north: Seeded) -> Session:
    found = await look(store, north, lambda uow: uow.sessions.get(north.session.id))
    assert found is not None
    return found


async def timeline_of(store: Store, north: Seeded) -> list[Event]:
    return list(await look(store, north, lambda uow: uow.timeline.of(north.session.id)))


async def test_many_changes_of_one_command_raise_the_version_once(store: Store, north: Seeded) -> None:
    """Facts, fixes, an answer and a new title are one new state."""

    def change(uow: UnitOfWork) -> None:
        session = uow.sessions.get(north.session.id)
        assert session is not None
        uow.steps.add(make.a_step())
        uow.steps.save(make.a_step(answer="One"))
        for number in range(5):
            uow.facts.add(make.a_fact(id=str(number)))
        uow.facts.save(make.a_fact(id="1", text="changed"))
        uow.fixes.add(make.a_fix())
        uow.sessions.save(replace(session, title="New title"))
        uow.log(session.id, "one")
        uow.log(session.id, "two")

    await act(store, north, change)
    session = await session_of(store, north)
    assert (session.state_version, session.events, session.title) == (1, 2, "New title")
    events = await timeline_of(store, north)
    assert [(event.state_version, event.position, event.kind) for event in events] == [(1, 1, "one"), (1, 2, "two")]


@pytest.mark.parametrize("what", ["title", "summary", "ticket_id"])
async def test_a_change_that_notes_depend_on_raises_the_version(what: str, store: Store, north: Seeded) -> None:
    """Also when nothing but the session itself is changed."""

    def change(uow: UnitOfWork) -> None:
        session = uow.sessions.get(north.session.id)
        assert session is not None
        changed = {
            "title": replace(session, title="new"),
            "summary": replace(session, summary="new"),
            "ticket_id": replace(session, ticket_id="new"),
        }
        uow.sessions.save(changed[what])
        uow.log(session.id, "changed")

    await act(store, north, change)
    assert (await session_of(store, north)).state_version == 1


async def test_what_notes_do_not_depend_on_leaves_the_version(store: Store, north: Seeded) -> None:
    """Being asked, being heard, being worked for, and a log entry by itself."""

    def add(uow: UnitOfWork) -> None:
        uow.steps.add(make.a_step())
        uow.messages.add(make.a_message(conversation_id=north.conversation.id))
        uow.work.add("post", lane="say:1", session_id=north.session.id)
        session = uow.sessions.get(north.session.id)
        assert session is not None
        uow.sessions.save(replace(session, active_at=later(hours=1), last_message=1, confidence=0.5))

    await act(store, north, add)
    await act(store, north, lambda uow: uow.log(north.session.id, "said"))
    await act(store, north, lambda uow: uow.facts.drop_of_steps(north.session.id, ["no-step"], NOW))
    session = await session_of(store, north)
    assert (session.state_version, session.events, session.last_message) == (0, 1, 1)
    assert session.active_at == later(hours=1)
    (event,) = await timeline_of(store, north)
    assert (event.state_version, event.position) == (0, 1)


async def test_a_follow_up_is_noted_without_a_new_version(store: Store, north: Seeded) -> None:
    """That somebody was asked is not in the notes."""

    def add(uow: UnitOfWork) -> None:
        uow.fixes.add(make.a_fix())
        uow.log(north.session.id, "suggested")

    await act(store, north, add)
    await act(store, north, lambda uow: uow.fixes.note_follow_up(make.a_fix(follow_ups=2)))
    fix = await look(store, north, lambda uow: uow.fixes.active(north.session.id))
    assert fix == make.a_fix(follow_ups=2)
    assert (await session_of(store, north)).state_version == 1


async def test_a_change_without_an_entry_is_a_bug_and_changes_nothing(store: Store, north: Seeded) -> None:
    """No handler can forget the timeline."""
    with pytest.raises(AssertionError, match="without a timeline entry"):
        await act(store, north, lambda uow: uow.facts.add(make.a_fact()))
    assert await look(store, north, lambda uow: uow.facts.of(north.session.id)) == []
    assert await session_of(store, north) == north.session


async def test_positions_go_on_from_command_to_command(store: Store, north: Seeded) -> None:
    """Whether the version rises or not."""

    def add(number: int, uow: UnitOfWork) -> None:
        if number % 2:
            uow.facts.add(make.a_fact(id=str(number)))
        uow.log(north.session.id, f"first of {number}")
        uow.log(north.session.id, f"second of {number}")

    for number in range(4):
        await store.write(lambda tx, number=number: add(number, unit(tx, north)))  # type: ignore[misc]
    events = await timeline_of(store, north)
    assert [event.position for event in events] == list(range(1, 9))
    assert [event.state_version for event in events] == [0, 0, 1, 1, 1, 1, 2, 2]


async def test_a_lost_update_is_an_error(store: Store, database: Database, north: Seeded) -> None:
    """Were a command to start from a state that is no longer the newest, the timeline would have its place twice."""

    def add(uow: UnitOfWork) -> None:
        uow.facts.add(make.a_fact(id=uow.new_id()))
        uow.log(north.session.id, "fact_added")

    await act(store, north, add)
    await database.sql("UPDATE sessions SET state_version = 0, events = 0")
    with pytest.raises((sqlite3.IntegrityError, asyncpg.UniqueViolationError)):
        await act(store, north, add)
    assert len(await timeline_of(store, north)) == 1


async def test_effects_follow_the_commit_of_the_command_that_succeeded(store: Store, north: Seeded) -> None:
    """Neither those of what failed nor of what was refused; those of what was done instead."""
    happened: list[str] = []

    def doing(name: str, fails: bool) -> "object":
        def run(transaction: Transaction) -> str:
            uow = unit(transaction, north)
            uow.after_commit(lambda: happened.append(name))
            if fails:
                raise Refused(name)
            return name

        return run

    def instead(transaction: Transaction, error: Exception) -> str:
        unit(transaction, north).after_commit(lambda: happened.append(f"instead of {error}"))
        assert happened == ["good"], "nothing happens before the commit"
        return "instead"

    assert await store.write(doing("good", fails=False)) == "good"  # type: ignore[arg-type]
    with pytest.raises(Refused):
        await store.write(doing("refused", fails=True))  # type: ignore[arg-type]
    assert await store.write(doing("bad", fails=True), instead) == "instead"  # type: ignore[arg-type]
    assert happened == ["good", "instead of bad"]


async def test_an_effect_that_fails_harms_nobody(store: Store, north: Seeded, caplog: pytest.LogCaptureFixture) -> None:
    """What is committed is committed: the caller is answered, the other effects happen, and the log says what failed."""
    happened: list[str] = []

    def run(uow: UnitOfWork) -> str:
        uow.after_commit(lambda: [][0])
        uow.after_commit(lambda: happened.append("second"))
        uow.log(north.session.id, "done")
        return "answer"

    assert await act(store, north, run) == "answer"
    assert happened == ["second"]
    assert "an effect failed after the commit" in caplog.text
    assert len(await timeline_of(store, north)) == 1


async def test_what_is_done_instead_stays_and_what_failed_does_not(store: Store, north: Seeded) -> None:
    """The second function sees the database as it was before the first."""

    def run(uow: UnitOfWork) -> str:
        uow.facts.add(make.a_fact())
        uow.log(north.session.id, "added")
        raise ValueError("a fault")

    def instead(uow: UnitOfWork, error: Exception) -> str:
        assert uow.facts.of(north.session.id) == []
        uow.log(north.session.id, "failed", why=repr(error))
        return "told"

    answer = await store.write(lambda tx: run(unit(tx, north)), lambda tx, error: instead(unit(tx, north), error))
    assert answer == "told"
    events = await timeline_of(store, north)
    assert [(event.kind, event.data) for event in events] == [("failed", {"why": "ValueError('a fault')"})]


async def test_an_error_of_what_is_done_instead_is_the_callers(store: Store, north: Seeded) -> None:
    """And leaves nothing behind."""

    def run(transaction: Transaction) -> None:
        raise ValueError("first")

    def instead(transaction: Transaction, error: Exception) -> None:
        unit(transaction, north).log(north.session.id, "failed")
        raise KeyError("second") from error

    with pytest.raises(KeyError, match="second"):
        await store.write(run, instead)
    assert await timeline_of(store, north) == []


async def test_what_fails_apart_is_undone_alone(store: Store, north: Seeded) -> None:
    """Writes and effects of the others stay, and the error is handed back."""
    happened: list[str] = []

    def one(unit: UnitOfWork, name: str, error: Exception | None) -> None:
        unit.facts.add(make.a_fact(id=name))
        unit.log(north.session.id, name)
        unit.after_commit(lambda: happened.append(name))
        if error is not None:
            raise error

    def run(transaction: Transaction) -> list[Exception | None]:
        errors = []
        for name, error in (("first", None), ("second", ValueError("no")), ("third", None)):
            fresh = unit(transaction, north)
            errors.append(transaction.apart(fresh, lambda: one(fresh, name, error)))  # noqa: B023
        return errors

    first, second, third = await store.write(run)
    assert first is third is None
    assert isinstance(second, ValueError)
    assert happened == ["first", "third"]
    session = await session_of(store, north)
    assert (session.state_version, session.events) == (2, 2)
    assert [event.kind for event in await timeline_of(store, north)] == ["first", "third"]


async def test_a_stop_iteration_is_told_as_what_it_is(store: Store, north: Seeded) -> None:
    """A bare next() in a handler must not hang its caller: a future takes any error but this one."""
    with pytest.raises(RuntimeError, match="StopIteration"):
        await act(store, north, lambda uow: next(iter(())))
    assert await session_of(store, north) == north.session


async def test_new_work_wakes_the_worker_after_the_commit(database: Database) -> None:
    """Told the soonest due time; not told of work that was not stored, nor where there is none."""
    woken: list[datetime] = []
    times = [NOW, *(later(seconds=seconds) for seconds in (10, 20, 30))]

    def wake(due: datetime) -> None:
        if due in times:  # on PostgreSQL it is woken once more, when it begins to hear of other replicas
            woken.append(due)

    async with database.opened(wake=wake) as store:
        north = await store.write(lambda tx: make.seed(tx))

        def add(uow: UnitOfWork) -> None:
            for seconds in (30, 10, 20):
                uow.work.add("post", lane="say:1", session_id=None, due_at=later(seconds=seconds))

        def fail(uow: UnitOfWork) -> None:
            add(uow)
            raise Refused("no")

        await act(store, north, lambda uow: uow.log(north.session.id, "nothing to do"))
        with pytest.raises(Refused):
            await act(store, north, fail)
        assert woken == []
        await act(store, north, add)
        assert woken == [later(seconds=10)]
        await act(store, north, lambda uow: uow.work.add("post", lane="say:1", session_id=None))
        assert woken == [later(seconds=10), NOW]
