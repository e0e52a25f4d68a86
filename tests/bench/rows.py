"""Filling a database with sessions: each table by one INSERT … SELECT, so that a million take seconds.

Everything has a number, and its id follows from the number: `session_id(7)`.
"""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

import asyncpg

from tests.bench.places import dsn, sqlite_path

__all__ = ["ACCOUNT", "CHANNEL", "PLATFORM", "START", "WORKSPACE", "Size", "fill", "fix_id", "id_of", "run_sql"]

PLATFORM, WORKSPACE, CHANNEL = "bench", "northwind", "desk"
#: When the first session was started.
START = datetime(2026, 1, 5, 8, 0, tzinfo=UTC)
_START_US = int(START.timestamp() * 1_000_000)
_START_MS = _START_US // 1000

#: Four digits in the middle of an id say what it is of.
_KINDS = {
    "account": "a0a0", "workspace": "b0b0", "user": "c0c0", "identity": "d0d0", "conversation": "e0e0",
    "session": "f0f0", "fix": "f1f1", "fact": "f2f2", "post": "f3f3",
}  # fmt: skip


def id_of(kind: str, number: int) -> str:
    """The id of the thing of that number; ids are in the order of numbers."""
    return f"{_START_MS + number:012x}{_KINDS[kind]}{number:016x}"


def fix_id(number: int) -> str:
    """The id of a session's fix."""
    return id_of("fix", number)


