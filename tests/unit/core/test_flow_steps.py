"""Walking flows through commands: answers by click or words, skips, changes of mind, flows that change (SPEC 2, 8)."""

from dataclasses import replace

import pytest

from core.commands import AnswerStep, ChangeAnswer, ClaimSession, CorrectOutcome, SkipStep, UseFlow
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from core.flows.guide import put_step
from core.flows.handlers import import_flow
from core.flows.library import FlowRecord
from core.ports import UnitOfWork
from core.sessions.model import Session, Step, StepKind, StepOption
from core.turns.model import NewStep
from core.views import Nothing
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.walking import apply, escalated, kinds, outcome, started, user_id

FLOW = """\
slug: spooler
title: Spooler stuck
summary: Print jobs stay in the queue.
domain: printing
phrasings: [print jobs stay in the queue]
start: first
nodes:
  first:
    question: Is the printer on?
    options:
      - {label: It is on, synonyms: [yes it is, running], fact: The printer is on., next: second}
      - {label: It is off, synonyms: [dark], fact: The printer was off., next: fix-power}
    skip: second
  second:
    action: Look at the queue.
    options:
      - {label: Jobs stand still, fact: Jobs stand still in the queue., next: fix-spooler}
      - {label: Empty, fact: The queue is empty., next: escalate}
  third:
    verification: Does a test page print?
    options:
      - {label: It prints, next: fix-power}
      - {label: Still nothing, next: escalate}
  fix-power:
    solution: Switch it on
    description: Press the button.
    cause: The printer was off.
    confidence: 0.9
    if_failed: escalate
  fix-spooler:
    solution: Restart the spooler
    description: Restart the service.
    cause: A job blocked the spooler.
    confidence: 0.8
    if_failed: third
"""


async def library(desk: Desk, source: str = FLOW) -> FlowRecord:
    return await desk.change(lambda uow: import_flow(uow, source))


async def using(desk: Desk, session: Session) -> FlowRecord:
    record = await library(desk)
    await desk.send("erin", UseFlow(session_id=session.id, flow_id=record.id))
    await desk.work()
    return record


async def open_step(desk: Desk, session: Session) -> Step:
    (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
    return step


async def known(desk: Desk, session: Session) -> list[str]:
    return [fact.text for fact in await desk.look(lambda uow: uow.facts.of(session.id))]


async def click(desk: Desk, session: Session, option: int) -> None:
    step = await open_step(desk, session)
    await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=option))
    await desk.work()


@pytest.mark.parametrize(
    "words", ["It is on", "it IS on.", "1", "option 1", "yes it is", "running", "Running, since 9"]
)
async def test_an_answer_by_label_number_or_synonym(desk: Desk, words: str) -> None:
    """The fact is known, the flow goes on, and the card shows what was chosen."""
    session = await started(desk)
    await using(desk, session)
    first = await open_step(desk, session)
    await desk.say("erin", words)
    await desk.work()
    assert (await open_step(desk, session)).text == "Look at the queue."
    assert await known(desk, session) == ["The printer is on."]
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    assert (fact.source_type, fact.step_id) == (SourceType.QUESTION, first.id)
    card = desk.card("Is the printer on?")
    assert "→ **It is on** (Erin)" in words_of(card)
    assert [button.label for button in buttons_of(card)] == ["Change answer"]


async def test_other_words_are_kept_as_a_note_and_the_question_asked_again(desk: Desk) -> None:
    """Nothing is guessed."""
    session = await started(desk)
    await using(desk, session)
    await desk.say("erin", "The display shows a red light")
    await desk.work()
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    assert (fact.text, fact.created_by) == ("The display shows a red light", await user_id(desk, "Erin"))
    assert "Noted under *What we know*" in desk.said()
    assert desk.said().count("Is the printer on?") == 2
    assert (await open_step(desk, session)).text == "Is the printer on?"


def asked_in(desk: Desk, thread: str) -> list[str]:
    """The cards of the first question in a thread, the oldest first."""
    said = [words_of(post.card) for post in desk.platform.posts if post.to.thread == thread]
    return [words for words in said if words.startswith("**Is the printer on?**")]


