"""Answers that are seen while they are made (ARCHITECTURE 12): a preview in the home thread, and one message in the end."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from itertools import product
from pathlib import Path

import pytest

from bot.worker import Worker
from core.commands import PauseSession
from core.errors import Rejected, Unavailable, Uncertain
from core.operations import JOBS
from core.ports import Capabilities, UnitOfWork
from core.sessions.model import Session
from core.turns.jobs import answer_turn
from core.turns.queue import TURN
from core.views import Nothing
from core.work.model import MAX_ATTEMPTS
from tests.fakes.platform import Posted, words_of
from tests.support.desk import Desk, desk_at, notice_of
from tests.unit.core.models import StreamingModel
from tests.unit.core.walking import started

HALF = "Restart the spooler: it hangs "
WHOLE = "Restart the spooler: it hangs after the update of Tuesday."
UNFINISHED = "This answer was not finished."


@pytest.fixture
def model() -> StreamingModel:
    return StreamingModel()


@pytest.fixture
async def desk(template: Path, tmp_path: Path, model: StreamingModel) -> AsyncIterator[Desk]:
    """A desk that looks at what is said a hundred times a second, with a session whose first turn is over."""
    async with desk_at(tmp_path, template=template, model=model) as opened:
        opened.worker = worker(opened)
        await started(opened, "The printer prints nothing")
        model.says = [HALF, WHOLE]
        yield opened


def worker(desk: Desk) -> Worker:
    return Worker(desk.application, desk.outside, jobs={**JOBS, TURN: partial(answer_turn, beat=0.01)})


def showing(desk: Desk, words: str) -> list[Posted]:
    """The messages that hold these words, as they stand."""
    return [post for post in desk.platform.posts if words in words_of(post.card)]


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


def seen_first(desk: Desk, model: StreamingModel) -> list[list[Posted]]:
    """Let the model wait until its words are seen. What showed them each time."""
    found: list[list[Posted]] = []

    async def seen(text: str) -> None:
        words = text.rsplit(" ", 1)[0]
        await until(lambda: showing(desk, words))
        found.append(showing(desk, words))

    model.seen = seen
    return found


def hanging(model: StreamingModel) -> asyncio.Event:
    """Let the model stop in the middle of its answer. Set when it does."""
    reached = asyncio.Event()

    async def seen(text: str) -> None:
        reached.set()
        await asyncio.Event().wait()

    model.seen = seen
    model.says = [HALF]
    return reached


async def session(desk: Desk) -> Session:
    return await desk.session(1)


class TestSeen:
    async def test_an_answer_grows_where_it_will_stand(self, desk: Desk, model: StreamingModel) -> None:
        """Each text is seen while the model works, in the one message that the answer ends in."""
        found = seen_first(desk, model)
        before = len(desk.platform.posts)
        await desk.say("erin", "What now?")
        await desk.work()
        (message,) = showing(desk, WHOLE)
        assert [[post.ref for post in each] for each in found] == [[message.ref]] * 2
        assert len(desk.platform.posts) == before + 1
        current = await session(desk)
        posts = await desk.look(lambda uow: uow.posts.of(current.id, str(current.last_message)))
        assert [(card, ref) for card, _, ref in posts] == [("answer", message.ref)]

    async def test_an_answer_that_is_there_at_once_gets_no_placeholder(self, desk: Desk, model: StreamingModel) -> None:
        """Nor one that said nothing on the way."""
        model.says = []
        calls: list[str] = []
        desk.platform.trouble = calls.append
        await desk.say("erin", "What now?")
        await desk.work()
        assert showing(desk, "Noted.")
        assert "stream" not in calls
        assert "find_stream" not in calls

    async def test_only_the_home_thread_sees_it_grow(self, desk: Desk, model: StreamingModel) -> None:
        """Other threads of the session get the whole answer."""
        current = await session(desk)

        def link(uow: UnitOfWork) -> None:
            home = uow.conversations.of(current.id)[0]
            other = uow.conversations.ensure(
                workspace_id=home.workspace_id, channel="desk", thread="elsewhere", guests=False
            )
            uow.sessions.link(current.id, other.id)

        await desk.change(link)
        found = seen_first(desk, model)
        await desk.say("erin", "What now?")
        await desk.work()
        assert [post.to.thread for post in found[0]] == ["1"]
        assert sorted(post.to.thread for post in showing(desk, WHOLE)) == ["1", "elsewhere"]

    async def test_a_platform_that_cannot_shows_the_answer_when_it_is_done(
        self, desk: Desk, model: StreamingModel
    ) -> None:
        """Nothing grows there."""
        desk.platform.capabilities = Capabilities(streams=False)
        calls: list[str] = []
        desk.platform.trouble = calls.append
        await desk.say("erin", "What now?")
        await desk.work()
        assert len(showing(desk, WHOLE)) == 1
        assert "stream" not in calls

    async def test_mentions_and_half_words_are_not_shown(self, desk: Desk, model: StreamingModel) -> None:
        """What is seen passes the rules of the answer itself, and a word is seen when it is whole."""
        model.says = ["Ask @here or @chan"]
        texts: list[str] = []

        async def seen(text: str) -> None:
            await until(lambda: showing(desk, "Ask"))
            texts.extend(words_of(post.card) for post in showing(desk, "Ask"))

        model.seen = seen
        await desk.say("erin", "What now?")
        await desk.work()
        (text,) = texts
        assert "@here" not in text
        assert "chan" not in text

    @pytest.mark.parametrize(
        ("call", "fault"),
        [
            *product(["stream", "show"], [Unavailable("busy"), Rejected("no"), Uncertain("who knows")]),
            ("streamed", Uncertain("the answer was lost")),
        ],
    )
    async def test_whatever_goes_wrong_with_it_the_answer_comes_once(
        self, desk: Desk, model: StreamingModel, call: str, fault: Exception
    ) -> None:
        """The preview is given up, not the answer; a message that may have been opened is found."""
        called = asyncio.Event()

        def trouble(name: str) -> None:
            if name == call:
                called.set()
                raise fault

        async def seen(text: str) -> None:
            await until(called.is_set)

        desk.platform.trouble = trouble
        model.seen = seen
        before = len(desk.platform.posts)
        await desk.say("erin", "What now?")
        await desk.work()
        assert len(showing(desk, WHOLE)) == 1
        assert len(desk.platform.posts) == before + 1

    async def test_a_long_answer_is_seen_up_to_what_one_post_holds(self, desk: Desk, model: StreamingModel) -> None:
        """The rest comes with the answer."""
        desk.platform.capabilities = Capabilities(post_limit=100)
        model.says = ["word " * 50]
        texts: list[str] = []

        async def seen(text: str) -> None:
            await until(lambda: showing(desk, "word"))
            texts.extend(words_of(post.card).removesuffix("\n[Stop]") for post in showing(desk, "word"))

        model.seen = seen
        await desk.say("erin", "What now?")
        await desk.work()
        assert [len(text) for text in texts] == [100]
        assert showing(desk, "word " * 49)

    async def test_a_placeholder_that_somebody_deleted_is_posted_anew(self, desk: Desk, model: StreamingModel) -> None:
        """The answer is not lost with it."""

        async def seen(text: str) -> None:
            await until(lambda: showing(desk, "Restart"))
            desk.platform.posts = [post for post in desk.platform.posts if post not in showing(desk, "Restart")]

        model.seen, model.says = seen, [WHOLE]
        await desk.say("erin", "What now?")
        await desk.work()
        assert len(showing(desk, WHOLE)) == 1


class TestUnfinished:
    async def test_a_killed_turn_goes_on_in_the_same_message(self, desk: Desk, model: StreamingModel) -> None:
        """Another worker takes over what was begun."""
        reached = hanging(model)
        await desk.say("erin", "What now?")
        killed = asyncio.create_task(desk.worker.drain())
        await reached.wait()
        await until(lambda: showing(desk, "Restart"))
        (begun,) = showing(desk, "Restart")
        for task in desk.worker._running.values():  # as a kill does: nothing is written any more
            task.cancel()
        killed.cancel()
        await asyncio.gather(killed, return_exceptions=True)
        desk.clock.pass_by(seconds=61)
        model.says, model.seen = [WHOLE], StreamingModel().seen
        await worker(desk).drain()
        assert [post.ref for post in showing(desk, "Restart")] == [begun.ref]
        assert WHOLE in words_of(begun.card)

    async def test_a_session_that_was_paused_meanwhile_gets_no_answer(self, desk: Desk, model: StreamingModel) -> None:
        """What was seen of it is put right."""

        async def seen(text: str) -> None:
            await until(lambda: showing(desk, "Restart"))
            await desk.send("erin", PauseSession(session_id=(await session(desk)).id))

        model.seen, model.says = seen, [HALF]
        await desk.say("erin", "What now?")
        await desk.work()
        assert showing(desk, "Restart") == []
        assert len(showing(desk, UNFINISHED)) == 1

    async def test_a_turn_that_is_given_up_says_so_and_retry_goes_on_there(
        self, desk: Desk, model: StreamingModel
    ) -> None:
        """The model is down for good; later it is back."""

        def down() -> None:
            raise Unavailable("The model is down.")

        seen_first(desk, model)
        model.fault = down
        await desk.say("erin", "What now?")
        for _ in range(MAX_ATTEMPTS + 1):
            await desk.work()
            desk.clock.pass_by(minutes=10)
        (unfinished,) = showing(desk, UNFINISHED)
        model.fault = lambda: None
        model.seen = StreamingModel().seen
        await desk.click("erin", desk.card("Answering failed"), "Retry")
        await desk.work()
        assert [post.ref for post in showing(desk, WHOLE)] == [unfinished.ref]
        assert showing(desk, UNFINISHED) == []


class TestStopping:
    async def test_stop_ends_the_answer_and_keeps_what_is_there(self, desk: Desk, model: StreamingModel) -> None:
        """Seen by whichever replica runs the turn: it is in the database."""
        reached = hanging(model)
        await desk.say("erin", "What now?")
        working = asyncio.create_task(desk.worker.drain())
        await reached.wait()
        await until(lambda: showing(desk, "Restart"))
        (growing,) = showing(desk, "Restart")
        assert isinstance(await desk.click("erin", growing.card, "Stop"), Nothing)
        await asyncio.wait_for(working, 10)
        (message,) = showing(desk, "Restart")
        assert words_of(message.card).endswith("it hangs\n\n*Stopped.*")
        current = await session(desk)
        events = await desk.look(lambda uow: uow.timeline.of(current.id))
        assert "answer_stopped" in [event.kind for event in events]

    async def test_what_was_said_meanwhile_is_answered_next(self, desk: Desk, model: StreamingModel) -> None:
        """Stop means that answer, and no other."""
        reached = hanging(model)
        await desk.say("erin", "What now?")
        working = asyncio.create_task(desk.worker.drain())
        await reached.wait()
        await desk.say("erin", "Wait, it is another printer")
        model.says = []
        await desk.say("erin", "stop")
        await asyncio.wait_for(working, 10)
        assert [turn.pending[-1].text for turn in model.turns][-1] == "Wait, it is another printer"
        assert showing(desk, "*Stopped.*")

    async def test_only_who_takes_part_may(self, desk: Desk, model: StreamingModel) -> None:
        """A viewer is refused, and another engineer asked to join."""
        assert "engineer" in notice_of(await desk.say("vera", "stop", mention=True)).markdown
        assert "Join" in words_of(notice_of(await desk.say("sam", "stop", mention=True)))

    async def test_with_nothing_to_stop_it_says_so(self, desk: Desk) -> None:
        """And nothing happens."""
        assert "not answering" in notice_of(await desk.say("erin", "stop")).markdown
