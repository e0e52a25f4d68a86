"""FlowPilot for many workspaces: a browser that installs, and a desk in each workspace."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from html import unescape
from itertools import count
from pathlib import Path
from re import search
from typing import Any

from aiohttp import ClientResponse
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from bot.bootstrap import System, build
from bot.server import routes
from bot.settings import Settings
from core.people.model import Account, Actor
from storage.secrets import new_key
from tests.fakes.slack_oauth import CLIENT_ID, CLIENT_SECRET, SlackOAuth, Team
from tests.integration.slack.desk import SECRET, SlackDesk, furnish

__all__ = ["Clock", "Many", "Page", "many_workspaces", "replica", "stored_bytes"]

PUBLIC = "http://127.0.0.1:3978"


@dataclass
class Clock:
    """The real time, and what a test adds to it."""

    ahead: timedelta = field(default_factory=timedelta)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


@dataclass(frozen=True)
class Page:
    """What the browser shows."""

    status: int
    text: str
    headers: dict[str, str]


class Many:
    """One replica of FlowPilot, and all of Slack."""

    def __init__(self, system: System, slack: SlackOAuth, http: "TestClient[Any, Any]", clock: Clock) -> None:
        self.system = system
        self.slack = slack
        self.http = http
        self.clock = clock
        self.numbers = count(1)

    def team(self, id: str, name: str, **more: Any) -> Team:
        """A workspace with people, without FlowPilot."""
        team = self.slack.team(id, name, **more)
        furnish(team.api)
        return team

    def desk(self, team: Team) -> SlackDesk:
        """What people there do, and what they see."""
        return SlackDesk(self.system, team.api, self.http, self.numbers)

    async def get(self, address: str, *, cookie: str = "") -> Page:
        """Open an address of FlowPilot."""
        at = URL(address.removeprefix(PUBLIC), encoded=True)
        async with self.http.get(at, headers={"Cookie": cookie} if cookie else {}) as answer:
            return await shown(answer)

    async def begin(self, link: str = "") -> tuple[str, str]:
        """The install page: Slack's address behind the button, and the browser's cookie."""
        page = await self.get(link or "/slack/install")
        assert page.status == 200, page.text
        found = search(r'href="([^"]+)"', page.text)
        assert found is not None
        return unescape(found[1]), page.headers["Set-Cookie"].split(";")[0]

    async def install(self, team: Team, user: str = "U0ERIN", link: str = "") -> Page:
        """The whole way."""
        address, cookie = await self.begin(link)
        return await self.get(self.slack.allow(address, team, user), cookie=cookie)

    async def accounts(self) -> list[Account]:
        """All of them."""
        return list(await self.system.store.read(lambda tx: tx.directory.accounts()))

    async def actor(self, workspace: str, user: str) -> Actor | None:
        """A person, as their account knows them."""
        return await self.system.store.read(lambda tx: tx.directory.actor("slack", workspace, user))

    async def counts(self) -> tuple[int, int]:
        """Installations that stand, and that have ended."""
        return await self.system.store.read(lambda tx: tx.installs.count())


async def shown(answer: ClientResponse) -> Page:
    return Page(answer.status, await answer.text(), dict(answer.headers))


@asynccontextmanager
async def replica(slack: SlackOAuth, folder: Path, clock: Clock, **more: Any) -> AsyncIterator[Many]:
    """One process."""
    given = {
        "data_dir": folder,
        "encryption_key": new_key(),
        "slack_client_id": CLIENT_ID,
        "slack_client_secret": CLIENT_SECRET,
        "slack_signing_secret": SECRET,
        "slack_api_url": slack.url,
        "public_url": PUBLIC,
    }
    settings = Settings.model_validate({**given, **more})
    async with build(settings, clock=clock) as system, TestClient(TestServer(routes(system))) as http:
        yield Many(system, slack, http, clock)


@asynccontextmanager
async def many_workspaces(folder: Path, *, rotating: bool = False, **more: Any) -> AsyncIterator[Many]:
    """Slack, and one process of FlowPilot."""
    async with SlackOAuth(rotating=rotating).running() as slack, replica(slack, folder, Clock(), **more) as many:
        yield many


def stored_bytes(folder: Path) -> Iterator[bytes]:
    """Everything that the database has on disk, its log included."""
    for path in sorted(folder.glob("flowpilot.db*")):
        yield path.read_bytes()
