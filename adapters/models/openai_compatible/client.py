"""OpenAiCompatible: one streamed call to `chat/completions`, and what it used."""

import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

from adapters.models.openai_compatible.errors import FAILURES, fault_of, fault_of_status
from adapters.models.openai_compatible.wire import body_of, events
from adapters.models.unreadable import count_of
from core.errors import ExtraFailed, Unavailable
from core.ports import Counted, Heard
from core.thinking.model import Completion, Request, Stop
from core.usage.model import Tokens, uncounted

__all__ = ["OpenAiCompatible", "connect"]

log = logging.getLogger(__name__)

#: Seconds to wait for a connection, and for the next piece of a stream: local models take their time to begin.
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0

_STOPS = {"length": Stop.LENGTH, "content_filter": Stop.REFUSED}


class OpenAiCompatible:
    """core.ports.Provider."""

    name = "openai-compatible"

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/chat/completions"
        #: Until the endpoint says that it takes no JSON schema.
        self._structured = True

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """One call, without retries. One whose JSON schema the endpoint does not know raises ExtraFailed, and the next ones go
        without schemas."""
        try:
            return await self._call(request, model, heard, counted)
        except FAILURES as error:
            raise fault_of(error) from error

    async def _call(self, request: Request, model: str, heard: Heard, counted: Counted) -> Completion:
        asked = request.schema is not None and self._structured
        body = body_of(request, model, structured=self._structured)
        async with self._http.post(self._url, json=body, allow_redirects=False) as response:
            if response.status != 200:
                said = (await response.text(errors="replace"))[:10_000]
                if response.status in (400, 422) and asked and ("response_format" in said or "schema" in said):
                    self._structured = False
                    log.info("model.without_schema", extra={"model": model, "why": said[:200]})
                    raise ExtraFailed("The language model is not available right now.")
                raise fault_of_status(response.status, said, response.headers.get("retry-after", ""), model)
            coming = _Coming(heard, counted, model)
            async for event in events(response.content.iter_any()):
                coming.take(event)
        return coming.completion()


class _Coming:
    """What came of a stream; what is not known in it is passed over. What has another shape than the API's raises what reading it
    ends in (adapters.models.unreadable)."""

    def __init__(self, heard: Heard, counted: Counted, model: str) -> None:
        self._heard = heard
        self._counted = counted
        self._model = model
        self._text: list[str] = []
        self._stop = ""
        self._tokens = Tokens()

    def take(self, event: Mapping[str, Any]) -> None:
        """Raises a Fault for an error that comes in the middle."""
        if error := event.get("error"):
            status = error.get("code") if isinstance(error, dict) else None
            raise fault_of_status(status if isinstance(status, int) else 500, str(error), "", self._model)
        if isinstance(used := event.get("usage"), dict):
            self._tokens = _tokens(used)
            self._counted(self._tokens)
        for choice in event.get("choices") or ():
            delta = choice.get("delta") or {}
            if isinstance(piece := delta.get("content"), str) and piece:
                self._text.append(piece)
                self._heard(piece)
            self._stop = choice.get("finish_reason") or self._stop

    def completion(self) -> Completion:
        """Raises Unavailable when the stream ended before its end was said, or was none."""
        if not self._stop:
            raise Unavailable("The connection to the language model was cut.")
        return Completion(text="".join(self._text), stop=_STOPS.get(self._stop, Stop.END), tokens=self._tokens)


def _tokens(used: Mapping[str, Any]) -> Tokens:
    """Endpoints count what they read from a cache within the input."""
    details = used.get("prompt_tokens_details")
    cached = count_of(details.get("cached_tokens")) if isinstance(details, dict) else 0
    read, written = count_of(used.get("prompt_tokens")), count_of(used.get("completion_tokens"))
    return Tokens(input=max(0, read - cached), cached_read=cached, output=written)


@asynccontextmanager
async def connect(key: str, url: str) -> AsyncIterator[OpenAiCompatible]:
    """A provider at `url`. Redirects are not followed: words and key go to that host and to no other."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT, sock_read=READ_TIMEOUT)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as http:
        yield OpenAiCompatible(http, url)
