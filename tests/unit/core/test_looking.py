"""Channels: looked at once, searched for guests without haste, and one with guests until that is known."""

from collections.abc import Sequence

import pytest

from core.commands import StartSession
from core.errors import Rejected, Unavailable
from core.people.looking import AT_ONCE, LOOK, PAUSE
from core.people.model import FRESH, Channel, WorkspaceRef
from core.people.register import Register
from core.ports import Inbound, PersonRef, Room
from core.views import Reply
from core.work.model import WorkState
from tests.support.desk import Desk

NORTHWIND = WorkspaceRef(platform="fake", external_id="northwind")


class Slack:
    """core.ports.Reception that answers as a test tells it; everybody is a member unless said otherwise."""

    def __init__(self, desk: Desk, *members: str) -> None:
        self.desk = desk
        self.said = Room(here=True)
        self.people = list(members)
        self.outside: set[str] = set()
        self.bots: set[str] = set()
        self.rooms: list[str] = []
        self.asked: list[str] = []
        self.troubles: list[Exception] = []
        desk.outside.receptions = {"fake": self}
        self.register = Register(desk.store, desk.clock, desk.application.rules, NORTHWIND)

    async def who(self, workspace: str, person: str) -> PersonRef:
        """Asked, and counted."""
        self.asked.append(person)
        if self.troubles:
            raise self.troubles.pop()
        member = person not in self.outside | self.bots
        return PersonRef(external_id=person, name=person, member=member, nobody=person in self.bots)

    async def room(self, workspace: str, channel: str, person: str = "") -> Room:
        """Asked, and counted."""
        self.rooms.append(channel)
        return self.said

    async def members(self, workspace: str, channel: str) -> Sequence[str]:
        """Those of the channel."""
        return self.people

    async def answer(self, inbound: Inbound, reply: Reply) -> None:
        """Nobody waits for one."""

    async def channel(self) -> Channel:
        """What is known of it."""
        workspace = await self.desk.store.read(lambda tx: tx.directory.workspace("fake", "northwind"))
        assert workspace is not None
        return await self.desk.look(lambda uow: uow.channels.get(workspace.id, "desk"))

    async def guests(self) -> bool | None:
        """Whether they read along."""
        return (await self.channel()).guests

    async def unsure(self) -> list[tuple[bool, bool]]:
        """(guests, unsure) of the first session's threads."""
        session = await self.desk.session()
        found = await self.desk.look(lambda uow: uow.conversations.of(session.id))
        return [(thread.guests, thread.unsure) for thread in found]


async def test_a_channel_is_looked_at_once(desk: Desk) -> None:
    """However often it is met, and after a restart; and again when that is old."""
    slack = Slack(desk, "erin", "sam")
    for _ in range(3):
        await slack.register.meet("desk")
        await desk.work()
    assert (slack.rooms, slack.asked) == (["desk"], [])
    assert (await slack.channel()).here is True
    assert await slack.guests() is False
    desk.clock.pass_by(seconds=FRESH.total_seconds() + 1)
    slack.said = Room(here=True, shared=True)
    await slack.register.meet("desk")
    await desk.work()
    assert await slack.guests() is True


async def test_only_those_whom_nobody_knows_are_asked_about_and_not_in_haste(desk: Desk) -> None:
    """So many in one go; what was learned is kept, and bots are no guests."""
    strangers = [f"stranger{number:02}" for number in range(AT_ONCE + 2)]
    slack = Slack(desk, "erin", "bot", *strangers)
    slack.bots = {"bot"}
    await slack.register.meet("desk")
    await desk.work()
    assert slack.asked == ["bot", *strangers][:AT_ONCE]
    assert await slack.guests() is None
    desk.clock.pass_by(seconds=PAUSE.total_seconds())
    await desk.work()
    assert slack.asked == ["bot", *strangers]
    assert await slack.guests() is False


async def test_the_first_guest_is_enough(desk: Desk) -> None:
    """The search ends with them."""
    slack = Slack(desk, "a", "b", "c")
    slack.outside = {"b"}
    await slack.register.meet("desk")
    await desk.work()
    assert (slack.asked, await slack.guests()) == (["a", "b"], True)


async def test_until_it_is_known_guests_may_read_along(desk: Desk) -> None:
    """A session of a channel that was not looked at keeps what is internal to itself."""
    slack = Slack(desk, "erin")
    await desk.send("erin", _start(), guests=None)
    assert await slack.unsure() == [(True, True)]
    await desk.work()
    assert await slack.unsure() == [(False, False)]


