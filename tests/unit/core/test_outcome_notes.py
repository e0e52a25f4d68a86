"""An outcome's words are bounded wherever they come from, and a note of them can be edited and posted (SPEC 4, 5)."""

from collections.abc import Awaitable, Callable

import pytest

from core.commands import (
    AnswerIntercept,
    CorrectOutcome,
    OpenEscalate,
    OpenResolve,
    PrepareResolution,
    RecordOutcome,
    ReplaceFix,
)
from core.documents.model import MAX_NOTE
from core.fixes.model import MAX_NOTES, FixStatus
from core.sessions.model import Session
from core.views import Close, FieldErrors, Reply
from tests.fakes.platform import buttons_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import WHY, apply, outcome, preview, started, suggested, the_fix

TRACE = " ".join(f"line{number} of a pasted trace" for number in range(800))
LONG = "x" * (MAX_NOTES + 1)


async def test_words_that_are_typed_are_shortened(desk: Desk) -> None:
    """The outcome is recorded all the same: the thread has all that was said."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await apply(desk, fix)
    await desk.say("erin", f"failed: {TRACE}")
    kept = (await the_fix(desk, fix)).notes
    assert kept.startswith("line0 of a pasted trace line1")
    assert kept.endswith("…")
    assert MAX_NOTES - 20 < len(kept) <= MAX_NOTES


async def recorded(desk: Desk, session: Session) -> Reply:
    fix = await suggested(desk, session)
    return await outcome(desk, fix, FixStatus.FAILED, LONG)


async def corrected(desk: Desk, session: Session) -> Reply:
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.FAILED, "the same error")
    correct = CorrectOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.SUCCESS, notes=LONG)
    return await desk.send("erin", correct)


async def replaced(desk: Desk, session: Session) -> Reply:
    await apply(desk, await suggested(desk, session))
    waiting = await suggested(desk, session, title="Another")
    replacing = ReplaceFix(session_id=session.id, fix_id=waiting.id, outcome=FixStatus.FAILED, notes=LONG)
    return await desk.send("erin", replacing)


async def intercepted(desk: Desk, session: Session) -> Reply:
    await apply(desk, await suggested(desk, session))
    surface = form_of(await desk.send("erin", OpenEscalate(session_id=session.id))).surface
    answer = AnswerIntercept(session_id=session.id, surface=surface, outcome=FixStatus.FAILED, notes=LONG)
    return await desk.send("erin", answer)


async def resolving(desk: Desk, session: Session) -> Reply:
    await outcome(desk, await suggested(desk, session), FixStatus.PARTIAL, "the phone")
    surface = form_of(await desk.send("erin", OpenResolve(session_id=session.id))).surface
    prepare = PrepareResolution(session_id=session.id, surface=surface, outcome=FixStatus.FAILED, notes=LONG)
    return await desk.send("erin", prepare)


FORMS = [recorded, corrected, replaced, intercepted, resolving]


@pytest.mark.parametrize("answer", FORMS, ids=lambda answer: answer.__name__)
async def test_a_form_says_that_its_field_is_too_long(
    answer: Callable[[Desk, Session], Awaitable[Reply]], desk: Desk
) -> None:
    """Whatever the platform lets pass; nothing is recorded."""
    session = await started(desk)
    reply = await answer(desk, session)
    assert isinstance(reply, FieldErrors), reply
    assert "1,000 characters" in reply.fields["notes"]
    fixes = await desk.look(lambda uow: uow.fixes.of(session.id))
    assert all("xxx" not in fix.notes for fix in fixes)


async def test_long_words_of_somebody_who_has_yet_to_join_are_recorded_when_they_do(desk: Desk) -> None:
    """A button has no field that could be marked, so they are shortened like typed ones."""
    session = await started(desk)
    fix = await suggested(desk, session)
    words = "y" * (MAX_NOTES + 100)
    failed = RecordOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.FAILED, notes=words)
    refused = notice_of(await desk.send("sam", failed))
    (join,) = buttons_of(refused)
    assert isinstance(await desk.send("sam", join.action), Close)
    assert (await the_fix(desk, fix)).notes == "y" * (MAX_NOTES - 1) + "…"


async def test_a_package_of_many_long_outcomes_can_be_edited_and_posted(desk: Desk) -> None:
    """It stays within what a ticket takes, so that posting it unchanged is not refused."""
    session = await started(desk, "Outlook does not send, ticket T-1001")
    for number in range(20):
        await apply(desk, await suggested(desk, session, title=f"Fix {number} {'of many words ' * 8}"))
        await desk.say("erin", f"failed: {TRACE}")
    form = form_of(await desk.type("erin", f"escalate {session.ref}"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason=WHY, person="", urgency="normal")))
    editing = form_of(await desk.click("erin", form, "Edit"))
    assert isinstance(await desk.submit("erin", editing), Close)
    await desk.work()
    (note,) = await desk.look(lambda uow: uow.notes.of(session.id))
    assert not note.edited
    assert len(note.markdown) <= MAX_NOTE
    assert all(f"Fix {number} " in note.markdown for number in range(20))
