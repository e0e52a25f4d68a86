"""Who thinks, by the settings: Claude, an endpoint of one's own, or nobody.

Clients are imported here where they are needed: without a model FlowPilot starts without them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.models.offline import OfflineModel
from bot.settings import Settings
from core.ports import Model, Provider
from core.thinking.asking import Asker
from core.thinking.thinker import ThinkingModel

__all__ = ["open_model"]


@asynccontextmanager
async def open_model(settings: Settings) -> AsyncIterator[Model]:
    """The model; closes its connections."""
    models, fallback = settings.models

    def thinking(provider: Provider) -> Model:
        return ThinkingModel(Asker(provider=provider, models=models, fallback=fallback))

    if settings.model_url:
        from adapters.models.openai_compatible.client import connect as connect_endpoint

        async with connect_endpoint(settings.model_key.get_secret_value(), settings.model_url) as endpoint:
            yield thinking(endpoint)
    elif settings.anthropic_api_key.get_secret_value():
        from adapters.models.anthropic.client import connect as connect_claude

        key = settings.anthropic_api_key.get_secret_value()
        async with connect_claude(key, settings.anthropic_base_url, learn=settings.model_learn) as claude:
            yield thinking(claude)
    else:
        yield OfflineModel()
