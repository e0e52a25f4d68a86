"""Facts of the answers to a model's questions, on a desk: they come without a word, once, and go with their answer (SPEC 3)."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from bot.worker import Worker
from core.commands import (
    AbandonSession,
    AnswerStep,
    ChangeAnswer,
    DeleteFact,
    OpenPreview,
    PauseSession,
    SkipStep,
    UseFlow,
)
from core.facts.handlers import add_facts
from core.facts.model import Fact, SourceType
from core.facts.synthesis import SYNTHESISE
from core.flows.handlers import import_flow
from core.ports import UnitOfWork
from core.sessions.model import Session, Step, StepKind, StepOption
from core.turns.model import Answer, NewFact, NewStep
from tests.fakes.platform import words_of
from tests.support.desk import Desk, form_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.test_flow_steps import FLOW
from tests.unit.core.walking import kinds, preview, started

ASKS = "Is a message stuck in the outbox?"
STUCK = "A message is stuck in the outbox."
CHECKS = "Send a test mail to yourself."
ARRIVES = "A test mail arrives."
OPTIONS = tuple(StepOption(label=label) for label in ("Yes", "No", "Not sure"))
QUESTION = NewStep(kind=StepKind.QUESTION, text=ASKS, detail="It holds up all others.", options=OPTIONS)
CHECK = NewStep(kind=StepKind.VERIFICATION, text=CHECKS, options=OPTIONS)


async def asked(desk: Desk, model: ScriptedModel, *steps: NewStep) -> Session:
    """A session in which the model has asked."""
    model.answers.append(Answer(prose="Look there.", steps=steps or (QUESTION,)))
    return await started(desk)


async def step_of(desk: Desk, session: Session, text: str = ASKS) -> Step:
    return next(step for step in await desk.look(lambda uow: uow.steps.of(session.id)) if step.text == text)


async def click(desk: Desk, session: Session, answer: str = "Yes", text: str = ASKS) -> Step:
    """The answer, a while after what was before."""
    desk.clock.pass_by(seconds=30)
    step = await step_of(desk, session, text)
    option = [option.label for option in step.options].index(answer)
    await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=option))
    return step


async def facts(desk: Desk, session: Session) -> list[Fact]:
    return list(await desk.look(lambda uow: uow.facts.of(session.id)))


async def queued(desk: Desk) -> int:
    """How many rows there have been, done ones, too."""
    account = desk.accounts["northwind"]
    rows = await desk.store.read(lambda tx: tx.queue.listed(account_id=account, state=None, limit=1_000))
    return sum(row.kind == SYNTHESISE for row in rows)


async def test_an_answer_becomes_a_fact_without_a_word_in_the_thread(scripted: Desk, model: ScriptedModel) -> None:
    """With its step, in the state that the notes are drafted from, and in the notes."""
    session = await asked(scripted, model)
    model.statements = {f"{ASKS} Yes": STUCK}
    step = await click(scripted, session)
    await scripted.work()
    (fact,) = await facts(scripted, session)
    assert (fact.text, fact.source_type, fact.step_id, fact.created_by) == (STUCK, SourceType.QUESTION, step.id, None)
    assert [[step.text for step in steps] for steps in model.synthesised] == [[ASKS]]
    assert model.synthesised[0][0].answer == "Yes"
    assert (await kinds(scripted, session))[-1] == "fact_added"
    assert STUCK not in scripted.said()
    form = form_of(await scripted.send("erin", OpenPreview(session_id=session.id)))
    assert STUCK in words_of(await preview(scripted, form))


async def test_answers_of_one_turn_are_asked_about_together(scripted: Desk, model: ScriptedModel) -> None:
    session = await asked(scripted, model, QUESTION, CHECK)
    model.statements = {f"{ASKS} Yes": STUCK, f"{CHECKS} Yes": ARRIVES}
    await click(scripted, session)
    await click(scripted, session, text=CHECKS)
    before = (await scripted.session()).state_version
    await scripted.work()
    found = await facts(scripted, session)
    assert [(fact.text, fact.source_type) for fact in found] == [
        (STUCK, SourceType.QUESTION),
        (ARRIVES, SourceType.CHECK),
    ]
    assert len(model.synthesised) == 1
    assert (await scripted.session()).state_version == before + 1


async def test_what_the_turn_promotes_is_not_asked_for(scripted: Desk, model: ScriptedModel) -> None:
    session = await asked(scripted, model, QUESTION, CHECK)
    step = await step_of(scripted, session)
    promoted = NewFact(text="It is stuck.", source_type=SourceType.QUESTION, step_id=step.id)
    model.answers.append(Answer(prose="Good.", facts=(promoted,)))
    model.statements = {f"{ASKS} Yes": STUCK, f"{CHECKS} Yes": ARRIVES}
    await click(scripted, session)
    await click(scripted, session, text=CHECKS)
    await scripted.work()
    assert [fact.text for fact in await facts(scripted, session)] == ["It is stuck.", ARRIVES]
    assert [[step.text for step in steps] for steps in model.synthesised] == [[CHECKS]]


async def test_what_the_turn_promotes_and_is_known_already_is_not_asked_for_either(
    scripted: Desk, model: ScriptedModel
) -> None:
    """An exact repeat is no second fact, and no reason to pay for a third wording."""
    session = await asked(scripted, model)
    await scripted.say("erin", "fact: It is stuck.")
    step = await step_of(scripted, session)
    promoted = NewFact(text="It is stuck.", source_type=SourceType.QUESTION, step_id=step.id)
    model.answers.append(Answer(prose="Good.", facts=(promoted,)))
    await click(scripted, session)
    await scripted.work()
    assert [(fact.text, fact.step_id) for fact in await facts(scripted, session)] == [("It is stuck.", None)]
    assert await queued(scripted) == 0


async def test_an_answer_that_confirms_nothing_is_looked_at_once(scripted: Desk, model: ScriptedModel) -> None:
    """Later turns, with other answers among them, leave it alone."""
    session = await asked(scripted, model)
    await click(scripted, session, "Not sure")
    await scripted.work()
    model.answers.append(Answer(prose="Then check this.", steps=(CHECK,)))
    scripted.clock.pass_by(seconds=30)
    await scripted.say("erin", "It still hangs")
    await scripted.work()
    await click(scripted, session, text=CHECKS)
    await scripted.work()
    assert await facts(scripted, session) == []
    assert [[step.text for step in steps] for steps in model.synthesised] == [[ASKS], [CHECKS]]


async def test_skipped_steps_and_those_of_flows_are_not_looked_at(scripted: Desk, model: ScriptedModel) -> None:
    """A flow says itself what an answer means, or that it means nothing."""
    session = await asked(scripted, model)
    await scripted.send("erin", SkipStep(session_id=session.id, step_id=(await step_of(scripted, session)).id))
    await scripted.work()
    source = FLOW.replace(", fact: The printer was off.", "")
    flow = await scripted.change(lambda uow: import_flow(uow, source))
    await scripted.send("erin", UseFlow(session_id=session.id, flow_id=flow.id))
    await click(scripted, session, "It is off", "Is the printer on?")
    await scripted.say("erin", "It was off")
    await scripted.work()
    assert (await step_of(scripted, session, "Is the printer on?")).answer == "It is off"
    assert await facts(scripted, session) == []
    assert model.synthesised == []


async def test_without_a_model_nothing_is_queued(desk: Desk) -> None:
    """A step that a model asked before it was taken away is answered as any other."""
    session = await started(desk)

    def ask(uow: UnitOfWork) -> None:
        uow.steps.add(
            Step(
                id=uow.new_id(),
                account_id=session.account_id,
                session_id=session.id,
                number=1,
                kind=StepKind.QUESTION,
                text=ASKS,
                options=OPTIONS,
                created_at=uow.now,
            )
        )

    await desk.change(ask)
    await click(desk, session)
    await desk.work()
    assert (await step_of(desk, session)).answer == "Yes"
    assert await queued(desk) == 0
    assert (await kinds(desk, session)).count("fact_added") == len(await facts(desk, session))


async def test_change_answer_takes_the_fact_along_and_the_new_answer_is_looked_at(
    scripted: Desk, model: ScriptedModel
) -> None:
    """The fact of the first answer is deleted, and is no reason to pass over the second."""
    session = await asked(scripted, model)
    model.statements = {f"{ASKS} Yes": STUCK}
    step = await click(scripted, session)
    await scripted.work()
    scripted.clock.pass_by(seconds=30)
    await scripted.send("erin", ChangeAnswer(session_id=session.id, step_id=step.id))
    assert await facts(scripted, session) == []
    model.statements = {f"{ASKS} No": "No message is stuck in the outbox."}
    await click(scripted, session, "No")
    await scripted.work()
    assert [fact.text for fact in await facts(scripted, session)] == ["No message is stuck in the outbox."]
    assert [steps[0].answer for steps in model.synthesised] == ["Yes", "No"]


async def test_a_fact_that_was_deleted_does_not_come_back(scripted: Desk, model: ScriptedModel) -> None:
    """Somebody deletes what a later turn has promoted, while the model still looks at the answer."""
    session = await asked(scripted, model)
    model.statements = {f"{ASKS} Yes": STUCK}

    async def promoted_and_deleted() -> None:
        step = await step_of(scripted, session)

        def promote(uow: UnitOfWork) -> Fact:
            return add_facts(uow, session, ["It is stuck."], SourceType.QUESTION, step_id=step.id)[0]

        fact = await scripted.change(promote)
        await scripted.send("erin", DeleteFact(session_id=session.id, fact_id=fact.id))

    model.meanwhile = promoted_and_deleted
    await click(scripted, session)
    scripted.clock.pass_by(seconds=1)
    await scripted.work()
    assert len(model.synthesised) == 1
    assert await facts(scripted, session) == []


async def reopen(desk: Desk, session: Session) -> None:
    await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=(await step_of(desk, session)).id))


async def answer_anew(desk: Desk, session: Session) -> None:
    await reopen(desk, session)
    await click(desk, session, "No")


async def abandon(desk: Desk, session: Session) -> None:
    await desk.send("erin", AbandonSession(session_id=session.id))


async def pause(desk: Desk, session: Session) -> None:
    await desk.send("erin", PauseSession(session_id=session.id))


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        pytest.param(reopen, [], id="taken back"),
        pytest.param(answer_anew, [], id="answered anew"),
        pytest.param(abandon, [], id="abandoned"),
        pytest.param(pause, [STUCK], id="paused"),
    ],
)
async def test_a_statement_is_kept_while_its_answer_stands_and_the_session_is_open(
    scripted: Desk, model: ScriptedModel, change: Callable[[Desk, Session], Awaitable[None]], kept: list[str]
) -> None:
    """Whatever happens while the model works; an answer that was given anew is looked at by itself."""
    session = await asked(scripted, model)
    model.statements = {f"{ASKS} Yes": STUCK}

    async def meanwhile() -> None:
        if len(model.synthesised) == 1:
            await change(scripted, session)

    model.meanwhile = meanwhile
    await click(scripted, session)
    await scripted.work()
    assert [fact.text for fact in await facts(scripted, session)] == kept
    assert [steps[0].answer for steps in model.synthesised] == (["Yes", "No"] if change is answer_anew else ["Yes"])


@pytest.mark.parametrize(
    "statement", ["SRV-99 is down.", "Is it stuck?", "x" * 2_000, "One line.\nAnother.", "<user> did it."]
)
async def test_an_unsound_statement_is_never_kept(scripted: Desk, model: ScriptedModel, statement: str) -> None:
    """Whichever model says it."""
    session = await asked(scripted, model)
    model.statements = {f"{ASKS} Yes": statement}
    await click(scripted, session)
    await scripted.work()
    assert await facts(scripted, session) == []


async def test_turns_do_not_wait_for_it(scripted: Desk, model: ScriptedModel) -> None:
    """While the model looks at an answer, the next words are answered."""
    session = await asked(scripted, model)
    model.statements = {f"{ASKS} Yes": STUCK}
    seen = asyncio.Event()

    def look(call: str) -> None:
        if "Look at the other one." in scripted.said():
            seen.set()

    async def say_more() -> None:
        model.answers.append(Answer(prose="Look at the other one."))
        await scripted.say("erin", "And now?")
        await Worker(scripted.application, scripted.outside).drain()
        await asyncio.wait_for(seen.wait(), 10)

    scripted.platform.trouble = look
    model.meanwhile = say_more
    await click(scripted, session)
    await scripted.work()
    assert seen.is_set()
    assert [fact.text for fact in await facts(scripted, session)] == [STUCK]
