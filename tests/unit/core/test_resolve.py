"""Resolving: what the form asks in each state of the fix, what it posts, and what it leaves alone (SPEC 5)."""

from dataclasses import replace
from datetime import timedelta

import pytest

from core.commands import AddFact, OpenPreview, OpenResolve, PostResolution, RefreshPreview
from core.documents.model import Note
from core.documents.previews import find, keep
from core.fixes.model import FixStatus
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.views import Choice, Close, FieldErrors, Form, Input
from tests.builders import a_message
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import fix_in, kinds, outcome, preview, resolved, started, suggested, the_fix


def names(form: Form) -> list[str]:
    return [block.name for block in form.body if isinstance(block, (Input, Choice))]


async def opened(desk: Desk, session: Session, who: str = "erin") -> Form:
    form = form_of(await desk.send(who, OpenResolve(session_id=session.id)))
    return await preview(desk, form) if form.busy else form


async def note_of(desk: Desk, session: Session) -> Note:
    (note,) = await desk.look(lambda uow: uow.notes.of(session.id))
    return note


ASKED = {
    "none": "what",
    "proposed": "what",
    "failed": "what",
    "dismissed": "what",
    "partial": "outcome",
    "verifying": "preview",
    "pending": "preview",
    "success": "preview",
}


@pytest.mark.parametrize("state", ASKED)
async def test_the_form_opens_at_what_must_be_asked(desk: Desk, state: str) -> None:
    """Who does not know what resolved it asks; a fix that is not settled says what will be recorded."""
    session = await started(desk)
    await fix_in(desk, session, state)
    form = await opened(desk, session)
    if ASKED[state] == "what":
        assert names(form) == ["resolved_by"]
    elif ASKED[state] == "outcome":
        assert names(form) == ["outcome", "notes"]
    else:
        assert form.submit == "Post"
    assert ("will be recorded as *worked*" in words_of(form)) is (state in ("verifying", "pending"))


@pytest.mark.parametrize("state", ASKED)
async def test_cancelling_changes_nothing(desk: Desk, state: str) -> None:
    """Opening, answering and previewing leave the session as it was."""
    session = await started(desk)
    fix = await fix_in(desk, session, state)
    before, entries = await desk.session(session.number), await kinds(desk, session)
    form = await opened(desk, session)
    if ASKED[state] == "what":
        await preview(desk, form_of(await desk.submit("erin", form, resolved_by="Restarted the spooler")))
    elif ASKED[state] == "outcome":
        await preview(desk, form_of(await desk.submit("erin", form)))
    assert await desk.session(session.number) == before
    assert await kinds(desk, session) == entries
    assert fix is None or await the_fix(desk, fix) == fix


@pytest.mark.parametrize("state", ASKED)
async def test_posting_records_resolves_and_posts_what_was_shown(desk: Desk, state: str) -> None:
    """In one transaction, word for word; an unsettled fix as worked."""
    session = await started(desk)
    fix = await fix_in(desk, session, state)
    form = await opened(desk, session)
    if ASKED[state] == "what":
        form = await preview(desk, form_of(await desk.submit("erin", form, resolved_by="Restarted the spooler")))
    elif ASKED[state] == "outcome":
        form = await preview(desk, form_of(await desk.submit("erin", form, outcome="applied_success")))
    shown = words_of(form)
    assert isinstance(await desk.submit("erin", form), Close)
    await desk.work()
    note, after = await note_of(desk, session), await desk.session(session.number)
    assert note.markdown in shown
    assert note.markdown in desk.said()
    assert (after.status, note.edited) == (SessionStatus.RESOLVED, False)
    if state in ("verifying", "pending", "partial", "success"):
        assert fix is not None
        assert (await the_fix(desk, fix)).status is FixStatus.SUCCESS
    if ASKED[state] == "what":
        facts = await desk.look(lambda uow: uow.facts.of(session.id))
        assert "Restarted the spooler" in [fact.text for fact in facts]
        assert "Restarted the spooler" in note.markdown