ACCOUNT = id_of("account", 1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """How much there is. `open_every`: each session of which the number is a multiple is open, the others resolved."""

    sessions: int
    users: int
    open_every: int = 1
    facts: int = 0
    #: Whether the fix cards stand in the threads.
    posts: bool = True
    #: "applied_pending", or "proposed" (applied, so verifying).
    fix: str = "applied_pending"


@dataclass(frozen=True, slots=True)
class _Dialect:
    """How a database counts, writes numbers in hexadecimal digits, and keeps a time."""

    numbers: str
    digits: str
    moment: str

    def id(self, kind: str, number: str = "i") -> str:
        """The expression of an id."""
        head = self.digits.format(value=f"{_START_MS} + {number}", width=12)
        return f"{head} || '{_KINDS[kind]}' || {self.digits.format(value=number, width=16)}"

    def at(self, number: str = "i") -> str:
        """The expression of a time: a thing a minute."""
        return self.moment.format(us=f"{_START_US} + 60000000 * {number}")

    def insert(self, table: str, count: int, values: dict[str, str]) -> str:
        """Rows for the numbers 1 to `count`."""
        numbers = self.numbers.format(count=count)
        return f"INSERT INTO {table} ({', '.join(values)}) WITH {numbers} SELECT {', '.join(values.values())} FROM n"


_SQLITE = _Dialect(
    "RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})",
    "printf('%0{width}x', {value})",
    "({us})",
)
_POSTGRESQL = _Dialect(
    "n(i) AS (SELECT generate_series(1::bigint, {count}))",
    "lpad(to_hex(({value})::bigint), {width}, '0')",
    "to_timestamp(({us}) / 1e6)",
)


def _people(d: _Dialect, size: Size) -> list[str]:
    account = d.id("account", "1")
    return [
        d.insert("accounts", 1, {
            "id": d.id("account"), "name": "'Northwind'", "default_role": "'engineer'", "settings": "'{}'",
            "last_session": str(size.sessions), "created_at": d.at(),
        }),
        d.insert("workspaces", 1, {
            "id": d.id("workspace"), "account_id": account, "platform": f"'{PLATFORM}'",
            "external_id": f"'{WORKSPACE}'", "name": "'Northwind'",
        }),
        d.insert("users", size.users, {
            "id": d.id("user"), "account_id": account, "name": "'Engineer ' || i", "role": "'engineer'",
            "created_at": d.at(),
        }),
        d.insert("identities", size.users, {
            "id": d.id("identity"), "account_id": account, "user_id": d.id("user"),
            "workspace_id": d.id("workspace", "1"), "external_id": "'U' || i",
        }),
    ]  # fmt: skip


def _sessions(d: _Dialect, size: Size) -> list[str]:
    account, owner = d.id("account", "1"), d.id("user", f"((i - 1) % {size.users} + 1)")
    is_open = f"i % {size.open_every} = 0"
    return [
        d.insert("conversations", size.sessions, {
            "id": d.id("conversation"), "account_id": account, "workspace_id": d.id("workspace", "1"),
            "channel": f"'{CHANNEL}'", "thread": "'T' || i", "created_at": d.at(),
        }),
        d.insert("sessions", size.sessions, {
            "id": d.id("session"), "account_id": account, "number": "i",
            "title": "'Outlook asks for the password again and again since Monday'",
            "intake": "'Outlook asks for the password again and again since Monday, webmail works, one user of twelve'",
            "status": f"CASE WHEN {is_open} THEN 'active' ELSE 'resolved' END", "owner_id": owner,
            "conversation_id": d.id("conversation"), "created_at": d.at(), "active_at": d.at(),
            "closed_at": f"CASE WHEN {is_open} THEN NULL ELSE {d.at()} END",
        }),
        d.insert("session_threads", size.sessions, {
            "session_id": d.id("session"), "conversation_id": d.id("conversation"), "number": "1", "held": is_open,
        }),
        d.insert("participants", size.sessions, {
            "session_id": d.id("session"), "user_id": owner, "joined_at": d.at(),
        }),
        d.insert("fixes", size.sessions, {
            "id": d.id("fix"), "account_id": account, "session_id": d.id("session"),
            "title": "'Remove the stored credentials of Office'",
            "description": "'Open the credential manager, remove the entries of Office, sign in again.'",
            "detail": "'Run `cmdkey /list`, then `cmdkey /delete` for each entry of Office.'",
            "confidence": "0.8", "status": f"'{size.fix}'",
            "notes": "''" if size.fix == "proposed" else "'Waiting on the user'", "waiting": "false",
            "applied_at": d.at(), "applied_by": owner,
            "outcome_by": "NULL" if size.fix == "proposed" else owner,
            "outcome_at": "NULL" if size.fix == "proposed" else d.at(), "created_at": d.at(),
        }),
    ]  # fmt: skip


def _posts(d: _Dialect, size: Size) -> list[str]:
    values = {
        "id": d.id("post"), "account_id": d.id("account", "1"), "session_id": d.id("session"),
        "conversation_id": d.id("conversation"), "card": "'fix'", "subject": d.id("fix"), "ref": "'P' || i",
        "at": d.at(),
    }  # fmt: skip
    return [d.insert("posts", size.sessions, values)] if size.posts else []


def _facts(d: _Dialect, size: Size) -> list[str]:
    """All of them in the first session."""
    values = {
        "id": d.id("fact"), "account_id": d.id("account", "1"), "session_id": d.id("session", f"(i / {size.facts} + 1)"),
        "text": "'The mailbox of room ' || i || ' does not answer to the test message'", "statement": d.id("fact"),
        "source_type": "'engineer_note'",
        "created_by": d.id("user", "1"), "created_at": d.at(),
    }  # fmt: skip
    return [d.insert("facts", size.facts * size.sessions - 1, values)] if size.facts else []


async def fill(url: str, size: Size) -> None:
    """Put that much into an empty database."""
    dialect = _SQLITE if url.startswith("sqlite") else _POSTGRESQL
    # SQLite plans without statistics, as it does in service; PostgreSQL gathers them by itself there.
    analyze = () if dialect is _SQLITE else ("ANALYZE",)
    rows = (*_people(dialect, size), *_sessions(dialect, size), *_posts(dialect, size), *_facts(dialect, size))
    await run_sql(url, *rows, *analyze)


async def run_sql(url: str, *statements: str) -> None:
    """Run statements past the store. Quick rather than safe."""
    if url.startswith("sqlite"):
        connection = sqlite3.connect(sqlite_path(url), isolation_level=None)
        for statement in ("PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000", "BEGIN", *statements, "COMMIT"):
            connection.execute(statement)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        return
    server = await asyncpg.connect(dsn(url))
    try:
        await server.execute("SET session_replication_role = replica")  # foreign keys are right by construction
        for statement in statements:
            await server.execute(statement)
        await server.execute("CHECKPOINT")
    finally:
        await server.close()
