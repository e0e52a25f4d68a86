"""SQLite: one writer thread with group commit, and reader threads (ARCHITECTURE 6; measured in docs/performance.md)."""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from core.errors import Unavailable
from core.ports import Transaction
from storage.ids import Ids
from storage.jobs import Job, Outcome, Wake, settle
from storage.migrating import check_migrated
from storage.statements import Connection, Plan, Row
from storage.unit_of_work import SqlTransaction

__all__ = ["GROUP", "SqliteStore"]

R = TypeVar("R")

#: Commands that share one COMMIT at most.
GROUP = 64
#: Commands of one key among them at most, so that nobody waits behind all who work on one busy session.
SHARE = 8
#: Threads that read beside the writer.
READERS = 2
#: How long another process may hold the write lock, in seconds.
BUSY_SECONDS = 5.0
#: Primary error codes that speak of the file, the disk or the memory, not of the statement.
TROUBLE = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_INTERRUPT,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_PROTOCOL,
    }
)

_DIALECT = SQLiteDialect_pysqlite()


def connect(path: Path | str, *, read_only: bool = False) -> sqlite3.Connection:
    """A connection in the mode that FlowPilot relies on: WAL, every commit synced, foreign keys held."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512, timeout=BUSY_SECONDS
    )
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -16384")  # KiB
    connection.execute("PRAGMA wal_autocheckpoint = 4000")  # pages: fewer commits that carry the log into the file
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


class SqliteDriver:
    """A connection as statements see it (storage.statements.Driver)."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._cursor = connection.cursor()

    def execute(self, sql: str, parameters: Sequence[Any], /) -> int:
        """Run one statement, and say how many rows it touched."""
        return self._cursor.execute(sql, parameters).rowcount

    def write(self, plan: Plan, rows: Sequence[Sequence[Any]], /) -> None:
        """Run one statement once for every row of parameters, at once."""
        if len(rows) == 1:
            self._cursor.execute(plan.sql, rows[0])
        else:
            self._cursor.executemany(plan.sql, rows)

    def flush(self) -> None:
        """Nothing waits: there is no way to be spared."""

    def fetch(self, sql: str, parameters: Sequence[Any], /) -> Sequence[Row]:
        """Run one statement and return its rows."""
        return self._cursor.execute(sql, parameters).fetchall()

    def control(self, sql: str, /) -> None:
        """Begin or end a transaction or a savepoint. Raises _Lost."""
        try:
            self._cursor.execute(sql)
        except sqlite3.Error as error:
            raise _Lost from error

    def hopeless(self, error: Exception, /) -> bool:
        """Whether the transaction is gone, or the file, the disk or the memory is in trouble."""
        return isinstance(error, _Lost) or not self._connection.in_transaction or _is_trouble(error)


class _Lost(Exception):
    """The whole transaction is lost, whoever's statement it was; why is its cause."""


class _Reader(threading.local):
    """A reader thread's own connection."""

    def __init__(self) -> None:
        self.connection: sqlite3.Connection | None = None