async def test_partial_may_be_resolved_with_what_is_left(desk: Desk) -> None:
    """The fix stays partial, and the note says what is left."""
    session = await started(desk)
    fix = await fix_in(desk, session, "partial")
    form = await preview(desk, form_of(await desk.submit("erin", await opened(desk, session), outcome="keep")))
    assert "keeps the outcome" in words_of(form)
    await desk.submit("erin", form)
    assert fix is not None
    assert (await the_fix(desk, fix)).status is FixStatus.PARTIAL
    assert "the phone still fails" in (await note_of(desk, session)).markdown


async def test_change_goes_back_to_the_question(desk: Desk) -> None:
    """It did not work after all: then what resolved it is asked, and the note claims nothing of the fix."""
    session = await started(desk)
    fix = await fix_in(desk, session, "pending")
    form = await opened(desk, session)
    form = form_of(await desk.click("erin", form, "Change"))
    form = form_of(await desk.submit("erin", form, outcome="applied_failed", notes="same error"))
    assert names(form) == ["resolved_by"]
    form = await preview(desk, form_of(await desk.submit("erin", form, resolved_by="Replaced the cable")))
    assert "will be recorded as *did not work*" in words_of(form)
    await desk.submit("erin", form)
    assert fix is not None
    assert (await the_fix(desk, fix)).status is FixStatus.FAILED
    assert "Replaced the cable" in (await note_of(desk, session)).markdown


@pytest.mark.parametrize(("use_new", "edited"), [("", True), ("yes", False)])
async def test_change_keeps_what_was_typed(desk: Desk, use_new: str, edited: bool) -> None:
    """The engineer chooses between their text and the note for the other outcome; no secret is kept."""
    session = await started(desk)
    await fix_in(desk, session, "verifying")
    form = form_of(await desk.click("erin", await opened(desk, session), "Edit"))
    mine = "## Problem\n\nMy own words, password: Hunter2!Hunter2!"
    form = form_of(await desk.click("erin", form, "Change", text=mine))
    form = form_of(await desk.submit("erin", form, outcome="keep"))
    form = await preview(desk, form)
    assert names(form)[:2] == ["use_new", "text"]
    assert "My own words" in words_of(form)
    assert "Hunter2" not in words_of(form)
    assert isinstance(await desk.submit("erin", form, use_new=use_new), Close)
    note = await note_of(desk, session)
    assert (note.edited, "My own words" in note.markdown) == (edited, edited)


async def test_change_without_a_change_of_the_text_keeps_nothing(desk: Desk) -> None:
    """The note for the other outcome takes its place, editable as before."""
    session = await started(desk)
    await fix_in(desk, session, "verifying")
    form = form_of(await desk.click("erin", await opened(desk, session), "Edit"))
    (before,) = [block.value for block in form.body if isinstance(block, Input) and block.name == "text"]
    form = form_of(await desk.click("erin", form, "Change", text=before.replace("\n", "\r\n")))
    form = await preview(desk, form_of(await desk.submit("erin", form, outcome="keep")))
    assert "use_new" not in names(form)
    assert "text" in names(form)


async def test_what_resolved_it_is_required(desk: Desk) -> None:
    """The field is marked, also when a button skips the question."""
    session = await started(desk)
    form = await opened(desk, session)
    reply = await desk.submit("erin", form, resolved_by="   ")
    assert isinstance(reply, FieldErrors)
    assert set(reply.fields) == {"resolved_by"}
    skipped = await desk.send("erin", PostResolution(session_id=session.id, surface=form.surface))
    assert names(form_of(skipped)) == ["resolved_by"]
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_an_edited_note_is_redacted_and_pings_nobody(desk: Desk) -> None:
    """It passes no heading check: the engineer's own words are theirs."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = form_of(await desk.click("erin", await opened(desk, session), "Edit"))
    await desk.submit("erin", form, text="Done. @channel password: Hunter2!Hunter2! \r\nBye")
    note = await note_of(desk, session)
    assert note.edited
    assert "Hunter2" not in note.markdown
    assert "@channel" not in note.markdown
    assert "Bye" in note.markdown


async def test_while_the_note_is_edited_nothing_offers_to_replace_it(desk: Desk) -> None:
    """A new draft in its place would throw the typed text away."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    assert [button.label for button in buttons_of(form)] == ["Edit", "Refresh"]
    assert list(buttons_of(form_of(await desk.click("erin", form, "Edit")))) == []


