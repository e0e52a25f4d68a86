"""The database is away for a while: the worker waits, keeps what it has, and goes on when it is back."""

from collections.abc import Callable
from typing import Any

import pytest

from core.errors import Fault, Unavailable, Uncertain
from core.people.system import system_actor
from core.ports import Store, Transaction
from core.usage.ledger import accounted
from core.usage.model import Tokens, Usage
from core.work.model import Work, WorkState
from core.work.running import Done, Job, Kept, Runner
from tests.integration.work.test_leases import Gate
from tests.integration.work.yard import Yard, counted, running, until


class Away:
    """Stands in the way of a store's reads and writes while `error` is set; `asked` counts who ran into it.

    `after`: what is asked is done all the same, and only the answer is lost, as it happens at COMMIT.
    """

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.error: Fault | None = None
        self.after = False
        self.asked = 0
        for name in ("read", "write"):
            patch.setattr(store, name, self._before(getattr(store, name)))

    def _before(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        async def guarded(run: Callable[[Transaction], Any], *more: Any, **options: Any) -> Any:
            error = self.error
            found = await inner(run, *more, **options) if error is None or self.after else None
            if error is not None:
                self.asked += 1
                raise error
            return found

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


def calling(inner: Job) -> Job:
    """The job, with one call to a model that is charged to its row."""

    async def job(runner: Runner, work: Work) -> Done:
        async with accounted(runner, work, None) as ledger:
            ledger.used(Usage(model="big", purpose="diagnosis", prompt_version="1", tokens=Tokens(input=1_000)))
            done = await inner(runner, work)
        return Kept(done, ledger.write)

    return job


async def calls(yard: Yard) -> tuple[int, int]:
    """Calls and tokens by the sums of the account."""
    actor = system_actor(yard.seeded.account.id)
    totals = await yard.application.look(actor, lambda uow: uow.usage.totals(yard.clock.now().date()))
    return sum(total.calls for total in totals), sum(total.input for total in totals)


@pytest.mark.parametrize(
    ("error", "after"),
    [(Unavailable("gone"), False), (Uncertain("gone before the COMMIT"), False), (Uncertain("gone after it"), True)],
    ids=["unavailable", "before the COMMIT", "after the COMMIT"],
)
async def test_a_result_is_kept_until_it_can_be_recorded(yard: Yard, away: Away, error: Fault, after: bool) -> None:
    """What was done outside is not done again because the database was away when it ended, and charged once."""
    done: list[str] = []
    gate = Gate("posted", done)
    await yard.add("job")
    async with running(yard.worker({"job": calling(gate.job)})):
        await gate.begun.wait()
        away.error, away.after = error, after
        gate.open.set()
        await until(lambda: away.asked > 20)
        away.error = None
        await until(lambda: yard.ends)
    assert done == ["posted"]
    row = await yard.row("job")
    assert (row.state, row.attempts) == (WorkState.DONE, 1)
    assert await calls(yard) == (1, 1_000)


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
