"""The preview cache: one drafting a state, whoever asks (SPEC 5)."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from core.commands import (
    AddFact,
    AnswerStep,
    ApplyFix,
    CorrectOutcome,
    DecideFix,
    DeleteFact,
    EditFact,
    OpenPreview,
    OpenResolve,
    RateSession,
    RefreshPreview,
    UnlinkTicket,
    UseFlow,
)
from core.documents.bundle import DocumentKind
from core.documents.previews import DRAFT, key_of
from core.fixes.model import Decision, FixStatus
from core.ports import UnitOfWork
from core.sessions.erasing import erase
from core.sessions.model import Session, SessionStatus
from tests.fakes.platform import words_of
from tests.support.desk import Desk, desk_at, form_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import fix_in, outcome, preview, started, suggested

RESOLUTION = DocumentKind.RESOLUTION


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
async def desk(template: Path, tmp_path: Path, model: ScriptedModel) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, template=template, model=model) as opened:
        yield opened


async def opened(desk: Desk, session: Session, *, who: str = "erin", kind: str = "resolution") -> str:
    """What a preview shows in the end."""
    form = form_of(await desk.send(who, OpenPreview(session_id=session.id, kind=kind)))
    return words_of(await preview(desk, form))


async def test_two_identical_previews_cost_one_drafting(desk: Desk, model: ScriptedModel) -> None:
    """Whoever looks; the second is shown at once, and says that it is not fresh."""
    session = await started(desk)
    assert "Fresh" in await opened(desk, session)
    desk.clock.pass_by(minutes=2)
    again = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    assert not again.busy
    assert "drafted 2 min ago" in words_of(again).casefold()
    await desk.type("sam", f"join {session.ref}")
    await opened(desk, session, who="sam")
    assert model.drafted == [RESOLUTION]


async def test_both_notes_are_cached_apart(desk: Desk, model: ScriptedModel) -> None:
    """Each kind is drafted once."""
    session = await started(desk)
    for kind in ("resolution", "escalation", "resolution", "escalation"):
        await opened(desk, session, kind=kind)
    assert model.drafted == [DocumentKind.RESOLUTION, DocumentKind.ESCALATION]


async def test_a_hundred_requests_for_one_state_draft_once(desk: Desk, model: ScriptedModel) -> None:
    """While the model works, everybody waits for the same row's draft, and everybody gets it."""
    session = await started(desk)
    model.hold = asyncio.Event()
    opening = [desk.send("erin", OpenPreview(session_id=session.id)) for _ in range(100)]
    forms = [form_of(reply) for reply in await asyncio.gather(*opening)]
    assert all(form.busy for form in forms)
    working = asyncio.create_task(desk.work())
    await model.begun.wait()
    late = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    model.hold.set()
    await working
    rows = await desk.store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=1000))
    assert [row.kind for row in rows].count(DRAFT) == 1
    assert model.drafted == [RESOLUTION]
    shown = {words_of(desk.platform.filled[form.surface]) for form in (*forms, late)}
    assert len(shown) == 1


async def test_refresh_drafts_again(desk: Desk, model: ScriptedModel) -> None:
    """Whatever the cache holds."""
    session = await started(desk)
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    await desk.work()
    model.texts.append((await _stored(desk, session)).replace("## Problem", "## Problem\n"))
    busy = form_of(await desk.send("erin", RefreshPreview(session_id=session.id, surface=form.surface)))
    assert busy.busy
    await desk.work()
    assert model.drafted == [RESOLUTION, RESOLUTION]
    assert not desk.platform.filled[form.surface].busy


async def _stored(desk: Desk, session: Session) -> str:
    current = await desk.session(session.number)

    draft = await desk.look(lambda uow: uow.drafts.get(key_of(uow, current, RESOLUTION)))
    assert draft is not None
    return draft.markdown


Write = Callable[[Desk, Session], Awaitable[object]]


