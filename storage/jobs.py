"""What both stores share: a command that waits for its transaction, what it came to, and how it is answered."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storage.unit_of_work import SqlTransaction

__all__ = ["Job", "Outcome", "Wake", "settle"]

#: Told after a commit when the soonest of the work rows it added is due.
Wake = Callable[[datetime], None]


@dataclass(slots=True)
class Job:
    """A function that waits for its transaction, and the future that waits for its result."""

    run: Callable[[Any], Any]
    otherwise: Callable[[Any, Exception], Any] | None
    future: "asyncio.Future[Any]"
    key: str | None = None


@dataclass(slots=True)
class Outcome:
    """What one job came to: a result with the transaction that was committed, or an error."""

    job: Job
    result: Any = None
    error: BaseException | None = None
    transaction: SqlTransaction | None = None


def settle(outcomes: Sequence[Outcome], wake: Wake | None) -> None:
    """After the COMMIT, on the event loop: the effects of each job, then its answer."""
    for outcome in outcomes:
        if outcome.transaction is not None:
            _announce(outcome.transaction, wake)
        _answer(outcome)


def _announce(transaction: SqlTransaction, wake: Wake | None) -> None:
    due = transaction.soonest_work
    effects = transaction.effects if due is None or wake is None else [*transaction.effects, lambda: wake(due)]
    for effect in effects:
        try:
            effect()
        except Exception:
            # What is committed is committed, and the other commands of the group wait for their answers.
            logging.getLogger(__name__).exception("an effect failed after the commit")


def _answer(outcome: Outcome) -> None:
    future = outcome.job.future
    if future.done():  # the caller has given up
        return
    error = outcome.error
    if error is None:
        future.set_result(outcome.result)
    elif isinstance(error, StopIteration):  # which no future takes
        future.set_exception(RuntimeError(f"a command raised {error!r}"))
    else:
        future.set_exception(error)
