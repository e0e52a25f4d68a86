"""Turns with a model that thinks: what it writes becomes steps, facts and fixes, what it fails at loses nothing."""

import json
from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path

import pytest

from core.commands import AnswerStep, ChangeAnswer, ReceiveMessage
from core.errors import Rejected, Unavailable
from core.fixes.model import FixStatus
from core.ports import Counted, Heard
from core.thinking.model import Completion, Request, Role, Stop
from core.turns.jobs import TRIES
from core.turns.model import Author, TurnState
from core.usage.model import uncounted
from tests.fakes.platform import words_of
from tests.fakes.provider import ScriptedProvider, thinking
from tests.support.desk import Desk, desk_at
from tests.unit.core.walking import resolved, started

BUSY = Unavailable("The language model is overloaded right now.")
FIX = {"title": "Empty the outbox", "description": "Delete the stuck message.", "confidence_pct": 85}


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider()


@pytest.fixture
async def thoughtful(template: Path, tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Desk]:
    """A desk whose model thinks by the provider's script."""
    async with desk_at(tmp_path, template=template, model=thinking(provider, "big")) as opened:
        yield opened


async def until_it_gives_up(desk: Desk) -> None:
    for _ in range(TRIES):
        await desk.work()
        desk.clock.pass_by(minutes=10)


async def test_an_answer_becomes_words_a_step_a_fact_and_a_fix(thoughtful: Desk, provider: ScriptedProvider) -> None:
    provider.script = [
        "Look at the outbox.\n"
        '[QUESTIONS][{"text": "Is a message stuck there?", "options": ["Yes", "No"]}][/QUESTIONS]\n'
        '[PROMOTE][{"text": "Outlook does not send", "source": "m1"}][/PROMOTE][CONFIDENCE]50[/CONFIDENCE]',
        f"That is it. [SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]",
    ]
    await thoughtful.say("erin", "Outlook does not send since Monday", mention=True)
    await thoughtful.work()
    assert "Look at the outbox." in thoughtful.said()
    assert "[QUESTIONS" not in thoughtful.said()
    await thoughtful.click("erin", thoughtful.card("Is a message stuck there?"), "Yes")
    await thoughtful.work()
    session = await thoughtful.session()
    fix = await thoughtful.look(lambda uow: uow.fixes.active(session.id))
    assert fix is not None
    assert (fix.title, fix.status) == ("Empty the outbox", FixStatus.PROPOSED)
    facts = await thoughtful.look(lambda uow: uow.facts.of(session.id))
    assert [fact.text for fact in facts] == ["Outlook does not send"]
    assert session.confidence == 0.85


async def test_an_outcome_is_only_proposed(thoughtful: Desk, provider: ScriptedProvider) -> None:
    provider.script = [
        f"Try this. [SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]",
        'Good. [FIX_OUTCOME]{"status": "worked"}[/FIX_OUTCOME]',
    ]
    await thoughtful.say("erin", "Outlook does not send", mention=True)
    await thoughtful.work()
    await thoughtful.say("erin", "It sends again, thanks to that")
    await thoughtful.work()
    session = await thoughtful.session()
    fix = await thoughtful.look(lambda uow: uow.fixes.active(session.id))
    assert fix is not None
    assert fix.status is FixStatus.PROPOSED
    assert "Confirm outcome" in thoughtful.said()


async def test_a_model_that_is_down_is_said_once_and_the_words_wait(
    thoughtful: Desk, provider: ScriptedProvider
) -> None:
    provider.script = [BUSY] * 40
    await thoughtful.say("erin", "Outlook does not send", mention=True)
    await until_it_gives_up(thoughtful)
    assert thoughtful.said().count("Answering failed.") == 1
    card = thoughtful.card("Answering failed.")
    assert "The language model is overloaded right now. Your messages are kept." in words_of(card)
    session = await thoughtful.session()
    (waiting,) = await thoughtful.look(lambda uow: uow.messages.pending(session.id))
    assert (waiting.text, waiting.turn) == ("Outlook does not send", TurnState.PENDING)
    provider.script = ["Look at the outbox."]
    await thoughtful.click("erin", card, "Retry")
    await thoughtful.work()
    assert "Look at the outbox." in thoughtful.said()
    assert not await thoughtful.look(lambda uow: uow.messages.pending(session.id))


async def test_a_model_that_comes_to_no_answer_has_answered_nothing(
    thoughtful: Desk, provider: ScriptedProvider
) -> None:
    provider.script, provider.stops = ["", ""], [Stop.LENGTH, Stop.LENGTH]
    await thoughtful.say("erin", "Outlook does not send", mention=True)
    await thoughtful.work()
    card = thoughtful.card("Answering failed.")
    assert "came to no answer" in words_of(card)
    session = await thoughtful.session()
    assert len(await thoughtful.look(lambda uow: uow.messages.pending(session.id))) == 1
    provider.script = ["Look at the outbox."]
    await thoughtful.click("erin", card, "Retry")
    await thoughtful.work()
    assert "Look at the outbox." in thoughtful.said()