async def _step(desk: Desk, session: Session) -> None:
    flow = await desk.look(lambda uow: uow.flows.by_slug("mailbox-full"))
    assert flow is not None
    await desk.send("erin", UseFlow(session_id=session.id, flow_id=flow.id))
    (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
    await desk.send("erin", AnswerStep(session_id=session.id, step_id=step.id, option=0))


async def _linked(desk: Desk, session: Session) -> None:
    await desk.type("erin", "link T-1001", thread="1")
    await desk.work()


async def _fact(desk: Desk, session: Session) -> str:
    await desk.send("erin", AddFact(session_id=session.id, text="The outbox holds a 40 MB message"))
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    return fact.id


async def _edited(desk: Desk, session: Session) -> object:
    return await desk.send("erin", EditFact(session_id=session.id, fact_id=await _fact(desk, session), text="Changed"))


async def _deleted(desk: Desk, session: Session) -> object:
    return await desk.send("erin", DeleteFact(session_id=session.id, fact_id=await _fact(desk, session)))


async def _fix(desk: Desk, session: Session) -> str:
    return (await suggested(desk, session)).id


async def _applied(desk: Desk, session: Session) -> object:
    return await desk.send("erin", ApplyFix(session_id=session.id, fix_id=await _fix(desk, session)))


async def _decided(desk: Desk, session: Session) -> object:
    fix = await _fix(desk, session)
    return await desk.send("erin", DecideFix(session_id=session.id, fix_id=fix, decision=Decision.ONE_OFF))


async def _corrected(desk: Desk, session: Session) -> object:
    fix = await fix_in(desk, session, "failed")
    assert fix is not None
    correct = CorrectOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.SUCCESS)
    return await desk.send("erin", correct)


def _outcome(state: str) -> Write:
    return lambda desk, session: fix_in(desk, session, state)


WRITES: dict[str, Write] = {
    "fact added": _fact,
    "fact edited": _edited,
    "fact deleted": _deleted,
    "fix suggested": _fix,
    "fix applied": _applied,
    "fix decided": _decided,
    "outcome corrected": _corrected,
    "step answered": _step,
    "ticket linked": _linked,
    **{f"outcome {state}": _outcome(state) for state in ("pending", "partial", "success", "failed", "dismissed")},
}


async def _key(desk: Desk, session: Session) -> str:
    current = await desk.session(session.number)
    return await desk.look(lambda uow: key_of(uow, current, RESOLUTION))


@pytest.mark.parametrize("write", WRITES)
async def test_every_write_that_notes_depend_on_changes_the_key(desk: Desk, write: str) -> None:
    """SPEC 2's list: a changed state is a new key."""
    session = await started(desk)
    before = await _key(desk, session)
    await WRITES[write](desk, session)
    assert await _key(desk, session) != before


@pytest.mark.parametrize("words", ["join", "// by the way", "status", "doc", "facts", "preview", "resolve", "escalate"])
async def test_what_notes_do_not_depend_on_keeps_the_key(desk: Desk, words: str) -> None:
    """So that nothing is paid for twice."""
    session = await started(desk)
    before = await _key(desk, session)
    await desk.say("sam" if words == "join" else "erin", words)
    await desk.work()
    assert await _key(desk, session) == before


async def test_rating_keeps_the_key(desk: Desk) -> None:
    """It comes after all notes."""
    session = await started(desk)
    before = await _key(desk, session)
    await desk.change(lambda uow: _put(uow, session.id, "resolved"))
    await desk.send("erin", RateSession(session_id=session.id, score=5))
    assert await _key(desk, session) == before


def _put(uow: UnitOfWork, session_id: str, status: str) -> None:
    session = uow.sessions.get(session_id)
    assert session is not None
    uow.sessions.save(replace(session, status=SessionStatus(status)))