async def test_a_question_that_is_asked_again_leaves_its_buttons_to_the_newer_card(desk: Desk) -> None:
    """In each thread; and *Change answer*, once it is answered."""
    session = await started(desk)
    await using(desk, session)
    await escalated(desk, session)
    await desk.send("sam", ClaimSession(session_id=session.id), thread="9")
    await desk.work()
    await desk.say("sam", "The display shows a red light")
    await desk.work()
    for thread in ("1", "9"):
        older, newer = asked_in(desk, thread)
        assert older == "**Is the printer on?**\nAsked again below."
        assert "[It is on] [It is off] [Skip]" in newer
    step = await open_step(desk, session)
    await desk.send("sam", AnswerStep(session_id=session.id, step_id=step.id, option=0))
    await desk.work()
    for thread in ("1", "9"):
        older, newer = asked_in(desk, thread)
        assert newer == f"{older}\n[Change answer]"
        assert "→ **It is on** (Sam)" in older


@pytest.mark.parametrize("words", ["skip", "skip it"])
async def test_a_step_with_a_way_round_is_skipped(desk: Desk, words: str) -> None:
    """By button or words; one without is not."""
    session = await started(desk)
    await using(desk, session)
    await desk.say("erin", words)
    await desk.work()
    second = await open_step(desk, session)
    assert second.text == "Look at the queue."
    assert "Skipped (Erin)" in words_of(desk.card("Is the printer on?"))
    refused = await desk.send("erin", SkipStep(session_id=session.id, step_id=second.id))
    assert notice_of(refused).error
    assert await known(desk, session) == []


async def test_a_second_click_says_what_was_answered(desk: Desk) -> None:
    """And changes nothing; an option that is not there is refused."""
    session = await started(desk)
    await using(desk, session)
    step = await open_step(desk, session)
    wrong = await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=7))
    assert notice_of(wrong).error
    await click(desk, session, 0)
    for option in (1, -1, 99):
        again = await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=option))
        assert "Already answered: It is on." in notice_of(again).markdown
    assert await known(desk, session) == ["The printer is on."]


async def test_change_answer_stands_on_the_latest_answer_only(desk: Desk) -> None:
    """The one before loses its button, and gets it back when the later is taken back."""
    session = await started(desk)
    await using(desk, session)
    await click(desk, session, 0)
    await click(desk, session, 0)
    assert list(buttons_of(desk.card("Is the printer on?"))) == []
    await desk.click("erin", desk.card("Look at the queue."), "Change answer")
    await desk.work()
    assert [button.label for button in buttons_of(desk.card("Is the printer on?"))] == ["Change answer"]


async def test_changing_an_answer_drops_what_followed_from_it(desk: Desk) -> None:
    """Its facts, the later steps with theirs, and a fix nobody has tried."""
    session = await started(desk)
    await using(desk, session)
    first = await open_step(desk, session)
    await desk.say("erin", "fact: it is the one on the second floor")
    await click(desk, session, 0)
    second = await open_step(desk, session)
    await click(desk, session, 0)
    assert await desk.look(lambda uow: uow.fixes.active(session.id)) is not None
    await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=first.id))
    await desk.work()
    assert await known(desk, session) == ["it is the one on the second floor"]
    assert (await open_step(desk, session)).id == first.id
    assert await desk.look(lambda uow: uow.fixes.active(session.id)) is None
    assert "No longer counts" in words_of(desk.card("Look at the queue."))
    gone = await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=second.id))
    assert notice_of(gone).error
    again = await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=first.id))
    assert "open already" in notice_of(again).markdown
    await click(desk, session, 1)
    assert await known(desk, session) == ["it is the one on the second floor", "The printer was off."]


async def test_a_fix_that_was_tried_outlives_a_changed_answer(desk: Desk) -> None:
    """It happened; the next one waits behind it."""
    session = await started(desk)
    await using(desk, session)
    first = await open_step(desk, session)
    await click(desk, session, 1)
    fix = await desk.look(lambda uow: uow.fixes.active(session.id))
    assert fix is not None
    await apply(desk, fix)
    await desk.send("erin", ChangeAnswer(session_id=session.id, step_id=first.id))
    assert await desk.look(lambda uow: uow.fixes.active(session.id)) is not None
    await click(desk, session, 0)
    await click(desk, session, 0)
    waiting = await desk.look(lambda uow: uow.fixes.waiting(session.id))
    assert waiting is not None
    assert waiting.title == "Restart the spooler"


