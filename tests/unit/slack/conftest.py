"""A Slack on loopback with one channel and one thread in it, and FlowPilot's way out to it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from adapters.slack.client import SlackPlatform
from adapters.slack.pacing import Pacing
from adapters.slack.web import open_session, web_client
from core.people.model import ConversationRef
from tests.fakes.slack_api import TOKEN, SlackApi

CHANNEL = "C0DESK"


@dataclass
class Time:
    """Time that passes only when somebody sleeps."""

    now: float = 1_000.0
    slept: float = 0.0

    def clock(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        self.slept += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
async def api() -> AsyncIterator[SlackApi]:
    async with SlackApi().running() as api:
        api.room(CHANNEL, "U0ERIN", "U0SAM")
        yield api


@pytest.fixture
def pacing(time: Time) -> Pacing:
    return Pacing(clock=time.clock, sleep=time.sleep)


@pytest.fixture
async def platform(api: SlackApi, pacing: Pacing) -> AsyncIterator[SlackPlatform]:
    async with open_session() as session:
        client = web_client(TOKEN, session, api.url)
        yield SlackPlatform(lambda workspace: client, pacing=pacing)


@pytest.fixture
async def another(api: SlackApi, pacing: Pacing) -> AsyncIterator[SlackPlatform]:
    """The same in another process."""
    async with open_session() as session:
        client = web_client(TOKEN, session, api.url)
        yield SlackPlatform(lambda workspace: client, pacing=pacing)


@pytest.fixture
async def thread(api: SlackApi) -> ConversationRef:
    """A thread that Erin has opened, and Sam has answered in."""
    opened = place(thread=api.say(CHANNEL, "U0ERIN", "Outlook hangs"))
    api.threads.add(opened.thread)
    return opened


def place(channel: str = CHANNEL, thread: str = "") -> ConversationRef:
    return ConversationRef(platform="slack", workspace="T0NORTHWIND", channel=channel, thread=thread)