@pytest.mark.parametrize("text", ["", "  \n "])
async def test_an_emptied_note_is_not_posted(desk: Desk, text: str) -> None:
    """Nor is the draft in its place: the engineer did not see that."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = form_of(await desk.click("erin", await opened(desk, session), "Edit"))
    direct = PostResolution(session_id=session.id, surface=form.surface, text=text)
    assert isinstance(await desk.send("erin", direct), FieldErrors)
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_a_note_of_any_length_is_bounded(desk: Desk) -> None:
    """The shortest limit of the ticket systems."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = form_of(await desk.click("erin", await opened(desk, session), "Edit"))
    assert isinstance(await desk.submit("erin", form, text="x" * 30_001), FieldErrors)
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


@pytest.mark.parametrize("choice", ["mine", "new"])
async def test_a_state_that_moved_is_shown_first_and_the_edited_text_kept(desk: Desk, choice: str) -> None:
    """Then the engineer chooses."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = form_of(await desk.click("erin", await opened(desk, session), "Edit"))
    await desk.send("erin", AddFact(session_id=session.id, text="The outbox holds a 40 MB message"))
    moved = form_of(await desk.submit("erin", form, text="My own words."))
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE
    moved = await preview(desk, moved)
    shown = words_of(moved)
    assert "changed meanwhile" in shown
    assert "40 MB" in shown
    assert "My own words." in shown
    await desk.submit("erin", moved, use_new="yes" if choice == "new" else "")
    note = await note_of(desk, session)
    assert ("40 MB" in note.markdown) is (choice == "new")
    assert (note.markdown == "My own words.") is (choice == "mine")


async def test_a_state_that_moved_is_shown_before_its_inputs_are_judged(desk: Desk) -> None:
    """The statuses that the form offers may be another ticket's."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    await desk.say("erin", "link T-1002")
    await desk.work()
    moved = form_of(await desk.submit("erin", form, ticket_status="a status of the first"))
    assert "changed meanwhile" in words_of(await preview(desk, moved))
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_editing_does_not_stop_a_note_that_is_being_drafted_again(desk: Desk) -> None:
    """Edit was clicked before the form had changed for Refresh."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    assert form_of(await desk.click("erin", form, "Refresh")).busy
    assert form_of(await desk.click("erin", form, "Edit")).busy
    desk.platform.filled.clear()
    await desk.work()
    assert not desk.platform.filled[form.surface].busy


async def test_a_note_drafted_anew_by_somebody_else_is_not_posted_unseen(desk: Desk) -> None:
    """The same state in other words is shown before it is posted."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    key = (await desk.look(lambda uow: uow.surfaces.get(form.surface))).data["draft"]  # type: ignore[union-attr]

    def other_words(uow: UnitOfWork) -> None:
        draft = find(uow, key)
        assert draft is not None
        keep(uow, replace(draft, markdown="## Problem\nOther words."))

    await desk.change(other_words)
    again = form_of(await desk.submit("erin", form))
    assert "Other words." in words_of(again)
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE
    await desk.submit("erin", again)
    assert (await note_of(desk, session)).markdown == "## Problem\nOther words."


