"""What people do while something of theirs is still kept, though it is known by now who they are."""

from typing import Any

import pytest

from core.people.knowing import learn
from core.people.system import system_actor
from tests.fakes.slack_api import BOT
from tests.integration.slack.desk import SlackDesk
from tests.integration.slack.test_first_contact import slow

TS = "1715000900.000100"
TEXT = f"<@{BOT}> The printer of the CEO prints secrets"
MESSAGE: dict[str, Any] = {"type": "message", "user": "U0SAM", "text": TEXT, "ts": TS}


async def become_known(desk: SlackDesk, person: str = "U0SAM") -> None:
    """Somebody else has heard who they are, such as a look at the channel."""
    assert desk.system.slack is not None
    said = await desk.system.slack.who("T0NORTHWIND", person)

    def note(transaction: Any) -> None:
        workspace = transaction.directory.workspace("slack", "T0NORTHWIND")
        now, rules = desk.system.outside.clock.now(), desk.system.application.rules
        learn(transaction.unit(system_actor(workspace.account_id), now, rules), workspace.id, said)

    await desk.system.store.write(note)


async def change(desk: SlackDesk, text: str) -> None:
    """Sam edits the message; "" deletes it."""
    more: dict[str, Any] = {"subtype": "message_deleted", "deleted_ts": TS}
    if text:
        edited = {"user": "U0SAM", "ts": "1715000901.000100"}
        more = {"subtype": "message_changed", "message": {**MESSAGE, "text": f"<@{BOT}> {text}", "edited": edited}}
    await desk.event("message", **more, previous_message=MESSAGE, ts="1715000901.000100", event_ts="1715000901.000100")


@pytest.mark.parametrize("text", ["The printer prints blank pages", ""])
async def test_changes_of_a_kept_message_find_it(desk: SlackDesk, text: str) -> None:
    """An edit; and a deletion, after which it is never carried out."""
    async with slow(desk):
        await desk.event("app_mention", user="U0SAM", text=TEXT, ts=TS, event_ts=TS)
        await become_known(desk)
        await change(desk, text)
        assert await desk.sessions() == []
    if not text:
        assert await desk.sessions() == []
    else:
        assert await desk.messages() == [text]


async def test_later_messages_stay_behind_a_kept_one(desk: SlackDesk) -> None:
    """They are said in its thread."""
    async with slow(desk):
        await desk.event("app_mention", user="U0SAM", text=TEXT, ts=TS, event_ts=TS)
        await become_known(desk)
        await desk.say("It began on Monday", user="U0SAM", ts="1715000902.000100", thread=TS)
    assert await desk.messages() == ["The printer of the CEO prints secrets", "It began on Monday"]


async def test_what_was_kept_is_done_at_once_when_its_person_becomes_known(desk: SlackDesk) -> None:
    """It does not sit out the wait after a question that failed."""
    desk.api.fail("users.info", "internal_error")
    await desk.event("app_mention", user="U0SAM", text=TEXT, ts=TS, event_ts=TS)
    await desk.arrivals()
    assert len(await desk.sessions()) == 1


async def test_a_start_in_an_unknown_place_holds_up_nothing_else(desk: SlackDesk) -> None:
    """Who it is from is known, so that only the place is asked about."""
    await desk.event("app_mention")
    desk.api.room("C0NEW", "U0ERIN")
    async with slow(desk):
        await desk.command("/flowpilot", "VPN down", channel_id="C0NEW")
        await desk.say("It began on Monday")
        assert (await desk.messages())[-1] == "It began on Monday"
    assert len(await desk.sessions()) == 2
