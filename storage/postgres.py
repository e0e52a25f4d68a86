"""PostgreSQL: asyncpg under SQLAlchemy, each command one synchronous function by `run_sync` (ARCHITECTURE 6)."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar, cast

import asyncpg
from sqlalchemy import Connection as SaConnection
from sqlalchemy import event
from sqlalchemy.engine import URL, AdaptedConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine
from sqlalchemy.util import await_only

from core.errors import Fault, Unavailable, Uncertain
from core.ports import Transaction
from storage.batches import Batch
from storage.ids import Ids
from storage.jobs import Job, Outcome, Wake, settle
from storage.keyed_locks import KeyedLocks
from storage.migrating import check_migrated
from storage.notify import Wakes
from storage.statements import Connection, Plan, Row
from storage.unit_of_work import SqlTransaction

__all__ = ["PostgresStore"]

R = TypeVar("R")

#: Connections held; more commands than this wait in order of arrival.
POOL = 10
#: Tries of a command that met another one, or lost its connection before the COMMIT.
TRIES = 4
#: Prepared statements that a connection keeps: more than there are (storage.statements).
PREPARED = 1000
#: Work is many rows in a bad hour and none in a good one. A plan that the server made in a good one is kept, and would read every
#: row in the bad one: everything that is asked has an index. And compiling a plan takes longer than any of them.
PLANNING = "SET enable_seqscan = off; SET jit = off"

# A command that another one was in the way of: after a rollback the same command sees what the other has stored.
_IN_THE_WAY = (
    asyncpg.DeadlockDetectedError,
    asyncpg.ForeignKeyViolationError,
    asyncpg.InvalidCachedStatementError,
    asyncpg.OutdatedSchemaCacheError,
    asyncpg.SerializationError,
    asyncpg.UniqueViolationError,
)
# The server or the way to it is in trouble; the statement is not to blame.
_TROUBLE = (
    OSError,
    asyncpg.InsufficientResourcesError,
    asyncpg.InternalClientError,  # what the server sent made no sense: what else is on the line is anybody's guess
    asyncpg.OperatorInterventionError,
    asyncpg.PostgresConnectionError,
    asyncpg.PostgresSystemError,
)
_UNREACHABLE = (OSError, DBAPIError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError)


class PostgresDriver:
    """A connection as statements see it (storage.statements.Driver), for functions that run inside `run_sync`.

    `last`: there will be no other try, so what was in the way of a command is its own error.
    """

    def __init__(self, connection: "asyncpg.Connection[Any]", *, last: bool) -> None:
        self._connection = connection
        self._last = last
        self._waiting = Batch()

    def execute(self, sql: str, parameters: Sequence[Any], /) -> int:
        """Run one statement, and say how many rows it touched."""
        self.flush()
        status = await_only(self._connection.execute(sql, *parameters))
        return int(status.rpartition(" ")[2])

    def fetch(self, sql: str, parameters: Sequence[Any], /) -> Sequence[Row]:
        """Run one statement and return its rows."""
        self.flush()
        return await_only(self._connection.fetch(sql, *parameters))

    def write(self, plan: Plan, rows: Sequence[Sequence[Any]], /) -> None:
        """Run one statement once for every row of parameters; what can wait for other writes does."""
        if not self._waiting.takes(plan, rows):
            self.flush()
        if self._waiting.takes(plan, rows):
            self._waiting.add(plan, rows)
        else:
            self.execute_each(plan.sql, rows)

    def execute_each(self, sql: str, rows: Sequence[Sequence[Any]], /) -> None:
        """Run one statement once for every row of parameters, in one round trip."""
        await_only(self._connection.executemany(sql, rows))

    def flush(self) -> None:
        """Send the writes that wait."""
        if not self._waiting:
            return
        waiting, self._waiting = self._waiting, Batch()
        try:
            self.execute(*waiting.statement())
        except Exception as error:
            waiting.refuse(error)
            raise

    def control(self, sql: str, /) -> None:
        """Begin or end a transaction or a savepoint. What waits goes first, but with a ROLLBACK: it is undone unsent."""
        if sql.startswith("ROLLBACK"):
            self._waiting = Batch()
        self.flush()
        await_only(self._connection.execute(sql))

    def in_trouble(self, error: Exception, /) -> bool:
        """Whether the connection is gone, or the server has other cares."""
        return self._connection.is_closed() or isinstance(error, _TROUBLE)

    def hopeless(self, error: Exception, /) -> bool:
        """Whether the command is to be tried again from the start."""
        return self.in_trouble(error) or (isinstance(error, _IN_THE_WAY) and not self._last)

    @property
    def idle(self) -> bool:
        """Whether the connection may serve the next command."""
        return not self._connection.is_closed() and not self._connection.is_in_transaction()


class _Again(Exception):
    """Nothing was stored, and another try may do better; why is its cause."""


class _Unsure(Exception):
    """The connection was lost during COMMIT; why is its cause."""


class PostgresStore:
    """The Store on PostgreSQL. Open it inside a running event loop; `wake` is told of new work after commits."""

    def __init__(self, url: URL | str, *, wake: Wake | None = None, pool: int = POOL) -> None:
        self._engine = create_async_engine(
            url,
            pool_size=pool,
            max_overflow=0,
            pool_reset_on_return=None,  # every transaction is ended here
            pool_use_lifo=True,
            connect_args={"statement_cache_size": PREPARED, "max_cached_statement_lifetime": 0},
        )
        event.listen(self._engine.sync_engine, "connect", _plan)
        self._wakes = Wakes(url, self._woken)
        self._wake: Wake | None = None
        self.wake = wake
        self._ids = Ids()
        self._pool = pool
        self._places = asyncio.Semaphore(pool)
        #: Connections that nobody uses; checking one out of the engine's pool for every command costs more than a statement.
        self._free: list[AsyncConnection] = []
        self._locks = KeyedLocks()
        self._running: set[asyncio.Task[None]] = set()
        self._closing: asyncio.Task[None] | None = None

    @property
    def wake(self) -> Wake | None:
        """Told of new work, by this replica and by others."""
        return self._wake

    @wake.setter
    def wake(self, told: Wake | None) -> None:
        self._wake = told
        if told is not None:
            self._wakes.start()

    def _woken(self, due: datetime) -> None:
        if self._wake is not None:
            self._wake(due)

    def _added(self, due: datetime) -> None:
        """This replica has committed work."""
        self._woken(due)
        self._wakes.tell(due)

    async def write(
        self,
        run: Callable[[Transaction], R],
        otherwise: Callable[[Transaction, Exception], R] | None = None,
        *,
        key: str | None = None,
    ) -> R:
        """Run in a write transaction; see core.ports.Store."""
        self._check_open()
        loop = asyncio.get_running_loop()
        future: asyncio.Future[R] = loop.create_future()
        # A task of its own: a caller who gives up does not cut a transaction short.
        task = loop.create_task(self._write(Job(run, otherwise, future), key))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await future

    async def read(self, run: Callable[[Transaction], R]) -> R:
        """Run on one snapshot."""
        self._check_open()
        async with self._places:
            try:
                return await self._tried(lambda driver: self._read(driver, run))
            except _Again as again:
                raise Unavailable(_words(again)) from again.__cause__

    async def ready(self) -> None:
        """Raises Fault when the database does not answer or lacks a migration."""
        await self.read(check_migrated)

    async def close(self) -> None:
        """Finish what was begun and close the pool."""
        if self._closing is None:
            self._closing = asyncio.create_task(self._close(), name="postgres-close")
        await asyncio.shield(self._closing)

    async def _close(self) -> None:
        if self._running:
            await asyncio.wait(self._running)
        for _ in range(self._pool):  # readers have theirs until they are done
            await self._places.acquire()
        await self._wakes.close()
        for connection in self._free:
            await connection.close()
        await self._engine.dispose()

    def _check_open(self) -> None:
        if self._closing is not None:
            raise Unavailable("The database is closed: FlowPilot is stopping.")

    async def _write(self, job: Job, key: str | None) -> None:
        async with self._locks.held(key), self._places:
            if job.future.cancelled():
                return
            outcome = await self._outcome(job)
        settle([outcome], self._added)

    async def _outcome(self, job: Job) -> Outcome:
        try:
            return await self._tried(lambda driver: self._attempt(driver, job))
        except _Again as again:
            fault: Fault = Unavailable(_words(again))
            fault.__cause__ = again.__cause__
        except _Unsure as unsure:
            fault = Uncertain(_words(unsure))
            fault.__cause__ = unsure.__cause__
        except Exception as error:
            return Outcome(job, error=error)
        return Outcome(job, error=fault)

    async def _tried(self, run: Callable[[PostgresDriver], R]) -> R:
        """Run on a connection, again while that may help."""
        for _ in range(TRIES - 1):
            try:
                return await self._connected(run, last=False)
            except _Again:
                continue
        return await self._connected(run, last=True)

    async def _connected(self, run: Callable[[PostgresDriver], R], *, last: bool) -> R:
        connection = self._free.pop() if self._free else await self._open()
        try:
            return await connection.run_sync(_on_driver, run, last)
        finally:
            self._free.append(connection)

    async def _open(self) -> AsyncConnection:
        connection = self._engine.connect()
        try:
            return await connection.start()
        except _UNREACHABLE as error:
            raise Unavailable(f"The database does not answer: {error}") from error

    def _attempt(self, driver: PostgresDriver, job: Job) -> Outcome:
        """Run a job, or else what it wants done instead, each in a transaction. Raises _Again and _Unsure."""
        try:
            try:
                return self._inside(driver, job, job.run)
            except Exception as error:
                if job.otherwise is None or isinstance(error, _Again | _Unsure):
                    raise
                otherwise, cause = job.otherwise, error
            return self._inside(driver, job, lambda transaction: otherwise(transaction, cause))
        except (_Again, _Unsure):
            raise
        except Exception as error:
            return Outcome(job, error=error)

    def _inside(self, driver: PostgresDriver, job: Job, run: Callable[[SqlTransaction], Any]) -> Outcome:
        # The transaction is what a savepoint is in SQLite's groups, and spares two round trips.
        transaction = SqlTransaction(Connection(driver, self._engine.dialect), self._ids, writing=True)
        committing = False
        try:
            driver.control("BEGIN")
            result = run(transaction)
            transaction.flush()
            driver.flush()
            committing = True
            driver.control("COMMIT")
        except Exception as error:
            if committing and driver.in_trouble(error):
                raise _Unsure from error
            _end(driver, error)
            raise
        return Outcome(job, result=result, transaction=transaction)

    def _read(self, driver: PostgresDriver, run: Callable[[Transaction], R]) -> R:
        try:
            driver.control("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            transaction = SqlTransaction(Connection(driver, self._engine.dialect), self._ids, writing=False)
            result = run(transaction)
            transaction.flush()  # a reader that would write is told so
            driver.control("COMMIT")
        except Exception as error:
            _end(driver, error)
            raise
        return result


def _plan(connection: AdaptedConnection, record: object) -> None:
    """A new connection plans as it should. Not by its startup packet, which poolers of connections refuse."""
    connection.run_async(lambda raw: raw.execute(PLANNING))


def _on_driver(connection: SaConnection, run: Callable[[PostgresDriver], R], last: bool) -> R:
    """Run on the driver's own connection: SQLAlchemy has compiled the statements already (storage.statements)."""
    raw = _raw(connection)
    if raw.is_closed():  # since it was used last: the server was restarted, say
        connection.invalidate()
        raw = _raw(connection)
    driver = PostgresDriver(raw, last=last)
    try:
        return run(driver)
    finally:
        if not driver.idle:
            connection.invalidate()


def _raw(connection: SaConnection) -> "asyncpg.Connection[Any]":
    """The driver's own connection, made again where it was found broken. Raises Unavailable."""
    try:
        return cast("asyncpg.Connection[Any]", connection.connection.driver_connection)
    except _UNREACHABLE as error:
        raise Unavailable(f"The database does not answer: {error}") from error


def _end(driver: PostgresDriver, error: Exception) -> None:
    """Roll back after an error. Raises _Again when the command is to be tried again."""
    if not driver.in_trouble(error):
        driver.control("ROLLBACK")
    if driver.hopeless(error):
        raise _Again from error


def _words(error: Exception) -> str:
    return f"The database could not do it: {error.__cause__}"
