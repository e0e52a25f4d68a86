"""PostgreSQL: asyncpg under SQLAlchemy, each command one synchronous function by `run_sync` (ARCHITECTURE 6)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, TypeVar, cast

import asyncpg
from sqlalchemy import Connection as SaConnection
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from core.errors import Unavailable
from core.ports import Transaction
from storage.jobs import Job, Outcome, Wake, attempt, settle
from storage.keyed_locks import KeyedLocks
from storage.migrating import check_migrated
from storage.unit_of_work import SqlTransaction

__all__ = ["PostgresStore"]

R = TypeVar("R")

#: Connections held; more commands than this wait in order of arrival.
POOL = 10
#: Tries of a command that met a deadlock or a serialisation failure.
TRIES = 4


class PostgresStore:
    """The Store on PostgreSQL. `wake` is told of new work after commits."""

    def __init__(self, url: URL | str, *, wake: Wake | None = None, pool: int = POOL) -> None:
        self._engine = create_async_engine(
            url, pool_size=pool, max_overflow=0, pool_reset_on_return=None, pool_use_lifo=True
        )
        self.wake = wake
        self._places = asyncio.Semaphore(pool)
        self._locks = KeyedLocks()

    async def write(
        self,
        run: Callable[[Transaction], R],
        otherwise: Callable[[Transaction, Exception], R] | None = None,
        *,
        key: str | None = None,
    ) -> R:
        """Run in a write transaction; see core.ports.Store."""
        future: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        job = Job(run, otherwise, future)
        async with self._locks.held(key), self._places:
            outcome = await self._committed(job)
        settle([outcome], self.wake)
        return await future

    async def read(self, run: Callable[[Transaction], R]) -> R:
        """Run on one connection, on one snapshot a statement."""

        def begin_and_run(connection: SaConnection) -> R:
            return run(self._transaction(connection, writing=False))

        async with self._places, self._connected() as connection:
            return await connection.run_sync(begin_and_run)

    async def ready(self) -> None:
        """Raises Fault when the database does not answer or lacks a migration."""
        await self.read(check_migrated)

    async def close(self) -> None:
        """Close the pool."""
        await self._engine.dispose()

    async def _committed(self, job: Job) -> Outcome:
        for last in (*([False] * (TRIES - 1)), True):
            try:
                async with self._connected() as connection:
                    outcome = await connection.run_sync(lambda sync: self._attempt(job, sync))
                    if not (_may_repeat(outcome.error) and not last):
                        await connection.commit()
                        return outcome
                    await connection.rollback()
            except DBAPIError as error:
                if last or not _may_repeat(error):
                    return Outcome(job, error=_fault(error))
        raise AssertionError("the last try returns")

    def _attempt(self, job: Job, connection: SaConnection) -> Outcome:
        return attempt(job, lambda: self._transaction(connection, writing=True), lambda: True)

    def _transaction(self, connection: SaConnection, *, writing: bool) -> SqlTransaction:
        if not connection.in_transaction():
            connection.begin()
        # The driver's adapted cursor: SQLAlchemy has compiled the statement already (storage.statements).
        cursor = cast(Any, connection.connection.dbapi_connection).cursor()
        return SqlTransaction(cursor, connection.dialect, writing=writing)

    @asynccontextmanager
    async def _connected(self) -> AsyncIterator[AsyncConnection]:
        connection = self._engine.connect()
        try:
            await connection.start()
        except (OSError, DBAPIError, asyncpg.PostgresError) as error:
            raise Unavailable(f"The database does not answer: {error}") from error
        try:
            yield connection
        finally:
            # The pool does not reset what it gets back; nothing open may return to it.
            if connection.in_transaction():
                await connection.rollback()
            await connection.close()


def _sqlstate(error: BaseException | None) -> str:
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(error, "pgcode", None)
        if state:
            return str(state)
        error = getattr(error, "orig", None) or error.__cause__
    return ""


def _may_repeat(error: BaseException | None) -> bool:
    """Deadlocks and serialisation failures undo everything and say so; the same command may go again."""
    return error is not None and _sqlstate(error) in {"40001", "40P01"}


def _fault(error: Exception) -> Unavailable:
    fault = Unavailable(f"The database could not store it: {error}")
    fault.__cause__ = error
    return fault
