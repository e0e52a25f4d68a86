"""Slack's side of the house, with a workspace to which nothing is said, and of which the database knows everybody."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackApp
from adapters.slack.client import SlackPlatform
from adapters.slack.events import Events
from adapters.slack.inbound import Bot, Reader
from adapters.slack.people import People
from adapters.slack.replies import Replies
from adapters.slack.wire import PLATFORM
from core.application import Application
from core.people.model import WorkspaceRef
from core.people.register import Register

__all__ = ["TEAM", "slack_app"]

TEAM = "T0BENCH"
#: Where no request of the bench arrives.
NOWHERE = "http://127.0.0.1:9/"


async def _user(id: str) -> Mapping[str, Any]:
    """users.info, which nobody needs: what is known of people is fresh."""
    raise AssertionError(f"Slack is asked for {id}")


@asynccontextmanager
async def slack_app(application: Application) -> AsyncIterator[SlackApp]:
    """What takes the payloads of the workspace. A click of the bench is answered by its acknowledgement alone."""
    client = AsyncWebClient(token="xoxb-bench", base_url=NOWHERE)
    bot = Bot(team=TEAM, team_name="Bench", user="U0FLOWPILOT", id="B0FLOWPILOT")
    workspace = WorkspaceRef(platform=PLATFORM, external_id=TEAM)
    register = Register(application.store, application.clock, application.rules, workspace)
    people = People(TEAM, _user, register)
    reader = Reader(bot, people)
    private = SlackPlatform(lambda workspace: client).private(TEAM)
    events = Events(application, reader, private, register)
    app = SlackApp(application, reader, Replies(private), events, client)
    try:
        yield app
    finally:
        await app.close()
        await people.close()
