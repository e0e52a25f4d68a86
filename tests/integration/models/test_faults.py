"""What becomes of a turn when the model fails: a fault that passes is not seen, one that stays is a sentence and a way on."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import anthropic
import pytest

from adapters.models.anthropic.client import AnthropicProvider, connect
from core.prompts import Purpose
from core.sessions.model import Session
from core.thinking.asking import Asker
from core.thinking.breaker import Breaker
from core.thinking.thinker import ThinkingModel
from core.turns.jobs import TRIES
from core.turns.model import Author, Message, TurnState
from core.views import Card
from tests.fakes.clock import FakeClock
from tests.fakes.messages_api import KEY, MessagesApi, Trouble
from tests.fakes.platform import words_of
from tests.support.desk import Desk, desk_at

HALF = "Half of an answer that nobody sees the end of."
KEPT = "Your messages are kept."


def status(status: int, type: str, **more: str) -> Trouble:
    return Trouble(kind="status", status=status, type=type, **more)  # type: ignore[arg-type]


#: Faults that may pass by themselves → what is said when they do not.
PASSING = {
    "overloaded": (status(529, "overloaded_error"), "The language model is overloaded right now."),
    "rate limit": (status(429, "rate_limit_error", retry_after="20"), "The language model's rate limit is reached."),
    "server error": (status(500, "api_error"), "The language model is not available right now."),
    "overloaded midway": (Trouble(kind="mid", type="overloaded_error"), "The language model is overloaded right now."),
    "error midway": (Trouble(kind="mid", type="api_error"), "The language model is not available right now."),
    "cut midway": (Trouble(kind="cut"), "The connection to the language model was cut."),
    "no end": (Trouble(kind="silent"), "The connection to the language model was cut."),
    "malformed stream": (Trouble(kind="garbage"), "The language model sent something that cannot be read."),
    "HTML": (Trouble(kind="html"), "The language model sent something that cannot be read."),
    "bad JSON": (Trouble(kind="json"), "The language model sent something that cannot be read."),
    "redirect": (Trouble(kind="redirect"), "The language model is not available right now."),
}
#: Faults that somebody has to mend → what is said at once.
STAYING = {
    "spend limit": (
        status(429, "rate_limit_error", code="enforced_spend_limit_reached"),
        "The spend limit at the language model's provider is reached; an admin has to raise it.",
    ),
    "billing": (
        status(402, "billing_error"),
        "The spend limit at the language model's provider is reached; an admin has to raise it.",
    ),
    "wrong key": (
        status(401, "authentication_error"),
        "The language model's provider does not accept the key; an admin has to check ANTHROPIC_API_KEY.",
    ),
    "unknown model": (
        status(404, "not_found_error"),
        "The provider has no language model claude-sonnet-5-5; an admin has to check FLOWPILOT_MODEL_….",
    ),
    "too large": (
        status(413, "request_too_large"),
        "The language model refused the request, most likely for its size. Start another session.",
    ),
}
passing = pytest.mark.parametrize("fault", PASSING)


async def started(desk: Desk) -> None:
    await desk.say("erin", "Outlook does not send", mention=True)
    await desk.work()


async def give_up(desk: Desk) -> None:
    """Let the worker try as often as it will."""
    for _ in range(TRIES + 1):
        await desk.work()
        desk.clock.pass_by(minutes=10)


async def messages(desk: Desk, number: int = 1) -> list[Message]:
    session = await desk.session(number)
    found = await desk.look(lambda uow: uow.messages.recent(session.id, 1_000))
    return [message for message in found if message.author is Author.ENGINEER]


def failed(desk: Desk) -> Card:
    """The only card that says so."""
    cards = [post.card for post in desk.platform.posts if "Answering failed." in words_of(post.card)]
    assert len(cards) == 1
    return cards[0]


@passing
async def test_a_fault_that_passes_is_not_seen_in_the_thread(desk: Desk, api: MessagesApi, fault: str) -> None:
    api.troubles, api.reply = [PASSING[fault][0]], lambda body: "Look at the outbox."
    await started(desk)
    desk.clock.pass_by(minutes=10)
    await desk.work()
    assert desk.said().count("Look at the outbox.") == 1
    assert "failed" not in desk.said()
    assert [message.turn for message in await messages(desk)] == [TurnState.ANSWERED]


@passing
async def test_a_fault_that_stays_is_one_sentence_and_a_way_on(desk: Desk, api: MessagesApi, fault: str) -> None:
    trouble, words = PASSING[fault]
    api.troubles, api.reply = [trouble] * 60, lambda body: HALF
    await started(desk)
    await give_up(desk)
    card = failed(desk)
    assert f"**Answering failed.** {words} {KEPT}" in words_of(card)
    assert HALF[:7] not in desk.said(), "what was seen of the answer is gone"
    api.troubles, api.reply = [], lambda body: "Look at the outbox."
    await desk.click("erin", card, "Retry")
    await desk.work()
    assert desk.said().count("Look at the outbox.") == 1
    assert [message.turn for message in await messages(desk)] == [TurnState.ANSWERED]


@pytest.mark.parametrize(
    ("retry_after", "when"),
    [("31", "a minute"), ("600", "10 minutes"), ("7200", "2 hours"), ("1e15", "more than two weeks")],
)
async def test_a_provider_that_wants_to_be_left_alone_for_a_while_is_said_at_once(
    desk: Desk, api: MessagesApi, retry_after: str, when: str
) -> None:
    """Nobody waits before a thread that says nothing; the next words, and Retry, ask again."""
    api.troubles = [status(429, "rate_limit_error", retry_after=retry_after)] * 2
    await started(desk)
    words = f"The language model's rate limit is reached. Try again in about {when}. {KEPT}"
    assert f"**Answering failed.** {words}" in words_of(failed(desk))
    assert len(api.requests) == 1
    api.troubles, api.reply = [], lambda body: "Look at the outbox."
    await desk.say("erin", "It is Dana's")
    await desk.work()
    assert "Look at the outbox." in desk.said()
    assert {message.turn for message in await messages(desk)} == {TurnState.ANSWERED}


@pytest.mark.parametrize("retry_after", ["inf", "nan", "-1", "Fri, 99 Oct 99999999999 07:28:00 GMT"])
async def test_what_no_clock_can_count_silences_nobody(desk: Desk, api: MessagesApi, retry_after: str) -> None:
    api.troubles = [status(429, "rate_limit_error", retry_after=retry_after)]
    api.reply = lambda body: "Look at the outbox."
    await started(desk)
    desk.clock.pass_by(seconds=5)
    await desk.work()
    assert "Look at the outbox." in desk.said()


@pytest.mark.parametrize("fault", STAYING)
async def test_what_somebody_has_to_mend_is_said_at_once(desk: Desk, api: MessagesApi, fault: str) -> None:
    trouble, words = STAYING[fault]
    api.troubles = [trouble]
    await started(desk)
    assert f"**Answering failed.** {words}" in words_of(failed(desk))
    assert len(api.requests) == 1
    api.reply = lambda body: "Look at the outbox."
    await desk.click("erin", failed(desk), "Retry")
    await desk.work()
    assert "Look at the outbox." in desk.said()


@pytest.fixture
async def hasty(api: MessagesApi, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk whose client waits for a tenth of a second only."""
    client = anthropic.AsyncAnthropic(api_key=KEY, base_url=api.base_url, timeout=0.1, max_retries=0)
    async with client:
        models = dict.fromkeys(Purpose, "claude-sonnet-5-5")
        asker = Asker(provider=AnthropicProvider(client), models=models, breaker=Breaker(after=10_000), pause=_at_once)
        async with desk_at(tmp_path, model=ThinkingModel(asker)) as opened:
            yield opened


