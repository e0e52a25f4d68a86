"""Databases under test, and how a test reaches them past the store."""

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import make_url, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.ports import Store, UnitOfWork
from storage.jobs import Wake
from storage.store import open_store
from tests.builders import NOW, Seeded, unit

__all__ = ["Database", "Postgres", "Store", "act", "emptied", "look"]

R = TypeVar("R")


@dataclass(frozen=True)
class Postgres:
    """A server, by the URL of its own database."""

    server: str

    def url(self, name: str) -> str:
        """The URL of a database."""
        return make_url(self.server).set(database=name).render_as_string(hide_password=False)

    async def create(self, name: str) -> None:
        """Make an empty database, in the place of one with that name."""
        engine = create_async_engine(self.server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
            await connection.execute(text(f"CREATE DATABASE {name}"))
        await engine.dispose()


@dataclass(frozen=True)
class Database:
    """A database, by its URL."""

    url: str

    @staticmethod
    def on_file(path: Path | str) -> "Database":
        """A SQLite file."""
        return Database(f"sqlite+aiosqlite:///{path}")

    @property
    def kind(self) -> str:
        """Which: "sqlite" or "postgresql"."""
        return make_url(self.url).get_backend_name()

    @property
    def path(self) -> Path:
        """Where SQLite's file is."""
        return Path(make_url(self.url).database or "")

    @asynccontextmanager
    async def opened(self, wake: Wake | None = None) -> AsyncIterator[Store]:
        """A store on it."""
        store = open_store(self.url, wake=wake)
        try:
            yield store
        finally:
            await store.close()

    async def sql(self, statement: str, **values: Any) -> list[tuple[Any, ...]]:
        """Execute a statement past the store; rows, if it gives any."""
        (rows,) = await self.sqls([statement], **values)
        return rows

    async def sqls(self, statements: Iterable[str], **values: Any) -> list[list[tuple[Any, ...]]]:
        """Execute several statements in one transaction."""
        engine = create_async_engine(self.url, poolclass=NullPool)
        try:
            async with engine.begin() as connection:
                if self.kind == "sqlite":
                    await connection.execute(text("PRAGMA foreign_keys = ON"))
                results = [await connection.execute(text(statement), values) for statement in statements]
                return [[tuple(row) for row in result] if result.returns_rows else [] for result in results]
        finally:
            await engine.dispose()


async def emptied(postgres: Postgres) -> Database:
    """The server's migrated database, with nothing in it."""
    database = Database(postgres.url("migrated"))
    await database.sql("DELETE FROM accounts")
    return database


async def act(store: Store, seeded: Seeded, run: Callable[[UnitOfWork], R], now: datetime = NOW) -> R:
    """Write as the account's user."""
    return await store.write(lambda transaction: run(unit(transaction, seeded, now)))


async def look(store: Store, seeded: Seeded, run: Callable[[UnitOfWork], R], now: datetime = NOW) -> R:
    """Read as the account's user."""
    return await store.read(lambda transaction: run(unit(transaction, seeded, now)))
