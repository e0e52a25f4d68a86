"""Migrations: bringing a database to the newest schema, and knowing whether it is there."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.errors import Unavailable
from core.ports import Transaction

__all__ = ["check_migrated", "downgrade", "head", "migrate"]

_SCRIPTS = Path(__file__).with_name("migrations")
#: Held until the end of the transaction; the number is FlowPilot's own among advisory locks.
_LOCKS = {"sqlite": text("BEGIN IMMEDIATE"), "postgresql": text("SELECT pg_advisory_xact_lock(46531977)")}


def _config(connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


@cache
def head() -> str:
    """The newest revision."""
    revision = ScriptDirectory.from_config(_config()).get_current_head()
    assert revision is not None, "there is a first migration"
    return revision


async def migrate(url: str) -> None:
    """Bring the database to the newest schema; makes a SQLite file and its folder when they are missing."""
    await _run(url, lambda connection: command.upgrade(_config(connection), "head"))


async def downgrade(url: str, revision: str = "base") -> None:
    """Take the schema back to a revision. Data of what goes away is lost."""
    await _run(url, lambda connection: command.downgrade(_config(connection), revision))


async def _run(url: str, action: Callable[[Connection], None]) -> None:
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite" and parsed.database:
        await asyncio.to_thread(Path(parsed.database).parent.mkdir, parents=True, exist_ok=True)
    engine = create_async_engine(parsed, poolclass=NullPool)
    if parsed.get_backend_name() == "sqlite":
        event.listen(engine.sync_engine, "connect", _by_hand)
    try:
        async with engine.connect() as connection:
            # All of it or nothing, and one process at a time: replicas may start together.
            await connection.execute(_LOCKS[parsed.get_backend_name()])
            await connection.run_sync(action)
            await connection.commit()
    except (OSError, OperationalError, InterfaceError, asyncpg.PostgresError) as error:
        raise Unavailable(f"The database cannot be migrated: {error}") from error
    finally:
        await engine.dispose()


def _by_hand(connection: Any, record: object) -> None:
    """The driver would begin a transaction at the first INSERT only, and leave the DDL before it outside."""
    connection.isolation_level = None


def check_migrated(transaction: Transaction) -> None:
    """Raises Unavailable unless the database is at the newest schema."""
    revision = transaction.revision()
    if revision is None:
        raise Unavailable("The database has no tables yet: run `flowpilot migrate`.")
    if revision != head():
        raise Unavailable(
            f"The database is at revision {revision}, this version of FlowPilot needs {head()}: run `flowpilot migrate`."
        )
