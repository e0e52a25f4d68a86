"""What becomes of Slack's refusals and of a network that breaks: nothing twice, nothing lost, in words for people."""

from datetime import UTC, datetime

import pytest

from adapters.slack.client import SlackPlatform
from adapters.slack.delivered import PAST, SKEW
from adapters.slack.errors import code_of
from adapters.slack.web import open_session, web_client
from core.errors import Hidden, Rejected, Unavailable, Uncertain
from core.people.model import ConversationRef
from core.views import Card, Notice, Text
from tests.fakes.slack_api import BOT, TOKEN, SlackApi
from tests.unit.slack.conftest import CHANNEL, Time, place

CARD = Card(title="FP-1", body=(Text(markdown="Outlook hangs"),), fallback="FP-1")
LONG = Card(title="FP-1", body=(Text(markdown="The prompt comes back after every restart. " * 600),))


async def test_slack_says_when_to_try_again(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time
) -> None:
    """Retry-After is handed on, and until then nothing else goes to that channel; other channels are not held up."""
    api.room("C0OTHER")
    api.fail("chat.postMessage", retry_after=30)
    with pytest.raises(Unavailable) as refused:
        await platform.post(thread, CARD, delivery="fp-1")
    assert refused.value.retry_after == 30
    with pytest.raises(Unavailable) as waiting:
        await platform.post(thread, CARD, delivery="fp-2")
    assert waiting.value.retry_after == 30
    assert len(api.called("chat.postMessage")) == 1
    await platform.post(place("C0OTHER"), CARD, delivery="fp-3")
    time.now += 30
    await platform.post(thread, CARD, delivery="fp-1")
    assert len(api.posted(CHANNEL)) == 1


@pytest.mark.parametrize(("said", "seconds"), [(float("inf"), 30), (float("nan"), 30), (1e15, 3_600), (-5, 0)])
async def test_whatever_slack_says_no_channel_is_held_for_ever(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, time: Time, said: float, seconds: float
) -> None:
    api.fail("chat.postMessage", retry_after=said)
    with pytest.raises(Unavailable) as refused:
        await platform.post(thread, CARD, delivery="fp-1")
    assert refused.value.retry_after == seconds
    time.now += seconds
    await platform.post(thread, CARD, delivery="fp-1")
    assert len(api.posted(CHANNEL)) == 1


