"""Slack's side of the house, with a workspace of which everybody is known and to which nothing is said."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackApp
from adapters.slack.channels import Channels
from adapters.slack.client import SlackPlatform
from adapters.slack.events import Events
from adapters.slack.inbound import Bot, Reader
from adapters.slack.people import People
from adapters.slack.replies import Replies
from core.application import Application

__all__ = ["TEAM", "slack_app"]

TEAM = "T0BENCH"
#: Where no request of the bench arrives.
NOWHERE = "http://127.0.0.1:9/"


async def _user(id: str) -> Mapping[str, Any]:
    """users.info, at no cost."""
    return {"id": id, "name": "engineer", "team_id": TEAM}


async def _known(id: str) -> str:
    return "Engineer"


async def _channel(id: str) -> Mapping[str, Any]:
    return {"id": id, "is_member": True}


async def _members(id: str) -> list[str]:
    return []


async def _met(id: str) -> None:
    raise AssertionError("nobody of the bench is a guest")


@asynccontextmanager
async def slack_app(application: Application) -> AsyncIterator[SlackApp]:
    """What takes the payloads of the workspace. A click of the bench is answered by its acknowledgement alone."""
    client = AsyncWebClient(token="xoxb-bench", base_url=NOWHERE)
    bot = Bot(team=TEAM, team_name="Bench", user="U0FLOWPILOT", id="B0FLOWPILOT")
    people = People(TEAM, _user, _known)
    channels = Channels(bot.user, people, _channel, _members, _met)
    reader = Reader(bot, people, channels)
    private = SlackPlatform(lambda workspace: client).private(TEAM)
    app = SlackApp(application, reader, Replies(private), Events(application, reader, private), client)
    try:
        yield app
    finally:
        await app.close()
        await channels.close()
        await people.close()
