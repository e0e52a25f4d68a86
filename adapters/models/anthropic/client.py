"""AnthropicProvider: one streamed call to the Messages API, and what it used."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anthropic

from adapters.models.anthropic.errors import FAILURES, fault_of
from adapters.models.anthropic.learn import Learn
from adapters.models.anthropic.wire import params
from core.errors import ExtraFailed, Fault, Unavailable
from core.ports import Counted, Heard
from core.prompts import Purpose
from core.thinking.model import Completion, Request, Stop
from core.usage.model import Tokens, uncounted

__all__ = ["AnthropicProvider", "connect"]

log = logging.getLogger(__name__)

#: Seconds to wait for a connection, and for the next event of a stream.
CONNECT_TIMEOUT = 10.0
READ_TIMEOUT = 60.0

_UNREADABLE = "The language model sent something that cannot be read."
_STOPS = {"max_tokens": Stop.LENGTH, "model_context_window_exceeded": Stop.LENGTH, "refusal": Stop.REFUSED}


class AnthropicProvider:
    """core.ports.Provider. `learn`: turns may look things up in Microsoft Learn."""

    name = "anthropic"

    def __init__(self, client: anthropic.AsyncAnthropic, learn: Learn | None = None) -> None:
        self._client = client
        self._learn = learn

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """One call, without retries: who asks knows how long anybody will wait. One that fails by Microsoft Learn raises
        ExtraFailed, and the next ones go without it for a while."""
        learn = self._learn if request.purpose is Purpose.DIAGNOSIS else None
        if learn is None or not learn.at_hand:
            return await self._call(params(request, model), model, _Heard(heard, counted))
        try:
            return await self._call({**params(request, model), **learn.params()}, model, _Heard(heard, counted))
        except Fault as fault:
            if not isinstance(fault, _Paused) and not learn.to_blame(fault.__cause__ or fault):
                raise
            learn.failed()
            log.warning("model.without_learn", extra={"model": model, "why": str(fault.__cause__ or fault)[:200]})
            raise ExtraFailed("The language model is not available right now.") from fault

    async def _call(self, arguments: dict[str, Any], model: str, heard: "_Heard") -> Completion:
        create = self._client.beta.messages.create if "betas" in arguments else self._client.messages.create
        try:
            stream = await create(**arguments)
            if not isinstance(stream, anthropic.AsyncStream):
                raise Unavailable(_UNREADABLE)
            async with stream:
                async for event in stream:
                    heard.take(event)
        except FAILURES as error:
            raise fault_of(error, model) from error
        return heard.completion()


class _Paused(Unavailable):
    """The provider wants to be asked to go on with what it looks up."""


class _Heard:
    """What came of a stream. An event that is not known is passed over: the API may add some."""

    def __init__(self, heard: Heard, counted: Counted) -> None:
        self._heard = heard
        self._counted = counted
        self._text: list[str] = []
        self._stop = ""
        self._begun = False
        self._ended = False
        self._used: dict[str, int] = {}

    def take(self, event: Any) -> None:
        match event.type:
            case "message_start":
                self._begun = True
                self._count(event.message.usage)
            case "content_block_start" if event.content_block.type == "text" and self._text:
                self._say("\n\n")  # between two texts something was looked up
            case "content_block_delta" if event.delta.type == "text_delta":
                self._say(event.delta.text)
            case "message_delta":
                self._stop = event.delta.stop_reason or self._stop
                self._count(event.usage)
            case "message_stop":
                self._ended = True

    def completion(self) -> Completion:
        """Raises Unavailable when the stream ended before its end was said, or was none."""
        if not self._begun:
            raise Unavailable(_UNREADABLE)
        if not self._ended:
            raise Unavailable("The connection to the language model was cut.")
        if self._stop == "pause_turn":
            raise _Paused("The language model did not come to an end.")
        return Completion(
            text=self.text,
            stop=_STOPS.get(self._stop, Stop.END),
            tokens=self._tokens(),
        )

    def _tokens(self) -> Tokens:
        return Tokens(
            input=self._used.get("input_tokens", 0),
            cached_read=self._used.get("cache_read_input_tokens", 0),
            cached_write=self._used.get("cache_creation_input_tokens", 0),
            output=self._used.get("output_tokens", 0),
            kept_hour=self._used.get("ephemeral_1h_input_tokens", 0),
        )

    @property
    def text(self) -> str:
        """What came so far."""
        return "".join(self._text)

    def _say(self, text: str) -> None:
        self._text.append(text)
        self._heard(text)

    def _count(self, usage: Any) -> None:
        """Counts are cumulative: the last one of a kind is the sum."""
        kinds = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")
        self._used |= {kind: count for kind in kinds if (count := getattr(usage, kind, None)) is not None}
        hour = getattr(getattr(usage, "cache_creation", None), "ephemeral_1h_input_tokens", None)
        if hour is not None:
            self._used["ephemeral_1h_input_tokens"] = hour
        self._counted(self._tokens())


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
