"""Every call to a model is stored with what it was for, whatever became of it (SPEC 9)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from functools import partial
from pathlib import Path

import pytest

from bot.worker import Worker
from core.commands import OpenPreview
from core.documents import jobs
from core.errors import Rejected, Unavailable
from core.operations import JOBS
from core.ports import UnitOfWork
from core.turns.jobs import TRIES, answer_turn
from core.turns.queue import TURN
from core.usage.model import End, Tokens, UsageRow
from tests.fakes.provider import ScriptedProvider, thinking
from tests.support.desk import Desk, desk_at
from tests.unit.core.walking import started

MODEL = "claude-sonnet-5-5"
#: Costs $0.30.
USED = Tokens(input=100_000, output=10_000)
BUSY = Unavailable("The language model is overloaded right now.")


@pytest.fixture
def provider() -> ScriptedProvider:
    return ScriptedProvider(tokens=USED)


@pytest.fixture
async def desk(template: Path, tmp_path: Path, provider: ScriptedProvider) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, template=template, model=thinking(provider, MODEL)) as opened:
        opened.worker = Worker(opened.application, opened.outside, jobs={**JOBS, TURN: partial(answer_turn, beat=0.01)})
        yield opened


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while True:
            if condition():
                return
            await asyncio.sleep(0.005)


async def calls(desk: Desk) -> list[UsageRow]:
    session = await desk.session()
    return list(await desk.look(lambda uow: uow.usage.of(session.id)))


async def totals(desk: Desk) -> tuple[int, int, int]:
    """Calls, failed ones and their cost in micro-dollars, by the sums."""
    found = await desk.look(lambda uow: uow.usage.totals(desk.clock.now().date()))
    return sum(t.calls for t in found), sum(t.failed for t in found), sum(t.cost for t in found)


async def test_a_turn_is_stored_with_its_answer(desk: Desk, provider: ScriptedProvider) -> None:
    """For whom, for what, by which model and prompt, and what it cost."""
    session = await started(desk)
    (call,) = await calls(desk)
    assert call.session_id == session.id
    assert call.user_id == session.owner_id
    assert (call.purpose, call.model, call.provider) == ("diagnosis", MODEL, "scripted")
    assert call.prompt_version.startswith("diagnosis-")
    assert (call.input, call.cached_read, call.cached_write, call.output) == (100_000, 0, 0, 10_000)
    assert (call.cost, call.end, call.error, call.at) == (300_000, End.DONE, "", desk.clock.now())
    assert await totals(desk) == (1, 0, 300_000)


async def test_who_speaks_is_charged_not_who_owns(desk: Desk) -> None:
    session = await started(desk)
    await desk.say("sam", "join")
    await desk.say("sam", "It hangs for me, too")
    await desk.work()
    owners = [call.user_id == session.owner_id for call in await calls(desk)]
    assert owners == [True, False]


async def test_failed_calls_are_stored_with_their_error_and_cost_nothing(
    desk: Desk, provider: ScriptedProvider
) -> None:
    """Those of a turn that is tried again, too, and those of one that is given up; none twice."""
    provider.told = Tokens(input=90_000)
    provider.script.extend([BUSY] * 2 * TRIES)
    await desk.say("erin", "Outlook does not send", mention=True)
    for _ in range(TRIES):
        await desk.work()
        desk.clock.pass_by(minutes=10)
    assert "Answering failed." in desk.said()
    stored = await calls(desk)
    assert len(stored) == len(provider.requests) == 2 * TRIES
    assert {(call.end, call.cost, call.error, call.input) for call in stored} == {(End.FAILED, 0, str(BUSY), 90_000)}
    assert await totals(desk) == (2 * TRIES, 2 * TRIES, 0)


async def test_a_refused_call_is_stored(desk: Desk, provider: ScriptedProvider) -> None:
    provider.script = [Rejected("The key is wrong.")]
    await started(desk)
    assert [(call.end, call.error) for call in await calls(desk)] == [(End.FAILED, "The key is wrong.")]


async def test_a_failed_call_and_the_one_that_helped_are_stored_together(
    desk: Desk, provider: ScriptedProvider
) -> None:
    provider.script = [BUSY, "Look at the outbox."]
    await started(desk)
    assert [call.end for call in await calls(desk)] == [End.FAILED, End.DONE]
    assert await totals(desk) == (2, 1, 300_000)


async def test_a_stopped_call_costs_what_was_made_until_then(desk: Desk, provider: ScriptedProvider) -> None:
    """As far as the provider has told; the words that were heard are counted."""
    await started(desk)
    provider.told = Tokens(input=500, cached_read=2_000, output=1)
    provider.script = ["word " * 800]
    provider.hold = asyncio.Event()
    await desk.say("erin", "And now?")
    working = asyncio.create_task(desk.work())
    await until(lambda: "word word" in desk.said())
    await desk.say("erin", "stop")
    await working
    stopped = (await calls(desk))[-1]
    assert (stopped.end, stopped.input, stopped.cached_read, stopped.output) == (End.STOPPED, 500, 2_000, 1_000)
    assert stopped.cost == 500 * 2 + 2_000 // 10 + 1_000 * 10
    assert stopped.error == ""
    assert "Stopped." in desk.said()


async def test_a_stopped_call_of_which_nothing_was_told_is_estimated(desk: Desk, provider: ScriptedProvider) -> None:
    """And marked so."""
    await started(desk)
    provider.script = ["word " * 800]
    provider.hold = asyncio.Event()
    await desk.say("erin", "And now?")
    working = asyncio.create_task(desk.work())
    await until(lambda: "word word" in desk.said())
    await desk.say("erin", "stop")
    await working
    stopped = (await calls(desk))[-1]
    sent = provider.requests[-1]
    length = len(sent.system) + sum(len(said.text) for said in sent.messages)
    assert (stopped.input, stopped.output) == (length // 4, 1_000)
    assert "estimated" in stopped.error


async def test_a_stopped_call_of_which_nothing_was_heard_is_estimated_too(
    desk: Desk, provider: ScriptedProvider
) -> None:
    """A model that thinks in silence is not told from one that never took it."""
    await started(desk)
    provider.script = [""]
    provider.hold = asyncio.Event()
    await desk.say("erin", "And now?")
    working = asyncio.create_task(desk.work())
    await until(lambda: len(provider.requests) == 2)
    await desk.say("erin", "stop")
    await working
    stopped = (await calls(desk))[-1]
    sent = provider.requests[-1]
    length = len(sent.system) + sum(len(said.text) for said in sent.messages)
    assert (stopped.end, stopped.input, stopped.output) == (End.STOPPED, length // 4, 0)
    assert "estimated" in stopped.error


async def test_a_call_that_is_cut_off_with_its_worker_is_stored_as_failed(
    desk: Desk, provider: ScriptedProvider
) -> None:
    """Nobody said stop, and the turn is done again."""
    provider.hold = asyncio.Event()
    await desk.say("erin", "Outlook does not send", mention=True)
    working = asyncio.create_task(desk.work())
    await until(lambda: provider.requests)
    turns = [task for task in asyncio.all_tasks() if task.get_name().startswith("work-")]
    for task in turns:
        task.cancel()
    await asyncio.wait(turns)
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    assert [(call.end, call.cost, call.error) for call in await calls(desk)] == [(End.FAILED, 0, "It was cut off.")]


async def test_a_document_and_its_repair_are_two_calls_for_who_asked(desk: Desk, provider: ScriptedProvider) -> None:
    session = await started(desk)
    await desk.say("sam", "join")
    provider.script = ["nonsense", "more nonsense"]
    await desk.send("sam", OpenPreview(session_id=session.id))
    await desk.work()
    turn, first, repair = await calls(desk)
    assert (turn.draft, first.draft) == ("", repair.draft)
    draft = await desk.look(lambda uow: uow.drafts.get(first.draft))
    assert draft is not None, "what it cost is found by its key"
    assert {first.purpose, repair.purpose} == {"resolution"}
    assert repair.prompt_version == f"{first.prompt_version}+repair-1"
    assert first.user_id == repair.user_id != session.owner_id
    assert await totals(desk) == (3, 0, 900_000)


async def test_a_document_that_takes_too_long_is_stored_as_failed(
    desk: Desk, provider: ScriptedProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The one from the record is shown in its place, and it costs no quota."""
    session = await started(desk)
    monkeypatch.setattr(jobs, "PATIENCE", 0.02)
    monkeypatch.setattr(jobs, "LONGEST", 0.04)
    provider.hold = asyncio.Event()
    await desk.send("erin", OpenPreview(session_id=session.id))
    await desk.work()
    late = (await calls(desk))[-1]
    assert (late.end, late.cost, late.error) == (End.FAILED, 0, "The language model did not answer in time.")


