"""The built-in ticket list on a SQLite store with both accounts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.local_tickets import SqlLocalTickets
from storage.sqlite import SqliteStore
from tests.contract.psa.local_desk import add_accounts
from tests.contract.psa.stores import make_template, opened


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, made once."""
    path = tmp_path_factory.mktemp("psa") / "template.db"
    make_template(path)
    return path


@pytest.fixture
async def store(template: Path, tmp_path: Path) -> AsyncIterator[SqliteStore]:
    """A store of its own for each test, with two accounts and no ticket."""
    async with opened(template, tmp_path) as store:
        await store.write(add_accounts)
        yield store


@pytest.fixture
def tickets(store: SqliteStore) -> SqlLocalTickets:
    """The list under test."""
    return SqlLocalTickets(store)
