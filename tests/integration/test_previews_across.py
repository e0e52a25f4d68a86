"""One state is drafted once, whichever process is asked, and whichever of them does the work (PERFORMANCE: one drafting)."""

import asyncio
from pathlib import Path

from core.commands import OpenPreview
from core.documents.bundle import DocumentKind
from tests.fakes.clock import FakeClock
from tests.integration.databases import Postgres
from tests.support.desk import desk_at, form_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import started


async def test_two_processes_draft_one_state_once(postgres: Postgres, tmp_path: Path) -> None:
    """Both are asked at the same time, and both work; afterwards either shows it at once."""
    await postgres.create("previews")
    clock, models = FakeClock(), (ScriptedModel(), ScriptedModel())
    here, there = (desk_at(tmp_path, url=postgres.url("previews"), model=model, clock=clock) for model in models)
    async with here as one, there as two:
        session = await started(one)
        asked = [desk.send("erin", OpenPreview(session_id=session.id)) for desk in (one, two) for _ in range(5)]
        forms = [form_of(reply) for reply in await asyncio.gather(*asked)]
        await asyncio.gather(one.work(), two.work())
        await asyncio.gather(one.work(), two.work())
        drafted = [kind for model in models for kind in model.drafted]
        assert drafted == [DocumentKind.RESOLUTION]
        filled = one.platform.filled.keys() | two.platform.filled.keys()
        assert {form.surface for form in forms if form.busy} <= filled
        for desk in (one, two):
            assert not form_of(await desk.send("erin", OpenPreview(session_id=session.id))).busy
        assert sum(len(model.drafted) for model in models) == 1