async def test_a_guest_who_joins_while_slack_cannot_be_asked_is_found(desk: Desk) -> None:
    """Until then the channel counts as one with guests."""
    slack = Slack(desk, "erin")
    await desk.send("erin", _start(), guests=None)
    await desk.work()
    slack.outside = {"gone"}
    slack.troubles = [Unavailable("Slack asks to slow down.", 30.0)]
    await slack.register.joined("desk", "gone")
    await desk.work()
    assert (await slack.guests(), await slack.unsure()) == (None, [(True, True)])
    desk.clock.pass_by(seconds=31)
    await desk.work()
    assert (await slack.guests(), await slack.unsure()) == (True, [(True, False)])


async def test_who_is_known_to_be_a_member_may_join(desk: Desk) -> None:
    """Nothing is asked."""
    slack = Slack(desk, "erin")
    await slack.register.meet("desk")
    await desk.work()
    await slack.register.joined("desk", "sam")
    await desk.work()
    assert (slack.asked, await slack.guests()) == ([], False)


async def test_a_channel_that_does_not_show_its_members_stays_unknown(desk: Desk) -> None:
    """And is not asked about without end."""
    slack = Slack(desk)

    async def hidden(workspace: str, channel: str) -> Sequence[str]:
        raise Rejected("Slack refused this (missing_scope).")

    slack.members = hidden  # type: ignore[method-assign]
    await slack.register.meet("desk")
    await desk.work()
    assert await slack.guests() is None
    rows = await desk.store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=100))
    assert [row.state for row in rows if row.kind == LOOK] == [WorkState.DONE]


@pytest.mark.parametrize("here", [True, False])
async def test_events_say_where_flowpilot_is(desk: Desk, here: bool) -> None:
    """Where it was added the channel is looked at."""
    slack = Slack(desk, "erin")
    slack.said = Room(here=here)
    await slack.register.here("desk", here)
    await desk.work()
    assert ((await slack.channel()).here, slack.rooms) == (here, ["desk"] if here else [])


@pytest.mark.parametrize("heard", [True, False])
async def test_who_joined_while_flowpilot_was_away_is_looked_for(desk: Desk, heard: bool) -> None:
    """Of them no event tells. The removal is heard of, or only seen when the channel is looked at."""
    slack = Slack(desk, "erin")
    await desk.send("erin", _start(), guests=None)
    await desk.work()
    if heard:
        await slack.register.here("desk", False)
        assert (await slack.guests(), await slack.unsure()) == (None, [(True, True)])
    slack.people, slack.outside = ["erin", "gone"], {"gone"}
    await slack.register.here("desk", True)
    assert (await slack.guests(), await slack.unsure()) == (None, [(True, True)])
    await desk.work()
    assert (await slack.guests(), await slack.unsure()) == (True, [(True, False)])


async def test_where_flowpilot_is_not_members_are_looked_at_again(desk: Desk) -> None:
    """It does not hear who joins there; and when it comes that is looked at, too, though it was not heard of."""
    slack = Slack(desk, "erin")
    slack.said = Room(here=False)
    await slack.register.meet("desk")
    await desk.work()
    assert await slack.guests() is False
    for here in (False, True):
        slack.people.append(f"new{here}")
        slack.said = Room(here=here)
        desk.clock.pass_by(seconds=FRESH.total_seconds() + 1)
        await slack.register.meet("desk")
        await desk.work()
    assert (slack.asked, await slack.guests()) == (["newFalse", "newTrue"], False)


async def test_what_is_heard_during_a_look_counts_more(desk: Desk) -> None:
    """Members that were asked about before FlowPilot was removed and came back say nothing of who joined meanwhile."""
    slack = Slack(desk, "erin")
    await desk.send("erin", _start(), guests=None)
    await desk.work()
    said = slack.room

    async def back(workspace: str, channel: str, person: str = "") -> Room:
        slack.room = said  # type: ignore[method-assign]
        slack.people, slack.outside = ["erin", "gone"], {"gone"}
        for here in (False, True):
            await slack.register.here("desk", here)
        return await said(workspace, channel)

    slack.room = back  # type: ignore[method-assign]
    desk.clock.pass_by(seconds=FRESH.total_seconds() + 1)
    await slack.register.meet("desk")
    await desk.work()
    assert (await slack.guests(), await slack.unsure()) == (True, [(True, False)])


def _start() -> StartSession:
    return StartSession(text="VPN down")
