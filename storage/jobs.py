"""What both stores share: a job that waits for its transaction, and how it is run inside a savepoint."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.unit_of_work import SqlTransaction

__all__ = ["GroupLost", "Job", "Wake", "attempt", "settle"]

Run = Callable[[Any], Any]
Otherwise = Callable[[Any, Exception], Any]
#: Told after a commit when the soonest of the work rows it added is due.
Wake = Callable[[datetime], None]


class GroupLost(Exception):
    """The database has rolled the whole transaction back, whoever's statement it was."""


@dataclass(slots=True)
class Job:
    """A function that waits for its transaction, and the future that waits for its result."""

    run: Run
    otherwise: Otherwise | None
    future: "asyncio.Future[Any]"


@dataclass(slots=True)
class Outcome:
    """What one job came to: a result or an error, and what is to happen after the commit."""

    job: Job
    result: Any = None
    error: BaseException | None = None
    transaction: SqlTransaction | None = None


def attempt(job: Job, begin: Callable[[], SqlTransaction], alive: Callable[[], bool]) -> Outcome:
    """Run a job in a savepoint of an open transaction. Raises GroupLost when the transaction itself is gone."""
    transaction = begin()
    try:
        return _inside(job, transaction, job.run, alive)
    except GroupLost:
        raise
    except Exception as error:
        if job.otherwise is None:
            return Outcome(job, error=error)
        otherwise, cause = job.otherwise, error
    try:
        return _inside(job, begin(), lambda fresh: otherwise(fresh, cause), alive)
    except GroupLost:
        raise
    except Exception as error:
        return Outcome(job, error=error)


def _inside(job: Job, transaction: SqlTransaction, run: Run, alive: Callable[[], bool]) -> Outcome:
    transaction.db.script("SAVEPOINT job")
    try:
        result = run(transaction)
        transaction.flush()
    except Exception as error:
        if not alive():
            raise GroupLost from error
        transaction.db.script("ROLLBACK TO SAVEPOINT job")
        transaction.db.script("RELEASE SAVEPOINT job")
        raise
    transaction.db.script("RELEASE SAVEPOINT job")
    return Outcome(job, result=result, transaction=transaction)


def settle(outcomes: Sequence[Outcome], wake: Wake | None) -> None:
    """After the COMMIT, on the event loop: the effects of each job, then its answer."""
    for outcome in outcomes:
        if outcome.transaction is not None:
            for effect in outcome.transaction.effects:
                effect()
            due = outcome.transaction.soonest_work
            if due is not None and wake is not None:
                wake(due)
        future = outcome.job.future
        if future.done():
            continue
        if outcome.error is not None:
            future.set_exception(outcome.error)
        else:
            future.set_result(outcome.result)
