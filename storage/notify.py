"""Wake-ups between replicas: PostgreSQL's NOTIFY and LISTEN, on a connection of their own (ARCHITECTURE 8).

A wake-up only spares a wait: whatever is lost here, a worker's own poll finds. So nothing that fails in here is anybody's error.
"""

import asyncio
import logging
import secrets
from datetime import UTC, datetime
from typing import Any, cast

import asyncpg
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.jobs import Wake

__all__ = ["CHANNEL", "Wakes"]

log = logging.getLogger(__name__)

CHANNEL = "flowpilot_work"
#: Commits that share one NOTIFY, in seconds.
GATHER = 0.010
#: How long to wait before connecting again, in seconds.
AGAIN = 1.0
#: How long a closing store waits for its last NOTIFY, in seconds.
LAST = 1.0

_NOTIFY = "SELECT pg_notify($1, $2)"


class Wakes:
    """Tells the other replicas of work that was committed here; `heard` is told of theirs, and when some may have been missed.

    It connects when there is something to tell, or when `start` is called to listen.
    """

    def __init__(self, url: URL | str, heard: Wake) -> None:
        self._engine = create_async_engine(url, poolclass=NullPool, pool_reset_on_return=None)
        self._heard = heard
        self._name = secrets.token_hex(6)
        self._soonest: datetime | None = None
        self._untold = asyncio.Event()
        self._told = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._closed = False

    def start(self) -> None:
        """Begin to listen, inside a running event loop."""
        if self._task is None and not self._closed:
            self._task = asyncio.get_running_loop().create_task(self._run(), name="postgres-wakes")

    def tell(self, due: datetime) -> None:
        """Work was committed whose first row is due then."""
        self._soonest = due if self._soonest is None else min(due, self._soonest)
        self._told.clear()
        self._untold.set()
        self.start()

    async def close(self) -> None:
        """Tell what is still untold, within a moment, and let go of the connection."""
        self._closed = True
        if self._task is not None:
            if self._untold.is_set():
                telling = asyncio.create_task(self._told.wait())
                await asyncio.wait({telling, self._task}, timeout=LAST, return_when=asyncio.FIRST_COMPLETED)
                telling.cancel()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self._engine.dispose()

    async def _run(self) -> None:
        while True:
            try:
                await self._connected()
            except Exception as error:  # asyncpg has many for a line that breaks, of its own insides too
                log.info("wakes.no_connection", extra={"why": f"{type(error).__name__}: {error}"})
            await asyncio.sleep(AGAIN)

    async def _connected(self) -> None:
        """Listen and tell, until the connection is lost."""
        async with self._engine.connect() as connection:
            raw: asyncpg.Connection[Any] = cast(Any, (await connection.get_raw_connection()).driver_connection)
            lost = asyncio.Event()
            raw.add_termination_listener(lambda _: lost.set())
            try:
                await raw.add_listener(CHANNEL, self._on_notify)
                self._heard(datetime.now(UTC))  # of what came while nobody listened
                await self._tell_until(lost, raw)
            finally:
                raw.terminate()
                await connection.invalidate()

    async def _tell_until(self, lost: asyncio.Event, raw: "asyncpg.Connection[Any]") -> None:
        while not lost.is_set():
            await _one_of(lost, self._untold)
            if self._untold.is_set() and not lost.is_set():
                await asyncio.sleep(GATHER)
                await self._tell(raw)

    async def _tell(self, raw: "asyncpg.Connection[Any]") -> None:
        due, self._soonest = self._soonest, None
        self._untold.clear()
        if due is not None:
            await raw.execute(_NOTIFY, CHANNEL, f"{self._name} {due.isoformat()}")
        if not self._untold.is_set():
            self._told.set()

    def _on_notify(self, connection: object, pid: int, channel: str, payload: object) -> None:
        name, _, due = str(payload).partition(" ")
        if name == self._name:
            return
        try:
            self._heard(datetime.fromisoformat(due))
        except ValueError:
            log.warning("wakes.not_understood", extra={"payload": str(payload)[:100]})


async def _one_of(*events: asyncio.Event) -> None:
    """Wait for whichever is set first, and leave nobody waiting."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)
