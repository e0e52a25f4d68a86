"""FlowPilot on a database of the bench, wired as in service but with a platform and a ticket system that cost nothing."""

from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TypeVar

from adapters.models.offline import OfflineModel
from bot.clock import SystemClock
from bot.metrics import Metrics
from bot.worker import Worker
from core.application import Application
from core.commands import Command, RecordOutcome
from core.documents.cache import DraftCache
from core.errors import Rejected
from core.fixes.model import FixStatus
from core.people.limits import Bucket, Limiter
from core.people.model import ConversationRef, WorkspaceRef
from core.people.system import system_actor
from core.ports import Capabilities, Inbound, Outside, PersonRef, Psa, Store, Stream, UnitOfWork
from core.rules import Rules
from core.views import Button, Card, Close, Form, Notice
from storage.store import open_store
from tests.bench.rows import ACCOUNT, CHANNEL, PLATFORM, WORKSPACE, fix_id, id_of

__all__ = ["House", "open_house", "reason"]

R = TypeVar("R")


class Nowhere:
    """core.ports.ChatPlatform that takes everything and keeps nothing."""

    name = PLATFORM
    capabilities = Capabilities(streams=False)

    def __init__(self) -> None:
        self.calls = 0

    async def post(self, to: ConversationRef, card: Card, *, delivery: str) -> str:
        """Posted."""
        self.calls += 1
        return delivery

    async def find(self, to: ConversationRef, delivery: str, *, since: datetime | None = None) -> str | None:
        """Nothing is kept."""
        return None

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Changed."""
        self.calls += 1

    async def stream(
        self, to: ConversationRef, *, person: str, delivery: str, ref: str = "", stop: Button | None = None
    ) -> Stream:
        """Nothing grows here."""
        raise Rejected("Nothing grows here.")

    async def fetch(self, to: ConversationRef, address: str, *, most: int) -> bytes:
        """Nothing is kept here."""
        raise Rejected("Nothing is kept here.")

    async def find_stream(self, to: ConversationRef, delivery: str, *, since: datetime) -> str | None:
        """Nothing has grown."""
        return None

    async def replace(self, to: ConversationRef, ref: str, card: Card, *, delivery: str) -> None:
        """Changed."""
        self.calls += 1

    async def permalink(self, to: ConversationRef, ref: str) -> str | None:
        """Nowhere is nowhere."""
        return None

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Filled."""
        self.calls += 1

    async def tell(
        self, to: ConversationRef, person: str, notice: Notice, *, delivery: str, since: datetime | None = None
    ) -> None:
        """Told."""
        self.calls += 1

    async def progress(self, to: ConversationRef, text: str) -> None:
        """Nobody watches."""


class _Open:
    """core.ports.Sealer for a bench without secrets."""

    def seal(self, text: str) -> str:
        return text

    def unseal(self, sealed: str) -> str:
        return sealed


class _Tireless(Limiter):
    """Counts as the real one does, but lets everybody go on: each pretends to be many, who click now and then."""

    def __init__(self) -> None:
        super().__init__(dict.fromkeys(Bucket, 1_000_000))
        self._turns = count()

    def take(self, user_id: str, bucket: Bucket, key: str, now: datetime) -> None:
        super().take(f"{user_id}-{next(self._turns) % 5000}", bucket, key, now)


def _no_psa(account_id: str) -> Psa:
    raise AssertionError("no session of the bench has a ticket")


def reason(number: int) -> str:
    """What a pending fix waits for; another text for every number."""
    return f"Waiting on the vendor since call {number:07}"


@dataclass(slots=True)
class House:
    """The application with its worker, and what people do with it."""

    store: Store
    application: Application
    worker: Worker
    platform: Nowhere
    #: Work rows by how they ended.
    rows: "Counter[str]"
    users: int
    _numbers: "count[int]"

    def click(self, session: int, command: Command, *, user: int | None = None) -> Inbound:
        """A click in the session's thread by its owner, or by another of the account's users."""
        return Inbound(
            keys=(f"click:{next(self._numbers):012}",),
            workspace=WorkspaceRef(platform=PLATFORM, external_id=WORKSPACE),
            person=PersonRef(external_id=f"U{user or (session - 1) % self.users + 1}", name="Engineer"),
            place=ConversationRef(platform=PLATFORM, workspace=WORKSPACE, channel=CHANNEL, thread=f"T{session}"),
            command=command,
            surface="",
        )

    def pending(self, session: int, number: int) -> Inbound:
        """The session's fix, pending already, for another reason now."""
        outcome = RecordOutcome(
            session_id=id_of("session", session),
            fix_id=fix_id(session),
            status=FixStatus.PENDING,
            notes=reason(number),
        )
        return self.click(session, outcome)

    async def record(self, inbound: Inbound) -> None:
        """Hand in an outcome, which must be taken."""
        reply = await self.application.handle(inbound)
        assert isinstance(reply, Close), reply

    async def look(self, read: Callable[[UnitOfWork], R]) -> R:
        """Read from the account."""
        return await self.application.look(system_actor(ACCOUNT), read)


@asynccontextmanager
async def open_house(url: str, *, users: int) -> AsyncIterator[House]:
    """Open FlowPilot on a filled database."""
    store = open_store(url)
    try:
        metrics, clock, sealer, model = Metrics(), SystemClock(), _Open(), OfflineModel()
        rules = Rules(prompt_version=model.prompt_version, drafts=DraftCache(), seal=sealer.seal)
        application = Application(store, clock, rules, limiter=_Tireless(), observe=metrics.observed)
        platform = Nowhere()
        outside = Outside(platforms={platform.name: platform}, psa_for=_no_psa, model=model, clock=clock, sealer=sealer)
        rows: Counter[str] = Counter()

        def worked(kind: str, end: str, seconds: float) -> None:
            metrics.worked(kind, end, seconds)
            rows[end] += 1

        worker = Worker(application, outside, worked=worked)
        store.wake = worker.woken
        yield House(store, application, worker, platform, rows, users, count(1))
    finally:
        await store.close()
