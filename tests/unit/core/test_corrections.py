"""Correcting an outcome after another fix was suggested: a mere proposal is withdrawn, one that was tried stays (SPEC 4)."""

from collections.abc import Awaitable, Callable

import pytest

from core.commands import ApplyFix, CorrectOutcome, OpenCorrection, ReplaceFix
from core.documents.bundle import Bundle, DocumentKind
from core.documents.gather import bundle_of
from core.fixes.model import Fix, FixStatus
from core.fixes.suggest import suggest_fix
from core.flows.guide import new_fix
from core.flows.library import FlowRecord
from core.flows.model import Solution
from core.flows.source import parse_flow
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.views import Close
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import apply, fix_in, kinds, outcome, resolved, started, suggested, the_fix

OLD, NEW = "Empty the outbox", "Rebuild the profile"
NOTES = {FixStatus.PENDING: "the vendor", FixStatus.PARTIAL: "the phone still fails"}


def labels(desk: Desk, title: str) -> list[str]:
    return [button.label for button in buttons_of(desk.card(f"Fix: {title}"))]


async def active(desk: Desk, session: Session) -> Fix | None:
    return await desk.look(lambda uow: uow.fixes.active(session.id))


async def bundle(desk: Desk, session: Session) -> Bundle:
    current = await desk.session(session.number)
    return await desk.look(lambda uow: bundle_of(uow, current, DocumentKind.ESCALATION))


async def replaced(desk: Desk, session: Session, state: str = "failed") -> tuple[Fix, Fix]:
    """A fix with a final outcome, and the one that a model suggested in its place."""
    old = await fix_in(desk, session, state)
    new = await suggested(desk, session, title=NEW)
    assert old is not None
    assert not (await the_fix(desk, old)).active
    return old, new


async def corrected(desk: Desk, fix: Fix, status: FixStatus, notes: str = "", *, who: str = "erin") -> object:
    words = notes or NOTES.get(status, "")
    correct = CorrectOutcome(session_id=fix.session_id, fix_id=fix.id, status=status, notes=words)
    reply = await desk.send(who, correct)
    await desk.work()
    return reply


async def flow_fix(desk: Desk, session: Session) -> tuple[Fix, FlowRecord]:
    """A fix of a shipped flow that has the next one ready for when it fails."""

    def suggest(uow: UnitOfWork) -> tuple[Fix, FlowRecord]:
        for record in uow.flows.all():
            nodes = parse_flow(record.source, record.slug).nodes
            for node in nodes.values():
                if isinstance(node, Solution) and isinstance(nodes.get(node.if_failed or ""), Solution):
                    current = uow.sessions.get(session.id)
                    assert current is not None
                    return suggest_fix(uow, current, new_fix(record.id, node)), record
        raise AssertionError("no shipped flow has such a fix")

    found = await desk.change(suggest)
    await desk.work()
    return found


async def test_a_mis_click_is_taken_back_though_the_next_fix_is_suggested_at_once(desk: Desk) -> None:
    """By the button on the replaced card; the flow's counters, the cards, the timeline and the notes are right afterwards."""
    session = await started(desk)
    old, record = await flow_fix(desk, session)
    await desk.click("erin", desk.card(f"Fix: {old.title}"), "Apply")
    await desk.submit("erin", form_of(await desk.click("erin", desk.card(f"Fix: {old.title}"), "Didn’t work…")))
    await desk.work()
    new = await active(desk, session)
    assert new is not None
    assert new.title != old.title
    assert labels(desk, old.title) == ["Correct…"]
    form = form_of(await desk.click("erin", desk.card(f"Fix: {old.title}"), "Correct…"))
    assert f"{new.title} is withdrawn" in words_of(form)
    assert isinstance(await desk.submit("erin", form, status=FixStatus.SUCCESS), Close)
    await desk.work()
    assert await active(desk, session) == await the_fix(desk, old)
    assert (await the_fix(desk, new)).superseded_at is not None
    assert labels(desk, old.title) == ["Resolve…", "Correct…"]
    assert labels(desk, new.title) == []
    assert (await kinds(desk, session))[-5:] == [
        *("outcome_recorded", "fix_superseded", "fix_suggested"),
        *("outcome_corrected", "fix_superseded"),
    ]
    counted = await desk.look(lambda uow: uow.flows.get(record.id))
    assert counted is not None
    assert (counted.worked, counted.failed) == (1, 0)
    note = await bundle(desk, session)
    assert (note.active and note.active.title, note.state, note.tried) == (old.title, "success", ())


