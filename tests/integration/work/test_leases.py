"""Leases: one worker at a time has a row, a lost worker's rows are taken over, and what it still brings is dropped."""

import asyncio
import logging
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from bot.worker import Pace
from core.ports import UnitOfWork
from core.work.model import LEASE, Work, WorkState
from core.work.running import Done, Job, Runner
from tests.integration.work.yard import QUICK, Yard, counted, running, until


class Gate:
    """A job that waits to be let through, and then notes who did it."""

    def __init__(self, name: str, done: list[str]) -> None:
        self.begun = asyncio.Event()
        self.open = asyncio.Event()
        self._name = name
        self._done = done

    async def job(self, runner: Runner, work: Work) -> Done:
        """Wait."""
        self.begun.set()
        await self.open.wait()
        return lambda uow: self._done.append(self._name)


async def test_a_lost_workers_row_is_taken_over_and_its_result_dropped(yard: Yard) -> None:
    """The first worker's renewals stopped; when it comes back with a result, the second has done it."""
    done: list[str] = []
    slow, quick = Gate("slow", done), Gate("quick", done)
    quick.open.set()
    idle = yard.worker({"job": slow.job}, pace=replace(QUICK, renew=600.0), concurrency=1)
    await yard.add("job")
    async with running(idle):
        await slow.begun.wait()
        other = yard.worker({"job": quick.job})
        assert await other.drain() == 0
        yard.clock.pass_by(seconds=LEASE.total_seconds() + 1)
        await other.drain()
        assert done == ["quick"]
        slow.open.set()
        await until(lambda: ("job", "lost") in yard.ends)
    assert done == ["quick"]
    assert (await yard.row("job")).state is WorkState.DONE


@pytest.mark.parametrize("error", [None, ValueError("too late")])
async def test_what_is_dropped_is_logged(yard: Yard, caplog: pytest.LogCaptureFixture, error: Exception | None) -> None:
    """An operator sees which row was taken over, whether it would have been done or have failed."""
    caplog.set_level(logging.INFO, logger="bot.worker")
    done: list[str] = []

    async def taken_over(runner: Runner, work: Work) -> Done:
        yard.clock.pass_by(seconds=LEASE.total_seconds() + 1)
        await yard.worker({"job": counted(done)}).drain()
        return await counted(done, lambda work: error)(runner, work)

    await yard.add("job")
    await yard.worker({"job": taken_over}).drain()
    assert yard.ends == [("job", "done"), ("job", "lost")]
    row = await yard.row("job")
    (lost,) = [vars(line) for line in caplog.records if line.message == "work.lost"]
    assert (lost["work"], lost["kind"], lost["levelname"]) == (row.id, "job", "INFO")


async def test_a_worker_does_not_begin_a_row_again_that_it_is_still_doing(yard: Yard) -> None:
    """Its lease ran out because the database was away, and it is the first to come back: the lease is its own again."""
    done: list[str] = []
    gate = Gate("once", done)
    worker = yard.worker({"job": gate.job}, pace=replace(QUICK, renew=600.0))
    await yard.add("job")
    async with running(worker):
        await gate.begun.wait()
        gate.begun.clear()
        yard.clock.pass_by(seconds=LEASE.total_seconds() + 1)
        await until(partial(lease_is, yard, yard.clock.now() + LEASE))
        gate.open.set()
        await until(lambda: done)
    assert done == ["once"]
    assert yard.ends == [("job", "done")]
    assert not gate.begun.is_set()


async def test_what_a_dropped_failure_wanted_recorded_is_dropped_too(yard: Yard) -> None:
    """A worker that lost its lease neither puts the row back nor counts a try."""
    done: list[str] = []

    async def too_late(runner: Runner, work: Work) -> Done:
        yard.clock.pass_by(seconds=LEASE.total_seconds() + 1)
        await yard.worker({"job": counted(done)}).drain()
        raise ValueError("too late")

    await yard.add("job")
    await yard.worker({"job": too_late}).drain()
    row = await yard.row("job")
    assert (row.state, row.error, done) == (WorkState.DONE, "", ["job"])
    assert ("job", "lost") in yard.ends


async def test_a_long_job_keeps_its_lease(yard: Yard) -> None:
    """It is renewed while the job runs, so that nobody else takes it."""
    done: list[str] = []
    gate = Gate("long", done)
    await yard.add("job")
    async with running(yard.worker({"job": gate.job})):
        await gate.begun.wait()
        for _ in range(4):
            yard.clock.pass_by(seconds=LEASE.total_seconds() * 2 / 3)
            await until(partial(lease_is, yard, yard.clock.now() + LEASE))
            assert await yard.worker({"job": counted(done)}).drain() == 0
        gate.open.set()
        await until(lambda: done)
    assert done == ["long"]


async def lease_is(yard: Yard, wanted: datetime) -> bool:
    return (await yard.row("job")).lease_until == wanted


async def test_a_lane_is_in_order_whoever_works_and_lanes_do_not_wait_for_each_other(yard: Yard) -> None:
    """Three workers, five lanes of ten rows."""
    order: dict[str, list[int]] = {}

    async def job(runner: Runner, work: Work) -> Done:
        await asyncio.sleep(0)
        return lambda uow: order.setdefault(work.lane, []).append(work.id)

    def add(uow: UnitOfWork) -> None:
        for number in range(50):
            uow.work.add("job", lane=f"lane-{number % 5}", session_id=None)

    await yard.act(add)
    workers = [yard.worker({"job": job}, concurrency=3) for _ in range(3)]
    async with running(*workers):
        await until(lambda: sum(map(len, order.values())) == 50)
    assert sorted(len(ids) for ids in order.values()) == [10] * 5
    assert all(ids == sorted(ids) for ids in order.values())


async def test_a_blocked_lane_does_not_hold_up_the_others(yard: Yard) -> None:
    """While one thread's post hangs, other threads are answered."""
    done: list[str] = []
    gate = Gate("blocked", done)
    jobs: dict[str, Job] = {"blocked": gate.job, "free": counted(done)}
    await yard.add("blocked", "free", lane="thread")
    await yard.add("free", "free", "free")
    async with running(yard.worker(jobs)):
        await until(lambda: done == ["free"] * 3)
        gate.open.set()
        await until(lambda: len(done) == 5)
    assert done[3:] == ["blocked", "free"]


def test_a_lease_outlasts_several_missed_renewals() -> None:
    """A database that is away for a moment costs no lease."""
    assert timedelta(seconds=3 * Pace().renew) <= LEASE
