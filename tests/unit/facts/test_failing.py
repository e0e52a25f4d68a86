"""Facts of answers when something fails: recorded once, counted, given up without a word, never at a session's cost (SPEC 9)."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.worker import Worker
from core.commands import AnswerStep
from core.errors import Rejected, Unavailable
from core.facts.jobs import synthesise_facts
from core.facts.synthesis import SYNTHESISE
from core.operations import JOBS
from core.ports import UnitOfWork
from core.prompts import Purpose
from core.sessions.model import Session
from core.usage.model import End, Tokens, UsageRow
from core.work.model import MAX_ATTEMPTS, Work
from core.work.running import Done, Kept, Runner
from tests.fakes.platform import words_of
from tests.fakes.provider import ScriptedProvider, thinking
from tests.support.desk import Desk, desk_at, notice_of
from tests.unit.core.walking import kinds, started

MODEL = "claude-sonnet-5-5"
#: Costs $0.30.
USED = Tokens(input=100_000, output=10_000)
BUSY = Unavailable("The language model is overloaded right now.")
STUCK = "A message is stuck in the outbox."
ASKS = (
    'Look. [QUESTIONS][{"text": "Is a message stuck in the outbox?", "options": ["Yes", "No"]}][/QUESTIONS]'
    "[CONFIDENCE]30[/CONFIDENCE]"
)
STATEMENT = json.dumps({"statements": [{"step": "s1", "statement": STUCK}]})


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider(tokens=USED)


@pytest.fixture
async def desk(template: Path, tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, template=template, model=thinking(provider, MODEL)) as opened:
        yield opened


async def answered(desk: Desk, provider: ScriptedProvider, *script: str | Exception, who: str = "erin") -> Session:
    """A session whose question was answered; the script is what the provider says from then on."""
    provider.script = [ASKS]
    session = await started(desk)
    if who != "erin":
        await desk.say(who, "join")
    (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
    provider.script = ["Good.", *script]  # type: ignore[list-item]
    desk.clock.pass_by(seconds=30)
    await desk.send(who, AnswerStep(session_id=session.id, step_id=step.id, option=0))
    return session


async def facts(desk: Desk, session: Session) -> list[str]:
    return [fact.text for fact in await desk.look(lambda uow: uow.facts.of(session.id))]


async def calls(desk: Desk, session: Session) -> list[UsageRow]:
    rows = await desk.look(lambda uow: uow.usage.of(session.id))
    return [row for row in rows if row.purpose == Purpose.FACTS]


async def left(desk: Desk, session: Session) -> list[Work]:
    return list(await desk.look(lambda uow: uow.work.open_for(session.id, [SYNTHESISE])))


async def test_a_call_is_counted_for_who_answered_with_the_fact(desk: Desk, provider: ScriptedProvider) -> None:
    session = await answered(desk, provider, STATEMENT, who="sam")
    await desk.work()
    assert await facts(desk, session) == [STUCK]
    (call,) = await calls(desk, session)
    assert (call.purpose, call.model, call.prompt_version) == ("fact_synthesis", MODEL, "fact_synthesis-1")
    assert (call.input, call.output, call.cost, call.end) == (100_000, 10_000, 300_000, End.DONE)
    assert call.user_id not in (None, session.owner_id)
    assert "- fact synthesis: $0.30 · 1 call" in words_of(notice_of(await desk.type("sam", "usage")))


async def test_a_statement_that_breaks_a_rule_is_repaired_at_a_second_calls_cost(
    desk: Desk, provider: ScriptedProvider
) -> None:
    session = await answered(desk, provider, STATEMENT.replace("outbox", "outbox of SRV-99"), STATEMENT)
    await desk.work()
    assert await facts(desk, session) == [STUCK]
    assert [call.prompt_version for call in await calls(desk, session)] == [
        "fact_synthesis-1",
        "fact_synthesis-1+repair-1",
    ]


async def test_a_worker_that_dies_with_the_statement_in_hand_leaves_it_to_the_next(
    desk: Desk, provider: ScriptedProvider
) -> None:
    """Which asks again; both calls are counted, and the fact is there once."""
    session = await answered(desk, provider, STATEMENT, STATEMENT)
    deaths = ["the first"]

    async def dying(runner: Runner, work: Work) -> Done:
        done = await synthesise_facts(runner, work)
        assert isinstance(done, Kept)

        def recorded(uow: UnitOfWork) -> None:
            done.done(uow)
            if deaths:
                deaths.pop()
                raise OSError("killed")

        return Kept(recorded, done.kept)

    desk.worker = Worker(desk.application, desk.outside, jobs={**JOBS, SYNTHESISE: dying})
    await desk.work()
    assert await facts(desk, session) == []
    desk.clock.pass_by(minutes=2)
    await desk.work()
    assert await facts(desk, session) == [STUCK]
    assert (await kinds(desk, session)).count("fact_added") == 1
    assert len(await calls(desk, session)) == 2


async def test_a_result_that_is_recorded_twice_is_one_fact(desk: Desk, provider: ScriptedProvider) -> None:
    """Two workers had the same row, one after its lease had run out."""
    session = await answered(desk, provider, STATEMENT)

    async def twice(runner: Runner, work: Work) -> Done:
        done = await synthesise_facts(runner, work)
        await runner.change(work, done)
        return done

    desk.worker = Worker(desk.application, desk.outside, jobs={**JOBS, SYNTHESISE: twice})
    await desk.work()
    assert await facts(desk, session) == [STUCK]


async def test_while_a_quota_is_used_up_nothing_is_asked_and_nothing_said(
    desk: Desk, provider: ScriptedProvider
) -> None:
    """The answer stands as a check, and the thread has been told of the quota by its turns."""
    session = await answered(desk, provider, STATEMENT)

    def limit(uow: UnitOfWork) -> None:
        account = uow.accounts.get()
        uow.accounts.save(replace(account, settings={**account.settings, "daily_quota": "0.60"}))

    await desk.change(limit)
    await desk.work()
    assert await facts(desk, session) == []
    assert (await calls(desk, session), await left(desk, session)) == ([], [])
    assert len(provider.requests) == 2


async def test_a_provider_that_comes_back_is_asked_again(desk: Desk, provider: ScriptedProvider) -> None:
    session = await answered(desk, provider, *[BUSY] * 4, STATEMENT)
    for _ in range(3):
        await desk.work()
        desk.clock.pass_by(minutes=10)
    assert await facts(desk, session) == [STUCK]
    assert [call.end for call in await calls(desk, session)] == [*[End.FAILED] * 4, End.DONE]


@pytest.mark.parametrize(("fault", "tries"), [(BUSY, 2 * MAX_ATTEMPTS), (Rejected("The key is wrong."), 1)])
async def test_one_that_stays_away_is_given_up_without_a_word(
    desk: Desk, provider: ScriptedProvider, fault: Exception, tries: int
) -> None:
    """Nothing is left for a person to mend, and the session goes on."""
    session = await answered(desk, provider, *[fault] * 100)
    for _ in range(MAX_ATTEMPTS + 1):
        await desk.work()
        desk.clock.pass_by(minutes=10)
    assert (await facts(desk, session), await left(desk, session)) == ([], [])
    failed = await calls(desk, session)
    assert [call.end for call in failed] == [End.FAILED] * tries
    assert sum(call.cost or 0 for call in failed) == 0
    assert "failed" not in desk.said()
    provider.script = ["Look at the other one."]
    await desk.say("erin", "And now?")
    await desk.work()
    assert "Look at the other one." in desk.said()


async def test_a_session_that_is_gone_meanwhile_leaves_what_was_spent(desk: Desk, provider: ScriptedProvider) -> None:
    session = await answered(desk, provider, STATEMENT)

    async def erased(runner: Runner, work: Work) -> Done:
        done = await synthesise_facts(runner, work)
        await runner.change(work, lambda uow: uow.sessions.erase(session.id))
        return done

    desk.worker = Worker(desk.application, desk.outside, jobs={**JOBS, SYNTHESISE: erased})
    await desk.work()
    totals = await desk.look(lambda uow: uow.usage.totals(desk.clock.now().date()))
    assert [total.calls for total in totals if total.purpose == Purpose.FACTS] == [1]
