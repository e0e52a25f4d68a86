"""The database is away for a while: the worker waits, keeps what it has, and goes on when it is back."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Fault, Unavailable, Uncertain
from core.ports import Store, Transaction
from core.work.model import WorkState
from tests.integration.work.test_leases import Gate
from tests.integration.work.yard import Yard, counted, running, until


class Away:
    """Stands in the way of a store's reads and writes while `error` is set; `asked` counts who ran into it."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.error: Fault | None = None
        self.asked = 0
        for name in ("read", "write"):
            patch.setattr(store, name, self._before(getattr(store, name)))

    def _before(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(run: Callable[[Transaction], Any], *more: Any, **options: Any) -> Any:
            if self.error is not None:
                self.asked += 1
                raise self.error
            return await inner(run, *more, **options)

        return guarded


@pytest.fixture
def away(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> Away:
    return Away(yard.store, monkeypatch)


async def test_a_worker_waits_for_its_database(yard: Yard, away: Away) -> None:
    """It is alive all the time, and does what was queued when the database is back."""
    done: list[str] = []
    worker = yard.worker({"job": counted(done)})
    await yard.add("job")
    away.error = Unavailable("The database does not answer.")
    async with running(worker):
        await until(lambda: away.asked > 20)
        assert worker.alive
        away.error = None
        await until(lambda: done)
    assert done == ["job"]


@pytest.mark.parametrize("error", [Unavailable("gone"), Uncertain("gone during the COMMIT")])
async def test_a_result_is_kept_until_it_can_be_recorded(yard: Yard, away: Away, error: Fault) -> None:
    """What was done outside is not done again because the database was away when it ended."""
    done: list[str] = []
    gate = Gate("posted", done)
    await yard.add("job")
    async with running(yard.worker({"job": gate.job})):
        await gate.begun.wait()
        away.error = error
        gate.open.set()
        await until(lambda: away.asked > 20)
        away.error = None
        await until(lambda: done)
    assert done == ["posted"]
    row = await yard.row("job")
    assert (row.state, row.attempts) == (WorkState.DONE, 1)


async def test_a_failure_is_kept_until_it_can_be_recorded(yard: Yard, away: Away) -> None:
    """The row does not stay leased to a worker that has nothing to do with it any more."""
    gate = Gate("never", [])

    async def job(runner: Any, work: Any) -> Any:
        await gate.job(runner, work)
        raise ValueError("a mistake")

    await yard.add("job")
    async with running(yard.worker({"job": job})):
        await gate.begun.wait()
        away.error = Unavailable("gone")
        gate.open.set()
        await until(lambda: away.asked > 20)
        away.error = None
        await until(lambda: yard.ends)
    row = await yard.row("job")
    assert (row.state, row.leased_by, row.attempts) == (WorkState.OPEN, None, 1)
    assert yard.ends == [("job", "retried")]


async def test_renewals_go_on_after_the_database_was_away(yard: Yard, away: Away) -> None:
    """One renewal that fails does not end the others."""
    gate = Gate("long", [])
    await yard.add("job")
    async with running(yard.worker({"job": gate.job})):
        await gate.begun.wait()
        away.error = Unavailable("gone")
        await until(lambda: away.asked > 20)
        away.error = None
        yard.clock.pass_by(seconds=40)
        await until(lambda: renewed(yard))
        gate.open.set()
    assert (await yard.row("job")).state is WorkState.DONE


async def renewed(yard: Yard) -> bool:
    lease = (await yard.row("job")).lease_until
    return lease is not None and (lease - yard.clock.now()).total_seconds() == 60