async def test_unlinking_changes_the_key(desk: Desk) -> None:
    """As linking does."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    before = await _key(desk, session)
    await desk.send("erin", UnlinkTicket(session_id=session.id))
    assert await _key(desk, session) != before


@pytest.mark.parametrize("state", ["success", "pending"])
async def test_after_an_outcome_resolve_is_instant(desk: Desk, model: ScriptedModel, state: str) -> None:
    """The likely note was drafted in the background, half a second after; a pending fix as worked."""
    session = await started(desk)
    await fix_in(desk, session, state)
    assert model.drafted == [RESOLUTION]
    form = form_of(await desk.send("erin", OpenResolve(session_id=session.id)))
    assert not form.busy
    assert model.drafted == [RESOLUTION]


async def test_outcomes_in_quick_succession_are_drafted_for_once(desk: Desk, model: ScriptedModel) -> None:
    """Only the last state counts."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.PENDING, "the vendor")
    desk.clock.pass_by(milliseconds=300)
    await desk.work()
    assert model.drafted == []
    await outcome(desk, fix, FixStatus.SUCCESS)
    desk.clock.pass_by(seconds=1)
    await desk.work()
    assert model.drafted == [RESOLUTION]
    assert not form_of(await desk.send("erin", OpenResolve(session_id=session.id))).busy


async def test_resolve_does_not_wait_for_the_draft_ahead_twice(desk: Desk, model: ScriptedModel) -> None:
    """Somebody waits: the background row is hurried, not repeated."""
    session = await started(desk)
    await outcome(desk, await suggested(desk, session), FixStatus.SUCCESS)
    form = form_of(await desk.send("erin", OpenResolve(session_id=session.id)))
    assert form.busy
    await desk.work()
    desk.clock.pass_by(seconds=2)
    await desk.work()
    assert model.drafted == [RESOLUTION]
    assert not desk.platform.filled[form.surface].busy


async def test_a_state_that_moved_while_drafting_is_never_shown_as_current(desk: Desk, model: ScriptedModel) -> None:
    """What waits gets the note of the new state."""
    session = await started(desk)
    model.hold = asyncio.Event()
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    working = asyncio.create_task(desk.work())
    await model.begun.wait()
    await desk.send("erin", AddFact(session_id=session.id, text="The outbox holds a 40 MB message"))
    model.hold.set()
    await working
    await desk.work()
    assert "40 MB" in words_of(desk.platform.filled[form.surface])
    assert len(model.drafted) == 2


async def test_a_draft_survives_a_restart(template: Path, tmp_path: Path) -> None:
    """Memory is gone, the database is not."""
    first, second = ScriptedModel(), ScriptedModel()
    async with desk_at(tmp_path, template=template, model=first) as desk:
        session = await started(desk)
        await opened(desk, session)
    async with desk_at(tmp_path, template=template, model=second) as desk:
        form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
        assert not form.busy
        assert (first.drafted, second.drafted) == ([RESOLUTION], [])


async def test_another_prompt_version_is_another_key(template: Path, tmp_path: Path) -> None:
    """The same state in other words."""
    async with desk_at(tmp_path, template=template, model=ScriptedModel()) as desk:
        session = await started(desk)
        await opened(desk, session)
    newer = ScriptedModel(prompt_version="scripted-2")
    async with desk_at(tmp_path, template=template, model=newer) as desk:
        await opened(desk, session)
    assert newer.drafted == [RESOLUTION]


async def test_what_is_being_asked_is_part_of_a_package(desk: Desk, model: ScriptedModel) -> None:
    """A flow that was begun gives it its area and its next steps, so the package of before is not shown for it."""
    session = await started(desk)
    await opened(desk, session, kind="escalation")
    flow = next(flow for flow in await desk.look(lambda uow: uow.flows.all()) if "outlook" in flow.slug)
    await desk.send("erin", UseFlow(session_id=session.id, flow_id=flow.id))
    await desk.work()
    await opened(desk, session, kind="escalation")
    assert model.drafted == [DocumentKind.ESCALATION] * 2


async def test_deleting_a_session_drops_its_drafts(desk: Desk) -> None:
    """From memory and database."""
    session = await started(desk)
    await opened(desk, session)
    assert len(desk.drafts) == 1
    await desk.change(lambda uow: erase(uow, session))
    assert len(desk.drafts) == 0
