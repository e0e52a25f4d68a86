"""Once only, and never too often: repeats, failures, rate limits, hostile input (SPEC 9, ARCHITECTURE 5)."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.commands import Action, AddFact, ListFacts, OpenResolve, ReceiveMessage, ShowHelp
from core.errors import RateLimited
from core.people.limits import LIMITS, Bucket, Limiter
from core.sessions.model import Session
from core.turns.words import parse
from core.views import Close, Form, Nothing, Notice
from tests.fakes.platform import words_of
from tests.support.desk import Desk, desk_at, notice_of
from tests.unit.core.walking import kinds, started


@pytest.fixture
async def limited(template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk with the limits of SPEC 9."""
    async with desk_at(tmp_path, template=template, limits=dict(LIMITS)) as opened:
        yield opened


async def facts(desk: Desk, session: Session) -> list[str]:
    return [fact.text for fact in await desk.look(lambda uow: uow.facts.of(session.id))]


@pytest.mark.parametrize("again", [("a", "b"), ("a", "z"), ("z", "b"), ("b",), ("a",)])
async def test_a_repeat_by_either_key_changes_nothing(desk: Desk, again: tuple[str, ...]) -> None:
    """Event id or message, whichever comes again."""
    session = await started(desk)
    add = AddFact(session_id=session.id, text="the outbox is full")
    assert isinstance(await desk.send("erin", add, keys=("a", "b")), Close)
    before = await desk.session(), await kinds(desk, session)
    other = AddFact(session_id=session.id, text="something else")
    assert isinstance(await desk.send("erin", other, keys=again), Nothing)
    assert (await desk.session(), await kinds(desk, session)) == before


