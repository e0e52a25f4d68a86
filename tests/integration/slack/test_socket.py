"""Socket Mode: envelopes are acknowledged when they are taken, and whatever ends a line, another is opened."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_bolt.response import BoltResponse

from adapters.slack.socket import SocketLine
from core.errors import Unavailable

Json = dict[str, Any]
Serve = Callable[[web.WebSocketResponse, int], Awaitable[None]]


@pytest.fixture
def stop() -> asyncio.Event:
    """Ends the line."""
    return asyncio.Event()


@asynccontextmanager
async def line_to(
    serve: Serve, stop: asyncio.Event, *, status: int = 200, answer: str = "", failing: int = 0, pause: float = 0.01
) -> AsyncIterator[SocketLine]:
    """A line to a server that does `serve` with each connection, counted from 1."""
    connections, addresses = 0, 0

    async def connect(request: web.Request) -> web.WebSocketResponse:
        nonlocal connections
        connections += 1
        socket = web.WebSocketResponse(autoping=connections != 1 or serve is not silent)
        await socket.prepare(request)
        await serve(socket, connections)
        return socket

    async def dispatch(body: Json) -> BoltResponse:
        return BoltResponse(status=status, body=answer)

    app = web.Application()
    app.router.add_get("/link", connect)
    async with TestServer(app) as server, aiohttp.ClientSession() as session:

        async def address() -> str:
            nonlocal addresses
            addresses += 1
            if addresses <= failing:
                raise Unavailable("Slack cannot be reached.")
            return str(server.make_url("/link"))

        line = SocketLine(address, dispatch, session, heartbeat=0.2, pause=pause)
        running = asyncio.create_task(line.run(stop))
        try:
            yield line
        finally:
            stop.set()
            await running


async def hello(socket: web.WebSocketResponse) -> None:
    await socket.send_json({"type": "hello", "num_connections": 1})


async def silent(socket: web.WebSocketResponse, number: int) -> None:
    """The first connection dies without a word: it answers no ping."""
    await hello(socket)
    if number == 1:
        await asyncio.sleep(5)
    async for _ in socket:
        pass


async def until(look: Callable[[], bool]) -> None:
    for _ in range(500):
        if look():
            return
        await asyncio.sleep(0.01)
    pytest.fail("waited in vain")


@pytest.mark.parametrize(
    ("status", "answer", "acknowledged"),
    [
        (200, "", {"envelope_id": "e1"}),
        (200, '{"response_action":"clear"}', {"envelope_id": "e1", "payload": {"response_action": "clear"}}),
        (503, "", None),
    ],
)
async def test_an_envelope_is_acknowledged_when_it_is_taken(
    stop: asyncio.Event, status: int, answer: str, acknowledged: Json | None
) -> None:
    """With the answer to a form in it; what could not be taken is not acknowledged, so that it comes again."""
    heard: list[Json] = []

    async def serve(socket: web.WebSocketResponse, number: int) -> None:
        await hello(socket)
        await socket.send_str("nonsense")
        await socket.send_json({"envelope_id": "e1", "type": "interactive", "payload": {"type": "view_submission"}})
        while (message := await socket.receive()).type is aiohttp.WSMsgType.TEXT:
            heard.append(json.loads(message.data))

    async with line_to(serve, stop, status=status, answer=answer) as line:
        await until(lambda: line.alive and (bool(heard) or acknowledged is None))
    assert heard == ([acknowledged] if acknowledged else [])


async def test_a_line_that_dies_silently_is_replaced(stop: asyncio.Event) -> None:
    """Nothing is closed, nothing is said: only the pings stay without answer."""
    async with line_to(silent, stop) as line:
        await until(lambda: line.opened == 2 and line.alive)
    assert not line.alive


async def test_slack_may_ask_for_a_new_line(stop: asyncio.Event) -> None:
    """It does so every few hours, with a `disconnect`."""

    async def serve(socket: web.WebSocketResponse, number: int) -> None:
        await hello(socket)
        if number == 1:
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})
        async for _ in socket:
            pass

    async with line_to(serve, stop) as line:
        await until(lambda: line.opened == 2 and line.alive)
    assert line.opened == 2


async def test_a_line_stands_until_the_next_is_there(stop: asyncio.Event) -> None:
    """Slack says before that it will end it: what comes meanwhile is taken, and there is a line at every moment."""
    heard, both = asyncio.Queue[Json](), asyncio.Event()

    async def serve(socket: web.WebSocketResponse, number: int) -> None:
        await hello(socket)
        if number == 1:
            await socket.send_json({"type": "disconnect", "reason": "warning"})
            await both.wait()
            await socket.send_json({"envelope_id": "e1", "type": "interactive", "payload": {"type": "block_actions"}})
            heard.put_nowait(await socket.receive_json())
            return
        both.set()
        async for _ in socket:
            pass

    async with line_to(serve, stop) as line:
        assert await asyncio.wait_for(heard.get(), 5) == {"envelope_id": "e1"}
        assert line.opened == 2
        await until(lambda: not line._leaving)
        assert line.alive
    assert not line.alive


async def test_a_line_that_slack_does_not_want_is_not_asked_for_at_once(stop: asyncio.Event) -> None:
    """There are too many already, or Socket Mode was switched off."""

    async def serve(socket: web.WebSocketResponse, number: int) -> None:
        await hello(socket)
        await socket.send_json(
            {"type": "disconnect", "reason": "link_disabled" if number == 1 else "too_many_websockets"}
        )
        async for _ in socket:
            pass

    async with line_to(serve, stop, pause=0.2) as line:
        await until(lambda: line.opened == 2)
        await asyncio.sleep(0.05)
        assert line.opened == 2


async def test_a_line_that_is_closed_is_opened_again(stop: asyncio.Event) -> None:
    """After a pause that grows, when Slack cannot be reached meanwhile."""

    async def serve(socket: web.WebSocketResponse, number: int) -> None:
        await hello(socket)
        if number > 1:
            async for _ in socket:
                pass

    async with line_to(serve, stop, failing=2) as line:
        await until(lambda: line.opened == 2 and line.alive)
    assert line.opened == 2
