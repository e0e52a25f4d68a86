"""What is for one person, from the queue: once where Slack can be asked, its files with it, whatever Slack lets wait."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest

from adapters.slack.client import SlackPlatform
from adapters.slack.wire import Handle, Place
from core.errors import Unavailable, Uncertain
from core.people.model import ConversationRef
from core.views import Card, File, Notice, Text
from tests.fakes.slack_api import SlackApi
from tests.unit.slack.conftest import CHANNEL, Time

LEE = "U0LEE"
BEFORE = datetime.fromtimestamp(1, UTC)
SENTENCE = "The prompt comes back after every restart of the client. "
LONG = Notice(markdown="", body=tuple(Text(markdown=f"Part {number}. " + SENTENCE * 80) for number in range(5)))
FILES = tuple(File(name=name, media_type="text/plain", content="Step\n" * 2_000) for name in ("a.md", "b.md"))
RECORD = Notice(markdown="The record:", body=FILES)


def shared(api: SlackApi, channel: str) -> list[str]:
    """The names of files that stand there."""
    return [file["title"] for message in api.rooms[channel].messages for file in message.get("files", ())]


@pytest.mark.parametrize("again", ["same", "another"])
async def test_a_private_message_whose_answer_was_lost_is_not_said_twice(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi, thread: ConversationRef, again: str
) -> None:
    """Lee is not in the channel: it goes to the own messages, where each part is found by its delivery."""
    api.let("chat.postMessage", 1)
    api.lose("chat.postMessage")
    with pytest.raises(Uncertain):
        await platform.tell(thread, LEE, LONG, delivery="fp-8")
    process = platform if again == "same" else another
    await process.tell(thread, LEE, LONG, delivery="fp-8", since=BEFORE)
    parts = [message["metadata"]["event_payload"]["part"] for message in api.posted("D0LEE")]
    assert parts == list(range(1, len(parts) + 1))
    assert len(parts) > 2


async def test_what_is_told_of_a_thread_in_the_own_messages_stands_in_it_once(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi
) -> None:
    """There it is found by its delivery, with its files; nobody else is told by the messages of another."""
    own = api.room("D0LEE", LEE)
    thread = ConversationRef(
        platform="slack", workspace="T0NORTHWIND", channel=own.id, thread=api.say(own.id, LEE, "It hangs")
    )
    api.let("chat.postMessage", 1)
    api.lose("chat.postMessage")
    with pytest.raises(Uncertain):
        await platform.tell(thread, LEE, LONG, delivery="fp-8")
    await another.tell(thread, LEE, LONG, delivery="fp-8", since=BEFORE)
    await another.tell(thread, LEE, RECORD, delivery="fp-9", since=BEFORE)
    parts = [message["metadata"]["event_payload"]["part"] for message in api.posted(own.id) if message.get("metadata")]
    assert parts[:-1] == list(range(1, len(parts)))
    assert shared(api, own.id) == ["a.md", "b.md"]
    assert {message["thread_ts"] for message in api.posted(own.id)} == {thread.thread}
    await another.tell(thread, "U0ERIN", Notice(markdown="For Erin alone"), delivery="fp-10")
    assert "For Erin alone" not in json.dumps(api.posted(own.id))
    assert "For Erin alone" in json.dumps(api.posted("D0ERIN"))


async def test_a_whisper_is_not_repeated_for_a_part_that_slack_lets_wait(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """This process knows which parts went out."""
    api.let("chat.postEphemeral", 1)
    api.fail("chat.postEphemeral", retry_after=30)
    with pytest.raises(Unavailable):
        await platform.tell(thread, "U0ERIN", LONG, delivery="fp-8")
    time.now += 30
    await platform.tell(thread, "U0ERIN", LONG, delivery="fp-8", since=BEFORE)
    texts = [whisper["text"] for whisper in api.whispers]
    assert len(texts) == len(set(texts)) > 2


async def test_a_notification_has_words(platform: SlackPlatform, api: SlackApi, thread: ConversationRef) -> None:
    """Those of the message, where nothing stands above its blocks."""
    await platform.tell(thread, LEE, Notice(markdown="", body=(Text(markdown="FP-1 is yours."),)), delivery="fp-8")
    await platform.tell(thread, LEE, Notice(markdown="", body=FILES), delivery="fp-9")
    said = [message["text"] for message in api.posted("D0LEE") if "files" not in message]
    assert said == [
        "FP-1 is yours.",
        "A message from FlowPilot",
    ]


@pytest.mark.parametrize(
    ("method", "trouble"),
    [
        ("files.getUploadURLExternal", "wait"),
        ("files.completeUploadExternal", "wait"),
        ("files.completeUploadExternal", "lose"),
    ],
)
async def test_a_file_that_slack_lets_wait_is_not_given_up(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time, method: str,
    trouble: str,
) -> None:  # fmt: skip
    """Nothing is said of it: it comes with the next try, in its thread or privately, and no other file comes twice."""

    def next_fails() -> None:
        api.let(method)
        if trouble == "wait":
            api.fail(method, retry_after=30)
        else:
            api.lose(method)

    card = Card(title="FP-1", body=FILES)
    next_fails()
    with pytest.raises(Uncertain) as begun:
        await platform.post(thread, card, delivery="fp-7")
    assert begun.value.retry_after == (30 if trouble == "wait" else None)
    time.now += 30
    ref = await another.find(thread, "fp-7") or await another.post(thread, card, delivery="fp-7")
    assert await another.find(thread, "fp-7") is None
    assert await another.post(thread, card, delivery="fp-7") == ref
    next_fails()
    with pytest.raises(Unavailable if trouble == "wait" else Uncertain):
        await platform.tell(thread, "U0ERIN", RECORD, delivery="fp-8")
    time.now += 30
    await platform.tell(thread, "U0ERIN", RECORD, delivery="fp-8", since=BEFORE)
    assert (shared(api, CHANNEL), shared(api, "D0ERIN")) == (["a.md", "b.md"], ["a.md", "b.md"])
    assert "could not be sent" not in json.dumps([*api.posted(CHANNEL), *api.whispers])


async def test_a_file_that_is_refused_is_said_once(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """Also where the next one has to wait."""
    api.fail("files.getUploadURLExternal", "storage_limit_reached")
    api.fail("files.getUploadURLExternal", retry_after=30)
    with pytest.raises(Uncertain):
        await platform.post(thread, Card(title="FP-1", body=FILES), delivery="fp-7")
    time.now += 30
    assert await another.find(thread, "fp-7") is None
    await another.post(thread, Card(title="FP-1", body=FILES), delivery="fp-7")
    said = [message for message in api.posted(CHANNEL) if "could not be sent" in json.dumps(message)]
    assert (len(said), shared(api, CHANNEL)) == (1, ["b.md"])


async def test_a_file_of_a_reply_waits_a_moment(platform: SlackPlatform, api: SlackApi) -> None:
    """No row in the queue would bring it; what takes longer is said."""
    private = platform.private("T0NORTHWIND")
    api.fail("files.getUploadURLExternal", retry_after=2)
    await private.whisper(Place(channel=CHANNEL), "U0ERIN", RECORD, Handle())
    assert shared(api, "D0ERIN") == ["a.md", "b.md"]
    api.fail("files.getUploadURLExternal", retry_after=30)
    await private.whisper(Place(channel=CHANNEL), "U0ERIN", RECORD, Handle())
    assert "a.md could not be sent: Slack asks FlowPilot to slow down." in json.dumps(api.whispers)


async def test_what_slack_asks_to_wait_for_is_not_called_meanwhile(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """Methods without a rate of their own, and addresses that are no methods, are held like all others."""
    private = platform.private("T0NORTHWIND")
    view: dict[str, object] = {
        "type": "home",
        "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Hello"}}],
    }
    api.files["F0LOG"] = {"content": b"0123456789"}
    address = api.url.replace("/api/", "/files/F0LOG")
    calls: dict[str, Callable[[], Awaitable[object]]] = {
        "views.publish": lambda: private.publish_home("U0ERIN", view),
        "conversations.open": lambda: private.tell(Place(channel=""), LEE, Notice(markdown="Hello"), "fp-1", set()),
        "download": lambda: private.download(address, 4),
    }
    for method, call in calls.items():
        api.fail(method, retry_after=60)
        for _ in range(2):
            with pytest.raises(Unavailable) as refused:
                await call()
            assert refused.value.retry_after == 60
        assert len(api.called(method)) <= 1
    assert api.downloads == []
    time.now += 60
    await asyncio.gather(*(call() for call in calls.values()))
    assert (list(api.homes), api.downloads, len(api.posted("D0LEE"))) == (["U0ERIN"], ["F0LOG"], 1)