async def _at_once(seconds: float) -> None:
    """Nobody waits in these tests."""


async def test_a_model_that_does_not_answer_in_time_is_said(hasty: Desk, api: MessagesApi) -> None:
    go_on = asyncio.Event()

    async def wait(text: str) -> None:
        await go_on.wait()

    api.pace, api.reply = wait, lambda body: HALF
    await started(hasty)
    await give_up(hasty)
    go_on.set()
    assert words_of(failed(hasty)).count(KEPT) == 1
    assert "did not answer in time" in words_of(failed(hasty)) or "was cut" in words_of(failed(hasty))


async def test_a_provider_that_does_not_listen_is_said(tmp_path: Path) -> None:
    async with connect(KEY, "http://127.0.0.1:9") as provider:
        asker = Asker(provider=provider, models=dict.fromkeys(Purpose, "m"), pause=_at_once)
        async with desk_at(tmp_path, model=ThinkingModel(asker)) as desk:
            await started(desk)
            await give_up(desk)
            assert "cannot be reached" in words_of(failed(desk)) or "give it a moment" in words_of(failed(desk))


async def test_overload_never_loses_a_message(desk: Desk, api: MessagesApi) -> None:
    """Whatever the provider does in between, each message is answered, in its order, and once."""
    await started(desk)
    answered: list[str] = []

    def reply(body: Mapping[str, Any]) -> str:
        answered.append(body["messages"][-1]["content"][-1]["text"])
        return "Noted."

    api.reply = reply
    for number in range(12):
        api.troubles = [status(529, "overloaded_error")] * (number % 5 * 2)
        await desk.say("erin", f"What I saw at try {number} of it")
        await desk.work()
        desk.clock.pass_by(minutes=1)
    api.troubles = []
    await give_up(desk)
    await desk.say("erin", "And that is all")
    await desk.work()
    said = await messages(desk)
    assert {message.turn for message in said} == {TurnState.ANSWERED}
    for number in range(12):
        assert sum(f"What I saw at try {number} of it" in text for text in answered) == 1


