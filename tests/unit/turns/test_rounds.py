"""What is said between two answers: within a budget, background first, the last words whole, the same ever after."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import Rejected
from core.ports import Counted, Heard
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.budget import LEAST, tokens_of
from core.thinking.model import Completion, Request
from core.thinking.thinker import ThinkingModel
from core.turns.layout import turn_request
from core.turns.model import Author, Message, TurnContext, TurnState
from core.turns.rounds import ROUND, fitted
from core.usage.model import uncounted
from tests.builders import a_message
from tests.contract.model.turns import turn
from tests.fakes.provider import ScriptedProvider
from tests.support.desk import Desk, desk_at

LOG = "2026-01-01 12:00:00 ERROR outbox stuck, code 0x8004010F, retry later; " * 290
WORDS = st.sampled_from(["It hangs.", "Yes", "word " * 300, "Zeile äöü 🙂 " * 200, "x" * 5_000, "</message>" * 300])
#: What happens in a thread: who speaks and what, and whether a message awaits an answer.
THREADS = st.lists(st.tuples(st.sampled_from(Author), WORDS, st.booleans()), min_size=1, max_size=40)


def message(number: int, text: str, *, author: Author = Author.ENGINEER, asks: bool = True) -> Message:
    turn = TurnState.PENDING if asks else TurnState.NONE
    return a_message(
        id=f"m{number}", number=number, author=author, text=text, turn=turn, conversation_id="north-thread", ref=""
    )


def turns_of(thread: Sequence[tuple[Author, str, bool]]) -> list[TurnContext]:
    """A turn for each message of the bot that answers something; what it answers is answered from then on."""
    said: list[Message] = []
    found: list[TurnContext] = []
    for author, text, asks in [*thread, (Author.ENGINEER, "And now?", True), (Author.BOT, "Go on.", False)]:
        pending = tuple(each for each in said if each.turn is TurnState.PENDING)
        if author is Author.BOT and not pending:
            continue
        if author is Author.BOT:
            found.append(replace(turn("x"), transcript=tuple(said), pending=pending))
            said = [replace(e, turn=TurnState.ANSWERED) if e.turn is TurnState.PENDING else e for e in said]
        said.append(message(len(said) + 1, text, author=author, asks=asks and author is Author.ENGINEER))
    return found


def cost(lines: Sequence[str]) -> int:
    return sum(map(tokens_of, lines))


class TestTheSameEverAfter:
    @settings(max_examples=60, deadline=None)
    @given(thread=THREADS, newest=st.sampled_from([ROUND, 2_000, 500, 60]))
    def test_a_round_stands_in_the_history_as_it_was_sent(
        self, thread: list[tuple[Author, str, bool]], newest: int
    ) -> None:
        """So what a provider keeps cached stays the beginning of the next request."""
        requests = [turn_request(each, budget=10**9, newest=newest) for each in turns_of(thread)]
        for earlier, later in pairwise(requests):
            kept = len(earlier.messages) - 1
            assert later.messages[:kept] == earlier.messages[:kept]
            _, _, sent = earlier.messages[-1].text.partition("</context>\n")
            assert later.messages[kept].text == sent

    @settings(max_examples=60, deadline=None)
    @given(thread=THREADS, newest=st.sampled_from([ROUND, 2_000, 500]))
    def test_a_round_keeps_its_budget(self, thread: list[tuple[Author, str, bool]], newest: int) -> None:
        """Made inert, a text grows a little."""
        for each in turns_of(thread):
            sent = turn_request(each, newest=newest).messages[-1].text.partition("</context>\n")[2]
            assert tokens_of(sent.replace("‹", "<")) <= newest


class TestWhatGivesWay:
    def test_what_fits_is_told_whole(self) -> None:
        said = [message(1, LOG, author=Author.CONTEXT, asks=False), message(2, LOG), message(3, "And now?")]
        assert "".join(fitted(said)).count(LOG.strip()) == 2

    def test_background_gives_way_first_and_the_oldest_of_it(self) -> None:
        beside = [message(n, f"line {n} " + "word " * 1_000, asks=False) for n in range(2, 22)]
        said = [message(1, "The first question " + LOG), *beside, message(22, "The last one " + LOG)]
        lines = fitted(said, budget=13_000)
        told = "\n".join(lines)
        assert LOG.strip() in lines[0]
        assert lines[1] == "(17 messages are left out here: so much was said at once.)"
        assert "line 18 " not in told
        assert "line 19 word" in lines[2]
        assert "left out here" in lines[2]
        assert ("line 20 " + "word " * 999) in lines[3]
        assert LOG.strip() in lines[-1]

    def test_then_the_oldest_of_what_is_asked_is_cut_in_its_middle(self) -> None:
        said = [message(n, f"begin {n} {LOG} end {n}") for n in range(1, 5)]
        lines = fitted(said, budget=12_000)
        assert [LOG in line for line in lines] == [False, False, True, True]
        for number, line in enumerate(lines[:2], start=1):
            assert f'ref="m{number}"' in line
            assert f"begin {number} " in line
            assert line.count("characters are left out here") == 1
            assert f" end {number}\n" in line

    def test_at_last_the_oldest_of_it_is_left_out(self) -> None:
        said = [message(n, "word " * 300) for n in range(1, 100)]
        lines = fitted(said, budget=5_000)
        assert lines[0].endswith("messages are left out here: so much was said at once.)")
        assert "word " * 299 in lines[-1]
        assert 4_500 < cost(lines) <= 5_000

    def test_of_one_huge_message_its_beginning_and_its_end_are_told(self) -> None:
        (line,) = fitted([message(1, "Look: " + "😀" * 20_000 + " Why?")], budget=3_000)
        assert "Look: 😀" in line
        assert "😀 Why?" in line
        assert 2_900 < tokens_of(line) <= 3_000
        mark = line.partition("[… ")[2].partition(" characters")[0]
        assert int(mark.replace(",", "")) + line.count("😀") == 20_000

    def test_short_words_are_never_cut(self) -> None:
        """Though the budget were smaller than they are."""
        (line,) = fitted([message(1, "And now?")], budget=1)
        assert "And now?" in line
        assert tokens_of(line) < LEAST

    def test_a_round_of_background_alone_says_what_is_missing(self) -> None:
        said = [message(n, LOG, author=Author.CONTEXT, asks=False) for n in range(1, 4)]
        assert fitted(said, budget=100) == ["(3 messages are left out here: so much was said at once.)"]


class Small(ScriptedProvider):
    """Refuses what is longer than vendors take."""

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """Unless the request is too long."""
        if sum(tokens_of(said.text) for said in request.messages) > 150_000:
            raise Rejected("The language model refused the request, most likely for its size. Start another session.")
        return await super().complete(request, model, heard, counted)


@pytest.fixture
def provider() -> Small:
    return Small()


@pytest.fixture
async def desk(template: Path, tmp_path: Path, provider: Small) -> AsyncIterator[Desk]:
    model = ThinkingModel(Asker(provider=provider, models=dict.fromkeys(Purpose, "big")))
    async with desk_at(tmp_path, template=template, model=model) as opened:
        yield opened


@pytest.mark.parametrize("opening", ["// log ", ""], ids=["beside the bot", "while the model was away"])
async def test_however_much_is_said_at_once_the_session_goes_on(desk: Desk, provider: Small, opening: str) -> None:
    await desk.say("erin", "Outlook does not send", mention=True)
    await desk.work()
    for number in range(45):
        await desk.say("erin", f"{opening}{number}: {LOG}")
    await desk.say("erin", "What is in those logs?")
    await desk.work()
    newest = provider.requests[-1].messages[-1].text
    assert newest.endswith("What is in those logs?\n</message>")
    assert "left out here" in newest
    await desk.say("erin", "And now?")
    await desk.work()
    assert "Answering failed" not in desk.said()
    session = await desk.session()
    assert not await desk.look(lambda uow: uow.messages.pending(session.id))
    assert len(provider.requests) == 3