@pytest.mark.parametrize("status", [FixStatus.SUCCESS, FixStatus.PENDING, FixStatus.PARTIAL])
async def test_what_holds_or_may_yet_is_the_active_fix_again(desk: Desk, status: FixStatus) -> None:
    """Of a model's fixes as of a flow's; the proposal that had its place is withdrawn."""
    session = await started(desk)
    old, new = await replaced(desk, session)
    assert isinstance(await corrected(desk, old, status), Close)
    after = await the_fix(desk, old)
    assert (after.status, after.active, await active(desk, session)) == (status, True, after)
    assert not (await the_fix(desk, new)).active
    assert "Replaced" in words_of(desk.card(f"Fix: {NEW}"))
    assert notice_of(await apply(desk, new)).markdown == "Replaced by another fix"
    note = await bundle(desk, session)
    assert (note.active and note.active.title, note.state, note.tried) == (OLD, status.removeprefix("applied_"), ())


async def test_a_fix_that_is_pending_again_is_followed_up(desk: Desk) -> None:
    """As any pending fix is, and its outcome is recorded as any other's."""
    session = await started(desk)
    old, _ = await replaced(desk, session)
    await corrected(desk, old, FixStatus.PENDING)
    desk.clock.pass_by(hours=4)
    await desk.work()
    await desk.click("erin", desk.card("Did it hold?"), "Worked")
    assert (await the_fix(desk, old)).status is FixStatus.SUCCESS


@pytest.mark.parametrize(
    ("before", "status"),
    [("failed", FixStatus.FAILED), ("success", FixStatus.FAILED), ("failed", FixStatus.DISMISSED)],
)
async def test_what_does_not_hold_leaves_the_newer_fix_alone(desk: Desk, before: str, status: FixStatus) -> None:
    """Another reason, or that it never worked: the proposal stays active, and the notes tell what was tried."""
    session = await started(desk)
    old, new = await replaced(desk, session, before)
    assert isinstance(await corrected(desk, old, status, "another error"), Close)
    after = await the_fix(desk, old)
    assert (after.status, after.notes, after.active) == (status, "another error", False)
    assert await active(desk, session) == await the_fix(desk, new) == new
    note = await bundle(desk, session)
    assert note.active is not None
    assert note.active.title == NEW
    tried = [] if status is FixStatus.DISMISSED else [(OLD, "failed", "another error")]
    assert [(fix.title, fix.state, fix.notes) for fix in note.tried] == tried


async def test_another_reason_does_not_lead_a_flow_on_again(desk: Desk) -> None:
    """What came of the failure has come of it; the counters stay as they are."""
    session = await started(desk)
    old, record = await flow_fix(desk, session)
    await outcome(desk, old, FixStatus.FAILED, "nope")
    new = await active(desk, session)
    assert isinstance(await corrected(desk, old, FixStatus.FAILED, "the same error as before"), Close)
    assert await active(desk, session) == new
    counted = await desk.look(lambda uow: uow.flows.get(record.id))
    assert counted is not None
    assert (counted.worked, counted.failed) == (0, 1)
    same = notice_of(
        await desk.send(
            "erin",
            CorrectOutcome(
                session_id=session.id, fix_id=old.id, status=FixStatus.FAILED, notes="the same error as before"
            ),
        )
    )
    assert "That is what is recorded" in same.markdown


async def test_a_fix_that_waited_behind_replace_is_withdrawn_too(desk: Desk) -> None:
    """It took the place when the old one's outcome was recorded."""
    session = await started(desk)
    old = await fix_in(desk, session, "verifying")
    new = await suggested(desk, session, title=NEW)
    assert old is not None
    await desk.send("erin", ReplaceFix(session_id=session.id, fix_id=new.id, outcome=FixStatus.FAILED))
    assert await active(desk, session) == await the_fix(desk, new)
    assert isinstance(await corrected(desk, old, FixStatus.SUCCESS), Close)
    assert await active(desk, session) == await the_fix(desk, old)


async def test_of_several_proposals_since_the_last_is_withdrawn(desk: Desk) -> None:
    """None of them was tried."""
    session = await started(desk)
    old, _ = await replaced(desk, session)
    last = await suggested(desk, session, title="Reinstall Outlook")
    assert isinstance(await corrected(desk, old, FixStatus.SUCCESS), Close)
    assert await active(desk, session) == await the_fix(desk, old)
    assert (await the_fix(desk, last)).superseded_at is not None


async def _applied(desk: Desk, fix: Fix) -> None:
    await apply(desk, fix)


async def _failed(desk: Desk, fix: Fix) -> None:
    await outcome(desk, fix, FixStatus.FAILED, "same error")


async def _dismissed(desk: Desk, fix: Fix) -> None:
    await outcome(desk, fix, FixStatus.DISMISSED)