async def test_a_failed_fix_leads_on(desk: Desk) -> None:
    """Where the flow says so; the flow counts what worked and what did not, corrections once."""
    session = await started(desk)
    record = await using(desk, session)
    await click(desk, session, 0)
    await click(desk, session, 0)
    fix = await desk.look(lambda uow: uow.fixes.active(session.id))
    assert fix is not None
    await outcome(desk, fix, FixStatus.FAILED, "still stuck")
    await desk.work()
    assert (await open_step(desk, session)).text == "Does a test page print?"
    await click(desk, session, 0)
    again = await desk.look(lambda uow: uow.fixes.active(session.id))
    assert again is not None
    await outcome(desk, again, FixStatus.SUCCESS)
    counted = await desk.look(lambda uow: uow.flows.get(record.id))
    assert counted is not None
    assert (counted.used, counted.worked, counted.failed) == (1, 1, 1)
    await desk.work()
    await desk.send("erin", CorrectOutcome(session_id=session.id, fix_id=again.id, status=FixStatus.FAILED))
    counted = await desk.look(lambda uow: uow.flows.get(record.id))
    assert counted is not None
    assert (counted.worked, counted.failed) == (0, 2)
    await desk.work()
    assert "needs somebody with other means" in desk.said(), "the corrected outcome leads on as well"


async def test_a_flow_can_end_in_an_escalation(desk: Desk) -> None:
    """Said in the thread, with the button."""
    session = await started(desk)
    await using(desk, session)
    await click(desk, session, 0)
    await click(desk, session, 1)
    card = desk.card("needs somebody with other means")
    assert [button.label for button in buttons_of(card)] == ["Escalate…"]


@pytest.mark.parametrize("way", ["click", "words", "skip"])
async def test_a_flow_that_was_removed_loses_no_answer(desk: Desk, way: str) -> None:
    """It is recorded, and the thread says why it does not go on."""
    session = await started(desk)
    record = await using(desk, session)
    step = await open_step(desk, session)
    await desk.change(lambda uow: uow.flows.remove(record.id))
    if way == "click":
        reply = await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=0))
    else:
        reply = await desk.say("erin", "It is on" if way == "words" else "skip")
    await desk.work()
    assert isinstance(reply, Nothing)
    assert await known(desk, session) == ([] if way == "skip" else ["The printer is on."])
    assert "was removed from the library" in desk.said()
    gone = await desk.send("erin", UseFlow(session_id=session.id, flow_id=record.id))
    assert notice_of(gone).error


async def test_a_flow_that_was_changed_says_so(desk: Desk) -> None:
    """When what comes next is no longer there."""
    session = await started(desk)
    record = await using(desk, session)
    changed = FLOW.replace("second", "other")

    def change(uow: UnitOfWork) -> None:
        uow.flows.save(replace(record, source=changed))

    await desk.change(change)
    await click(desk, session, 0)
    assert "was changed meanwhile" in desk.said()
    assert await known(desk, session) == ["The printer is on."]
    await desk.send("erin", UseFlow(session_id=session.id, flow_id=record.id))
    assert (await open_step(desk, session)).text == "Is the printer on?"


async def test_using_a_flow_twice_starts_it_once(desk: Desk) -> None:
    """A double click; another flow takes its place."""
    session = await started(desk)
    record = await using(desk, session)
    again = await desk.send("erin", UseFlow(session_id=session.id, flow_id=record.id))
    assert "under way already" in notice_of(again).markdown
    other = await desk.look(lambda uow: uow.flows.by_slug("mailbox-full"))
    assert other is not None
    await desk.send("erin", UseFlow(session_id=session.id, flow_id=other.id))
    assert (await open_step(desk, session)).flow_id == other.id
    assert (await kinds(desk, session)).count("flow_used") == 2
    counted = await desk.look(lambda uow: uow.flows.get(record.id))
    assert counted is not None
    assert counted.used == 1


async def test_a_models_step_takes_words_and_a_skip(desk: Desk) -> None:
    """Its label answers it; its answer is told to the model."""
    session = await started(desk)
    new = NewStep(
        kind=StepKind.QUESTION,
        text="Which Outlook?",
        options=(StepOption(label="Classic", fact="It is classic Outlook."), StepOption(label="New")),
    )

    def put(uow: UnitOfWork) -> None:
        current = uow.sessions.get(session.id)
        assert current is not None
        put_step(uow, current, new)

    await desk.change(put)
    await desk.work()
    assert [button.label for button in buttons_of(desk.card("Which Outlook?"))] == ["Classic", "New", "Skip"]
    await desk.say("erin", "classic")
    await desk.work()
    assert "It is classic Outlook." in await known(desk, session)
