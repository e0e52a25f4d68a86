"""OpenAiCompatible: one streamed call to `chat/completions`, and what it used."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp

from adapters.models.openai_compatible.errors import FAILURES, fault_of, fault_of_status
from adapters.models.openai_compatible.stream import Coming
from adapters.models.openai_compatible.thoughts import Thoughts
from adapters.models.openai_compatible.wire import body_of, events
from core.errors import ExtraFailed
from core.ports import Counted, Heard
from core.thinking.model import Completion, Request
from core.usage.model import uncounted

__all__ = ["OpenAiCompatible", "connect"]

log = logging.getLogger(__name__)

#: Seconds to wait for a connection, and for the next piece of a stream: local models take their time to begin.
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0


class OpenAiCompatible:
    """core.ports.Provider."""

    name = "openai-compatible"

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = f"{url}/chat/completions"
        #: Until the endpoint says that it takes no JSON schema.
        self._structured = True
        #: Models whose answers begin in the middle of a thought.
        self._thoughtful: set[str] = set()

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
            coming = Coming(heard, counted, model, Thoughts(begun=model in self._thoughtful))
            async for event in events(response.content.iter_any()):
                coming.take(event)
        if coming.began_in_thought:
            self._thoughtful.add(model)
        return coming.completion()


@asynccontextmanager
async def connect(key: str, url: str) -> AsyncIterator[OpenAiCompatible]:
    """A provider at `url`. Redirects are not followed: words and key go to that host and to no other."""
    headers = {"authorization": f"Bearer {key}"} if key else {}
    timeout = aiohttp.ClientTimeout(total=None, connect=CONNECT_TIMEOUT, sock_read=READ_TIMEOUT)
    async with aiohttp.ClientSession(headers=headers, timeout=timeout) as http:
        yield OpenAiCompatible(http, url)
