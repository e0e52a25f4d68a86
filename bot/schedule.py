"""Interval jobs: what is to happen now and then, wherever a replica gets to it first (ARCHITECTURE 8).

APScheduler only ticks, in memory. Everything an engineer waits for is a work row.
"""

import logging
from datetime import datetime, timedelta
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from core.application import Application
from core.people.system import system_actor
from core.ports import Clock, Transaction
from core.sessions.erasing import erase_closed

__all__ = ["Retention", "schedule"]

log = logging.getLogger(__name__)


class Retention:
    """How long finished rows, inbound keys and closed sessions are kept; None keeps them. Forms that nobody can go on with
    are not kept."""

    def __init__(
        self, application: Application, clock: Clock, *, rows: timedelta | None, sessions: timedelta | None
    ) -> None:
        self._application = application
        self._clock = clock
        self._rows = rows
        self._sessions = sessions

    async def sweep(self) -> None:
        """Delete what is past its time. Repeating it, or doing it in two replicas at once, does no harm.

        Drafts in memory go, too: another process may have erased their session.
        """
        self._application.rules.drafts.clear()
        accounts = await self._application.store.read(lambda transaction: transaction.directory.accounts())
        for account in accounts:
            await self._sweep_forms(account.id)
        if self._rows is not None:
            await self._sweep_rows(self._clock.now() - self._rows)
        if self._sessions is not None:
            for account in accounts:
                await self._sweep_sessions(account.id, self._clock.now() - self._sessions)

    async def _sweep_forms(self, account_id: str) -> None:
        now = self._clock.now()
        forms = await self._application.act(system_actor(account_id), lambda uow: uow.surfaces.forget(now))
        log.info("retention.forms", extra={"account": account_id, "forms": forms})

    async def _sweep_rows(self, before: datetime) -> None:
        def forget(transaction: Transaction) -> tuple[int, int]:
            return transaction.queue.forget(before), transaction.inbox.forget(before)

        rows, keys = await self._application.store.write(forget)
        log.info("retention.rows", extra={"rows": rows, "keys": keys})

    async def _sweep_sessions(self, account_id: str, before: datetime) -> None:
        actor, erased = system_actor(account_id), 0
        while more := await self._application.act(actor, partial(erase_closed, before=before)):
            erased += more
        log.info("retention.sessions", extra={"account": account_id, "sessions": erased})


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