class SqliteStore:
    """The Store on one SQLite file. Open it inside a running event loop; `wake` is told of new work after commits."""

    def __init__(self, path: Path | str, *, wake: Wake | None = None) -> None:
        self._path = Path(path)
        self.wake = wake
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        try:
            self._connection = connect(self._path)
        except sqlite3.Error as error:
            raise Unavailable(f"The database file {self._path} cannot be opened: {error}") from error
        self._driver = SqliteDriver(self._connection)
        self._db = Connection(self._driver, _DIALECT)
        self._ids = Ids()
        self._reader = _Reader()
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        self._opened: list[sqlite3.Connection] = []
        self._closed = False
        self._writer = threading.Thread(target=self._write_all, name="sqlite-writer", daemon=True)
        self._writer.start()

    async def write(
        self,
        run: Callable[[Transaction], R],
        otherwise: Callable[[Transaction, Exception], R] | None = None,
        *,
        key: str | None = None,
    ) -> R:
        """Run in a write transaction; see core.ports.Store."""
        self._check_open()
        future: asyncio.Future[R] = self._loop.create_future()
        self._jobs.put(Job(run, otherwise, future, key))
        return await future

    async def read(self, run: Callable[[Transaction], R]) -> R:
        """Run on one of the reader threads, on one snapshot."""
        self._check_open()
        return await self._loop.run_in_executor(self._readers, self._read, run)

    async def ready(self) -> None:
        """Raises Fault when the database does not answer or lacks a migration."""
        await self.read(check_migrated)

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        if not self._closed:
            self._closed = True
            self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        for connection in (*self._opened, self._connection):
            connection.close()

    def _check_open(self) -> None:
        if self._closed:
            raise Unavailable("The database is closed: FlowPilot is stopping.")

    def _read(self, run: Callable[[Transaction], R]) -> R:
        try:
            connection = self._reader.connection or self._open_reader()
            connection.execute("BEGIN")
            try:
                transaction = SqlTransaction(Connection(SqliteDriver(connection), _DIALECT), Ids(), writing=False)
                result = run(transaction)
                transaction.flush()  # a reader that would write is told so
                return result
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            if _is_trouble(error):
                raise Unavailable(f"The database could not do it: {error}") from error
            raise

    def _open_reader(self) -> sqlite3.Connection:
        connection = connect(self._path, read_only=True)
        self._opened.append(connection)
        self._reader.connection = connection
        return connection

    # --- the writer thread ---

    def _write_all(self) -> None:
        """Take what has gathered, commit it together, answer; until the closing None."""
        waiting: list[Job] = []
        closing = False
        while waiting or not closing:
            closing = closing or self._gather(waiting)
            group, waiting = _next_group(waiting)
            group = [job for job in group if not job.future.cancelled()]
            outcomes = self._commit(group) if group else []
            self._loop.call_soon_threadsafe(settle, outcomes, self.wake)

    def _gather(self, waiting: list[Job]) -> bool:
        """Take over what has come in; wait for something when there is nothing. Whether it was the closing None."""
        while not waiting or not self._jobs.empty():
            job = self._jobs.get()
            if job is None:
                return True
            waiting.append(job)
        return False

    def _commit(self, group: Sequence[Job]) -> list[Outcome]:
        """Run a group of jobs in one transaction; where that is lost, each in a transaction of its own."""
        try:
            self._driver.control("BEGIN IMMEDIATE")
        except _Lost as lost:  # held by another process for long, or gone: no better for each alone
            return [Outcome(job, error=_unavailable(lost)) for job in group]
        try:
            outcomes = [self._attempt(job) for job in group]
            self._driver.control("COMMIT")
            return outcomes
        except _Lost as lost:
            self._roll_back()
            if len(group) > 1:
                return [outcome for job in group for outcome in self._commit([job])]
            return [Outcome(group[0], error=_unavailable(lost))]
        except BaseException as error:  # whatever a command may raise, the thread lives on and everyone is answered
            self._roll_back()
            return [Outcome(job, error=error) for job in group]

    def _attempt(self, job: Job) -> Outcome:
        """Run a job, or else what it wants done instead, in a savepoint. Raises _Lost."""
        try:
            try:
                return self._inside(job, job.run)
            except Exception as error:
                if job.otherwise is None or isinstance(error, _Lost):
                    raise
                otherwise, cause = job.otherwise, error
            return self._inside(job, lambda transaction: otherwise(transaction, cause))
        except _Lost:
            raise
        except Exception as error:
            return Outcome(job, error=error)

    def _inside(self, job: Job, run: Callable[[SqlTransaction], Any]) -> Outcome:
        transaction = SqlTransaction(self._db, self._ids, writing=True)
        try:
            with self._db.savepoint("job"):
                result = run(transaction)
                if not self._connection.in_transaction:  # nothing more, or each statement would be stored by itself
                    raise _Lost
                transaction.flush()
        except Exception as error:
            if self._db.hopeless(error) and not isinstance(error, _Lost):
                raise _Lost from error
            raise
        return Outcome(job, result=result, transaction=transaction)

    def _roll_back(self) -> None:
        if self._connection.in_transaction:
            try:
                self._driver.control("ROLLBACK")
            except _Lost as lost:  # the next BEGIN will fail, and say so to those who wait for it
                logging.getLogger(__name__).error("a transaction could not be rolled back", exc_info=lost)


def _next_group(waiting: Sequence[Job]) -> tuple[list[Job], list[Job]]:
    """Those that are committed together now, and those that wait on: first come, first served for each key."""
    if len(waiting) <= SHARE:
        return list(waiting), []
    group: list[Job] = []
    later: list[Job] = []
    taken: Counter[str | None] = Counter()
    for job in waiting:
        if len(group) == GROUP or (job.key is not None and taken[job.key] == SHARE):
            later.append(job)
        else:
            group.append(job)
            taken[job.key] += 1
    return group, later


def _is_trouble(error: BaseException) -> bool:
    """Whether the database itself is in trouble, so that nothing else will fare better in this transaction."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in TROUBLE


def _unavailable(lost: _Lost) -> Unavailable:
    fault = Unavailable(f"The database could not do it: {lost.__cause__}")
    fault.__cause__ = lost.__cause__
    return fault
