"""What is let go once an hour, and what is handed out (SPEC 9)."""

import json
from datetime import timedelta

from bot.exporting import exported
from bot.schedule import Retention
from core.commands import OpenResolve, WithdrawEscalation
from core.sessions.model import SessionStatus
from tests.support.desk import Desk, form_of
from tests.unit.core.walking import escalated, resolved, started


def retention(desk: Desk, *, rows: int | None = None, sessions: int | None = None) -> Retention:
    days = [None if number is None else timedelta(days=number) for number in (rows, sessions)]
    return Retention(desk.application, desk.clock, rows=days[0], sessions=days[1])


async def test_forms_are_let_go_when_nobody_can_go_on_with_them(desk: Desk) -> None:
    """With what was typed in them, however long the rest is kept."""
    session = await started(desk)
    form = form_of(await desk.send("erin", OpenResolve(session_id=session.id)))
    await retention(desk).sweep()
    assert await desk.look(lambda uow: uow.surfaces.get(form.surface)) is not None
    desk.clock.pass_by(hours=13)
    await retention(desk).sweep()
    assert await desk.look(lambda uow: uow.surfaces.get(form.surface)) is None


async def test_drafts_of_a_session_that_another_process_erased_leave_the_memory(desk: Desk) -> None:
    """The command line erases in the database; a server lets go of what it holds with the next sweep."""
    session = await started(desk)
    await desk.say("erin", "preview escalation")
    await desk.work()
    assert len(desk.drafts) > 0
    await desk.change(lambda uow: uow.sessions.erase(session.id))
    await retention(desk).sweep()
    assert len(desk.drafts) == 0


async def test_closed_sessions_go_after_their_time_and_open_ones_stay(desk: Desk) -> None:
    """Counted from their end; for good where nothing is said."""
    session = await started(desk)
    await resolved(desk, session)
    await started(desk, "The printer is offline", thread="2")
    desk.clock.pass_by(days=8)
    await retention(desk).sweep()
    await retention(desk, sessions=9).sweep()
    assert (await desk.session(1)).status is SessionStatus.RESOLVED
    await retention(desk, sessions=7).sweep()
    assert await desk.look(lambda uow: uow.sessions.by_number(1)) is None
    assert (await desk.session(2)).status is SessionStatus.ACTIVE


async def test_finished_work_goes_after_its_time(desk: Desk) -> None:
    """And not before."""
    await started(desk)

    async def rows() -> int:
        return len(await desk.store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=100)))

    before = await rows()
    desk.clock.pass_by(days=2)
    await retention(desk, rows=3).sweep()
    assert await rows() == before
    await retention(desk, rows=1).sweep()
    assert await rows() < before


async def test_an_export_holds_every_escalation(desk: Desk) -> None:
    """With the package of each, also of one that was withdrawn."""
    session = await started(desk)
    await escalated(desk, session)
    await desk.send("erin", WithdrawEscalation(session_id=session.id))
    await escalated(desk, session, urgency="urgent")
    files = await desk.look(lambda uow: exported(uow, uow.sessions.by_number(1) or session))
    told = json.loads(files["FP-1.json"])
    assert [one["status"] for one in told["escalations"]] == ["withdrawn", "open"]
    assert all(one["package"].startswith("## Problem") for one in told["escalations"])
    assert told["escalation"] == told["escalations"][-1]
