"""The same thing delivered to two replicas at once is done once, and nobody is told that it could not be done."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.util import await_only

from core.commands import Command, JoinSession, LeaveSession, StartSession
from core.turns.model import Conversation
from core.views import Notice
from storage.conversations import SqlConversations
from tests.fakes.clock import FakeClock
from tests.integration.databases import Database, Postgres
from tests.support.desk import Desk, desk_at
from tests.unit.core.walking import started

Pair = tuple[Desk, Desk]


@pytest.fixture
async def pair(postgres: Postgres, tmp_path: Path) -> AsyncIterator[Pair]:
    """Two replicas on one database."""
    await postgres.create("repeats")
    clock = FakeClock()
    async with AsyncExitStack() as stack:
        one, two = [
            await stack.enter_async_context(desk_at(tmp_path, url=postgres.url("repeats"), clock=clock))
            for _ in range(2)
        ]
        yield one, two


async def both(pair: Pair, who: str, command: Command, key: str, *, thread: str = "1") -> list[object]:
    """Deliver the same to both at once."""
    return list(await asyncio.gather(*(desk.send(who, command, thread=thread, keys=(key,)) for desk in pair)))


async def states(postgres: Postgres, key: str) -> list[str]:
    """What is noted of it."""
    rows = await Database(postgres.url("repeats")).sql("SELECT state FROM inbox WHERE key = :key", key=key)
    return [row[0] for row in rows]


async def test_what_its_first_has_made_impossible_is_a_repeat_and_no_error(pair: Pair, postgres: Postgres) -> None:
    """Who has left cannot leave again: the late delivery finds that, and is a repeat all the same."""
    session = await started(pair[0])
    for number in range(10):
        await pair[0].send("sam", JoinSession(session_id=session.id))
        replies = await both(pair, "sam", LeaveSession(session_id=session.id), f"click:leave-{number}")
        assert not [reply for reply in replies if isinstance(reply, Notice) and reply.error], replies
        assert await states(postgres, f"click:leave-{number}") == ["done"]


async def test_what_breaks_after_its_first_was_done_is_not_done_again_by_a_third(
    pair: Pair, postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first one's mark stands."""
    ensure = SqlConversations.ensure
    units: list[SqlConversations] = []
    done = asyncio.Event()

    def late(self: SqlConversations, **place: Any) -> Conversation:
        if not any(self is unit for unit in units):
            units.append(self)
            if len(units) == 2:
                await_only(done.wait())
                raise RuntimeError("nobody thought of it")
        return ensure(self, **place)

    async def deliver(desk: Desk) -> None:
        await desk.send("erin", start, keys=("command:start",))
        done.set()

    monkeypatch.setattr(SqlConversations, "ensure", late)
    start = StartSession(text="Outlook does not send since Monday")
    await asyncio.gather(*(deliver(desk) for desk in pair))
    monkeypatch.undo()
    assert len(units) == 2
    assert await states(postgres, "command:start") == ["done"]
    await pair[0].send("erin", start, keys=("command:start",))
    assert len(await pair[0].look(lambda uow: uow.sessions.page(["active"], after="", limit=9))) == 1  # type: ignore[list-item]