async def test_a_post_whose_answer_was_lost_is_found_and_not_repeated(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """It stands in Slack: one message, not two."""
    api.lose("chat.postMessage")
    with pytest.raises(Uncertain):
        await platform.post(thread, CARD, delivery="fp-1")
    ref = await platform.find(thread, "fp-1")
    assert [message["ts"] for message in api.posted(CHANNEL)] == [ref]


async def test_a_post_is_looked_for_since_it_may_stand(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """However long the thread was before: Slack hands an app outside its Marketplace 15 messages a minute."""
    for number in range(40):
        api.say(CHANNEL, "U0ERIN", f"It was so already {number}", thread.thread)
    since = datetime.fromtimestamp(float(api.room(CHANNEL).messages[-1]["ts"]) + SKEW, UTC)
    posted = await platform.post(thread, CARD, delivery="fp-1")
    api.most_messages = 15
    assert await platform.find(thread, "fp-1", since=since) == posted
    assert len(api.called("conversations.replies")) == 1


async def test_a_post_that_stands_for_long_is_found(platform: SlackPlatform, api: SlackApi) -> None:
    """Somebody retries it days later."""
    posted = await platform.post(place(), CARD, delivery="fp-1")
    later = SlackPlatform(platform._web._clients, now=lambda: float(posted) + 3 * PAST)
    assert await later.find(place(), "fp-1", since=datetime.fromtimestamp(float(posted), UTC)) == posted


async def test_a_post_that_opens_a_thread_and_whose_answer_was_lost_is_found(
    platform: SlackPlatform, api: SlackApi
) -> None:
    """Among the channel's last messages."""
    api.lose("chat.postMessage")
    with pytest.raises(Uncertain):
        await platform.post(place(), CARD, delivery="fp-1")
    assert await platform.find(place(), "fp-1") == api.posted(CHANNEL)[0]["ts"]


async def test_a_post_that_never_arrived_is_not_found_and_goes_out_again(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """The connection broke before Slack had done anything."""
    api.cut("chat.postMessage")
    with pytest.raises(Uncertain):
        await platform.post(thread, CARD, delivery="fp-1")
    assert await platform.find(thread, "fp-1") is None
    ref = await platform.post(thread, CARD, delivery="fp-1")
    assert [message["ts"] for message in api.posted(CHANNEL)] == [ref]


@pytest.mark.parametrize("fault", ["lose", "cut"])
async def test_a_long_card_that_broke_off_is_completed(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, fault: str
) -> None:
    """What stands is kept, what is missing is added: each part once, in order."""
    await platform.post(thread, LONG, delivery="whole")
    whole = [message["blocks"] for message in api.posted(CHANNEL)]
    api.room(CHANNEL).messages[1:] = []
    api.let("chat.postMessage", 1)
    getattr(api, fault)("chat.postMessage")
    with pytest.raises(Uncertain):
        await platform.post(thread, LONG, delivery="fp-1")
    ref = await platform.find(thread, "fp-1") or await platform.post(thread, LONG, delivery="fp-1")
    assert [message["blocks"] for message in api.posted(CHANNEL)] == whole
    assert ref == ",".join(message["ts"] for message in api.posted(CHANNEL))


async def test_a_long_card_that_stands_in_part_is_no_card_that_never_went_out(
    platform: SlackPlatform, another: SlackPlatform, api: SlackApi
) -> None:
    """Where FlowPilot is not, this process goes on with what it knows to stand; another one cannot look, and says so."""
    room = api.room("C0ESC")
    room.members.discard(BOT)
    room.public = True
    api.let("chat.postMessage", 1)
    api.fail("chat.postMessage", retry_after=3)
    with pytest.raises(Uncertain) as begun:
        await platform.post(place("C0ESC"), LONG, delivery="fp-1")
    assert begun.value.retry_after == 3
    with pytest.raises(Hidden, match="Invite it there"):
        await another.find(place("C0ESC"), "fp-1")
    assert await platform.find(place("C0ESC"), "fp-1") is None
    await platform.post(place("C0ESC"), LONG, delivery="fp-1")
    assert [m["metadata"]["event_payload"]["part"] for m in api.posted("C0ESC")] == [1, 2, 3]


async def test_slack_that_answers_too_late_is_not_waited_for(api: SlackApi, thread: ConversationRef) -> None:
    """The limit is the adapter's own, and the outcome is open."""
    api.stall("chat.postMessage")
    async with open_session() as session:
        client = web_client(TOKEN, session, api.url)
        hasty = SlackPlatform(lambda workspace: client, time_limit=0.05)
        with pytest.raises(Uncertain, match="did not answer in time"):
            await hasty.post(thread, CARD, delivery="fp-1")
    assert len(api.posted(CHANNEL)) == 1


async def test_slack_that_cannot_be_reached_may_be_tried_again() -> None:
    """Nothing has been sent."""
    async with open_session() as session:
        client = web_client(TOKEN, session, "http://127.0.0.1:1/api/")
        with pytest.raises(Unavailable, match="cannot be reached"):
            await SlackPlatform(lambda workspace: client).post(place(), CARD, delivery="fp-1")


async def test_a_change_that_may_have_been_made_is_simply_made_again(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """Doing it twice changes nothing, so there is nothing to look for."""
    ref = await platform.post(thread, CARD, delivery="fp-1")
    api.lose("chat.update")
    with pytest.raises(Uncertain):
        await platform.update(thread, ref, CARD)
    await platform.update(thread, ref, CARD)
    assert api.posted(CHANNEL)[0]["edits"] == 2


@pytest.mark.parametrize("error", ["internal_error", "fatal_error"])
async def test_a_fault_of_slacks_own_leaves_it_open_whether_it_posted(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, error: str
) -> None:
    """Slack documents that some of it may have been done."""
    api.fail("chat.postMessage", error)
    with pytest.raises(Uncertain):
        await platform.post(thread, CARD, delivery="fp-1")
    assert await platform.find(thread, "fp-1") is None


async def test_an_answer_that_is_none_of_slacks_leaves_it_open(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """Such as the page of a proxy in between."""
    api.fail("chat.postMessage", status=502)
    with pytest.raises(Uncertain):
        await platform.post(thread, CARD, delivery="fp-1")
    assert len(api.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("channel_not_found", "cannot see that channel"),
        ("not_in_channel", "invite it there"),
        ("is_archived", "archived"),
        ("msg_too_long", "longer than Slack takes"),
        ("msg_blocks_too_long", "longer than Slack takes"),
        ("invalid_blocks", "refused the format"),
        ("token_revoked", "install the app again"),
        ("account_inactive", "install the app again"),
        ("missing_scope", "lacks a permission"),
        ("restricted_action", "settings"),
        ("something_new", "something_new"),
    ],
)
async def test_a_refusal_for_good_is_said_in_words(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef, error: str, words: str
) -> None:
    """It is not tried again, and says what to do."""
    api.fail("chat.postMessage", error)
    with pytest.raises(Rejected, match=words) as refused:
        await platform.post(thread, CARD, delivery="fp-1")
    assert code_of(refused.value) == error


async def test_the_workspaces_own_refusals_are_met(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """As they come up, not as told: FlowPilot was removed from the channel, then the app from the workspace."""
    api.room(CHANNEL).members.discard(BOT)
    with pytest.raises(Rejected, match="invite it there"):
        await platform.post(thread, CARD, delivery="fp-1")
    api.revoked = True
    with pytest.raises(Rejected, match="install the app again"):
        await platform.post(thread, CARD, delivery="fp-1")


@pytest.mark.parametrize("state", ["expired", "used"])
async def test_a_modal_that_comes_too_late_says_so(platform: SlackPlatform, api: SlackApi, state: str) -> None:
    """A trigger lives for three seconds, once."""
    api.triggers["t-1"] = state
    with pytest.raises(Rejected, match="click"):
        await platform.private("T0NORTHWIND").open_view("t-1", {"type": "modal"})
    assert api.views == {}


async def test_a_private_message_that_slack_refuses_everywhere_is_refused(
    platform: SlackPlatform, api: SlackApi, thread: ConversationRef
) -> None:
    """In the thread and among the person's own messages."""
    api.fail("chat.postEphemeral", "invalid_blocks")
    api.fail("chat.postMessage", "invalid_blocks")
    with pytest.raises(Rejected, match="format"):
        await platform.tell(thread, "U0ERIN", Notice(markdown="Hello"), delivery="fp-1")
    assert api.whispers == api.posted("D0ERIN") == []
