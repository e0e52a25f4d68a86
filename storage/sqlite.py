"""SQLite: one writer thread with group commit, and reader threads (ARCHITECTURE 6; measured in docs/performance.md)."""

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from core.errors import Unavailable
from core.ports import Transaction
from storage.jobs import GroupLost, Job, Outcome, Wake, attempt, settle
from storage.migrating import check_migrated
from storage.unit_of_work import SqlTransaction

__all__ = ["GROUP", "SqliteStore"]

R = TypeVar("R")

#: Commands that share one COMMIT at most.
GROUP = 64
#: Threads that read beside the writer.
READERS = 2
#: How long another process may hold the write lock, in seconds.
BUSY_SECONDS = 5.0

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
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    return connection


class SqliteStore:
    """The Store on one SQLite file. Open it inside a running event loop; `wake` is told of new work after commits."""

    def __init__(self, path: Path | str, *, wake: Wake | None = None) -> None:
        self._path = Path(path)
        self.wake = wake
        self._jobs: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._loop = asyncio.get_running_loop()
        self._connection = connect(self._path)
        self._cursor = self._connection.cursor()
        self._local = threading.local()
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
        """Run in a write transaction; see core.ports.Store. One writer needs no `key`."""
        if self._closed:
            raise Unavailable("The database is closed: FlowPilot is stopping.")
        future: asyncio.Future[R] = self._loop.create_future()
        self._jobs.put(Job(run, otherwise, future))
        return await future

    async def read(self, run: Callable[[Transaction], R]) -> R:
        """Run on one of the reader threads, on one snapshot."""
        if self._closed:
            raise Unavailable("The database is closed: FlowPilot is stopping.")
        return await self._loop.run_in_executor(self._readers, self._read, run)

    async def ready(self) -> None:
        """Raises Fault when the database does not answer or lacks a migration."""
        try:
            await self.read(check_migrated)
        except sqlite3.Error as error:
            raise Unavailable(f"The database does not answer: {error}") from error

    async def close(self) -> None:
        """Finish what was begun and close the file."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._writer.join)
        await asyncio.to_thread(self._readers.shutdown)
        for connection in (*self._opened, self._connection):
            connection.close()

    def _read(self, run: Callable[[Transaction], R]) -> R:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = connect(self._path, read_only=True)
            self._opened.append(connection)
        cursor = connection.cursor()
        cursor.execute("BEGIN")
        try:
            return run(SqlTransaction(cursor, _DIALECT, writing=False))
        finally:
            cursor.execute("ROLLBACK")

    def _write_all(self) -> None:
        """The writer thread: take what has gathered, commit it together, answer."""
        while (job := self._jobs.get()) is not None:
            group = [job]
            last = False
            while len(group) < GROUP and not self._jobs.empty():
                following = self._jobs.get()
                if following is None:
                    last = True
                    break
                group.append(following)
            outcomes = self._commit(group)
            self._loop.call_soon_threadsafe(settle, outcomes, self.wake)
            if last:
                return

    def _commit(self, group: Sequence[Job]) -> list[Outcome]:
        try:
            self._cursor.execute("BEGIN IMMEDIATE")
            outcomes = [attempt(job, self._begin, self._alive) for job in group]
            self._cursor.execute("COMMIT")
            return outcomes
        except (sqlite3.Error, GroupLost) as error:
            if self._alive():
                self._cursor.execute("ROLLBACK")
            if len(group) > 1:
                return [outcome for job in group for outcome in self._commit([job])]
            cause = error.__cause__ if isinstance(error, GroupLost) else error
            return [self._lost(group[0], cause or error)]

    def _lost(self, job: Job, cause: BaseException) -> Outcome:
        fault = Unavailable(f"The database could not store it: {cause}")
        fault.__cause__ = cause
        return Outcome(job, error=fault)

    def _begin(self) -> SqlTransaction:
        return SqlTransaction(self._cursor, _DIALECT, writing=True)

    def _alive(self) -> bool:
        return self._connection.in_transaction
