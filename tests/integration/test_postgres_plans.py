"""PostgreSQL keeps the plan of a statement: one that was made in a quiet hour serves in a bad one, too."""

from collections.abc import Sequence
from typing import Any

import asyncpg
import pytest
from sqlalchemy import text

from core.ports import Transaction
from storage.postgres import PLANNING, PostgresDriver
from storage.statements import Statement
from storage.unit_of_work import SqlTransaction
from tests.builders import Seeded
from tests.integration.databases import Database, Postgres, emptied

KEYS = ("event:E1", "message:1")
MANY = 3000
OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"


@pytest.fixture
async def database(postgres: Postgres) -> Database:
    """A migrated database with nothing in it."""
    return await emptied(postgres)


@pytest.mark.parametrize("named", [False, True], ids=["no session", "a session"])
async def test_what_every_command_asks_reads_no_queue_that_was_empty_when_it_was_planned(
    named: bool, database: Database, north: Seeded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who it is from, whether something of theirs waits, whether it is a repeat: none of it reads all the work, or the inbox."""
    asked: list[tuple[str, Sequence[Any]]] = []
    fetch = PostgresDriver.fetch

    def noted(self: PostgresDriver, sql: str, parameters: Sequence[Any]) -> Any:
        asked.append((sql, parameters))
        return fetch(self, sql, parameters)

    monkeypatch.setattr(PostgresDriver, "fetch", noted)
    session = north.session.id if named else ""
    async with database.opened() as store:
        await store.write(lambda tx: tx.directory.actor("slack", "T-north", "U-north", KEYS, session))
    ((sql, values),) = asked
    literals = ", ".join(f"'{value}'" for value in values)
    execute = f"EXECUTE asked({literals})"

    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    try:
        await connection.execute(PLANNING)
        await connection.execute("VACUUM ANALYZE work")
        await connection.execute("SET plan_cache_mode = force_generic_plan")
        await connection.execute(f"PREPARE asked AS {sql}")
        await connection.execute(execute)
        await connection.execute(
            f"""
            INSERT INTO work (account_id, kind, lane, subject, payload, state, due_at, attempts, created_at)
            SELECT 'north', 'job', 'lane:' || n, '', '{{}}', 'open', now(), 0, now() FROM generate_series(1, {MANY}) n
            """
        )
        plan = "\n".join(row[0] for row in await connection.fetch(f"EXPLAIN {execute}"))
    finally:
        await connection.close()
    assert "ix_work_lane" in plan
    assert not any(scan in plan for scan in ("Seq Scan on work", "Seq Scan on inbox", "ix_work_due")), plan


async def test_every_connection_plans_so_those_made_again_too(database: Database) -> None:
    """Whichever one a command gets, and after the server has ended it."""
    scans = Statement(text("SELECT current_setting('enable_seqscan'), current_setting('jit')"))

    def settings(transaction: Transaction) -> list[str]:
        assert isinstance(transaction, SqlTransaction)
        row = transaction.db.one(scans)
        assert row is not None
        return list(row)

    async with database.opened() as store:
        assert await store.read(settings) == ["off", "off"]
        await database.sql(OTHERS)
        assert await store.read(settings) == ["off", "off"]
