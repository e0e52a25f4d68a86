"""First contacts: Slack is answered before it is asked who somebody is, and no words are lost meanwhile."""

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.people.model import FRESH, Role
from storage.secrets import new_key
from tests.fakes.slack_api import BOT
from tests.integration.slack.desk import THREAD, SlackDesk, slack_desk
from tests.integration.slack.many import Clock, stored_bytes
from tests.integration.slack.test_places import are_guests

#: Seconds in which Slack must have its answer here: it would wait three, and nothing but the database is waited for.
AT_ONCE = 0.8


@asynccontextmanager
async def slow(desk: SlackDesk, *methods: str) -> AsyncIterator[None]:
    """Slack takes its time with these."""
    real = desk.arrivals
    desk.arrivals = nothing  # type: ignore[method-assign]
    for method in methods:
        desk.api.stall(method)
    yield
    desk.api.go_on.set()
    desk.arrivals = real  # type: ignore[method-assign]
    await desk.arrivals()
    desk.api.go_on.clear()


async def nothing() -> None:
    """Nobody is asked yet."""


async def at_once(answer: Coroutine[Any, Any, Any]) -> Any:
    """The answer, which must not take long."""
    return await asyncio.wait_for(answer, AT_ONCE)


def kept(folder: Path) -> list[str]:
    """The words of the inbox."""
    return [words for (words,) in rows(folder, "SELECT words FROM inbox WHERE words <> ''")]


def rows(folder: Path, sql: str) -> list[Any]:
    """From the database."""
    with closing(sqlite3.connect(folder / "flowpilot.db")) as database:
        return list(database.execute(sql))


async def role(desk: SlackDesk, person: str) -> Role | None:
    """What somebody may do."""
    actor = await desk.system.store.read(lambda tx: tx.directory.actor("slack", "T0NORTHWIND", person))
    return None if actor is None else actor.role


async def test_a_slash_command_of_somebody_new_is_answered_before_slack_is_asked(
    desk: SlackDesk, tmp_path: Path
) -> None:
    """Its words are kept, and it is carried out when Slack has said who they are."""
    async with slow(desk, "users.info", "conversations.info"):
        assert await at_once(desk.command("/flowpilot", "VPN down")) == 200
        assert kept(tmp_path) == ["/flowpilot VPN down"]
        assert desk.api.called("users.info") == []
    assert [title for _, _, title in await desk.sessions()] == ["VPN down"]


async def test_somebody_known_in_a_channel_that_is_not_waits_for_nothing(desk: SlackDesk) -> None:
    """Whether FlowPilot is there is asked afterwards."""
    await desk.event("app_mention")
    desk.api.room("C0NEW", "U0ERIN")
    async with slow(desk, "conversations.info"):
        assert await at_once(desk.command("/flowpilot", "VPN down", channel_id="C0NEW")) == 200
    assert len(await desk.sessions()) == 2


@pytest.mark.parametrize("way", ["a channel", "direct messages"])
async def test_a_start_is_not_lost_where_slack_does_not_say_what_the_place_is(desk: SlackDesk, way: str) -> None:
    """An older installation lacks the scope, say: nobody has said that FlowPilot is not there."""
    await desk.event("app_mention")
    method, channel = ("conversations.info", "C0NEW") if way == "a channel" else ("conversations.open", "D0ERIN")
    desk.api.room("C0NEW", "U0ERIN")
    for _ in range(3):  # whoever asks
        desk.api.fail(method, "missing_scope")
    await desk.command("/flowpilot", "VPN down", channel_id=channel)
    assert len(await desk.sessions()) == 2


@pytest.mark.parametrize("way", ["command", "shortcut", "mention"])
async def test_slack_may_limit_how_often_it_is_asked(desk: SlackDesk, clock: Clock, tmp_path: Path, way: str) -> None:
    """It says when to ask again, and then the words are there: slash commands and shortcuts are sent once only."""
    for _ in range(2):  # of the channel's members it is asked, too
        desk.api.fail("users.info", retry_after=30)
    if way == "command":
        assert await desk.command("/flowpilot", "VPN down") == 200
    elif way == "shortcut":
        assert (await desk.interact(desk.payload("message_action")))[0] == 200
    else:
        assert await desk.event("app_mention") == 200
    assert (await desk.sessions(), len(kept(tmp_path))) == ([], 1)
    clock.ahead += timedelta(seconds=31)
    desk.api._next.clear()
    desk.system.outside.platforms["slack"]._web._pacing._lanes.clear()  # type: ignore[attr-defined]
    await desk.arrivals()
    assert len(await desk.sessions()) == 1


