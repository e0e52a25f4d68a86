"""A small endpoint that speaks like OpenAI's `chat/completions`, on a loopback port."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

__all__ = ["KEY", "ChatApi", "chat_api"]

KEY = "local-test"


@dataclass
class ChatApi:
    """What was asked, and what is answered. `faults`, first in first out: (status, JSON) in the place of an answer, or the name
    of what goes wrong in the middle of one (`cut`, `silent`, `garbage`, `error`) or in its place (`html`, `redirect`)."""

    base_url: str = ""
    requests: list[dict[str, Any]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)
    reply: Callable[[Mapping[str, Any]], str] = lambda body: "Noted."
    faults: list[tuple[int, Mapping[str, Any]] | str] = field(default_factory=list)
    #: Whether it knows JSON schemas.
    structured: bool = True
    finish_reason: str = "stop"
    #: Characters of one piece of a stream.
    piece: int = 7

    async def completions(self, request: web.Request) -> web.StreamResponse:
        """POST /v1/chat/completions."""
        if request.headers.get("authorization") != f"Bearer {KEY}":
            return web.json_response({"error": {"message": "Incorrect API key"}}, status=401)
        body = await request.json()
        self.requests.append(body)
        roles = [message["role"] for message in body["messages"]]
        if roles[0] != "system" or roles[-1] != "user" or "stream" not in body:
            return web.json_response({"error": {"message": "messages are out of order"}}, status=400)
        if "response_format" in body and not self.structured:
            return web.json_response({"error": {"message": "Unknown field: response_format"}}, status=400)
        fault = self.faults.pop(0) if self.faults else ""
        if isinstance(fault, tuple):
            return web.json_response(fault[1], status=fault[0], headers={"retry-after": "7"})
        if fault == "html":
            return web.Response(text="<html>Sign in to the guest network</html>", content_type="text/html")
        if fault == "redirect":
            return web.Response(status=307, headers={"location": "http://elsewhere.invalid/v1/chat/completions"})
        text = self.answers.pop(0) if self.answers else self.reply(body)
        response = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await response.prepare(request)
        await self._stream(request, response, text, fault)
        return response

    async def _stream(self, request: web.Request, response: web.StreamResponse, text: str, fault: str) -> None:
        await response.write(b": keep-alive\r\n\r\n")
        for at in range(0, len(text), self.piece):
            await _send(
                response,
                {"choices": [{"index": 0, "delta": {"content": text[at : at + self.piece]}, "finish_reason": None}]},
            )
            if fault:
                await _fail(request, response, fault)
                return
        await _send(response, {"choices": [{"index": 0, "delta": {}, "finish_reason": self.finish_reason}]})
        used = {"prompt_tokens": 100, "completion_tokens": 9, "prompt_tokens_details": {"cached_tokens": 60}}
        await _send(response, {"choices": [], "usage": used})
        await response.write(b"data: [DONE]\n\n")
        await response.write_eof()


async def _fail(request: web.Request, response: web.StreamResponse, fault: str) -> None:
    if fault == "cut":
        assert request.transport is not None
        request.transport.abort()
        return
    if fault == "garbage":
        await response.write(b"data: {broken\n\n")
    elif fault == "error":
        await _send(response, {"error": {"message": "The server had an error", "type": "server_error"}})
    await response.write_eof()


async def _send(response: web.StreamResponse, event: Mapping[str, Any]) -> None:
    await response.write(f"data: {json.dumps(event)}\n\n".encode())


@asynccontextmanager
async def chat_api() -> AsyncIterator[ChatApi]:
    """One that listens."""
    api = ChatApi()
    app = web.Application(client_max_size=50_000_000)
    app.router.add_post("/v1/chat/completions", api.completions)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    api.base_url = f"http://{host}:{port}/v1"
    try:
        yield api
    finally:
        await runner.cleanup()
