"""The baseline: exactly the statements that one command issues, run again by the plain driver for other sessions.

A command is recorded once, on a session with numbers and a time that occur nowhere else; a replay puts another session's
ids, the next numbers and the present time in their places.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import asyncpg

from storage.postgres import PLANNING, PostgresDriver
from storage.sqlite import SqliteDriver
from tests.bench.measure import Round, drive, same_start
from tests.bench.rows import id_of

__all__ = ["EVENTS", "VERSION", "Script", "recorded", "replay_on_postgresql", "replay_on_sqlite"]

#: The recorded session's numbers before its command.
VERSION, EVENTS = 1_000_000_000, 1_500_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SESSION_KINDS = ("session", "fix", "conversation")


@dataclass(slots=True)
class Script:
    """The statements of one command, with their parameters for any session."""

    session: int
    #: Made by the recorded command alone: its inbound key, its reason.
    marks: dict[str, str]
    started: datetime
    statements: list[tuple[str, bool, tuple[Any, ...]]] = field(default_factory=list)
    _times: dict[int, int] = field(default_factory=dict)

    def parameters(self, session: int, user: int, number: int) -> list[tuple[Any, ...]]:
        """For the session's next command; `number` is of the command."""
        turn = self._times[session] = self._times.get(session, 0) + 1
        texts = {id_of(kind, self.session): id_of(kind, session) for kind in _SESSION_KINDS}
        texts[id_of("user", self.session)] = id_of("user", user)
        texts |= {mark: made.format(number) for mark, made in self.marks.items()}
        whole = {f"U{self.session}": f"U{user}", f"T{self.session}": f"T{session}"}
        later = datetime.now(UTC) - self.started
        return [
            tuple(self._changed(value, texts, whole, turn, later) for value in row) for _, _, row in self.statements
        ]

    def _changed(self, value: Any, texts: dict[str, str], whole: dict[str, str], turn: int, later: timedelta) -> Any:
        if isinstance(value, str):
            if value in whole:
                return whole[value]
            for old, new in texts.items():
                if old in value:
                    value = value.replace(old, new)
            return value
        if value in (VERSION + 1, EVENTS + 1):
            return turn
        if isinstance(value, datetime) and value >= self.started:
            return value + later
        microseconds = timedelta(microseconds=1)
        if isinstance(value, int) and value >= (self.started - _EPOCH) // microseconds:
            return value + later // microseconds
        return value


@contextmanager
def recorded(script: Script) -> Iterator[None]:
    """Write down what the stores' drivers are asked meanwhile."""
    saved: list[tuple[type, str, Callable[..., Any]]] = []

    def listen(driver: type, name: str, note: Callable[[Any, Any], None]) -> None:
        original = getattr(driver, name)
        saved.append((driver, name, original))

        def noted(self: Any, sql: Any, parameters: Any) -> Any:
            note(sql, parameters)
            return original(self, sql, parameters)

        setattr(driver, name, noted)

    def one(sql: str, row: Sequence[Any], *, reads: bool = False) -> None:
        script.statements.append((sql, reads, tuple(row)))

    def each(sql: str, rows: Sequence[Sequence[Any]]) -> None:
        for row in rows:
            one(sql, row)

    for driver in (SqliteDriver, PostgresDriver):
        listen(driver, "execute", one)
        listen(driver, "fetch", lambda sql, row: one(sql, row, reads=True))
    listen(SqliteDriver, "write", lambda plan, rows: each(plan.sql, rows))
    listen(PostgresDriver, "execute_each", each)
    try:
        yield
    finally:
        for listened, name, original in saved:
            setattr(listened, name, original)


def replay_on_sqlite(connection: sqlite3.Connection, script: Script, commands: Sequence[Sequence[Any]]) -> Round:
    """One thread, a transaction for each command."""
    cursor = connection.cursor()
    statements = [(sql, reads) for sql, reads, _ in script.statements]
    latencies = []
    with same_start():
        begun, cpu = time.perf_counter(), time.process_time()
        for rows in commands:
            started = time.perf_counter()
            cursor.execute("BEGIN IMMEDIATE")
            for (sql, reads), row in zip(statements, rows, strict=True):
                cursor.execute(sql, row)
                if reads:
                    cursor.fetchall()
            cursor.execute("COMMIT")
            latencies.append(time.perf_counter() - started)
        return Round(time.perf_counter() - begun, time.process_time() - cpu, latencies)


class Held:
    """A held connection with the statements prepared."""

    def __init__(self, connection: "asyncpg.Connection[Any]", prepared: Sequence[Any]) -> None:
        self._connection = connection
        self._prepared = prepared

    @classmethod
    async def open(cls, dsn: str, script: Script) -> "Held":
        """Connect, planning as FlowPilot does, and prepare."""
        connection = await asyncpg.connect(dsn)
        await connection.execute(PLANNING)
        return cls(connection, [await connection.prepare(sql) for sql, _, _ in script.statements])

    async def run(self, rows: Sequence[Sequence[Any]]) -> None:
        """One command in a transaction."""
        await self._connection.execute("BEGIN")
        for statement, row in zip(self._prepared, rows, strict=True):
            await statement.fetch(*row)
        await self._connection.execute("COMMIT")

    async def close(self) -> None:
        """Let go."""
        await self._connection.close()


async def replay_on_postgresql(held: Sequence[Held], commands: Sequence[Sequence[Any]]) -> Round:
    """As many at once as connections are held."""
    free = list(held)

    def call(rows: Sequence[Any]) -> Callable[[], Any]:
        async def run() -> None:
            connection = free.pop()
            try:
                await connection.run(rows)
            finally:
                free.append(connection)

        return run

    return await drive([call(rows) for rows in commands], at_once=len(held))
