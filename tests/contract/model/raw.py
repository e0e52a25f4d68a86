"""Providers before a server that answers whatever a test gives it: any status, any bytes."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from adapters.models.anthropic.client import connect as connect_claude
from adapters.models.openai_compatible.client import connect as connect_endpoint
from core.ports import Provider

__all__ = ["PROVIDERS", "SOUND", "Raw", "Reply", "streamed"]


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What one request is answered."""

    body: bytes
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Raw:
    """A server. `reply` answers each request."""

    reply: Reply = Reply(body=b"")
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        """POST, to anywhere."""
        await request.read()
        headers = {"content-type": "text/event-stream", **self.reply.headers}
        return web.Response(body=self.reply.body, status=self.reply.status, headers=headers)


@asynccontextmanager
async def _listening() -> AsyncIterator[Raw]:
    raw = Raw()
    app = web.Application()
    app.router.add_post("/{anywhere:.*}", raw.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    raw.url = f"http://{host}:{port}"
    try:
        yield raw
    finally:
        await runner.cleanup()


@asynccontextmanager
async def _claude() -> AsyncIterator[tuple[Raw, Provider]]:
    async with _listening() as raw, connect_claude("key", raw.url) as provider:
        yield raw, provider


@asynccontextmanager
async def _endpoint() -> AsyncIterator[tuple[Raw, Provider]]:
    async with _listening() as raw, connect_endpoint("key", f"{raw.url}/v1") as provider:
        yield raw, provider


PROVIDERS: Mapping[str, Callable[[], AbstractAsyncContextManager[tuple[Raw, Provider]]]] = {
    "anthropic": _claude,
    "openai-compatible": _endpoint,
}

#: The events of a sound answer of each.
SOUND: Mapping[str, list[dict[str, Any]]] = {
    "anthropic": [
        {
            "type": "message_start",
            "message": {
                "id": "msg_1",
                "type": "message",
                "role": "assistant",
                "model": "m",
                "content": [],
                "stop_reason": None,
                "usage": {
                    "input_tokens": 9,
                    "output_tokens": 1,
                    "cache_read_input_tokens": 4,
                    "cache_creation_input_tokens": 5,
                    "cache_creation": {"ephemeral_1h_input_tokens": 5},
                },
            },
        },
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Restart it."}},
        {"type": "content_block_stop", "index": 0},
        {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
        {"type": "message_stop"},
    ],
    "openai-compatible": [
        {"choices": [{"index": 0, "delta": {"content": "Restart it."}, "finish_reason": None}]},
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {
            "choices": [],
            "usage": {
                "prompt_tokens": 9,
                "completion_tokens": 3,
                "prompt_tokens_details": {"cached_tokens": 4},
            },
        },
    ],
}


def streamed(events: list[Any]) -> bytes:
    """Any values as a stream of server-sent events, each named by its type where it has one."""
    lines = []
    for event in events:
        name = event.get("type") if isinstance(event, dict) else None
        lines.append(f"event: {name if isinstance(name, str) and name.isidentifier() else 'message_start'}\n")
        lines.append(f"data: {json.dumps(event)}\n\n")
    return "".join(lines).encode() + b"data: [DONE]\n\n"
