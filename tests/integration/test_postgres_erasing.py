"""Erasing on PostgreSQL, while somebody works on what is to be erased."""

import asyncpg
import pytest

from core.ports import UnitOfWork
from core.sessions.model import SessionStatus
from tests import builders as make
from tests.builders import Seeded, later
from tests.integration.databases import Database, Postgres, act, emptied


@pytest.fixture
async def database(postgres: Postgres) -> Database:
    """A migrated database with nothing in it."""
    return await emptied(postgres)


async def test_a_quiet_chat_that_is_just_made_a_session_is_left_alone(database: Database, north: Seeded) -> None:
    """By whoever is about to: it is not waited for, and no chat any more when it is looked at again."""

    def begin(uow: UnitOfWork) -> None:
        place = uow.conversations.ensure(workspace_id=north.workspace.id, channel="C1", thread="9.0", guests=False)
        uow.sessions.add(make.a_session(id="chat", number=9, conversation_id=place.id, status=SessionStatus.CHAT))

    def quiet(uow: UnitOfWork) -> list[str]:
        return [session.id for session in uow.sessions.closed_before(later(days=99), limit=9)]

    connection = await asyncpg.connect(database.url.replace("+asyncpg", ""))
    try:
        async with database.opened() as store:
            await act(store, north, begin)
            assert await act(store, north, quiet) == ["chat"]
            transaction = connection.transaction()
            await transaction.start()
            await connection.execute("UPDATE sessions SET status = 'active' WHERE id = 'chat'")
            assert await act(store, north, quiet) == []
            await transaction.commit()
            assert await act(store, north, quiet) == []
    finally:
        await connection.close()