async def test_a_fix_that_failed_meanwhile_is_not_resolved_as_worked(desk: Desk) -> None:
    """What resolved it is asked first."""
    session = await started(desk)
    fix = await fix_in(desk, session, "verifying")
    form = await opened(desk, session)
    assert fix is not None
    await outcome(desk, fix, FixStatus.FAILED, "same error")
    again = form_of(await desk.submit("erin", form))
    assert names(again) == ["resolved_by"]
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_an_assumed_outcome_is_never_put_on_another_fix(desk: Desk) -> None:
    """What was said of the old one says nothing of a newer proposal."""
    session = await started(desk)
    old = await fix_in(desk, session, "verifying")
    form = await opened(desk, session)
    assert old is not None
    await outcome(desk, old, FixStatus.FAILED)
    new = await suggested(desk, session, title="Rebuild the profile")
    again = form_of(await desk.submit("erin", form))
    form = await preview(desk, form_of(await desk.submit("erin", again, resolved_by="It went away")))
    await desk.submit("erin", form)
    assert (await the_fix(desk, new)).status is FixStatus.PROPOSED


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("minutes", "x"),
        ("minutes", "-5"),
        ("minutes", "1441"),
        ("minutes", "9" * 5000),
        ("minutes", "1.5"),
        ("visibility", "world"),
        ("visibility", "customer"),
        ("ticket_status", "no-such-status"),
    ],
)
async def test_wrong_inputs_mark_their_field(desk: Desk, field: str, wrong: str) -> None:
    """And nothing is posted; customers see notes only where the account says so."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    reply = await desk.submit("erin", form, **{field: wrong})
    assert isinstance(reply, FieldErrors)
    assert set(reply.fields) == {field}
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_a_form_serves_only_what_it_was_opened_for(desk: Desk) -> None:
    """A preview does not post, nor does an escalation's form resolve, nor anybody else's."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    look = form_of(await desk.send("erin", OpenPreview(session_id=session.id)))
    package = form_of(await desk.say("erin", "escalate"))
    mine = await opened(desk, session)
    for who, surface in (("erin", look.surface), ("erin", package.surface), ("adam", mine.surface), ("erin", "none")):
        reply = await desk.send(who, PostResolution(session_id=session.id, surface=surface))
        assert notice_of(reply).error, surface
        if who == "adam":
            refreshed = await desk.send(who, RefreshPreview(session_id=session.id, surface=surface))
            assert notice_of(refreshed).error
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_a_note_is_posted_once(desk: Desk) -> None:
    """A second submit finds the session resolved."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    assert isinstance(await desk.submit("erin", form), Close)
    again = await desk.submit("erin", form)
    assert isinstance(again, Close)
    assert "resolved already (Erin)" in again.notice
    assert (await note_of(desk, session)).session_id == session.id


async def test_a_form_expires(desk: Desk) -> None:
    """Nobody posts what was shown yesterday."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = await opened(desk, session)
    desk.clock.pass_by(hours=13)
    assert "expired" in notice_of(await desk.submit("erin", form)).markdown


async def test_without_a_ticket_the_thread_says_that_nothing_was_posted_outside(desk: Desk) -> None:
    """Once, with the rating."""
    session = await started(desk)
    await resolved(desk, session)
    receipt = desk.card("Nothing was posted outside")
    assert [button.label for button in buttons_of(receipt)] == [f"{score} ★" for score in range(1, 6)]
    assert desk.said().count("Nothing was posted outside") == 1


async def test_the_minutes_are_of_the_whole_session(desk: Desk) -> None:
    """However much was said: here a word every minute, of more than a thousand."""
    session = await started(desk, "The printer prints nothing, T-1001")
    await fix_in(desk, session, "success")
    many = 1_100

    def talk(uow: UnitOfWork) -> None:
        for number in range(many):
            said = a_message(
                id=f"said-{number:04}",
                account_id=session.account_id,
                session_id=session.id,
                conversation_id=session.conversation_id,
                user_id=session.owner_id,
                number=1000 + number,
                ref=f"said-{number}",
                created_at=uow.now + timedelta(minutes=number),
            )
            uow.messages.add(said)

    await desk.change(talk)
    desk.clock.pass_by(minutes=many)
    form = await opened(desk, session)
    (minutes,) = [int(block.value) for block in form.body if isinstance(block, Input) and block.name == "minutes"]
    assert many - 1 <= minutes <= many + 1