async def test_what_somebody_new_says_is_done_in_its_order(desk: SlackDesk) -> None:
    """Two messages before Slack has said who they are."""
    async with slow(desk):
        await desk.event("app_mention")
        await desk.event("message")
        await desk.say("It began on Monday")
    assert len(await desk.sessions()) == 1
    assert [words.splitlines()[0] for words in await desk.messages()][-1] == "It began on Monday"


async def test_secrets_of_somebody_new_are_not_kept(desk: SlackDesk, tmp_path: Path) -> None:
    """Neither in the inbox nor in what waits, which is sealed besides."""
    async with slow(desk):
        await desk.command("/flowpilot", "VPN down, password: hunter2-Sommer")
        stored = b"".join(stored_bytes(tmp_path))
        assert b"hunter2" not in stored
        assert b"hooks" not in stored
        assert b"/response/" not in stored
    assert rows(tmp_path, "SELECT payload FROM work WHERE kind = 'arrive'") == [("{}",)]
    assert "hunter2" not in str(await desk.sessions())


async def test_a_refusal_reaches_somebody_new_privately(desk: SlackDesk) -> None:
    """By the address that came with the command. A guest stays known as one."""
    assert await desk.command("/flowpilot", "VPN down", user_id="U0GUS", user_name="gus") == 200
    assert await desk.sessions() == []
    (answers,) = desk.api.answers.values()
    assert "This needs the role engineer" in json.dumps(answers)
    await desk.command("/flowpilot", "VPN down", user_id="U0GUS", user_name="gus")
    assert desk.api.called("users.info").count({"user": "U0GUS"}) == 1


async def test_the_answer_to_a_list_reaches_somebody_new(desk: SlackDesk) -> None:
    """It is a read, and is answered by what came with it."""
    await desk.command("/flowpilot", "list")
    assert "no sessions" in desk.whispered().lower() or "open" in desk.whispered().lower()


async def test_a_form_opens_for_somebody_new_while_its_trigger_lives(desk: SlackDesk) -> None:
    """Else they are told to click once more."""
    await desk.event("app_mention")
    await desk.command("/flowpilot", "settings", user_id="U0SAM", user_name="sam")
    assert len(desk.api.views) == 1
    desk.api.users["U0NEW"] = {**desk.api.users["U0SAM"], "profile": {"real_name": "Nina New"}}
    async with slow(desk):
        await desk.command("/flowpilot", "settings", user_id="U0NEW", user_name="nina")
        desk.api.triggers = dict.fromkeys(desk.api.triggers, "expired")
    assert len(desk.api.views) == 1
    assert "Click once more" in desk.whispered() or "again" in desk.whispered()


async def test_the_home_tab_of_somebody_new_is_shown(desk: SlackDesk) -> None:
    """When Slack has said who they are."""
    await desk.event("app_home_opened")
    assert "U0ERIN" in desk.api.homes


async def test_what_was_kept_is_done_once_though_the_process_dies(desk: SlackDesk, tmp_path: Path) -> None:
    """After it was carried out and before that was recorded, the row runs again."""
    async with slow(desk):
        await desk.command("/flowpilot", "VPN down")
        (kept_row,) = rows(tmp_path, "SELECT payload FROM work WHERE kind = 'arrive'")
    with closing(sqlite3.connect(tmp_path / "flowpilot.db")) as database:
        database.execute("UPDATE work SET state = 'open', payload = ? WHERE kind = 'arrive'", kept_row)
        database.commit()
    await desk.arrivals()
    assert len(await desk.sessions()) == 1


async def test_a_restart_asks_nothing_again(tmp_path: Path) -> None:
    """Who people are and who is in a channel is in the database."""
    key = new_key()
    async with slack_desk(tmp_path, encryption_key=key) as desk:
        await desk.event("app_mention")
        await desk.command("/flowpilot", "Printer offline")
        asked = [len(desk.api.called(m)) for m in ("users.info", "conversations.info", "conversations.members")]
        assert min(asked) == 1
    async with slack_desk(tmp_path, encryption_key=key) as desk:
        await desk.command("/flowpilot", "VPN down")
        assert len(await desk.sessions()) == 3
        assert [desk.api.called(m) for m in ("users.info", "conversations.info", "conversations.members")] == [[]] * 3


async def test_who_becomes_a_guest_has_no_authority_left(desk: SlackDesk) -> None:
    """It is in the database, so it holds for every process and after a restart; and the other way round."""
    await desk.event("app_mention")
    await desk.say(f"<@{BOT}> join", user="U0SAM")
    assert await role(desk, "U0SAM") is Role.ENGINEER
    desk.api.users["U0SAM"]["is_restricted"] = True
    await desk.event("user_change", user={"id": "U0SAM", **desk.api.users["U0SAM"]})
    assert await role(desk, "U0SAM") is None
    await desk.command("/flowpilot", "Printer by a guest", user_id="U0SAM", user_name="sam")
    assert "This needs the role" in desk.whispered()
    assert len(await desk.sessions()) == 1
    assert await are_guests(desk) == [True]


