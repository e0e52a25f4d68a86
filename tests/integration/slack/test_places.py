"""Where FlowPilot is in Slack: channels that it is not in, and channels in which guests read along."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

from core.people.model import FRESH
from core.people.system import system_actor
from tests.fakes.slack_api import BOT, SlackApi
from tests.integration.slack.desk import SlackDesk
from tests.integration.slack.many import Clock

AWAY = "C0AWAY"


def elsewhere(api: SlackApi, *, public: bool) -> None:
    """A channel with Erin and Sam in it, and without FlowPilot."""
    room = api.room(AWAY, "U0ERIN", "U0SAM")
    room.members.discard(BOT)
    room.public = public


async def start_by_shortcut(desk: SlackDesk, number: int = 1) -> int:
    """Start troubleshooting, on a message there."""
    url = desk.response_url(f"shortcut-{number}")
    channel = {"id": AWAY, "name": "away"}
    body = desk.payload("message_action", channel=channel, trigger_id=f"shortcut-{number}", response_url=url)
    return (await desk.interact(body))[0]


async def start_by_command(desk: SlackDesk) -> int:
    """The problem in a slash command."""
    return await desk.command("/flowpilot", "VPN down", channel_id=AWAY)


async def are_guests(desk: SlackDesk, channel: str = "C0DESK") -> list[bool]:
    """Whether guests read along, by every thread of the sessions."""

    def read(transaction: Any) -> list[bool]:
        account = transaction.directory.accounts()[0]
        uow = transaction.unit(system_actor(account.id), desk.system.outside.clock.now(), desk.system.application.rules)
        found = [uow.sessions.by_number(number) for number in (1, 2)]
        threads = [thread for session in found if session for thread in uow.conversations.of(session.id)]
        return [thread.guests for thread in threads if thread.channel == channel]

    return await desk.system.store.read(read)


async def test_who_starts_where_the_bot_is_not_is_told_to_invite_it(desk: SlackDesk, tmp_path: Path) -> None:
    """In private channels and public ones, by shortcut and slash command; their words are kept, and no session is."""
    for number, (public, start) in enumerate([(False, 0), (True, 0), (False, 1), (True, 1)]):
        desk.api.answers.clear()
        elsewhere(desk.api, public=public)
        assert await (start_by_command(desk) if start else start_by_shortcut(desk, number)) == 200
        assert "Invite me first: `/invite @FlowPilot`, then try again." in desk.whispered()
    await desk.work()
    assert await desk.sessions() == []
    assert desk.said(AWAY) == "[]"
    assert kept_words(tmp_path) == ["/flowpilot VPN down"] * 2 + ["The VPN will not connect & says **error 809**"] * 2


def kept_words(folder: Path) -> list[str]:
    """What the inbox holds."""
    with closing(sqlite3.connect(folder / "flowpilot.db")) as database:
        return sorted(words for (words,) in database.execute("SELECT words FROM inbox") if words)


async def test_after_the_invitation_the_same_starts(desk: SlackDesk) -> None:
    """At once, though the event that says so may have gone to another process."""
    elsewhere(desk.api, public=False)
    await start_by_command(desk)
    desk.api.rooms[AWAY].members.add(BOT)
    await start_by_command(desk)
    await desk.work()
    assert [title for _, _, title in await desk.sessions()] == ["VPN down"]
    assert len(desk.api.posted(AWAY)) > 0


async def test_a_channel_is_asked_about_once(desk: SlackDesk) -> None:
    """However much is said and clicked there; a removal is heard of by its event."""
    await desk.event("message")
    for _ in range(2):
        await desk.command("/flowpilot", "list")
        await desk.command("/flowpilot", "Printer offline")
    await desk.work()
    await desk.click(desk.button("What we know"))
    assert len(desk.api.called("conversations.info")) == 1
    desk.api.rooms["C0DESK"].members.discard(BOT)
    await desk.event("member_joined_channel", type="channel_left", channel="C0DESK")
    await desk.command("/flowpilot", "Screen is black")
    assert "Invite me first" in desk.whispered()
    assert len(await desk.sessions()) == 3


async def test_a_thread_that_takes_nothing_is_told_to_its_owner(desk: SlackDesk) -> None:
    """It was removed, and that was not heard of. Once, with Retry, which says all that was to be said."""
    elsewhere(desk.api, public=False)
    desk.api.rooms[AWAY].members.add(BOT)
    await start_by_command(desk)
    desk.api.rooms[AWAY].members.discard(BOT)
    await desk.work()
    (message,) = desk.api.posted("D0ERIN")
    words = json.dumps(message, ensure_ascii=False)
    assert "Writing in the thread of FP-1 failed." in words
    assert "FlowPilot cannot see that channel; invite it there." in words
    retry = next(e for block in message["blocks"] for e in block.get("elements", []) if e.get("type") == "button")
    await desk.click(retry["value"], channel={"id": "D0ERIN"})
    await desk.work()
    assert len(desk.api.posted("D0ERIN")) == 2
    desk.api.rooms[AWAY].members.add(BOT)
    await desk.click(retry["value"], channel={"id": "D0ERIN"})
    await desk.work()
    assert len(desk.api.posted(AWAY)) > 1


async def test_a_shared_channel_is_one_with_guests_by_every_way_in(desk: SlackDesk) -> None:
    """A slash command carries no word of it."""
    desk.api.rooms["C0DESK"].shared = True
    await desk.command("/flowpilot", "VPN down")
    await desk.work()
    assert await are_guests(desk) == [True]


async def test_a_click_learns_that_guests_read_along(desk: SlackDesk, clock: Clock) -> None:
    """The channel was shared meanwhile; what is asked is asked after the acknowledgement, for all its threads."""
    await desk.command("/flowpilot", "VPN down")
    await desk.command("/flowpilot", "Printer offline")
    await desk.work()
    assert await are_guests(desk) == [False, False]
    desk.api.rooms["C0DESK"].shared = True
    clock.ahead = FRESH + timedelta(seconds=1)
    desk.system.slack.events._met.forget("C0DESK")  # type: ignore[union-attr]
    await desk.click(desk.button("What we know"))
    assert await are_guests(desk) == [True, True]


async def test_a_guest_who_never_spoke_is_found_among_the_members(desk: SlackDesk) -> None:
    """And bots, which read along too, are none."""
    desk.api.users["U0BOT"] = {"is_bot": True, "team_id": "T0NORTHWIND"}
    desk.api.rooms["C0DESK"].members.add("U0BOT")
    await desk.event("message")
    assert await are_guests(desk) == [False]
    desk.api.rooms["C0DESK"].members.add("U0GUS")
    await desk.event("member_joined_channel", user="U0GUS")
    assert await are_guests(desk) == [True]
    await desk.command("/flowpilot", "Printer offline")
    assert await are_guests(desk) == [True, True]


async def test_a_click_of_a_guest_tells_that_guests_read_along(desk: SlackDesk) -> None:
    """They came while FlowPilot was away. All threads of the channel are meant, and theirs is refused."""
    await desk.command("/flowpilot", "VPN down")
    await desk.command("/flowpilot", "Printer offline")
    await desk.work()
    await desk.click(desk.button("What we know"), user={"id": "U0GUS", "team_id": "T0NORTHWIND"})
    assert await are_guests(desk) == [True, True]
    assert "This needs the role" in desk.whispered()


async def test_guests_who_came_while_flowpilot_was_out_are_found_when_it_is_invited_again(desk: SlackDesk) -> None:
    """Slack told nobody of them."""
    await desk.event("app_mention")
    assert await are_guests(desk) == [False]
    await desk.event("member_joined_channel", type="channel_left", channel="C0DESK", user="")
    desk.api.rooms["C0DESK"].members.add("U0GUS")
    await desk.event("member_joined_channel", channel="C0DESK", user=BOT, inviter="U0ERIN")
    await desk.command("/flowpilot", "Printer offline")
    assert await are_guests(desk) == [True, True]


async def test_members_are_looked_at_when_a_channel_is_first_met(desk: SlackDesk) -> None:
    """One page of them."""
    desk.api.rooms["C0DESK"].members.add("U0GUS")
    await desk.event("message")
    assert await are_guests(desk) == [True]
    assert [fields["limit"] for fields in desk.api.called("conversations.members")] == ["200"]


async def test_a_record_whose_file_cannot_be_sent_says_so_privately(desk: SlackDesk) -> None:
    """The beginning of it is there."""
    await desk.event("message", text="<@U0FLOWPILOT> Outlook will not open. " + "It hangs again and again. " * 300)
    await desk.work()
    desk.api.fail("files.getUploadURLExternal", "storage_limit_reached")
    await desk.command("/flowpilot", "doc FP-1")
    assert "could not be sent: Slack refused this (storage_limit_reached)." in desk.whispered()


async def test_a_channel_that_slack_calls_by_another_id_keeps_its_threads(desk: SlackDesk) -> None:
    """As one does that is shared with another organisation: who writes there is heard in the session, and read by guests."""
    await desk.event("app_mention")
    await desk.work()
    thread = desk.api.posted("C0DESK")[0]["thread_ts"]
    desk.api.room("C0SHARED", "U0ERIN", "U0SAM").shared = True
    renamed: Any = {"old_channel_id": "C0DESK", "new_channel_id": "C0SHARED"}
    await desk.event("member_joined_channel", type="channel_id_changed", channel="", **renamed)
    assert await are_guests(desk, "C0SHARED") == [True]
    await desk.say("It began on Monday", thread=thread, channel="C0SHARED")
    await desk.work()
    assert await desk.messages() == [(await desk.messages())[0], "It began on Monday"]
    assert desk.api.posted("C0SHARED")[-1]["thread_ts"] == thread


async def test_the_escalation_channel_is_followed_to_its_new_id(desk: SlackDesk) -> None:
    """Where claim cards go is kept by the channel's id."""

    def setting(transaction: Any) -> str:
        return str(transaction.directory.accounts()[0].settings.get("escalation_channel", ""))

    desk.api.room("C0ESC", "U0SAM")
    await desk.event("app_mention")
    await desk.command("/flowpilot", "settings")
    await desk.submit(desk.view(), escalation_channel="C0ESC")
    before = await desk.system.store.read(setting)
    assert before.endswith("/C0ESC")
    renamed: Any = {"old_channel_id": "C0ESC", "new_channel_id": "C0SHARED"}
    await desk.event("member_joined_channel", type="channel_id_changed", channel="", **renamed)
    assert await desk.system.store.read(setting) == before.replace("C0ESC", "C0SHARED")
