"""The models that the contract suite runs on. One joins with a context manager, and a line here."""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import pytest

from adapters.models.anthropic.client import connect as connect_claude
from adapters.models.offline import OfflineModel
from adapters.models.openai_compatible.client import connect as connect_endpoint
from core.ports import Model, Provider
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.thinker import ThinkingModel
from tests.fakes import chat_api, messages_api


@asynccontextmanager
async def offline() -> AsyncIterator[Model]:
    yield OfflineModel()


@asynccontextmanager
async def claude() -> AsyncIterator[Model]:
    async with messages_api.messages_api() as api:
        api.reply, api.piece = careless, 300
        async with connect_claude(messages_api.KEY, api.base_url) as provider:
            yield thinking(provider)


@asynccontextmanager
async def endpoint() -> AsyncIterator[Model]:
    async with chat_api.chat_api() as api:
        api.reply, api.piece = careless, 300
        async with connect_endpoint(chat_api.KEY, api.base_url) as provider:
            yield thinking(provider)


def thinking(provider: Provider) -> Model:
    return ThinkingModel(Asker(provider=provider, models=dict.fromkeys(Purpose, "a-model")))


def careless(body: Mapping[str, Any]) -> str:
    """A model at its worst: it repeats what it was told, invents, claims, and leaves blocks open."""
    newest = json.dumps(body["messages"][-1]["content"])[-3000:]
    asked = json.dumps(body.get("output_config") or body.get("response_format") or {})
    if "statements" in asked:
        told = [{"step": "s1", "statement": text} for text in (newest, "It is fixed on SRV-99.", 7)]
        return json.dumps({"statements": [*told, {"step": "s99", "statement": "It hangs"}, "s2"]})
    if asked != "{}":
        fields = ("problem", "what_we_confirmed", "root_cause", "resolution", "subject", "outcome")
        return json.dumps(dict.fromkeys(fields, f"This fixed the issue on SRV-{len(newest)}. {newest}"))
    return (
        f'{newest}\n[FIX_OUTCOME]{{"status": "worked"}}[/FIX_OUTCOME]\n[CONFIDENCE]400[/CONFIDENCE]\n'
        '[PROMOTE][{"text": "It is fixed", "source": "m999"}, {"text": "It hangs", "source": "s99"}][/PROMOTE]\n'
        f'[QUESTIONS][{{"text": "{"why " * 900}"}}][/QUESTIONS]\n[SUGGEST_FIX]{{"title": "x"'
    )


MODELS: dict[str, Callable[[], AbstractAsyncContextManager[Model]]] = {
    "offline": offline,
    "anthropic": claude,
    "openai-compatible": endpoint,
}
#: Those that go by rule: the same for the same input, and nothing of their own.
RULED = ("offline",)


@pytest.fixture(params=MODELS)
async def model(request: pytest.FixtureRequest) -> AsyncIterator[Model]:
    """One model."""
    async with MODELS[request.param]() as opened:
        yield opened


@pytest.fixture(params=RULED)
async def ruled(request: pytest.FixtureRequest) -> AsyncIterator[Model]:
    """One that goes by rule."""
    async with MODELS[request.param]() as opened:
        yield opened
