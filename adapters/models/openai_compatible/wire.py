"""A request as `chat/completions` takes it, and the events of its stream."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

from adapters.models.unreadable import unreadable
from core.thinking.model import Request, Said

__all__ = ["body_of", "events"]

#: Bytes of one line of a stream at most.
LONGEST_LINE = 1_000_000


def body_of(request: Request, model: str, *, structured: bool) -> dict[str, Any]:
    """The JSON of the request. `structured`: the endpoint takes JSON schemas."""
    body: dict[str, Any] = {
        "model": model,
        "messages": [{"role": "system", "content": request.system}, *map(_message, request.messages)],
        "max_tokens": request.max_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if request.schema is not None and structured:
        schema = {"name": request.purpose.value, "strict": True, "schema": dict(request.schema)}
        body["response_format"] = {"type": "json_schema", "json_schema": schema}
    return body


def _message(said: Said) -> dict[str, Any]:
    if not said.images:
        return {"role": said.role.value, "content": said.text}
    pictures = [
        {
            "type": "image_url",
            "image_url": {"url": f"data:{image.media_type};base64,{base64.b64encode(image.data).decode()}"},
        }
        for image in said.images
    ]
    return {"role": said.role.value, "content": [*pictures, {"type": "text", "text": said.text}]}


async def events(chunks: AsyncIterator[bytes]) -> AsyncIterator[dict[str, Any]]:
    """The objects of a stream of server-sent events, until `[DONE]`. Raises Unavailable for a line without end, and ValueError
    for what is no JSON."""
    rest = b""
    async for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise unreadable()
        for line in lines:
            field, _, value = line.strip().partition(b":")
            value = value.strip()
            if field != b"data" or not value:
                continue
            if value == b"[DONE]":
                return
            event = json.loads(value)
            if isinstance(event, dict):
                yield event