async def test_what_failed_runs_again_and_what_was_refused_does_not(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault keeps the words and leaves the way open; a refusal was an answer."""
    session = await started(desk)
    message = ReceiveMessage(ref="m5", text="fact: the outbox is full")
    with monkeypatch.context() as broken:
        broken.setattr("core.facts.handlers.add_facts", _broken)
        told = notice_of(await desk.send("erin", message, keys=("k1",), words=message.text))
    assert "your words are kept" in told.markdown
    assert "ZeroDivision" not in told.markdown
    assert await facts(desk, session) == []
    assert isinstance(await desk.send("erin", message, keys=("k1",), words=message.text), Close)
    assert await facts(desk, session) == ["the outbox is full"]
    refused = await desk.send("vera", AddFact(session_id=session.id, text="x"), keys=("k2",))
    assert "engineer" in notice_of(refused).markdown
    assert isinstance(await desk.send("vera", AddFact(session_id=session.id, text="x"), keys=("k2",)), Nothing)


def _broken(*args: object, **kwargs: object) -> None:
    raise ZeroDivisionError("a bug")


async def test_a_fault_in_a_read_is_told_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence, with the reference of the log line."""
    session = await started(desk)
    monkeypatch.setattr("core.facts.handlers.facts_notice", _broken)
    told = notice_of(await desk.send("erin", ListFacts(session_id=session.id)))
    assert told.error
    assert "a bug" not in told.markdown


@pytest.mark.parametrize(
    ("bucket", "most"), [(Bucket.START, 5), (Bucket.ACT, 15), (Bucket.READ, 30), (Bucket.POST, 15)]
)
def test_each_bucket_has_its_measure_a_minute(bucket: Bucket, most: int) -> None:
    """Per user; the refusal says when to try again, and a repeat counts once."""
    limiter, now = Limiter(), datetime(2026, 3, 2, 9, tzinfo=UTC)
    for number in range(most):
        limiter.take("erin", bucket, f"k{number}", now + timedelta(seconds=number))
    limiter.take("erin", bucket, "k0", now + timedelta(seconds=40))
    limiter.take("sam", bucket, "k99", now + timedelta(seconds=40))
    with pytest.raises(RateLimited) as refused:
        limiter.take("erin", bucket, "k99", now + timedelta(seconds=40))
    assert refused.value.retry_after == 20
    assert "20 s" in str(refused.value)
    limiter.take("erin", bucket, "k99", now + timedelta(seconds=60))


async def test_clicks_are_limited_and_messages_are_not(limited: Desk) -> None:
    """The sixteenth click in a minute waits; what is said is taken; resolving has a bucket of its own."""
    desk = limited
    session = await started(desk)
    replies = [await desk.send("erin", AddFact(session_id=session.id, text=f"fact {n}")) for n in range(16)]
    assert [isinstance(reply, Notice) for reply in replies] == [False] * 15 + [True]
    assert "Try again in 60 s" in notice_of(replies[-1]).markdown
    for number in range(40):
        assert isinstance(await desk.say("erin", f"It is still slow, {number}"), Nothing)
    assert not isinstance(await desk.send("erin", OpenResolve(session_id=session.id)), Notice)
    desk.clock.pass_by(minutes=1)
    assert isinstance(await desk.send("erin", AddFact(session_id=session.id, text="fact 16")), Close)


async def test_words_typed_in_the_thread_are_never_refused(limited: Desk) -> None:
    """However many there are, with a mention or without; they leave the clicks of the minute alone."""
    desk = limited
    session = await started(desk)
    for number in range(40):
        assert isinstance(await desk.say("erin", f"fact: item {number}", mention=number % 2 == 1), Close)
        assert isinstance(await desk.say("erin", "resolve"), Form)
        assert not notice_of(await desk.say("erin", "facts")).error
    assert await facts(desk, session) == [f"item {number}" for number in range(40)]
    assert isinstance(await desk.send("erin", AddFact(session_id=session.id, text="one more")), Close)


async def test_a_start_by_mention_is_a_start(limited: Desk) -> None:
    """The sixth in a minute is refused, and says when to retry."""
    desk = limited
    for number in range(5):
        assert isinstance(
            await desk.say("erin", f"Printer {number} is offline", mention=True, thread=f"t{number}"), Nothing
        )
    told = notice_of(await desk.say("erin", "Printer 5 is offline", mention=True, thread="t5"))
    assert "Try again in 60 s" in told.markdown
    assert isinstance(await desk.say("erin", "It is the one on the left", thread="t4"), Nothing)
    desk.clock.pass_by(minutes=1)
    assert isinstance(await desk.say("erin", "Printer 5 is offline", mention=True, thread="t5"), Nothing)
    assert (await desk.session(6)).title == "Printer 5 is offline"


HOSTILE = {
    "long": "x" * 100_000,
    "long lines": "line of a log\n" * 8_000,
    "emoji": "👩‍💻🖨️🔥" * 300,
    "right to left": "שלום \u202eexe.gnp عليكم",
    "markup": "<script>alert(1)</script> **x** `y` | z |",
    "pings": "@channel <!here> <@U024BE7LH> @everyone",
    "surrogate": "Outlook \ud800 is slow",
    "nul": "Outlook \0 is slow",
    "marks": "́" * 500,
    "blank": " \u200b ",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("way", ["start", "turn", "fact", "resolve", "ask"])
async def test_any_text_gets_a_clear_reply_and_nothing_breaks(desk: Desk, name: str, way: str) -> None:
    """It is taken or refused in words; never a fault, never a ping, and the session goes on."""
    text = HOSTILE[name]
    if way != "start":
        await started(desk)
    if way == "start":
        reply = await desk.say("erin", text, mention=True)
    elif way == "turn":
        reply = await desk.say("erin", text)
    elif way == "ask":
        reply = await desk.type("erin", f"ask {text}")
    else:
        reply = await desk.type("erin", f"{'fact:' if way == 'fact' else 'show'} {text}", thread="1")
    await desk.work()
    told = words_of(reply) if isinstance(reply, Notice) else ""
    assert "went wrong on my side" not in told
    for said in (told, desk.said(), *(post.card.fallback for post in desk.platform.posts)):
        assert not any(ping in said for ping in ("@channel", "<!here>", "<@U024", "@everyone"))
    assert isinstance(await desk.say("erin", "status", mention=way == "start"), Notice)


async def test_a_long_message_is_kept_to_its_limit_and_told(desk: Desk) -> None:
    """Twenty thousand characters, its lines as they are."""
    session = await started(desk)
    told = notice_of(await desk.say("erin", "line of a log\n" * 8_000))
    assert "111,999 characters" in told.markdown
    last = (await desk.look(lambda uow: uow.messages.recent(session.id, 1)))[-1]
    assert 15_000 < len(last.text) <= 20_000
    assert last.text.startswith("line of a log\nline of a log")


def test_nothing_is_help() -> None:
    """An empty slash command."""
    assert parse("help", addressed=True) == ShowHelp()


@given(st.text(max_size=200), st.booleans())
def test_any_words_are_an_action_or_none(text: str, addressed: bool) -> None:
    """Reading words is total."""
    assert parse(text, addressed=addressed) is None or isinstance(parse(text, addressed=addressed), Action)
