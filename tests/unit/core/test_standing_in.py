"""What is shown while a model does not deliver, and what takes its place (SPEC 5)."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.commands import OpenPreview, RefreshPreview
from core.documents import jobs
from core.documents.bundle import DocumentKind
from core.errors import Unavailable
from core.sessions.model import Session
from tests.fakes.platform import words_of
from tests.support.desk import Desk, desk_at, form_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import preview, started

RESOLUTION = DocumentKind.RESOLUTION


@pytest.fixture
def model() -> ScriptedModel:
    return ScriptedModel()


@pytest.fixture
async def desk(template: Path, tmp_path: Path, model: ScriptedModel) -> AsyncIterator[Desk]:
    async with desk_at(tmp_path, template=template, model=model) as opened:
        yield opened


async def opened(desk: Desk, session: Session) -> str:
    """What a preview shows in the end."""
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    return words_of(await preview(desk, form))


def _raise(error: Exception) -> None:
    raise error


@pytest.mark.parametrize("trouble", ["slow", "down"])
async def test_a_model_that_does_not_deliver_is_stood_in_for(
    desk: Desk, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    """The deterministic draft is shown and marked; the next good one takes its place."""
    session = await started(desk)
    monkeypatch.setattr(jobs, "PATIENCE", 0.02)
    monkeypatch.setattr(jobs, "LONGEST", 0.04)
    if trouble == "slow":
        model.hold = asyncio.Event()
    else:
        model.trouble = lambda: _raise(Unavailable("529"))
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    shown = words_of(await preview(desk, form))
    assert "from the record, without the model" in shown
    assert "## Problem" in shown
    model.hold, model.trouble = None, lambda: None
    again = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    assert not again.busy, "what stands in is there at once"
    assert "without the model" in words_of(again)
    await desk.work()
    assert "without the model" not in words_of(desk.platform.filled[again.surface])
    count = len(model.drafted)
    assert "without the model" not in await opened(desk, session)
    assert len(model.drafted) == count


@pytest.mark.parametrize("trouble", ["unsound", "broken"])
async def test_a_draft_that_could_not_be_used_is_not_paid_for_again_until_refresh(
    desk: Desk, model: ScriptedModel, trouble: str
) -> None:
    """The deterministic one is shown and marked, however often somebody looks; the next good one takes its place."""
    session = await started(desk)
    if trouble == "unsound":
        model.texts = ["## Problem\nOutlook.\n\n## Magic\nIt was KB9999999."] * 2
    else:
        model.trouble = lambda: _raise(KeyError("choices"))
    for _ in range(3):
        shown = await opened(desk, session)
        assert "from the record: what the model wrote could not be used" in shown
        assert "## Problem" in shown
    paid = [RESOLUTION] * (2 if trouble == "unsound" else 1)  # what is unsound is asked to be repaired
    assert model.drafted == paid
    model.trouble = lambda: None
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    await desk.send("erin", RefreshPreview(session_id=session.id, surface=form.surface))
    await desk.work()
    assert "could not be used" not in words_of(desk.platform.filled[form.surface])
    assert "could not be used" not in await opened(desk, session)
    assert model.drafted == [*paid, RESOLUTION]


async def test_a_model_that_is_slow_is_stood_in_for_until_its_draft_comes(
    desk: Desk, model: ScriptedModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits, and what was paid for is not thrown away."""
    session = await started(desk)
    monkeypatch.setattr(jobs, "PATIENCE", 0.02)
    model.hold = asyncio.Event()
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    filled, stop = asyncio.Event(), asyncio.Event()
    desk.platform.trouble = lambda method: filled.set() if method == "fill" else None
    desk.store.wake = desk.worker.woken
    working = asyncio.create_task(desk.worker.run(stop))
    await asyncio.wait_for(filled.wait(), 10)
    assert "from the record, without the model" in words_of(desk.platform.filled[form.surface])
    model.hold.set()
    stop.set()
    await working
    assert "without the model" not in await opened(desk, session)
    assert len(model.drafted) == 1


async def test_what_stands_in_never_replaces_a_good_draft(desk: Desk, model: ScriptedModel) -> None:
    """A refresh while the model is down leaves the good one."""
    session = await started(desk)
    form = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    await desk.work()
    model.trouble = lambda: _raise(Unavailable("529"))
    await desk.send("erin", RefreshPreview(session_id=session.id, surface=form.surface))
    await desk.work()
    shown = desk.platform.filled[form.surface]
    assert not shown.busy
    assert "without the model" not in words_of(shown)
