"""A request as the Messages API takes it.

The API caches prefixes, up to a breakpoint (at most 4 in a request; the least that is cached is 512 tokens). One stands after
the system prompt, one after the history; what changes each turn comes behind both, in the newest message. Writing costs more than
reading saves where nobody reads: what only a repair adds is behind them, too.
"""

import base64
from typing import Any

from core.thinking.model import Request, Said

__all__ = ["BREAKPOINT", "params"]

#: Kept by the provider for five minutes after its last use.
BREAKPOINT = {"type": "ephemeral"}


def params(request: Request, model: str) -> dict[str, Any]:
    """The arguments of `messages.create`, streaming. There is no temperature: the API refuses it."""
    last = len(request.messages) - request.passing - 1
    messages = [
        {"role": said.role.value, "content": _content(said, cached=number == last)}
        for number, said in enumerate(request.messages)
    ]
    body: dict[str, Any] = {
        "model": model,
        "max_tokens": request.max_tokens,
        "system": [_text(request.system, cached=True)],
        "messages": messages,
        "stream": True,
    }
    if request.schema is not None:
        body["output_config"] = {"format": {"type": "json_schema", "schema": dict(request.schema)}}
    return body


def _content(said: Said, *, cached: bool) -> list[dict[str, Any]]:
    pictures = [
        {
            "type": "image",
            "source": {
                "type": "base64",
                "media_type": image.media_type,
                "data": base64.b64encode(image.data).decode(),
            },
        }
        for image in said.images
    ]
    return [*pictures, _text(said.text, cached=cached)]


def _text(text: str, *, cached: bool = False) -> dict[str, Any]:
    block: dict[str, Any] = {"type": "text", "text": text}
    return {**block, "cache_control": BREAKPOINT} if cached else block
