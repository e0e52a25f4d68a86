"""A playground with a chat in memory and an application that answers what a test wants."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.playground import routes
from adapters.playground.changes import Changes
from adapters.playground.routes import playground_routes
from adapters.playground.seed import ensure_chat
from core.ports import Inbound
from core.tickets.local import LocalTicket
from core.views import Nothing, Reply
from tests.fakes.local_chat import FakeLocalChat

Client = TestClient[web.Request, web.Application]


@dataclass
class Answering:
    """An application that keeps what came in, and answers the next of its replies; Nothing when there are none."""

    seen: list[Inbound] = field(default_factory=list)
    replies: list[Reply | Exception] = field(default_factory=list)

    async def handle(self, inbound: Inbound) -> Reply:
        self.seen.append(inbound)
        reply = self.replies.pop(0) if self.replies else Nothing()
        if isinstance(reply, Exception):
            raise reply
        return reply


@dataclass
class Board:
    """A ticket list in memory."""

    tickets: dict[str, list[LocalTicket]] = field(default_factory=dict)

    async def board(self, workspace: str) -> Sequence[LocalTicket]:
        return self.tickets.get(workspace, [])


@dataclass
class Page:
    """What a page does: asks for the state, and acts, as one person."""

    client: Client
    application: Answering
    chat: FakeLocalChat
    board: Board
    changes: Changes
    number: int = 0

    async def act(self, person: str = "northwind/erin", **payload: Any) -> tuple[int, dict[str, Any]]:
        """The status and the answer of one act, under an id of its own unless one is given."""
        self.number += 1
        body = {"id": f"act-{self.number:08}", **payload}
        response = await self.client.post("/playground/act", params={"as": person}, json=body)
        return response.status, await response.json()

    async def state(self, person: str = "northwind/erin", after: int = 0) -> dict[str, Any]:
        """What the person's page shows."""
        response = await self.client.get("/playground/state", params={"as": person, "after": str(after)})
        assert response.status == 200
        data: dict[str, Any] = await response.json()
        return data


@pytest.fixture
async def chat() -> FakeLocalChat:
    """The seeded chat."""
    chat = FakeLocalChat()
    await ensure_chat(chat)
    return chat


@pytest.fixture
async def page(chat: FakeLocalChat, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Page]:
    """The playground behind HTTP, which looks often at what other processes have written."""
    monkeypatch.setattr(routes, "POLL", 0.05)
    application, board, changes = Answering(), Board(), Changes()
    app = web.Application()
    app.add_routes(playground_routes(application, chat, board, changes, listening="127.0.0.1"))
    async with TestClient(TestServer(app)) as client:
        yield Page(client, application, chat, board, changes)
        changes.close()