async def test_a_model_without_a_price_is_counted_without_cost(template: Path, tmp_path: Path) -> None:
    async with desk_at(tmp_path, template=template, model=thinking(ScriptedProvider(tokens=USED), "llama")) as opened:
        await started(opened)
        (call,) = await calls(opened)
        assert (call.cost, call.input) == (None, 100_000)
        assert await totals(opened) == (1, 0, 0)


async def test_whatever_an_endpoint_counts_the_answer_comes(desk: Desk, provider: ScriptedProvider) -> None:
    """Counts that no call can have are brought to what can be stored."""
    provider.tokens = Tokens(input=10**30, cached_read=-5, cached_write=3, output=1, kept_hour=10)
    provider.script = ["Look at the outbox."]
    await started(desk)
    assert "Look at the outbox." in desk.said()
    (call,) = await calls(desk)
    assert (call.input, call.cached_read, call.cached_write) == (2**31 - 1, 0, 3)


async def test_errors_are_stored_without_secrets(desk: Desk, provider: ScriptedProvider) -> None:
    provider.script = [Rejected("No: password=hunter2hunter2\0 " + "x" * 2_000)]
    await started(desk)
    (call,) = await calls(desk)
    assert "hunter2" not in call.error
    assert len(call.error) <= 500


async def test_calls_of_a_session_that_is_gone_are_stored_without_it(desk: Desk, provider: ScriptedProvider) -> None:
    """It was erased while the model worked; what was spent was spent."""
    session = await started(desk)
    provider.hold = asyncio.Event()
    await desk.send("erin", OpenPreview(session_id=session.id))
    working = asyncio.create_task(desk.work())
    await until(lambda: len(provider.requests) == 2)

    def erase(uow: UnitOfWork) -> None:
        uow.sessions.erase(session.id)

    await desk.change(erase)
    provider.hold.set()
    await working
    assert await totals(desk) == (3, 0, 900_000)
    assert await desk.look(lambda uow: uow.usage.of(session.id)) == []
