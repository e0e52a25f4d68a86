"""Stopping: what is under way is finished, what takes too long is given back, and a dying worker leaves nobody in the dark."""

import asyncio
from dataclasses import replace

import pytest

from bot.worker import GIVE_UP
from core.work.model import Work, WorkState
from core.work.running import Done, Runner
from tests.integration.work.test_leases import Gate
from tests.integration.work.yard import QUICK, Yard, counted, running, until


async def test_a_stopping_worker_finishes_what_is_under_way_and_begins_nothing(yard: Yard) -> None:
    """What waits in the queue is for the next start."""
    done: list[str] = []
    gate = Gate("begun", done)
    worker = yard.worker({"begun": gate.job, "waiting": counted(done)}, concurrency=1, pace=replace(QUICK, grace=9.0))
    await yard.add("begun", "waiting")
    async with running(worker) as stop:
        await gate.begun.wait()
        stop.set()
        gate.open.set()
    assert done == ["begun"]
    assert not worker.alive
    assert ((await yard.row("begun")).state, (await yard.row("waiting")).state) == (WorkState.DONE, WorkState.OPEN)


async def test_what_outlasts_the_grace_time_is_given_back_at_once(yard: Yard) -> None:
    """The next worker need not wait for the lease to run out, and looks before it repeats."""
    gate = Gate("slow", [])
    await yard.add("slow")
    async with running(yard.worker({"slow": gate.job})):
        await gate.begun.wait()
    row = await yard.row("slow")
    assert (row.state, row.leased_by, row.tried, row.attempts) == (WorkState.OPEN, None, True, 1)
    done: list[str] = []
    await yard.worker({"slow": counted(done)}).drain()
    assert done == ["slow"]


async def test_a_cancelled_worker_leaves_no_job_behind(yard: Yard) -> None:
    """When something else of the process dies, the worker's jobs die with it."""
    gate = Gate("slow", [])
    await yard.add("slow")
    worker = yard.worker({"slow": gate.job})
    task = asyncio.create_task(worker.run(asyncio.Event()))
    await gate.begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not worker.alive
    assert [each for each in asyncio.all_tasks() if each.get_name().startswith("work")] == []


async def test_a_worker_that_cannot_go_on_ends_with_its_error(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mistake that every turn makes is not hidden: after a few turns the worker ends, and the process with it."""
    turns: list[int] = []

    async def broken(limit: int) -> list[Work]:
        turns.append(limit)
        raise AssertionError("a mistake")

    worker = yard.worker({"job": counted([])})
    monkeypatch.setattr(worker, "_claim", broken)
    with pytest.raises(AssertionError, match="a mistake"):
        await worker.run(asyncio.Event())
    assert len(turns) == GIVE_UP
    assert not worker.alive


async def test_a_mistake_that_passes_does_not_end_the_worker(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    """One turn that fails in a way nobody has thought of is followed by others."""
    done: list[str] = []
    worker = yard.worker({"job": counted(done)})
    claim = worker._claim
    left = [GIVE_UP - 1]

    async def broken(limit: int) -> object:
        if left[0]:
            left[0] -= 1
            raise AssertionError("a mistake")
        return await claim(limit)

    monkeypatch.setattr(worker, "_claim", broken)
    await yard.add("job")
    async with running(worker):
        await until(lambda: done)
    assert done == ["job"]


async def test_a_wake_up_is_enough(yard: Yard) -> None:
    """Work that is queued now is done now, not at the next poll."""
    done: list[str] = []
    worker = yard.worker({"job": counted(done)}, pace=replace(QUICK, poll=600.0))
    yard.store.wake = worker.woken
    async with running(worker):
        await until(lambda: worker.alive)
        await yard.add("job")
        await until(lambda: done)

        async def again(runner: Runner, work: Work) -> Done:
            return lambda uow: uow.work.add("job", lane="next", session_id=None)

        worker._jobs = {**worker._jobs, "chain": again}
        await yard.add("chain")
        await until(lambda: len(done) == 2)
    assert done == ["job", "job"]
