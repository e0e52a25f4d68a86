"""Answers that grow in Slack: Slack's five minutes, its rates, its errors, and messages that were left behind."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from adapters.slack.client import SlackPlatform
from core.errors import Rejected, Unavailable
from core.people.model import ConversationRef
from core.views import Card, Text
from tests.fakes.slack_api import SlackApi
from tests.unit.slack.conftest import CHANNEL, Time, place

ERIN = "U0ERIN"
CARD = Card(body=(Text(markdown="Restart the spooler."),), fallback="Restart the spooler.")
LONG_AGO = datetime.now(UTC) - timedelta(hours=1)


def text_of(api: SlackApi) -> str:
    (message,) = api.posted(CHANNEL)
    return "".join(block["text"] for block in message["blocks"])


async def test_only_what_is_new_is_appended(platform: SlackPlatform, api: SlackApi, thread: ConversationRef) -> None:
    """To a stream for the one who is answered."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    for text in ("Restart", "Restart the", "Restart the", "Restart the spooler"):
        await stream.show(text)
    (started,) = api.called("chat.startStream")
    assert (started["recipient_user_id"], started["recipient_team_id"]) == (ERIN, "T0NORTHWIND")
    assert [call["markdown_text"] for call in api.called("chat.appendStream")] == ["Restart", " the", " spooler"]


@pytest.mark.parametrize("team", [{"team_id": "T0ONE"}, {"team_id": "E0ACME", "enterprise_user": {"teams": ["T0ONE"]}}])
async def test_in_an_organisation_it_is_for_a_person_of_one_of_its_teams(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, team: dict[str, object]
) -> None:
    """Slack wants a team's id there; who has none is answered without a stream. Slack is asked once."""
    there = replace(thread, workspace="E0ACME")
    api.users |= {ERIN: team, "U0SAM": {"team_id": "E0ACME"}}
    for _ in range(2):
        await platform.stream(there, person=ERIN, delivery="turn-1")
    assert [call["recipient_team_id"] for call in api.called("chat.startStream")] == ["T0ONE"] * 2
    assert len(api.called("users.info")) == 1
    with pytest.raises(Rejected):
        await platform.stream(there, person="U0SAM", delivery="turn-2")


async def test_a_stream_that_slack_closes_goes_on_by_updates(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """About five minutes after its start; the same message shows the whole text."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    await stream.show("Restart")
    api.streams_die()
    await stream.show("Restart the")
    await stream.show("Restart the spooler")
    assert text_of(api) == "Restart the spooler"
    assert len(api.called("chat.update")) == 2
    await platform.replace(thread, stream.ref, CARD, delivery="fp-2")
    assert text_of(api) == "Restart the spooler."


async def test_a_full_rate_is_not_waited_for(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """What does not go out now comes with a later look, in one piece."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    for number in range(150):
        await stream.show("word " * (number + 1))
    assert len(api.called("chat.appendStream")) == 100
    assert time.slept == 0
    time.now += 61
    api.streams.minute_passes()
    await stream.show("word " * 151)
    assert text_of(api) == "word " * 151


async def test_retry_after_is_kept_to(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """Nothing is sent before, and nothing is lost."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    api.fail("chat.appendStream", retry_after=30)
    for text in ("Restart", "Restart the", "Restart the spooler"):
        await stream.show(text)
    assert len(api.called("chat.appendStream")) == 1
    time.now += 31
    await stream.show("Restart the spooler now")
    assert text_of(api) == "Restart the spooler now"


async def test_updates_of_previews_leave_room_for_cards(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """Half of the rate is the cards'."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    api.streams_die()
    for number in range(60):
        await stream.show("word " * (number + 1))
    assert len(api.called("chat.update")) == 25
    await platform.replace(thread, stream.ref, CARD, delivery="fp-2")
    assert time.slept == 0


async def test_a_twenty_first_stream_in_a_minute_is_refused_for_now(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """Its answer is seen when it is done."""
    for number in range(20):
        await platform.stream(thread, person=ERIN, delivery=f"turn-{number}")
    with pytest.raises(Unavailable):
        await platform.stream(thread, person=ERIN, delivery="turn-20")
    assert len(api.called("chat.startStream")) == 20


@pytest.mark.parametrize("error", ["stopped_by_user", "channel_not_found", "unknown_method", "internal_error"])
async def test_other_errors_end_the_preview_quietly(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, error: str
) -> None:
    """No further call is made of it; the final card still comes."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    api.fail("chat.appendStream", error)
    await stream.show("Restart")
    await stream.show("Restart the spooler")
    assert len(api.called("chat.appendStream")) == 1
    await platform.replace(thread, stream.ref, CARD, delivery="fp-2")
    assert text_of(api) == "Restart the spooler."


async def test_the_final_card_says_by_metadata_what_it_is(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """A stream takes none; afterwards the message is found like any other, and is no orphan."""
    stream = await platform.stream(thread, person=ERIN, delivery="turn-1")
    await stream.show("Restart")
    assert await another.find_stream(thread, "turn-1", since=LONG_AGO) == stream.ref
    await platform.replace(thread, stream.ref, CARD, delivery="fp-2")
    assert await another.find(thread, "fp-2") == stream.ref
    assert await another.find_stream(thread, "turn-1", since=LONG_AGO) is None


async def test_only_a_stream_of_its_own_and_of_its_time_is_found(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """People's words, marked posts, other threads and earlier messages are not."""
    api.say(CHANNEL, ERIN, "It hangs still", thread.thread)
    await platform.post(thread, CARD, delivery="fp-1")
    other = place(thread=api.say(CHANNEL, ERIN, "Another problem"))
    await platform.stream(other, person=ERIN, delivery="turn-0")
    assert await platform.find_stream(thread, "turn-1", since=LONG_AGO) is None
    await platform.stream(thread, person=ERIN, delivery="turn-1")
    later = datetime.now(UTC) + timedelta(hours=1)
    assert await platform.find_stream(thread, "turn-1", since=later) is None


async def test_a_channel_without_a_thread_has_no_stream(platform: SlackPlatform, api: SlackApi) -> None:
    """Slack streams in threads."""
    with pytest.raises(Rejected):
        await platform.stream(place(), person=ERIN, delivery="turn-1")
    assert api.called("chat.startStream") == []


async def test_nobody_to_stream_to_in_a_channel_is_refused(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """A person without an identity there; in direct messages nobody need be named."""
    with pytest.raises(Rejected):
        await platform.stream(thread, person="", delivery="turn-1")
    api.room("D0ERIN", ERIN)
    direct = place("D0ERIN", api.say("D0ERIN", ERIN, "It hangs"))
    assert (await platform.stream(direct, person="", delivery="turn-1")).ref