async def test_a_lookup_that_finds_a_guest_takes_the_authority(desk: SlackDesk, clock: Clock) -> None:
    """Though the event that said so was missed."""
    await desk.event("app_mention")
    await desk.say(f"<@{BOT}> join", user="U0SAM")
    desk.api.users["U0SAM"]["is_restricted"] = True
    clock.ahead += timedelta(hours=2)
    desk.system.slack.people._looked.forget("U0SAM")  # type: ignore[union-attr]
    await desk.say("And on my computer, too", user="U0SAM")
    assert await role(desk, "U0SAM") is None


async def test_a_guest_who_becomes_a_member_gets_the_default_role(desk: SlackDesk) -> None:
    """With their address; and one whose address is known is that person."""
    await desk.event("app_mention")
    await desk.say("it also happens on my PC", user="U0GUS")
    await desk.say("on mine, too", user="U0GIL")
    assert (await role(desk, "U0GUS"), await role(desk, "U0GIL")) == (None, None)
    for person, address in (("U0GUS", "gus@northwind.example"), ("U0GIL", "ERIN@northwind.example")):
        profile = {"real_name": "A Member", "email": address}
        desk.api.users[person] = {"team_id": desk.api.team, "name": "member", "profile": profile}
        await desk.event("user_change", user={"id": person, **desk.api.users[person]})
    assert (await role(desk, "U0GUS"), await role(desk, "U0GIL")) == (Role.ENGINEER, Role.OWNER)
    await desk.command("/flowpilot", "Printer down", user_id="U0GUS", user_name="gus")
    assert len(await desk.sessions()) == 2


async def test_people_are_called_as_slack_calls_them(desk: SlackDesk) -> None:
    """The owner, too, who was known by address alone; and by their new name afterwards."""
    await desk.until_the_fix()
    await desk.click(desk.button("Apply"))
    await desk.work()
    assert "(Erin Engineer)" in desk.said()
    assert "erin@northwind.example" not in desk.said()
    profile = desk.api.users["U0ERIN"]["profile"] | {"real_name": "Erin Builder"}
    desk.api.users["U0ERIN"]["profile"] = profile
    await desk.event("user_change", user={"id": "U0ERIN", **desk.api.users["U0ERIN"]})
    actor = await desk.system.store.read(lambda tx: tx.directory.actor("slack", desk.api.team, "U0ERIN"))
    assert actor is not None
    assert actor.name == "Erin Builder"
    desk.api.users["U0ERIN"] |= {"profile": {}, "name": ""}
    await desk.event("user_change", user={"id": "U0ERIN", **desk.api.users["U0ERIN"]})
    assert await desk.system.store.read(lambda tx: tx.directory.actor("slack", desk.api.team, "U0ERIN")) == actor


async def zone(desk: SlackDesk, person: str) -> str:
    """In which it is nine in the morning for them."""
    actor = await desk.system.store.read(lambda tx: tx.directory.actor("slack", desk.api.team, person))
    assert actor is not None
    return actor.zone


async def moves(desk: SlackDesk, person: str, tz: str) -> None:
    """Slack says that somebody is in another zone."""
    desk.api.users[person]["tz"] = tz
    await desk.event("user_change", user={"id": person, **desk.api.users[person]})


async def test_people_are_in_the_zone_that_slack_says(desk: SlackDesk) -> None:
    """Whether they come in first, or were seen before among a channel's members; and when they travel."""
    for person, tz in (("U0ERIN", "America/Los_Angeles"), ("U0SAM", "Asia/Kolkata")):
        desk.api.users[person]["tz"] = tz
    await desk.event("app_mention")
    await desk.say(f"<@{BOT}> join", user="U0SAM")
    assert (await zone(desk, "U0ERIN"), await zone(desk, "U0SAM")) == ("America/Los_Angeles", "Asia/Kolkata")
    await moves(desk, "U0ERIN", "Europe/Berlin")
    assert await zone(desk, "U0ERIN") == "Europe/Berlin"
    await moves(desk, "U0ERIN", "Mars/Olympus")
    assert await zone(desk, "U0ERIN") == "Europe/Berlin"


async def test_a_zone_that_somebody_chose_stays(desk: SlackDesk) -> None:
    """Whatever Slack says afterwards."""
    desk.api.users["U0ERIN"]["tz"] = "Asia/Kolkata"
    await desk.command("/flowpilot", "settings")
    await desk.submit(desk.view(), zone="UTC")
    assert await zone(desk, "U0ERIN") == "UTC"
    await moves(desk, "U0ERIN", "Europe/Berlin")
    assert await zone(desk, "U0ERIN") == "UTC"


