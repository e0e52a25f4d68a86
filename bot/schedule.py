"""Interval jobs: what is to happen now and then, wherever a replica gets to it first (ARCHITECTURE 8).

APScheduler only ticks, in memory. Everything an engineer waits for is a work row.
"""

import logging
from datetime import timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.application import Application
from core.ports import Clock, Transaction

__all__ = ["Retention", "schedule"]

log = logging.getLogger(__name__)


class Retention:
    """How long finished rows and inbound keys are kept; `None` keeps them."""

    def __init__(self, application: Application, clock: Clock, *, keep: timedelta | None) -> None:
        self._application = application
        self._clock = clock
        self._keep = keep

    async def sweep(self) -> None:
        """Delete what is past its time. Repeating it, or doing it in two replicas at once, does no harm."""
        if self._keep is None:
            return
        before = self._clock.now() - self._keep

        def forget(transaction: Transaction) -> tuple[int, int]:
            return transaction.queue.forget(before), transaction.inbox.forget(before)

        rows, keys = await self._application.store.write(forget)
        log.info("retention.swept", extra={"rows": rows, "keys": keys})


def schedule(retention: Retention) -> AsyncIOScheduler:
    """The scheduler, not started. Times are UTC; a tick that was missed runs once."""
    scheduler = AsyncIOScheduler(timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1})
    scheduler.add_job(partial(_sweep, retention), "interval", hours=1, jitter=300, id="retention")
    return scheduler


async def _sweep(retention: Retention) -> None:
    try:
        await retention.sweep()
    except Exception:
        log.exception("retention.failed")
