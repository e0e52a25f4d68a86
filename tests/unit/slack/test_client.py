"""What FlowPilot says in Slack: once, in its thread, whole, and to whom it belongs."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from adapters.slack.client import SlackPlatform
from core.codec import encode
from core.commands import ClaimSession, OpenResolve
from core.errors import Rejected, Unavailable
from core.people.model import ConversationRef
from core.views import Badge, Button, Buttons, Card, File, Form, Input, Notice, Text
from tests.fakes.slack_api import SlackApi

CHANNEL, ERIN = "C0DESK", "U0ERIN"
CARD = Card(title="FP-1", badge=Badge(text="Active"), body=(Text(markdown="Outlook **hangs**"),), fallback="FP-1 hangs")
SENTENCE = "The prompt comes back after every restart of the client. "
LONG = Card(
    title="FP-1",
    body=(
        Text(markdown=SENTENCE * 400),
        Buttons(items=(Button(label="Claim", action=ClaimSession(session_id="s1")),)),
    ),
)


def channel_of(to: ConversationRef, thread: str = "") -> ConversationRef:
    return ConversationRef(platform=to.platform, workspace=to.workspace, channel=to.channel, thread=thread)


def words(message: dict[str, object]) -> str:
    return json.dumps(message["blocks"], ensure_ascii=False)


async def test_a_card_is_posted_in_its_thread_with_ids_only_in_its_metadata(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """Title, badge and text are there, and any member who reads the metadata learns no more than ids."""
    ref = await platform.post(thread, CARD, delivery="fp-7")
    (message,) = api.posted(CHANNEL)
    assert message["ts"] == ref
    assert message["thread_ts"] == thread.thread
    assert message["text"] == "FP-1 hangs"
    assert "Outlook **hangs**" in words(message)
    assert message["metadata"] == {
        "event_type": "flowpilot_delivery",
        "event_payload": {"delivery": "fp-7", "part": 1, "parts": 1},
    }


async def test_what_was_posted_is_found_by_its_delivery(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """Another delivery is not found, nor the same in another thread."""
    ref = await platform.post(thread, CARD, delivery="fp-7")
    other = channel_of(thread, api.say(CHANNEL, ERIN, "another problem"))
    assert await platform.find(thread, "fp-7") == ref
    assert await platform.find(thread, "fp-70") is None
    assert await platform.find(other, "fp-7") is None


async def test_a_thread_that_the_post_opens_is_named_by_its_first_message(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """The parts of a long card stand in the thread that the first opens, and the card is found again."""
    ref = await platform.post(channel_of(thread), LONG, delivery="fp-7")
    first, *rest = api.posted(CHANNEL)
    assert ref == first["ts"]
    assert rest
    assert {message["thread_ts"] for message in rest} == {ref}
    assert await platform.find(channel_of(thread), "fp-7") == ref


async def test_a_long_card_is_several_messages_with_each_button_once(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """All the words are there, in order, and the button is in the last."""
    ref = await platform.post(thread, LONG, delivery="fp-7")
    messages = api.posted(CHANNEL)
    assert ref == ",".join(message["ts"] for message in messages)
    assert len(messages) > 1
    shown = " ".join(block["text"].strip() for m in messages for block in m["blocks"] if block["type"] == "markdown")
    assert shown.split() == (SENTENCE * 400).split()
    value = json.dumps(encode(ClaimSession(session_id="s1")))
    assert [value in words(message) for message in messages] == [False] * (len(messages) - 1) + [True]


async def test_a_card_changes_in_place(platform: SlackPlatform, api: SlackApi, thread: ConversationRef) -> None:
    """One live card: the same message, with what holds now, still found by its delivery."""
    ref = await platform.post(thread, CARD, delivery="fp-7")
    await platform.update(thread, ref, Card(title="FP-1", badge=Badge(text="Resolved")))
    (message,) = api.posted(CHANNEL)
    assert "Resolved" in words(message)
    assert await platform.find(thread, "fp-7") == ref


async def test_a_card_that_shrinks_leaves_no_part_behind(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """The messages that are no longer needed are removed."""
    ref = await platform.post(thread, LONG, delivery="fp-7")
    await platform.update(thread, ref, CARD)
    (message,) = api.posted(CHANNEL)
    assert message["ts"] == ref.split(",")[0]


async def test_a_card_that_grows_goes_on_in_the_thread_and_comes_back(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """However often it is brought up to date, each part is there once; when it is short again, it is one message."""
    ref = await platform.post(thread, CARD, delivery="fp-7")
    await platform.update(thread, ref, LONG)
    grown = [message["ts"] for message in api.posted(CHANNEL)]
    assert len(grown) > 1
    await platform.update(thread, ref, LONG)
    assert [message["ts"] for message in api.posted(CHANNEL)] == grown
    await platform.update(thread, ref, CARD)
    assert [message["ts"] for message in api.posted(CHANNEL)] == [ref]


async def test_another_process_knows_the_parts_of_a_card_that_grew(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, another: SlackPlatform
) -> None:
    """They are found by their metadata, not posted again."""
    ref = await platform.post(thread, CARD, delivery="fp-7")
    await platform.update(thread, ref, LONG)
    grown = [message["ts"] for message in api.posted(CHANNEL)]
    await another.update(thread, ref, LONG)
    assert [message["ts"] for message in api.posted(CHANNEL)] == grown


async def test_a_card_that_opened_a_thread_is_brought_up_to_date_as_a_whole(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, another: SlackPlatform
) -> None:
    """Its reference names only the first message; the others are found, in another process too."""
    ref = await platform.post(channel_of(thread), LONG, delivery="fp-7")
    await another.update(channel_of(thread, ref), ref, CARD)
    assert [message["ts"] for message in api.posted(CHANNEL)] == [ref]


async def test_a_message_that_is_gone_is_refused(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """An engineer has deleted it: there is nothing to change, and trying again does not help."""
    with pytest.raises(Rejected, match="That message is gone"):
        await platform.update(thread, "1700000000.000100", CARD)


async def test_a_private_message_is_seen_by_one_person_in_the_thread(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """It is no message of the channel."""
    await platform.tell(thread, ERIN, Notice(markdown="You have not **joined**.", error=True), delivery="fp-8")
    (whisper,) = api.whispers
    assert (whisper["user"], whisper["channel"], whisper["thread_ts"]) == (ERIN, CHANNEL, thread.thread)
    assert "⚠️ You have not **joined**." in words(whisper)
    assert api.posted(CHANNEL) == []


@pytest.mark.parametrize("why", ["not_in_channel", "user_not_in_channel", "restricted_action"])
async def test_a_private_message_that_cannot_be_seen_there_goes_to_the_persons_own(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, why: str
) -> None:
    """Somebody an escalation is aimed at need not be in the channel."""
    api.fail("chat.postEphemeral", why)
    await platform.tell(thread, "U0LEE", Notice(markdown="FP-1 is yours."), delivery="fp-8")
    (message,) = api.posted("D0LEE")
    assert "FP-1 is yours." in words(message)


async def test_a_long_file_is_shown_in_part_and_sent_whole(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """A card's goes into the thread, a private one into the person's own messages."""
    content = "Step\n" * 2_000
    file = File(name="FP-1.md", media_type="text/markdown", content=content)
    await platform.post(thread, Card(title="FP-1", body=(file,)), delivery="fp-7")
    await platform.tell(thread, ERIN, Notice(markdown="The record:", body=(file,)), delivery="fp-8")
    shared = [(sent["channel"], sent["thread"], sent["content"].decode()) for sent in api.files.values()]
    assert shared == [(CHANNEL, thread.thread, content), ("D0ERIN", "", content)]


@pytest.mark.parametrize("method", ["files.getUploadURLExternal", "files.completeUploadExternal"])
async def test_a_file_that_cannot_be_sent_is_said(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, method: str
) -> None:
    """In the thread for a card, else privately. What it belongs to stands, and is not taken for a stream."""
    file = File(name="FP-1.md", media_type="text/markdown", content="Step\n" * 2_000)
    api.fail(method, "storage_limit_reached")
    await platform.post(thread, Card(title="FP-1", body=(file,)), delivery="fp-7")
    said = api.posted(CHANNEL)[-1]
    assert "The file FP-1.md could not be sent: Slack refused this (storage_limit_reached)." in words(said)
    assert said["thread_ts"] == thread.thread
    assert await platform.find_stream(thread, "fp-9", since=datetime.fromtimestamp(0, UTC)) is None
    api.fail(method, "storage_limit_reached")
    await platform.tell(thread, ERIN, Notice(markdown="The record:", body=(file,)), delivery="fp-8")
    assert "could not be sent" in words(api.whispers[-1])


async def test_a_card_above_a_long_thread_is_brought_up_to_date(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """After a restart, though Slack lets an app outside its Marketplace read no more than 15 messages a minute."""
    ref = await platform.post(channel_of(thread), CARD, delivery="fp-7")
    for number in range(20):
        api.say(CHANNEL, ERIN, f"And then {number}", ref)
    api.most_messages = 15
    api.let("conversations.replies")
    api.fail("conversations.replies", retry_after=60)
    await another.update(replace(thread, thread=ref), ref, Card(title="FP-1 resolved", body=()))
    assert "FP-1 resolved" in words(api.posted(CHANNEL)[0])


@pytest.mark.parametrize("threaded", [True, False])
async def test_a_crash_between_post_and_file_does_not_lose_the_file(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi, thread: ConversationRef, threaded: bool
) -> None:
    """The next process finds the message without one of its files, and sends that one alone."""
    to = thread if threaded else channel_of(thread)
    files = tuple(File(name=name, media_type="text/markdown", content="Step\n" * 2_000) for name in ("a.md", "b.md"))
    card = Card(title="FP-1", body=files)
    api.let("files.getUploadURLExternal")
    api.stall("files.getUploadURLExternal")
    posting = asyncio.create_task(platform.post(to, card, delivery="fp-7"))
    await api.stalled.wait()
    posting.cancel()
    await asyncio.gather(posting, return_exceptions=True)
    for _ in range(2):  # the second time all is there
        ref = await another.find(to, "fp-7") or await another.post(to, card, delivery="fp-7")
        messages = api.posted(CHANNEL)
        assert ref == messages[0]["ts"]
        assert [file["title"] for m in messages for file in m.get("files", ())] == ["a.md", "b.md"]
        assert len(messages) == 3


async def test_an_open_modal_is_filled(platform: SlackPlatform, api: SlackApi, thread: ConversationRef) -> None:
    """By the surface that core chose, so that no view id is waited for."""
    busy = Form(surface="srf-1", title="Resolve", body=(), action=OpenResolve(session_id="s1"), submit=None, busy="…")
    ready = Form(
        surface="srf-1", title="Resolve", body=(Input(name="text", label="Note"),), action=OpenResolve(session_id="s1")
    )
    api.views["srf-1"] = {}
    await platform.fill(thread, ERIN, "{}", busy)
    assert "submit" not in api.views["srf-1"]
    await platform.fill(thread, ERIN, "{}", ready)
    view = api.views["srf-1"]
    assert view["external_id"] == "srf-1"
    assert view["submit"]["text"] == "Save"
    assert json.loads(view["private_metadata"])["p"] == [CHANNEL, thread.thread]


async def test_a_modal_that_is_gone_is_no_error(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """It may be about to open, so it is looked for once more; then it was closed, and nothing happens."""
    form = Form(surface="srf-1", title="Resolve", body=(), action=OpenResolve(session_id="s1"))
    with pytest.raises(Unavailable) as waiting:
        await platform.fill(thread, ERIN, "{}", form)
    assert waiting.value.retry_after == 1.0
    await platform.fill(thread, ERIN, "{}", form)
    assert api.views == {}


async def test_work_shows_as_a_status_of_the_thread(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """It is best effort: a Slack that refuses it is not heard of."""
    await platform.progress(thread, "is drafting the note…")
    assert api.statuses == {(CHANNEL, thread.thread): "is drafting the note…"}
    api.fail("assistant.threads.setStatus", "missing_scope")
    await platform.progress(thread, "")
    assert api.statuses == {(CHANNEL, thread.thread): "is drafting the note…"}


async def test_slacks_stop_button_stands_there_while_an_agent_works(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """Slack shows it while the thread's session is processing, and leaves it to the app to end that."""
    await platform.progress(thread, "Looking into it…")
    assert api.agent_sessions == {(CHANNEL, thread.thread): "processing"}
    await platform.progress(thread, "")
    assert api.agent_sessions == {(CHANNEL, thread.thread): "active"}


async def test_an_app_that_is_no_agent_is_asked_for_the_button_once(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """It was made from an older manifest; the words are shown all the same."""
    api.agent = False
    for text in ("Looking into it…", "", "Reading the ticket…"):
        await platform.progress(thread, text)
    assert len(api.called("agents.sessions.setStatus")) == 1
    assert api.statuses == {(CHANNEL, thread.thread): "Reading the ticket…"}


async def test_a_message_has_an_address_for_people(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """The first message of a card in several, for the note in the ticket."""
    ref = await platform.post(thread, LONG, delivery="fp-7")
    link = await platform.permalink(thread, ref)
    assert link == f"https://northwind.slack.com/archives/{CHANNEL}/p{ref.split(',')[0].replace('.', '')}"
