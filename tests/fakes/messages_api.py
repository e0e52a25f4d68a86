"""A small Messages API on a loopback port: it streams what tests script, by the vendor's rules, and counts as the vendor does."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.fakes.messages_rules import Cache, Counted, broken

__all__ = ["KEY", "MessagesApi", "Trouble", "messages_api"]

KEY = "sk-test"


@dataclass(frozen=True, kw_only=True)
class Trouble:
    """How one request fails. `after`: pieces of the answer that are streamed first, for kinds that come in the middle."""

    #: `status`, `mid` (an error event), `cut`, `silent` (a stream without its end), `html`, `json` (a broken one),
    #: `garbage`, `slow` or `redirect`.
    kind: str
    status: int = 500
    type: str = "api_error"
    code: str = ""
    message: str = "It went wrong."
    retry_after: str = ""
    after: int = 1


async def _at_once(text: str) -> None:
    """Nobody is waited for."""


@dataclass
class MessagesApi:
    """What was asked, and what is answered. `answers` go first, then `reply`; `troubles` come before both."""

    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    usages: list[Counted] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    reply: Callable[[Mapping[str, Any]], str] = lambda body: "Noted."
    troubles: list[Trouble] = field(default_factory=list)
    stop_reason: str = "end_turn"
    #: Those of the first answers, where they end otherwise.
    stop_reasons: list[str] = field(default_factory=list)
    #: Looked up by the provider between two texts of each answer to a request that lets it: the first so many characters.
    looks_up_after: int = 0
    #: Characters of one piece of a stream.
    piece: int = 7
    #: Waited for after each piece, with the text so far.
    pace: Callable[[str], Awaitable[None]] = _at_once
    now: float = 0.0
    cache: Cache = field(default_factory=Cache)
    #: Set when a client went away in the middle of a stream.
    left: asyncio.Event = field(default_factory=asyncio.Event)

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/messages."""
        keys = {request.headers.get("x-api-key"), request.headers.get("authorization", "").removeprefix("Bearer ")}
        if KEY not in keys or "anthropic-version" not in request.headers:
            return _refused(401, "authentication_error", "invalid x-api-key")
        body = await request.json()
        self.requests.append(body)
        if wrong := broken(body, request.headers.get("anthropic-beta", "")):
            return _refused(400, "invalid_request_error", wrong)
        trouble = self.troubles.pop(0) if self.troubles else None
        early = None if trouble is None else _early(trouble)
        if early is not None:
            return early
        counted = self.cache.count(body, self.now)
        self.usages.append(counted)
        text = self.answers.pop(0) if self.answers else self.reply(body)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        try:
            await self._stream(response, body, text, counted, trouble)
        except ConnectionResetError:
            self.left.set()
        return response

    async def _stream(
        self,
        response: web.StreamResponse,
        body: Mapping[str, Any],
        text: str,
        counted: Counted,
        trouble: Trouble | None,
    ) -> None:
        await _send(response, "message_start", message=_message(body, counted))
        await _send(response, "content_block_start", index=0, content_block={"type": "text", "text": ""})
        await _send(response, "ping")
        pieces = [text[at : at + self.piece] for at in range(0, len(text), self.piece)]
        looks_up = self.looks_up_after // self.piece if "mcp_servers" in body else 0
        for number, piece in enumerate(pieces):
            if trouble is not None and number >= trouble.after:
                break
            if looks_up and number == looks_up:
                await _look_up(response)
            await _send(response, "content_block_delta", index=0, delta={"type": "text_delta", "text": piece})
            await self.pace("".join(pieces[: number + 1]))
        if trouble is not None:
            await self._fail(response, trouble)
            return
        await _send(response, "content_block_stop", index=0)
        usage = {"output_tokens": len(text) // 4 + 1}
        reason = self.stop_reasons.pop(0) if self.stop_reasons else self.stop_reason
        await _send(response, "message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=usage)
        await _send(response, "message_stop")
        await response.write_eof()

    async def _fail(self, response: web.StreamResponse, trouble: Trouble) -> None:
        if trouble.kind == "mid":
            await _send(response, "error", error={"type": trouble.type, "message": "Overloaded"})
        elif trouble.kind == "garbage":
            await response.write(b"event: content_block_delta\ndata: {broken\n\n")
        elif trouble.kind == "slow":
            while True:  # until the client goes away
                await _send(response, "ping")
                await asyncio.sleep(0.01)
        elif trouble.kind == "cut":
            transport = response._req.transport if response._req is not None else None
            assert transport is not None
            transport.abort()
            return
        await response.write_eof()


async def _look_up(response: web.StreamResponse) -> None:
    """The blocks in which the provider says what it has looked up, and the start of the next text."""
    used = {
        "type": "mcp_tool_use",
        "id": "mcptoolu_1",
        "name": "docs_search",
        "server_name": "microsoft-learn",
        "input": {},
    }
    found = {
        "type": "mcp_tool_result",
        "tool_use_id": "mcptoolu_1",
        "is_error": False,
        "content": [{"type": "text", "text": "Found."}],
    }
    await _send(response, "content_block_stop", index=0)
    await _send(response, "content_block_start", index=1, content_block=used)
    await _send(response, "content_block_delta", index=1, delta={"type": "input_json_delta", "partial_json": "{}"})
    await _send(response, "content_block_stop", index=1)
    await _send(response, "content_block_start", index=2, content_block=found)
    await _send(response, "content_block_stop", index=2)
    await _send(response, "content_block_start", index=3, content_block={"type": "text", "text": ""})


def _early(trouble: Trouble) -> web.Response | None:
    """What is answered in the place of a stream."""
    if trouble.kind == "html":
        return web.Response(text="<html>Sign in to the guest network</html>", content_type="text/html")
    if trouble.kind == "json":
        return web.Response(text='{"id": "msg_1", "content": [', content_type="application/json")
    if trouble.kind == "redirect":
        return web.Response(status=307, headers={"location": "http://elsewhere.invalid/v1/messages"})
    if trouble.kind != "status":
        return None
    return _refused(trouble.status, trouble.type, trouble.message, code=trouble.code, retry_after=trouble.retry_after)


def _refused(status: int, type: str, message: str, *, code: str = "", retry_after: str = "") -> web.Response:
    error: dict[str, Any] = {"type": type, "message": message}
    if code:
        error["details"] = {"error_code": code}
    headers = {"retry-after": retry_after} if retry_after else {}
    return web.json_response({"type": "error", "error": error}, status=status, headers=headers)


def _message(body: Mapping[str, Any], counted: Counted) -> dict[str, Any]:
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": body["model"],
        "content": [],
        "stop_reason": None,
        "stop_sequence": None,
        "usage": {
            "input_tokens": counted.input,
            "cache_read_input_tokens": counted.read,
            "cache_creation_input_tokens": counted.written,
            "output_tokens": 1,
        },
    }


async def _send(response: web.StreamResponse, event: str, **data: Any) -> None:
    await response.write(f"event: {event}\ndata: {json.dumps({'type': event, **data})}\n\n".encode())


@asynccontextmanager
async def messages_api() -> AsyncIterator[MessagesApi]:
    """One that listens."""
    api = MessagesApi()
    app = web.Application(client_max_size=50_000_000)
    app.router.add_post("/v1/messages", api.messages)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    api.base_url = f"http://{host}:{port}"
    try:
        yield api
    finally:
        await runner.cleanup()