async def test_after_a_failed_turn_the_next_words_are_answered_with_the_ones_that_wait(
    thoughtful: Desk, provider: ScriptedProvider
) -> None:
    provider.script = [Rejected("The key is wrong.")]
    await thoughtful.say("erin", "Outlook does not send", mention=True)
    await thoughtful.work()
    assert thoughtful.said().count("Answering failed.") == 1
    await thoughtful.say("erin", "It is Dana's")
    await thoughtful.work()
    newest = provider.requests[-1].messages[-1].text
    assert newest.index("Outlook does not send") < newest.index("It is Dana")
    session = await thoughtful.session()
    assert not await thoughtful.look(lambda uow: uow.messages.pending(session.id))


async def test_words_that_come_while_an_answer_is_made_stand_after_it(
    template: Path, tmp_path: Path, provider: ScriptedProvider
) -> None:
    """So the next request begins with the bytes of this one, and reads as it was said."""

    class Interrupted(ScriptedProvider):
        async def complete(
            self, request: Request, model: str, heard: Heard, counted: Counted = uncounted
        ) -> Completion:
            if len(self.requests) == 1:
                await desk.say("erin", "Also on the phone")
            return await super().complete(request, model, heard, counted)

    interrupted = Interrupted(script=["Since when?", "Which mailbox?", "And the phone?", "Good."])
    async with desk_at(tmp_path, template=template, model=thinking(interrupted, "big")) as desk:
        await desk.say("erin", "Outlook does not send", mention=True)
        await desk.work()
        await desk.say("erin", "Since Monday")
        await desk.work()
        await desk.say("erin", "Dana's")
        await desk.work()
        session = await desk.session()
        said = await desk.look(lambda uow: uow.messages.recent(session.id, 99))
    assert [message.text for message in said] == [
        "Outlook does not send",
        "Since when?",
        "Since Monday",
        "Which mailbox?",
        "Also on the phone",
        "And the phone?",
        "Dana's",
        "Good.",
    ]
    assert [message.number for message in said] == sorted(message.number for message in said)
    for earlier, later in pairwise(interrupted.requests):
        kept = len(earlier.messages) - 1
        assert later.messages[:kept] == earlier.messages[:kept]
        assert later.system == earlier.system
    assert [said.role for said in interrupted.requests[-1].messages].count(Role.ASSISTANT) == 3
    assert {message.author for message in said} == {Author.ENGINEER, Author.BOT}


@pytest.mark.parametrize("again", [None, 0])
async def test_an_answer_that_is_taken_back_while_the_model_thinks_leaves_no_fact(
    template: Path, tmp_path: Path, again: int | None
) -> None:
    """Whether the step is open then, or has been answered anew: what the model says is about the first answer."""

    class Interrupted(ScriptedProvider):
        async def complete(
            self, request: Request, model: str, heard: Heard, counted: Counted = uncounted
        ) -> Completion:
            if len(self.requests) == 1:
                desk.clock.pass_by(seconds=5)
                await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=step.id))
                if again is not None:
                    await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=again))
            return await super().complete(request, model, heard, counted)

    interrupted = Interrupted(
        script=[
            'Look. [QUESTIONS][{"text": "Is a message stuck there?", "options": ["Yes", "No"]}][/QUESTIONS]',
            'Good. [PROMOTE][{"text": "A message is stuck in the outbox", "source": "s1"}][/PROMOTE]',
        ]
    )
    async with desk_at(tmp_path, template=template, model=thinking(interrupted, "big")) as desk:
        session = await started(desk)
        (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
        await desk.click("erin", desk.card("Is a message stuck there?"), "Yes")
        await desk.work()
        assert await desk.look(lambda uow: uow.facts.of(session.id)) == []


@pytest.mark.parametrize("guests", [False, True])
async def test_where_guests_read_along_earlier_sessions_are_not_told(
    thoughtful: Desk, provider: ScriptedProvider, guests: bool
) -> None:
    """Nor the ticket's internal notes: what the model knows it may say in the thread."""
    provider.script = [f"Try this. [SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]"]
    await thoughtful.say("erin", "Outlook outbox stuck, mail does not leave", mention=True)
    await thoughtful.work()
    await thoughtful.click("erin", thoughtful.card("Empty the outbox"), "Worked")
    await thoughtful.work()
    await resolved(thoughtful, await thoughtful.session())
    text = "Outlook outbox stuck, mail does not leave again"
    command = ReceiveMessage(ref="x1", text=text, mentioned=True)
    await thoughtful.send("erin", command, thread="2", words=text, guests=guests)
    await thoughtful.work()
    newest = provider.requests[-1].messages[-1].text
    assert text in newest
    assert ("<similar>" in newest) is not guests
