"""Channels: asked about once, searched for guests without haste, and never in the way of a click."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack import channels as module
from adapters.slack.channels import AT_ONCE, GAP, Channels
from adapters.slack.people import People
from core.errors import Rejected, Unavailable

TEAM, BOT = "T0NORTHWIND", "U0FLOWPILOT"


class Slack:
    """Answers when it is let; everybody is a member of the workspace unless said otherwise."""

    def __init__(self, *members: str, guests: tuple[str, ...] = (), bots: tuple[str, ...] = (), **channel: Any) -> None:
        self.channel: dict[str, Any] | None = {"is_member": True, **channel}
        self.people = list(members)
        self.outside = guests
        self.bots = bots
        self.asked: list[str] = []
        self.users: list[str] = []
        self.met: list[str] = []
        self.pauses: list[float] = []
        self.troubles: list[Exception] = []
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def info(self, id: str) -> Mapping[str, Any] | None:
        self.asked.append(id)
        await self.go_on.wait()
        if self.troubles:
            raise self.troubles.pop()
        return self.channel

    async def user(self, id: str) -> Mapping[str, Any]:
        self.users.append(id)
        return {"team_id": TEAM, "is_restricted": id in self.outside, "is_bot": id in self.bots}

    async def members(self, id: str) -> list[str]:
        return self.people

    async def note(self, id: str) -> None:
        if self.troubles:
            raise self.troubles.pop()
        self.met.append(id)

    async def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)

    async def known(self, id: str) -> str | None:
        return "Erin" if id == "U0ERIN" else None

    def channels(self) -> Channels:
        people = People(TEAM, self.user, self.known)
        return Channels(BOT, people, self.info, self.members, self.note, sleep=self.sleep)


async def unheard(channels: Channels, id: str = "C1") -> bool:
    """As a start asks it."""
    return await channels.unheard(id, channels.ahead(id))


async def test_a_channel_is_asked_about_once_at_a_time() -> None:
    """However many start there at once; and not again while it is known."""
    slack = Slack()
    channels = slack.channels()
    assert await asyncio.gather(*(unheard(channels) for _ in range(5))) == [False] * 5
    assert [channels.guests("C1"), await unheard(channels)] == [False, False]
    assert slack.asked == ["C1"]


@pytest.mark.parametrize("channel", [None, {"is_member": False}])
async def test_a_no_is_asked_again(channel: dict[str, Any] | None) -> None:
    """Whoever has invited FlowPilot tries again at once."""
    slack = Slack()
    slack.channel, channels = channel, slack.channels()
    assert await unheard(channels)
    slack.channel = {"is_member": True}
    assert not await unheard(channels)


async def test_events_say_what_changes() -> None:
    """Removed, invited again, and heard."""
    slack = Slack()
    channels = slack.channels()
    assert not await unheard(channels)
    slack.channel = {"is_member": False}
    channels.left("C1")
    assert await unheard(channels)
    channels.heard("C1")
    assert not await unheard(channels)
    channels.joined("C1", BOT)
    await channels.settled()
    assert len(slack.asked) == 3


async def test_a_start_goes_on_when_slack_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither in time nor at all."""
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    slack = Slack()
    channels = slack.channels()
    slack.go_on.clear()
    assert not await unheard(channels)
    slack.troubles.append(Unavailable("Slack is away."))
    slack.go_on.set()
    await channels.settled()
    slack.troubles.append(Rejected("missing_scope"))
    assert not await unheard(channels)


async def test_of_direct_messages_nothing_is_asked() -> None:
    """The app has no scope for them."""
    slack = Slack()
    channels = slack.channels()
    assert [await unheard(channels, "D1"), channels.guests("D1")] == [False, False]
    assert slack.asked == []


async def test_only_those_whom_nobody_knows_are_asked_about_and_not_in_haste() -> None:
    """FlowPilot itself and who is known as a member are not; bots are no guests."""
    strangers = [f"U{number}" for number in range(AT_ONCE + 2)]
    slack = Slack(BOT, "U0ERIN", "U0BOT", "USLACKBOT", *strangers, bots=("U0BOT",))
    channels = slack.channels()
    assert not channels.guests("C1")
    await channels.settled()
    assert slack.users == ["U0BOT", "USLACKBOT", *strangers]
    assert slack.pauses == [GAP] * 4
    assert slack.met == []
    assert not channels.guests("C1")


async def test_the_first_guest_is_enough() -> None:
    """A search ends with them, and the channel is told once."""
    slack = Slack("U1", "U2", "U3", guests=("U2",))
    channels = slack.channels()
    channels.guests("C1")
    await channels.settled()
    channels.joined("C1", "U2")
    assert channels.guests("C1", met=True)
    await channels.settled()
    assert (slack.users, slack.met) == (["U1", "U2"], ["C1"])


@pytest.mark.parametrize(
    ("channel", "shared"),
    [
        ({"is_shared": True, "is_ext_shared": True}, True),
        ({"is_shared": True, "is_org_shared": True}, False),
        ({"is_shared": True, "is_org_shared": True, "is_ext_shared": True}, True),
        ({"is_shared": False, "is_pending_ext_shared": True}, False),
    ],
)
async def test_other_organisations_are_guests_and_teams_of_the_own_are_not(
    channel: dict[str, Any], shared: bool
) -> None:
    """As conversations.info says it."""
    slack = Slack(**channel)
    channels = slack.channels()
    channels.guests("C1")
    await channels.settled()
    assert channels.guests("C1") is shared


async def test_guests_that_could_not_be_noted_are_found_again() -> None:
    """The database was away."""
    slack = Slack(is_ext_shared=True)
    channels = slack.channels()
    assert channels.guests("C1", met=True)
    slack.troubles.append(Unavailable("The database is away."))
    await channels.settled()
    slack.troubles.clear()
    channels.guests("C1")
    await channels.settled()
    assert slack.met == ["C1"]
    assert channels.guests("C1")


async def test_closing_ends_what_is_asked() -> None:
    """Nothing is left behind."""
    slack = Slack()
    channels = slack.channels()
    slack.go_on.clear()
    channels.guests("C1")
    await channels.close()
    assert len(asyncio.all_tasks()) == 1
