"""Desks whose model is Claude's own client, before a small Messages API."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.models.anthropic.client import connect
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.breaker import Breaker
from core.thinking.thinker import ThinkingModel
from tests.fakes.messages_api import KEY, MessagesApi, messages_api
from tests.support.desk import Desk, desk_at


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with messages_api() as listening:
        yield listening


@pytest.fixture
async def desk(api: MessagesApi, tmp_path: Path) -> AsyncIterator[Desk]:
    """One model for everything, asked without a rest."""
    async with connect(KEY, api.base_url) as provider:
        models = dict.fromkeys(Purpose, "claude-sonnet-5-5")
        asker = Asker(provider=provider, models=models, breaker=Breaker(after=10_000), pause=_at_once)
        async with desk_at(tmp_path, model=ThinkingModel(asker)) as opened:
            yield opened


async def _at_once(seconds: float) -> None:
    """Nobody waits in these tests."""
