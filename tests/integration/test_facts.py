"""Facts of steps, on both databases: those of one step are found, deleted ones, too, and each answer is looked at once."""

import json
from pathlib import Path

from core.commands import AnswerStep, ChangeAnswer
from core.ports import UnitOfWork
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.thinker import ThinkingModel
from tests import builders as make
from tests.builders import NOW, Seeded
from tests.fakes.provider import ScriptedProvider
from tests.integration.databases import Database, Store, act, look
from tests.support.desk import desk_at

ASKS = '[QUESTIONS][{"text": "Is a message stuck?", "options": ["Yes", "No"]}][/QUESTIONS]'


def statement(text: str) -> str:
    return json.dumps({"statements": [{"step": "s1", "statement": text}]})


async def test_facts_of_a_step_are_found_with_the_deleted_ones(store: Store, north: Seeded) -> None:
    """In their order; none of another step, and none of no step."""

    def add(uow: UnitOfWork) -> None:
        for number, step in enumerate(("one", "other", "one", None)):
            uow.facts.add(make.a_fact(id=str(number), text=str(number), step_id=step))
        uow.log(north.session.id, "fact_added")

    def drop(uow: UnitOfWork) -> None:
        uow.facts.save(make.a_fact(id="0", text="0", step_id="one", deleted_at=NOW))
        uow.log(north.session.id, "fact_deleted")

    await act(store, north, add)
    await act(store, north, drop)
    found = await look(store, north, lambda uow: uow.facts.of_step(north.session.id, "one"))
    assert [(fact.id, fact.deleted_at) for fact in found] == [("0", NOW), ("2", None)]
    assert await look(store, north, lambda uow: uow.facts.of_step(north.session.id, "third")) == []
    assert await look(store, north, lambda uow: uow.facts.of_step("another session", "one")) == []


async def test_facts_that_are_a_message_are_found_by_it(store: Store, north: Seeded) -> None:
    """Not those that were deleted, those of another thread, and those that are none."""

    def add(uow: UnitOfWork) -> None:
        for id, conversation, ref in (
            ("0", "c", "m1"),
            ("1", "c", "m1"),
            ("2", "d", "m1"),
            ("3", "c", ""),
            ("4", None, ""),
        ):
            uow.facts.add(make.a_fact(id=id, text=id, conversation_id=conversation, ref=ref))
        uow.facts.save(make.a_fact(id="1", text="1", conversation_id="c", ref="m1", deleted_at=NOW))
        uow.log(north.session.id, "fact_added")

    await act(store, north, add)
    found = await look(store, north, lambda uow: uow.facts.said_in("c", "m1"))
    assert [(fact.id, fact.conversation_id, fact.ref) for fact in found] == [("0", "c", "m1")]
    assert await look(store, north, lambda uow: uow.facts.said_in("c", "")) == []


async def test_each_answer_to_a_models_question_is_looked_at_once(database: Database, tmp_path: Path) -> None:
    """By times as the database keeps them: the answer of a click is one of the turn that the click has queued."""
    provider = ScriptedProvider(
        script=[ASKS, "Good.", statement("A message is stuck."), "And now?", "Good.", statement("None is stuck.")]
    )
    asker = Asker(provider=provider, models=dict.fromkeys(Purpose, "claude-sonnet-5-5"))
    async with desk_at(tmp_path, url=database.url, model=ThinkingModel(asker)) as desk:
        await desk.say("erin", "Outlook does not send", mention=True)
        await desk.work()
        session = await desk.session()
        (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
        known = []
        for option, words in ((0, "It still hangs"), (1, "")):
            desk.clock.pass_by(seconds=7.000001)
            await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=option))
            await desk.work()
            known += [fact.text for fact in await desk.look(lambda uow: uow.facts.of(session.id))]
            if words:
                desk.clock.pass_by(seconds=7)
                await desk.say("erin", words)
                await desk.work()
                await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=step.id))
        assert known == ["A message is stuck.", "None is stuck."]
        purposes = [request.purpose for request in provider.requests]
        assert purposes.count(Purpose.FACTS) == 2
        assert len(provider.requests) == 6
