"""FlowPilot before a local Slack, over signed HTTP and over Socket Mode."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from tests.e2e.slack.local_slack import LocalSlack, local_slack
from tests.e2e.slack.running import Running

__all__ = ["Desk"]


class Desk:
    """Both, started: the workspace and the bot in it."""

    def __init__(self, slack: LocalSlack, bot: Running) -> None:
        self.slack = slack
        self.bot = bot


@pytest.fixture(params=["http", "socket"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """Over each of the two ways in."""
    async with desk_at(tmp_path, request.param) as desk:
        yield desk


@pytest.fixture
async def http_desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Over signed HTTP."""
    async with desk_at(tmp_path, "http") as desk:
        yield desk


@asynccontextmanager
async def desk_at(folder: Path, way: str) -> AsyncIterator[Desk]:
    """A fresh installation, linked to the playground's account, whose ticket list it shares."""
    bot = Running(folder)
    mode = "events" if way == "http" else "socket"
    async with local_slack(folder, mode, f"{bot.url}/slack/events") as slack:
        bot.start(slack.api, way)
        try:
            yield Desk(slack, bot)
        finally:
            assert bot.stop() == 0, bot.log.read_text()
