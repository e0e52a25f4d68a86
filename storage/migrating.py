"""Migrations: bringing a database to the newest schema, and knowing whether it is there."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.errors import Unavailable
from core.ports import Transaction

__all__ = ["check_migrated", "downgrade", "head", "migrate"]

_SCRIPTS = Path(__file__).with_name("migrations")


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
    try:
        async with engine.connect() as connection:
            await connection.run_sync(action)
            await connection.commit()
    finally:
        await engine.dispose()


def check_migrated(transaction: Transaction) -> None:
    """Raises Unavailable unless the database is at the newest schema."""
    if transaction.revision() != head():
        raise Unavailable("The database lacks a migration: run `flowpilot migrate`.")
