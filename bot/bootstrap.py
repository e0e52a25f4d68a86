"""The composition root: the only place where the parts of FlowPilot meet."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.models.offline import OfflineModel
from adapters.playground.changes import Changes
from adapters.playground.client import PlaygroundPlatform
from adapters.psa.local import LocalPsa
from bot.clock import SystemClock
from bot.metrics import Metrics
from bot.models import open_model
from bot.prices import prices_of
from bot.seeding import seed_playground
from bot.settings import Settings
from bot.slack import slack_line, slack_many, slack_service
from bot.worker import Worker
from core.application import Application
from core.documents.cache import DraftCache
from core.flows.matching import Gaps, Weights
from core.local import LocalChat
from core.ports import ChatPlatform, Clock, Model, Outside, Psa, Sealer, Store
from core.rules import Rules
from core.usage.periods import Limits
from storage.local_chat import SqlLocalChat
from storage.local_tickets import SqlLocalTickets
from storage.migrating import migrate
from storage.secrets import FernetSealer
from storage.store import open_store

if TYPE_CHECKING:  # Slack's packages are imported where Slack is configured
    from collections.abc import Sequence

    from aiohttp import web

    from adapters.slack.service import SlackService
    from adapters.slack.workspaces import SlackWorkspaces

__all__ = ["Playground", "System", "build"]

#: Platforms that say only when they are asked who somebody is, and who reads along in a channel.
ASKED = frozenset({"slack"})


@dataclass(kw_only=True, slots=True)
class Playground:
    """The parts of the playground that its routes need."""

    chat: LocalChat
    tickets: SqlLocalTickets
    changes: Changes = field(default_factory=Changes)


@dataclass(kw_only=True, slots=True)
class System:
    """Everything, wired and open."""

    settings: Settings
    store: Store
    application: Application
    outside: Outside
    worker: Worker
    metrics: Metrics
    playground: Playground | None
    slack: "SlackService | SlackWorkspaces | None" = None
    #: The pages by which Slack's workspaces come, where there may be many.
    install_pages: "Sequence[web.RouteDef]" = ()


@asynccontextmanager
async def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    model: Model | None = None,
    platforms: dict[str, ChatPlatform] | None = None,
    prepare: bool = True,
) -> AsyncIterator[System]:
    """Open the database and wire everything; what is given replaces what the settings would make. Closes what it opened.

    `prepare`: bring the database to the newest schema, and make what the playground starts with.
    """
    if prepare:
        await migrate(settings.database_url)
    async with AsyncExitStack() as opened:
        store = open_store(settings.database_url)
        opened.push_async_callback(store.close)
        slack = prepare and "slack" in settings.platforms
        line = await opened.enter_async_context(slack_line(settings)) if slack and not settings.slack_many else None
        if line is not None:
            platforms = {line.platform.name: line.platform, **(platforms or {})}
        if model is None:
            model = await opened.enter_async_context(open_model(settings))
        system = _wired(settings, store, clock or SystemClock(), model, platforms or {})
        if prepare and system.playground is not None:
            await seed_playground(system.application, system.playground.chat, system.playground.tickets)
        if line is not None:
            system.slack = await slack_service(settings, line, system.application)
            opened.push_async_callback(system.slack.close)
        elif slack:
            many = await opened.enter_async_context(slack_many(settings, system.application, system.outside.sealer))
            system.slack, system.install_pages = many.workspaces, many.pages
            system.outside.platforms = {system.slack.platform.name: system.slack.platform, **system.outside.platforms}
        if system.slack is not None:
            system.outside.receptions = dict.fromkeys(ASKED, system.slack)
        yield system


def _matching(settings: Settings) -> tuple[Weights, Gaps]:
    """How flows are matched."""
    semantic, keyword, recency = settings.flow_weights
    floors = dict(zip(("semantic_floor", "keyword_floor", "recency_floor"), settings.flow_floors, strict=True))
    sure, likely, least_cosine = settings.flow_gaps
    weights = Weights(semantic=semantic, keyword=keyword, recency=recency, **floors)
    return weights, Gaps(sure=sure, likely=likely, least_cosine=least_cosine)


def _wired(settings: Settings, store: Store, clock: Clock, model: Model, platforms: dict[str, ChatPlatform]) -> System:
    metrics = Metrics()
    sealer: Sealer = FernetSealer(settings.encryption_keys())
    weights, gaps = _matching(settings)
    rules = Rules(
        prompt_version=model.prompt_version,
        has_model=not isinstance(model, OfflineModel),
        drafts=DraftCache(counted=metrics.previewed),
        abandon_after=timedelta(days=settings.abandon_after_days),
        seal=sealer.seal,
        weights=weights,
        gaps=gaps,
        prices=prices_of(settings.model_prices),
        limits=Limits(daily=settings.model_daily_usd, monthly=settings.model_monthly_usd),
        counted=metrics.model.called,
        asked=ASKED,
    )
    application = Application(store, clock, rules, observe=metrics.observed)
    tickets = SqlLocalTickets(store)
    playground = Playground(chat=SqlLocalChat(store, clock), tickets=tickets) if settings.playground_on else None
    if playground is not None:
        local = PlaygroundPlatform(chat=playground.chat, changes=playground.changes, base_url=settings.base_url)
        platforms = {local.name: local, **platforms}

    def psa_for(account_id: str) -> Psa:
        changed = playground.changes.notify if playground is not None else _nothing
        return LocalPsa(
            tickets=tickets,
            account_id=account_id,
            clock=clock,
            base_url=settings.base_url,
            names=settings.hosts,
            changed=changed,
        )

    outside = Outside(platforms=platforms, psa_for=psa_for, model=model, clock=clock, sealer=sealer)
    worker = Worker(application, outside, concurrency=settings.worker_concurrency, worked=metrics.worked)
    store.wake = worker.woken
    return System(
        settings=settings,
        store=store,
        application=application,
        outside=outside,
        worker=worker,
        metrics=metrics,
        playground=playground,
    )


def _nothing() -> None:
    """Nobody watches the tickets."""
