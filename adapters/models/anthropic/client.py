"""AnthropicProvider: one streamed call to the Messages API, and what it used."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anthropic

from adapters.models.anthropic.errors import FAILURES, fault_of
from adapters.models.anthropic.learn import Learn
from adapters.models.anthropic.stream import Coming, Paused
from adapters.models.anthropic.wire import params
from adapters.models.unreadable import unreadable
from core.errors import ExtraFailed, Fault
from core.ports import Counted, Heard
from core.prompts import Purpose
from core.thinking.model import Completion, Request
from core.usage.model import uncounted

__all__ = ["AnthropicProvider", "connect"]

log = logging.getLogger(__name__)

#: Seconds to wait for a connection, and for the next event of a stream.
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0


class AnthropicProvider:
    """core.ports.Provider. `learn`: turns may look things up in Microsoft Learn."""

    name = "anthropic"

    def __init__(self, client: anthropic.AsyncAnthropic, learn: Learn | None = None) -> None:
        self._client = client
        self._learn = learn

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """One call, without retries: who asks knows how long anybody will wait. One that fails by Microsoft Learn raises
        ExtraFailed, and the next ones go without it for a while."""
        learn = self._learn if request.purpose in (Purpose.DIAGNOSIS, Purpose.ASK) else None
        if learn is None or not learn.at_hand:
            return await self._call(params(request, model), model, Coming(heard, counted))
        try:
            return await self._call({**params(request, model), **learn.params()}, model, Coming(heard, counted))
        except Fault as fault:
            if not isinstance(fault, Paused) and not learn.to_blame(fault.__cause__ or fault):
                raise
            learn.failed()
            log.warning("model.without_learn", extra={"model": model, "why": str(fault.__cause__ or fault)[:200]})
            raise ExtraFailed("The language model is not available right now.") from fault

    async def _call(self, arguments: dict[str, Any], model: str, coming: Coming) -> Completion:
        create = self._client.beta.messages.create if "betas" in arguments else self._client.messages.create
        try:
            stream = await create(**arguments)
            if not isinstance(stream, anthropic.AsyncStream):
                raise unreadable()
            async with stream:
                async for event in stream:
                    coming.take(event)
            return coming.completion()
        except FAILURES as error:
            raise fault_of(error, model) from error


@asynccontextmanager
async def connect(key: str, base_url: str, *, learn: bool = False) -> AsyncIterator[AnthropicProvider]:
    """A provider at `base_url`. Redirects are not followed: the key goes to that host and to no other. `learn`: turns may
    look things up in Microsoft Learn."""
    http = anthropic.DefaultAsyncHttpxClient(follow_redirects=False)
    timeout = anthropic.Timeout(READ_TIMEOUT, connect=CONNECT_TIMEOUT)
    client = anthropic.AsyncAnthropic(
        api_key=key, base_url=base_url, timeout=timeout, max_retries=0, http_client=http, open_telemetry=False
    )
    async with client:
        yield AnthropicProvider(client, Learn() if learn else None)
