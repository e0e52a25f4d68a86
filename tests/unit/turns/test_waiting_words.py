"""Words that were being answered when their session was paused or handed over: they wait, and are answered when it goes on."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from bot.worker import Worker
from core.commands import ClaimSession, PauseSession, ReturnSession, WithdrawEscalation
from core.operations import JOBS
from core.ports import Counted, Heard, UnitOfWork
from core.prompts import Purpose
from core.sessions.model import Session
from core.thinking.asking import Asker
from core.thinking.model import Completion, Request
from core.thinking.thinker import ThinkingModel
from core.turns.queue import TURN
from core.usage.model import uncounted
from tests.fakes.provider import ScriptedProvider
from tests.support.desk import Desk, desk_at
from tests.unit.core.walking import escalated, started

ASKED = "What about the red light?"


async def _nothing() -> None:
    """Nothing happens meanwhile."""


@dataclass
class Interrupted(ScriptedProvider):
    """Something happens while a turn is answered, once."""

    meanwhile: Callable[[], Awaitable[None]] = _nothing

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """After what happens meanwhile."""
        meanwhile, self.meanwhile = self.meanwhile, _nothing
        await meanwhile()
        return await super().complete(request, model, heard, counted)


@pytest.fixture
def provider() -> Interrupted:
    return Interrupted()


@pytest.fixture
async def desk(template: Path, tmp_path: Path, provider: Interrupted) -> AsyncIterator[Desk]:
    model = ThinkingModel(Asker(provider=provider, models=dict.fromkeys(Purpose, "big")))
    async with desk_at(tmp_path, template=template, model=model) as opened:
        yield opened


async def asked_meanwhile(desk: Desk, provider: Interrupted, then: Callable[[Session], Awaitable[None]]) -> Session:
    """A session whose second turn is being answered when something happens to it."""
    session = await started(desk)

    async def meanwhile() -> None:
        busy, desk.worker = desk.worker, Worker(desk.application, desk.outside)
        await then(session)
        desk.worker = busy

    provider.meanwhile = meanwhile
    provider.script = ["Too late: it blinks for power."]
    await desk.say("erin", ASKED)
    await desk.work()
    return session


async def waiting(desk: Desk, session: Session) -> list[str]:
    return [message.text for message in await desk.look(lambda uow: uow.messages.pending(session.id))]


async def answered(desk: Desk, provider: Interrupted, session: Session) -> bool:
    """Whether the words were answered once, with the history as it was before."""
    provider.script = ["It blinks for power."]
    await desk.work()
    newest = provider.requests[-1].messages[-1].text
    assert newest.count(ASKED) == 1
    assert not await waiting(desk, session)
    return desk.said().count("It blinks for power.") == 1 and "Too late" not in desk.said()


async def test_words_of_a_paused_session_are_answered_when_it_resumes(desk: Desk, provider: Interrupted) -> None:
    """And the call that came to nothing is counted."""

    async def pause(session: Session) -> None:
        await desk.send("erin", PauseSession(session_id=session.id))

    session = await asked_meanwhile(desk, provider, pause)
    assert await waiting(desk, session) == [ASKED]
    assert "Too late" not in desk.said()
    calls = await desk.look(lambda uow: uow.usage.of(session.id))
    assert [call.purpose for call in calls].count(Purpose.DIAGNOSIS) == 2
    await desk.say("erin", "resume", mention=True)
    assert await answered(desk, provider, session)


async def test_a_pause_alone_does_not_ask_again(desk: Desk, provider: Interrupted) -> None:
    async def pause(session: Session) -> None:
        await desk.send("erin", PauseSession(session_id=session.id))

    session = await asked_meanwhile(desk, provider, pause)
    for _ in range(3):
        desk.clock.pass_by(minutes=10)
        await desk.work()
    calls = await desk.look(lambda uow: uow.usage.of(session.id))
    assert [call.purpose for call in calls].count(Purpose.DIAGNOSIS) == 2


@pytest.mark.parametrize("by", ["claim", "withdraw", "return"])
async def test_words_of_an_escalated_session_are_answered_when_it_goes_on(
    desk: Desk, provider: Interrupted, by: str
) -> None:
    async def escalate(session: Session) -> None:
        await escalated(desk, session)

    session = await asked_meanwhile(desk, provider, escalate)
    assert await waiting(desk, session) == [ASKED]
    if by == "withdraw":
        await desk.send("erin", WithdrawEscalation(session_id=session.id))
    else:
        await desk.send("sam", ClaimSession(session_id=session.id))
    if by == "return":
        await desk.send("sam", ReturnSession(session_id=session.id))
    assert await answered(desk, provider, session)


async def test_where_a_quota_is_used_up_a_session_that_was_paused_meanwhile_is_told_when_it_resumes(
    desk: Desk, provider: Interrupted
) -> None:
    """Nothing was told while it was paused, so nothing is noted down as told."""
    session = await started(desk)

    def nothing_left(uow: UnitOfWork) -> None:
        account = uow.accounts.get()
        uow.accounts.save(replace(account, settings={**account.settings, "daily_quota": "0"}))

    await desk.change(nothing_left)
    await desk.say("erin", ASKED)
    (row,) = await desk.look(lambda uow: uow.work.open_for(session.id, [TURN]))
    done = await JOBS[TURN](desk.worker, row)
    await desk.send("erin", PauseSession(session_id=session.id))
    await desk.change(done)
    assert await waiting(desk, session) == [ASKED]
    await desk.say("erin", "resume", mention=True)
    await desk.work()
    assert desk.said().count("quota for the language model is used up") == 1
    assert not await waiting(desk, session)
