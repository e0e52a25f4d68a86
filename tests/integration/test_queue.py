"""The work queue: lanes, leases, timers, and what several workers do to each other (ARCHITECTURE 8)."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest

from core.errors import LeaseLost
from core.ports import Transaction, UnitOfWork
from core.work.model import Work, WorkState
from tests.builders import NOW, Seeded, later, unit
from tests.integration.databases import Store, act, look

LEASE = timedelta(minutes=1)
KINDS = ("post", "update")


def add(uow: UnitOfWork, *subjects: str, lane: str = "say:1", due_at: datetime | None = None, **more: Any) -> None:
    """Queue rows in a lane."""
    for subject in subjects:
        uow.work.add("post", lane=lane, session_id=None, subject=subject, due_at=due_at, **more)


async def claim(
    store: Store, worker: str = "w", now: datetime = NOW, limit: int = 100, kinds: Sequence[str] = KINDS
) -> list[Work]:
    """What that worker gets."""
    return list(
        await store.write(lambda tx: tx.queue.claim(worker=worker, now=now, lease=LEASE, kinds=kinds, limit=limit))
    )


async def claimed(store: Store, worker: str = "w", now: datetime = NOW, limit: int = 100) -> list[str]:
    """Subjects of what that worker gets."""
    return [row.subject for row in await claim(store, worker, now, limit)]


async def end(store: Store, how: str, row: Work, worker: str = "w", **arguments: Any) -> None:
    """Finish, put back or bury."""
    await store.write(lambda tx: getattr(tx.queue, how)(row.id, worker=worker, **arguments))


async def finish(store: Store, row: Work, worker: str = "w") -> None:
    """Mark done."""
    await end(store, "finish", row, worker, at=NOW)


async def put_back(store: Store, row: Work, due_at: datetime, *, count: bool = True, unsure: bool = False) -> None:
    """For another try."""
    await end(store, "put_back", row, due_at=due_at, error="no answer", count=count, unsure=unsure)


async def bury(store: Store, row: Work, error: str = "given up") -> None:
    """For good."""
    await end(store, "bury", row, at=NOW, error=error)


async def stored(store: Store, row: Work) -> Work:
    """As it is now."""
    found = await store.read(lambda tx: tx.queue.get(row.id))
    assert found is not None
    return found


async def test_a_lane_is_first_in_first_out(store: Store, north: Seeded) -> None:
    """One at a time, whatever else is free."""
    await act(store, north, lambda uow: add(uow, "a", "b", "c"))
    order = []
    for _ in range(3):
        (row,) = await claim(store)
        assert await claimed(store, "other") == []
        order.append(row.subject)
        await finish(store, row)
    assert order == ["a", "b", "c"]
    assert await claimed(store) == []


async def test_lanes_do_not_wait_for_each_other(store: Store, north: Seeded) -> None:
    """The first of each is claimed, the one that is due longest first."""

    def fill(uow: UnitOfWork) -> None:
        add(uow, "a1", "a2", lane="a", due_at=later(seconds=-1))
        add(uow, "b1", "b2", lane="b", due_at=later(seconds=-3))
        add(uow, "c1", "c2", lane="c", due_at=later(seconds=-2))

    await act(store, north, fill)
    assert await claimed(store, limit=2) == ["b1", "c1"]
    assert await claimed(store) == ["a1"]


async def test_what_is_claimed_comes_as_it_was_stored(store: Store, north: Seeded) -> None:
    """With its payload, and the tries it has had before this one; in the database this one counts already."""
    payload = {"card": "fix", "🙂": ""}
    session = north.session.id
    await act(
        store,
        north,
        lambda uow: uow.work.add(
            "post", lane="say:1", session_id=session, subject="s", payload=payload, dedupe_key="k", due_at=NOW
        ),
        now=later(seconds=-5),
    )
    (row,) = await claim(store)
    assert (row.account_id, row.kind, row.lane, row.session_id) == ("north", "post", "say:1", session)
    assert (row.subject, row.payload, row.dedupe_key, row.state) == ("s", payload, "k", WorkState.OPEN)
    assert (row.due_at, row.created_at, row.finished_at, row.attempts) == (NOW, later(seconds=-5), None, 0)
    now = await stored(store, row)
    assert (now.attempts, now.leased_by, now.lease_until) == (1, "w", NOW + LEASE)
    assert await look(store, north, lambda uow: uow.work.get(row.id)) == now


async def test_only_wanted_kinds_are_claimed(store: Store, north: Seeded) -> None:
    """By their whole name."""

    def fill(uow: UnitOfWork) -> None:
        for kind in ("post", "post_note", "postXnote", "update", "timer"):
            uow.work.add(kind, lane=kind, session_id=None, subject=kind)

    await act(store, north, fill)
    assert [row.kind for row in await claim(store, kinds=("post_note", "update"))] == ["post_note", "update"]
    assert [row.kind for row in await claim(store, kinds=("ost",))] == []
    assert [row.kind for row in await claim(store, kinds=())] == []


async def test_a_row_is_not_claimed_before_it_is_due(store: Store, north: Seeded) -> None:
    """To the microsecond."""
    await act(store, north, lambda uow: add(uow, "a", due_at=later(microseconds=1)))
    assert await claimed(store) == []
    assert await claimed(store, now=later(microseconds=1)) == ["a"]


async def test_a_timer_joins_its_lane_when_it_is_due(store: Store, north: Seeded) -> None:
    """Before that it holds nobody up; then its place is that of its making."""

    def fill(uow: UnitOfWork) -> None:
        add(uow, "tomorrow", due_at=later(days=1))
        add(uow, "a", "b")

    await act(store, north, fill)
    (row,) = await claim(store)
    assert row.subject == "a"
    await finish(store, row)
    assert await claimed(store, now=later(days=1)) == ["tomorrow"]
    assert await claimed(store, "other", now=later(days=1)) == []


async def test_a_timer_that_becomes_due_waits_for_what_is_under_way(store: Store, north: Seeded) -> None:
    """However early its place: one row of a lane at a time."""

    def fill(uow: UnitOfWork) -> None:
        add(uow, "soon", due_at=later(seconds=10))
        add(uow, "now")

    await act(store, north, fill)
    (row,) = await claim(store)
    assert row.subject == "now"
    assert await claimed(store, "other", now=later(seconds=20)) == []
    await finish(store, row)
    assert await claimed(store, "other", now=later(seconds=20)) == ["soon"]


@pytest.mark.parametrize("count", [True, False], ids=["counted", "not counted"])
async def test_a_retry_keeps_its_place(count: bool, store: Store, north: Seeded) -> None:
    """The lane waits for it, other lanes do not; the try counts unless told otherwise."""

    def fill(uow: UnitOfWork) -> None:
        add(uow, "a", "b")
        add(uow, "other", lane="say:2")

    await act(store, north, fill)
    row, _ = await claim(store)
    await put_back(store, row, later(seconds=30), count=count)
    now = await stored(store, row)
    assert (now.attempts, now.error, now.leased_by, now.lease_until) == (int(count), "no answer", None, None)
    assert await claimed(store, now=later(seconds=29)) == []
    assert await claimed(store, now=later(seconds=30)) == ["a"]


async def test_a_dead_row_frees_its_lane(store: Store, north: Seeded) -> None:
    """And stays, with its reason, for a person to see."""
    await act(store, north, lambda uow: add(uow, "a", "b"))
    (row,) = await claim(store)
    await bury(store, row)
    now = await stored(store, row)
    assert (now.state, now.error, now.finished_at, now.leased_by) == (WorkState.DEAD, "given up", NOW, None)
    assert await claimed(store) == ["b"]


async def test_a_revived_row_keeps_its_place(store: Store, north: Seeded) -> None:
    """Due at once, with no tries used, before those that came after it; reviving twice is reviving once."""
    await act(store, north, lambda uow: add(uow, "a", "b", "c"))
    (row,) = await claim(store)
    await bury(store, row)
    (second,) = await claim(store)
    assert await act(store, north, lambda uow: uow.work.revive(row.id, later(seconds=1)))
    assert not await act(store, north, lambda uow: uow.work.revive(row.id, later(seconds=1)))
    now = await stored(store, row)
    assert (now.state, now.attempts, now.due_at, now.finished_at) == (WorkState.OPEN, 0, later(seconds=1), None)
    assert await claimed(store, "other", now=later(seconds=2)) == []
    await finish(store, second)
    assert await claimed(store, now=later(seconds=2)) == ["a"]


@pytest.mark.parametrize("by", ["account", "operator"])
async def test_a_dead_row_whose_key_is_taken_again_is_let_go(by: str, store: Store, north: Seeded) -> None:
    """The open row with the key does what the dead one was to do."""
    await act(store, north, lambda uow: add(uow, "a", dedupe_key="key"))
    (row,) = await claim(store)
    await bury(store, row)
    await act(store, north, lambda uow: add(uow, "b", dedupe_key="key"))
    if by == "account":
        assert await act(store, north, lambda uow: uow.work.revive(row.id, NOW))
    else:
        assert await store.write(lambda tx: tx.queue.revive(row.id, NOW))
    assert (await stored(store, row)).state is WorkState.DONE
    assert await claimed(store) == ["b"]


async def test_an_expired_lease_is_taken_over(store: Store, north: Seeded) -> None:
    """A worker that stopped holds nobody up; when it comes back its result is dropped."""
    await act(store, north, lambda uow: add(uow, "a", "b"))
    (row,) = await claim(store, "gone")
    assert await claimed(store, "heir", now=NOW + LEASE) == []
    after = NOW + LEASE + timedelta(microseconds=1)
    assert await claimed(store, "heir", now=after) == ["a"]
    with pytest.raises(LeaseLost):
        await finish(store, row, "gone")
    with pytest.raises(LeaseLost):
        await end(store, "put_back", row, "gone", due_at=NOW, error="", count=True, unsure=False)
    with pytest.raises(LeaseLost):
        await end(store, "bury", row, "gone", at=NOW, error="")
    now = await stored(store, row)
    assert (now.leased_by, now.attempts, now.state) == ("heir", 2, WorkState.OPEN)
    await finish(store, row, "heir")
    with pytest.raises(LeaseLost):
        await finish(store, row, "heir")
    assert await claimed(store, "heir", now=after) == ["b"]


async def test_a_lease_is_renewed_by_its_holder_only(store: Store, north: Seeded) -> None:
    """Of several rows, those that it still holds."""

    def fill(uow: UnitOfWork) -> None:
        add(uow, "a", lane="a")
        add(uow, "b", lane="b")

    await act(store, north, fill)
    mine, theirs = (await claim(store, "me", limit=1))[0], (await claim(store, "them", limit=1))[0]
    until = later(minutes=5)
    await store.write(lambda tx: tx.queue.renew([mine.id, theirs.id], worker="me", until=until))
    assert (await stored(store, mine)).lease_until == until
    assert (await stored(store, theirs)).lease_until == NOW + LEASE
    await store.write(lambda tx: tx.queue.renew([], worker="me", until=until))
    assert await claimed(store, "heir", now=later(minutes=2)) == ["b"]


async def test_a_finished_command_and_its_row_are_one(store: Store, north: Seeded) -> None:
    """What follows is queued with the end of the row, or neither is."""
    await act(store, north, lambda uow: add(uow, "a"))
    (row,) = await claim(store)

    def finish_and_queue(worker: str, transaction: Transaction) -> None:
        add(unit(transaction, north), "receipt", lane="say:2")
        transaction.queue.finish(row.id, worker=worker, at=NOW)

    with pytest.raises(LeaseLost):
        await store.write(partial(finish_and_queue, "other"))
    assert await claimed(store) == []
    await store.write(partial(finish_and_queue, "w"))
    assert await claimed(store) == ["receipt"]


async def test_two_workers_never_get_the_same_row(store: Store, north: Seeded) -> None:
    """Nor two rows of one lane, however they race."""

    def fill(uow: UnitOfWork) -> None:
        for lane in range(20):
            add(uow, f"{lane}a", f"{lane}b", lane=f"say:{lane}")

    await act(store, north, fill)
    taken = await asyncio.gather(*(claim(store, f"w{number}", limit=4) for number in range(16)))
    rows = [row for part in taken for row in part]
    assert len({row.id for row in rows}) == len(rows) == 20
    assert {row.subject[-1] for row in rows} == {"a"}
    assert await claimed(store) == []


async def test_a_row_remembers_that_a_try_may_have_done_it(store: Store, north: Seeded) -> None:
    """Whatever the next tries come to, its burial and its revival too; a row that its worker let slip is as doubtful."""
    await act(store, north, lambda uow: add(uow, "a"))
    doubts = []
    for unsure in (False, True, False):
        (row,) = await claim(store)
        doubts.append((row.tried, row.doubtful))
        await put_back(store, row, NOW, unsure=unsure)
    (row,) = await claim(store)
    await bury(store, row)
    await store.write(lambda tx: tx.queue.revive(row.id, NOW))
    (row,) = await claim(store)
    assert [*doubts, (row.tried, row.doubtful)] == [(False, False), (True, False), (True, True), (True, True)]
    await finish(store, row)
    await act(store, north, lambda uow: add(uow, "b"))
    await claim(store)
    (slipped,) = await claim(store, "heir", later(minutes=5))
    assert (slipped.unsure, slipped.doubtful) == (False, True)