class Hour:
    """A provider that is down for an hour, with the breaker that leaves it alone meanwhile."""

    def __init__(self, desk: Desk, api: MessagesApi) -> None:
        self.desk = desk
        self.api = api

    async def minutes(self, count: int) -> None:
        for _ in range(count):
            await self.desk.work()
            self.desk.clock.pass_by(minutes=1)


@pytest.fixture
async def hour(api: MessagesApi, tmp_path: Path) -> AsyncIterator[Hour]:
    clock = FakeClock()
    async with connect(KEY, api.base_url) as provider:
        asker = Asker(
            provider=provider,
            models=dict.fromkeys(Purpose, "claude-sonnet-5-5"),
            breaker=Breaker(now=lambda: clock.now().timestamp()),
            pause=_at_once,
        )
        async with desk_at(tmp_path, model=ThinkingModel(asker), clock=clock) as desk:
            yield Hour(desk, api)


async def test_after_an_hour_without_the_provider_everything_that_waits_is_answered(hour: Hour) -> None:
    """By Retry, by the next message, or by itself where it was said at the end of the hour."""
    desk, api = hour.desk, hour.api
    api.troubles, api.reply = [status(503, "api_error")] * 10_000, lambda body: "I am back: look at the outbox."
    began = desk.clock.now()
    for thread in ("1", "2"):
        await desk.say("erin", f"Outlook does not send in room {thread}", mention=True, thread=thread)
    for number in range(11):
        await hour.minutes(5)
        for thread in ("1", "2"):
            await desk.say("erin", f"It said {number} just now", thread=thread)
    await hour.minutes(5)
    await desk.say("erin", "Outlook does not send in room 3", mention=True, thread="3")
    await desk.work()
    assert desk.clock.now() - began >= timedelta(hours=1)
    asked = len(api.requests)
    assert asked < 200, "a provider that is down is left alone"
    api.troubles = []
    desk.clock.pass_by(minutes=1)
    await desk.work()
    assert {message.turn for message in await messages(desk, 3)} == {TurnState.ANSWERED}
    waiting = [post for post in desk.platform.posts if "[Retry]" in words_of(post.card)]
    await desk.click("erin", next(post.card for post in waiting if post.to.thread == "1"), "Retry", thread="1")
    await desk.say("erin", "Are you there?", thread="2")
    await desk.work()
    for number, count in ((1, 12), (2, 13)):
        said = await messages(desk, number)
        assert (len(said), {message.turn for message in said}) == (count, {TurnState.ANSWERED})
    assert len(api.requests) == asked + 3, "all that waited in a thread is answered together"
    for thread in ("1", "2", "3"):
        seen = [words_of(post.card) for post in desk.platform.posts if post.to.thread == thread]
        assert sum("I am back" in words for words in seen) == 1


async def test_what_two_engineers_write_at_once_is_answered_together(desk: Desk, api: MessagesApi) -> None:
    """While nothing is answered, and while something is: then after it, by one more turn."""
    await started(desk)
    await desk.type("sam", "join FP-1", thread="1")
    await asyncio.gather(desk.say("erin", "It is the red light"), desk.say("sam", "It began on Monday"))
    await desk.work()
    newest = api.requests[-1]["messages"][-1]["content"][-1]["text"]
    assert len(api.requests) == 2
    assert "It is the red light" in newest
    assert "It began on Monday" in newest
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def wait(text: str) -> None:
        begun.set()
        await go_on.wait()

    api.pace = wait
    await desk.say("erin", "It blinks")
    working = asyncio.create_task(desk.work())
    await begun.wait()
    await asyncio.gather(desk.say("erin", "Twice, I think"), desk.say("sam", "No, three times"))
    go_on.set()
    await working
    assert len(api.requests) == 4
    texts = [body["messages"][-1]["content"][-1]["text"] for body in api.requests]
    assert "It blinks" in texts[2]
    assert not any(words in texts[2] for words in ("Twice", "three times"))
    assert all(words in texts[3] for words in ("Twice, I think", "No, three times"))
    assert {message.turn for message in await messages(desk)} == {TurnState.ANSWERED}
    session: Session = await desk.session()
    prose = await desk.look(lambda uow: uow.messages.recent(session.id, 100))
    assert sum(message.author is Author.BOT for message in prose) == 4