async def _failed_and_replaced(desk: Desk, fix: Fix) -> None:
    await outcome(desk, fix, FixStatus.FAILED, "same error")
    session = await desk.session()
    await suggested(desk, session, title="Reinstall Outlook")


@pytest.mark.parametrize("try_it", [_applied, _failed, _failed_and_replaced])
async def test_once_the_newer_fix_was_tried_the_outcome_stands(
    desk: Desk, try_it: Callable[[Desk, Fix], Awaitable[None]]
) -> None:
    """The card loses its button; an old one, and the form, are told why."""
    session = await started(desk)
    old, new = await replaced(desk, session)
    stale = desk.card(f"Fix: {OLD}")
    assert [button.label for button in buttons_of(stale)] == ["Correct…"]
    form = form_of(await desk.click("erin", stale, "Correct…"))
    await try_it(desk, new)
    await desk.work()
    assert labels(desk, OLD) == []
    before = await the_fix(desk, old), await active(desk, session), await kinds(desk, session)
    for reply in (
        await desk.click("erin", stale, "Correct…"),
        await desk.submit("erin", form, status=FixStatus.SUCCESS),
    ):
        told = notice_of(reply)
        assert not told.error
        assert told.markdown == f"**{OLD}** stays recorded as failed: **{NEW}** came after it and was tried."
    assert (await the_fix(desk, old), await active(desk, session), await kinds(desk, session)) == before


async def test_a_newer_fix_that_was_dismissed_untried_is_in_nobodys_way(desk: Desk) -> None:
    """The older one may have worked after all."""
    session = await started(desk)
    old, new = await replaced(desk, session)
    await _dismissed(desk, new)
    await desk.work()
    assert labels(desk, OLD) == ["Correct…"]
    form = form_of(await desk.click("erin", desk.card(f"Fix: {OLD}"), "Correct…"))
    await desk.submit("erin", form, status=FixStatus.SUCCESS)
    now = await active(desk, session)
    assert now is not None
    assert (now.id, now.status) == (old.id, FixStatus.SUCCESS)


async def test_a_replaced_fix_is_corrected_by_its_recorder_or_an_admin_for_ten_minutes(desk: Desk) -> None:
    """As an active one is; the button goes when it is used too late."""
    session = await started(desk)
    old, _ = await replaced(desk, session)
    await desk.type("sam", f"join {session.ref}")
    opening = OpenCorrection(session_id=session.id, fix_id=old.id)
    assert "recorded it" in notice_of(await desk.send("sam", opening)).markdown
    assert notice_of(await corrected(desk, old, FixStatus.SUCCESS, who="sam")).error  # type: ignore[arg-type]
    form_of(await desk.send("adam", opening))
    desk.clock.pass_by(minutes=11)
    told = notice_of(await desk.click("erin", desk.card(f"Fix: {OLD}"), "Correct…"))
    assert "Didn’t work (Erin): same error" in told.markdown
    assert "10 minutes" in notice_of(await corrected(desk, old, FixStatus.SUCCESS)).markdown  # type: ignore[arg-type]
    assert labels(desk, OLD) == []


@pytest.mark.parametrize("end", ["pause", "resolve"])
async def test_the_button_of_a_replaced_fix_goes_with_the_session(desk: Desk, end: str) -> None:
    """And comes back when it goes on in time."""
    session = await started(desk)
    await replaced(desk, session)
    if end == "pause":
        await desk.say("erin", "pause")
    else:
        await resolved(desk, session)
    await desk.work()
    assert labels(desk, OLD) == []
    if end == "pause":
        await desk.say("erin", "resume")
        await desk.work()
        assert (await desk.session()).status is SessionStatus.ACTIVE
        assert labels(desk, OLD) == ["Correct…"]


async def test_a_corrected_fix_goes_on_as_any_other(desk: Desk) -> None:
    """It fails after all, and the next one is suggested anew; that correction, too, can be taken back."""
    session = await started(desk)
    old, _ = await flow_fix(desk, session)
    await outcome(desk, old, FixStatus.FAILED)
    first = await active(desk, session)
    await corrected(desk, old, FixStatus.SUCCESS)
    await corrected(desk, old, FixStatus.FAILED, "it came back at once")
    second = await active(desk, session)
    assert first is not None
    assert second is not None
    assert (second.title, second.id != first.id) == (first.title, True)
    await corrected(desk, old, FixStatus.PARTIAL, "the phone still fails")
    assert await active(desk, session) == await the_fix(desk, old)
    await desk.send("erin", ApplyFix(session_id=session.id, fix_id=second.id))
    assert await active(desk, session) == await the_fix(desk, old)
