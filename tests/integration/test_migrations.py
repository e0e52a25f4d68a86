"""Migrations, on both databases: up, down, up again, and at the end the schema that the tables describe."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from core.errors import Unavailable
from core.ports import UnitOfWork
from core.work.deliver import place_of
from storage.migrating import downgrade, head, migrate
from storage.tables import metadata
from tests import builders as make
from tests.builders import seed
from tests.integration.databases import Database, act, look

#: Search lies outside of SQLAlchemy's tables: FTS5 and tsvector have no common form (storage.search).
SEARCH = ("flow_search", "session_search")
#: An index on lower(email), which is not compared: databases give expressions back in words of their own.
EXPRESSION_INDEX = "ix_users_account_email"


async def inspected(database: Database, look: Any) -> Any:
    engine = create_async_engine(database.url, poolclass=NullPool)
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(look)
    finally:
        await engine.dispose()


def differences(connection: Connection) -> list[Any]:
    def compared(named: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
        return not (str(name).startswith(SEARCH) or name == EXPRESSION_INDEX)

    options = {"include_object": compared, "compare_type": True}
    context = MigrationContext.configure(connection, opts=options)
    found: list[Any] = compare_metadata(context, metadata)
    return found


def tables(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names())


@pytest.mark.filterwarnings("ignore:.*expression-based index.*ix_users_account_email")
async def test_the_migrated_schema_is_that_of_the_tables(empty: Database) -> None:
    """What migrations make and what repositories expect cannot drift apart."""
    await migrate(empty.url)
    assert await inspected(empty, differences) == []


CATALOG = {
    "sqlite": (
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL",
        "SELECT m.name || '.' || c.name, c.type || ' ' || c.\"notnull\" || ' ' || coalesce(c.dflt_value, 'none') "
        "FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE m.type = 'table'",
    ),
    "postgresql": (
        "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT table_name || '.' || column_name, concat_ws(' ', data_type, is_nullable, column_default) "
        "FROM information_schema.columns WHERE table_schema = 'public'",
    ),
}


async def catalog(database: Database) -> dict[str, str]:
    """Name → definition of all indexes and columns, but for search and Alembic's own."""
    rows = [row for query in CATALOG[database.kind] for row in await database.sql(query)]
    apart = (*SEARCH, "alembic", "sqlite_")
    return {name: " ".join(text.split()) for name, text in rows if not any(other in name for other in apart)}


async def test_defaults_conditions_and_expressions_are_those_of_the_tables(empty: Database) -> None:
    """Alembic compares neither defaults nor what makes an index partial; a condition in other words goes unused."""
    await migrate(empty.url)
    migrated = await catalog(empty)
    await downgrade(empty.url)
    engine = create_async_engine(empty.url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(metadata.create_all)
    await engine.dispose()
    assert migrated == await catalog(empty)
    assert "lower(email)" in migrated[EXPRESSION_INDEX]
    assert len(migrated) > 250


async def test_downgrade_takes_everything_away_and_upgrade_brings_it_back(empty: Database) -> None:
    """Each migration undoes what it did."""
    await migrate(empty.url)
    full = await inspected(empty, tables)
    await downgrade(empty.url)
    assert await inspected(empty, tables) == {"alembic_version"}
    await migrate(empty.url)
    assert await inspected(empty, tables) == full
    assert {"accounts", "work", "session_search"} <= full


async def test_migrating_again_changes_nothing(database: Database) -> None:
    """Every start migrates, so it must be harmless."""
    before = await inspected(database, tables)
    await migrate(database.url)
    assert await inspected(database, tables) == before
    assert await database.sql("SELECT version_num FROM alembic_version") == [(head(),)]


async def test_replicas_that_start_together_migrate_once(empty: Database) -> None:
    """The second waits for the first and finds nothing to do."""
    await asyncio.gather(*(migrate(empty.url) for _ in range(4)))
    assert await empty.sql("SELECT version_num FROM alembic_version") == [(head(),)]


async def test_a_failing_migration_leaves_nothing_behind(empty: Database) -> None:
    """DDL is part of the transaction: the database is as it was, and the next try starts afresh."""
    await empty.sql("CREATE TABLE work (id integer)")  # in the way of the second migration
    with pytest.raises(Exception, match="work"):
        await migrate(empty.url)
    assert await inspected(empty, tables) == {"work"}
    await empty.sql("DROP TABLE work")
    await migrate(empty.url)
    assert await empty.sql("SELECT version_num FROM alembic_version") == [(head(),)]


async def test_a_store_on_an_empty_database_is_not_ready(empty: Database) -> None:
    """It says what to do."""
    async with empty.opened() as store:
        with pytest.raises(Unavailable, match=r"no tables yet: run `flowpilot migrate`"):
            await store.ready()


async def test_a_store_on_an_old_schema_is_not_ready(database: Database) -> None:
    """It names both revisions and says what to do."""
    async with database.opened() as store:
        await store.ready()
        await database.sql("UPDATE alembic_version SET version_num = '0001'")
        try:
            with pytest.raises(Unavailable, match=rf"0001, .* needs {head()}: run `flowpilot migrate`"):
                await store.ready()
        finally:
            await database.sql("UPDATE alembic_version SET version_num = :head", head=head())


async def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """The first start on SQLite needs no preparation."""
    deep = Database.on_file(tmp_path / "data" / "deep" / "flowpilot.db")
    await migrate(deep.url)
    assert deep.path.is_file()


async def test_open_forms_stay_open_through_the_migration_that_says_where(database: Database) -> None:
    """Those of people whom the session's workspace knows are filled there, as before; nobody could fill the others."""
    async with database.opened() as store:
        north = await store.write(lambda transaction: seed(transaction, "north"))
        stranger = make.a_user(id="stranger", email=None)

        def add(uow: UnitOfWork) -> None:
            uow.users.add(stranger)
            uow.surfaces.add(make.a_surface())
            uow.surfaces.add(make.a_surface(id="lost", user_id=stranger.id))
            uow.surfaces.add(make.a_surface(id="kept", user_id=stranger.id, kind="start"))

        await act(store, north, add)
    await downgrade(database.url, "0009")
    await migrate(database.url)
    async with database.opened() as store:
        found = await look(store, north, lambda uow: [uow.surfaces.get(id) for id in ("north-surface", "lost", "kept")])
    form, lost, kept = found
    assert form is not None
    assert form.place == place_of(north.conversation)
    assert form.person == north.identity.external_id
    assert lost is None
    assert kept is not None