async def test_of_somebody_who_was_seen_lately_nothing_is_asked(desk: SlackDesk) -> None:
    """Among a channel's members."""
    await desk.event("app_mention")
    asked = len(desk.api.called("users.info"))
    await desk.command("/flowpilot", "VPN down", user_id="U0SAM", user_name="sam")
    assert (len(await desk.sessions()), len(desk.api.called("users.info"))) == (2, asked)


async def test_somebody_seen_long_ago_is_asked_about_when_they_come_in(desk: SlackDesk, clock: Clock) -> None:
    """Among a channel's members; no event told that they became a guest."""
    await desk.event("app_mention")
    desk.api.users["U0SAM"]["is_restricted"] = True
    clock.ahead += FRESH + timedelta(seconds=1)
    await desk.command("/flowpilot", "VPN down", user_id="U0SAM", user_name="sam")
    assert (len(await desk.sessions()), await role(desk, "U0SAM")) == (1, None)
    assert "This needs the role" in desk.whispered()


@pytest.mark.parametrize("field", ["real_name", "email"])
async def test_who_has_a_name_that_cannot_be_stored_is_known_all_the_same(desk: SlackDesk, field: str) -> None:
    """By what is left of it; and what Slack says of them counts."""
    erin = desk.api.users["U0ERIN"]
    desk.api.users["U0ERIN"] = {**erin, "profile": {**erin["profile"], field: "Erin \ud83d\0"}}
    await desk.event("app_mention")
    assert len(await desk.sessions()) == 1
    user = {**desk.api.users["U0ERIN"], "is_restricted": True}
    assert await desk.event("user_change", user={"id": "U0ERIN", **user}) == 200
    assert await role(desk, "U0ERIN") is None


async def test_the_id_of_an_organisation_makes_nobody_an_outsider(desk: SlackDesk) -> None:
    """Slack names it in the place of a team; who they are is asked."""
    await desk.event("app_mention", user_team="E0ACME", source_team="E0ACME")
    assert len(await desk.sessions()) == 1
    assert await role(desk, "U0ERIN") is Role.OWNER


async def test_members_of_the_workspaces_organisation_are_members(tmp_path: Path) -> None:
    """auth.test says which one it is of."""
    async with slack_desk(tmp_path, organisation="E0ACME") as desk:
        desk.api.users["U0SAM"] |= {"team_id": "E0ACME"}
        desk.api.users["U0ERIN"] |= {"team_id": "T0OTHER", "enterprise_user": {"enterprise_id": "E0ACME"}}
        await desk.event("app_mention", user_team="T0OTHER")
        await desk.command("/flowpilot", "Printer offline", user_id="U0SAM", user_name="sam")
        assert len(await desk.sessions()) == 2


async def test_the_deletion_of_other_peoples_talk_makes_nobody_known(desk: SlackDesk, tmp_path: Path) -> None:
    """Neither of the channel's own, nor of a thread's by somebody who is not known."""
    before = rows(tmp_path, "SELECT name FROM users")
    ts = "1715000900.000100"
    for more in ({}, {"thread_ts": THREAD}):
        message = {"type": "message", "user": "U0SAM", "text": "lunch?", "ts": ts, **more}
        gone: dict[str, Any] = {"subtype": "message_deleted", "deleted_ts": ts, "previous_message": message}
        assert await desk.event("message", **gone) == 200
    assert rows(tmp_path, "SELECT name FROM users") == before
    assert rows(tmp_path, "SELECT key FROM inbox") == []
    assert rows(tmp_path, "SELECT kind FROM work WHERE kind = 'arrive'") == []


async def test_in_the_messages_of_two_people_no_session_starts(desk: SlackDesk) -> None:
    """FlowPilot would not hear an answer there. Its own messages with somebody are another thing."""
    await desk.command("/flowpilot", "VPN down", channel_id="D0OTHERS", channel_name="directmessage")
    assert await desk.sessions() == []
    assert "Write to me directly" in desk.whispered()
    await desk.command("/flowpilot", "VPN down", channel_id="D0ERIN", channel_name="directmessage")
    assert len(await desk.sessions()) == 1


async def test_an_escalation_channel_is_looked_at_when_it_is_set(desk: SlackDesk, tmp_path: Path) -> None:
    """So that it is known whether the card may stand there."""
    desk.api.room("C0ESC", "U0SAM", "U0GUS")
    await desk.event("app_mention")
    await desk.command("/flowpilot", "settings")
    await desk.submit(desk.view(), escalation_channel="C0ESC")
    assert rows(tmp_path, "SELECT guests FROM channels WHERE channel = 'C0ESC'") == [(1,)]
