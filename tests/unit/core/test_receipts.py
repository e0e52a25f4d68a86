"""What of a note reaches the ticket, and what the thread says of it (SPEC 5, PSA)."""

from dataclasses import replace

import pytest

from core.commands import LinkTicket, OpenResolve, RetryWork
from core.documents.posting import Wanted
from core.errors import InvalidInput
from core.people.model import Account
from core.ports import Psa, UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.tickets.handlers import store_ticket
from core.tickets.model import NoteWrite, Ticket, TimeWrite
from core.views import Choice, FieldErrors, Form, Input
from tests.fakes.faulty_psa import FaultyPsa, Ignored, LostReply, Refused
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import fix_in, preview, resolved, started


@pytest.fixture
def psa(desk: Desk) -> FaultyPsa:
    """The desk's tickets, with trouble as scripted."""
    account = desk.accounts["northwind"]
    real: Psa = desk.psa_for(account)
    faulty = desk.psas[account] = FaultyPsa(real)
    return faulty


async def with_ticket(desk: Desk) -> Session:
    session = await started(desk, "Outlook asks for a password, T-1001")
    await fix_in(desk, session, "success")
    return await desk.session(session.number)


async def form_for(desk: Desk, session: Session) -> Form:
    form = form_of(await desk.send("erin", OpenResolve(session_id=session.id)))
    return await preview(desk, form) if form.busy else form


async def ticket_of(psa: FaultyPsa, session: Session) -> Ticket:
    assert session.ticket_id is not None
    ticket = await psa.ticket(session.ticket_id)
    assert ticket is not None
    return ticket


def chosen(form: Form, name: str) -> str:
    for block in form.body:
        if isinstance(block, Choice) and block.name == name:
            return block.selected or ""
        if isinstance(block, Input) and block.name == name:
            return block.value
    raise AssertionError(f"no {name}")


async def setting(desk: Desk, **values: str) -> None:
    def put(uow: UnitOfWork) -> None:
        old = uow.accounts.get()
        settings = {**old.settings, **values}
        uow.accounts.save(Account(id=old.id, name=old.name, settings=settings, created_at=old.created_at))

    await desk.change(put)


async def test_a_status_of_a_ticket_that_could_not_be_read_is_refused(desk: Desk) -> None:
    """Nobody knows whether the ticket offers it."""
    session = replace(await started(desk), ticket_id="unread")
    with pytest.raises(InvalidInput) as refused:
        await desk.look(lambda uow: Wanted.of(uow, session, visibility="internal", status="resolved", minutes=""))
    assert set(refused.value.fields) == {"ticket_status"}


async def test_note_status_and_time_are_written_once_and_said_once(desk: Desk, psa: FaultyPsa) -> None:
    """The note as it was shown, with its reference; the thread names what was posted where, with a link."""
    session = await with_ticket(desk)
    form = await form_for(desk, session)
    status = chosen(form, "ticket_status")
    assert status
    await desk.submit("erin", form, minutes="25")
    await desk.work()
    (written,) = psa.called("add_note")
    assert isinstance(written, NoteWrite)
    (note,) = await desk.look(lambda uow: uow.notes.of(session.id))
    thread = "Thread: https://chat.example/desk/1"
    assert written.text == f"{note.markdown.rstrip()}\n\n{thread}\n\n{note.marker}"
    assert f"`{thread}` and `{note.marker}`" in words_of(form), "the form shows the very lines"
    assert note.marker.startswith("ref ")
    assert len(note.marker) == 12
    assert (written.internal, written.resolution) == (True, True)
    (time,) = psa.called("add_time")
    assert isinstance(time, TimeWrite)
    assert time.minutes == 25
    assert (await ticket_of(psa, session)).status == "Resolved"
    receipt = words_of(desk.card("**Ticket ["))
    assert "[T-1001](http://localhost:3978/#ticket/T-1001)" in receipt
    assert "internal note · status Resolved, verified · 25 min" in receipt
    assert desk.said().count("**Ticket [") == 1


async def test_without_a_status_the_note_is_posted_and_the_skip_said(desk: Desk, psa: FaultyPsa) -> None:
    """Nothing is asked of the ticket."""
    session = await with_ticket(desk)
    await resolved(desk, session, ticket_status="", minutes="")
    assert psa.called("set_status") == psa.called("add_time") == []
    assert "status was left as it is" in desk.said()


async def test_a_silent_refusal_is_told(desk: Desk, psa: FaultyPsa) -> None:
    """The ticket is read again after the change."""
    session = await with_ticket(desk)
    psa.script("set_status", Ignored())
    await resolved(desk, session)
    assert "did not take the status “Resolved”" in desk.said()


async def handed_over(desk: Desk) -> Session:
    """A session with a ticket, escalated, and its ticket with it."""
    await with_ticket(desk)
    form = form_of(await desk.say("erin", "escalate"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason="rights on the server")))
    await desk.submit("erin", form)
    await desk.work()
    return await desk.session()


async def test_the_next_form_shows_the_status_that_was_set(desk: Desk, psa: FaultyPsa) -> None:
    """What is kept of the ticket follows FlowPilot's own change of it."""
    session = await handed_over(desk)
    assert (await ticket_of(psa, session)).status == "Escalated"
    assert "· Escalated" in words_of(await form_for(desk, session))
    await resolved(desk, session)
    kept = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert kept is not None
    assert (kept.status, kept.closed) == ("Resolved", True)


async def test_the_status_that_was_set_on_a_ticket_says_nothing_of_another(desk: Desk, psa: FaultyPsa) -> None:
    """It was linked while the status was on its way."""
    session = await with_ticket(desk)
    form = form_of(await desk.say("erin", "escalate"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason="rights on the server")))
    await desk.submit("erin", form)
    other = await psa.find_ticket("T-1002")
    assert other is not None
    ticket = await psa.ticket(other.id)
    assert ticket is not None
    await desk.change(lambda uow: store_ticket(uow, session.id, ticket, said=False))
    await desk.work()
    assert (await ticket_of(psa, session)).status == "Escalated"
    kept = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert kept is not None
    assert (kept.ref.number, kept.status) == ("T-1002", ticket.status)


async def test_a_status_that_was_set_by_a_lost_reply_is_kept_as_well(desk: Desk, psa: FaultyPsa) -> None:
    """The next try finds it set."""
    session = await with_ticket(desk)
    psa.script("set_status", LostReply())
    await resolved(desk, session)
    desk.clock.pass_by(minutes=1)
    await desk.work()
    assert len(psa.called("set_status")) == 1
    kept = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert kept is not None
    assert kept.status == "Resolved"


async def test_a_lost_reply_writes_no_second_note(desk: Desk, psa: FaultyPsa) -> None:
    """It is looked for by its reference."""
    session = await with_ticket(desk)
    psa.script("add_note", LostReply())
    await resolved(desk, session)
    desk.clock.pass_by(minutes=1)
    await desk.work()
    assert len(psa.called("add_note")) == 1
    assert len(psa.called("find_note")) == 1
    assert "internal note" in desk.said()


async def test_a_note_that_cannot_be_written_is_told_with_a_retry(desk: Desk, psa: FaultyPsa) -> None:
    """The rest goes on, the receipt says what is missing, and a retry puts it right: one receipt."""
    session = await with_ticket(desk)
    psa.script("add_note", Refused(reason="The note type is unknown."))
    await resolved(desk, session)
    dead = desk.card("Writing the note to the ticket failed")
    assert "The note type is unknown." in words_of(dead)
    assert "the note could not be written · status Resolved, verified" in desk.said()
    await desk.click("erin", dead, "Retry")
    await desk.work()
    assert "could not be written" not in desk.said()
    assert "internal note · status Resolved, verified" in desk.said()
    assert desk.said().count("**Ticket [") == 1
    retry = next(button.action for button in buttons_of(dead))
    assert isinstance(retry, RetryWork)
    assert "being tried already" in notice_of(await desk.send("erin", retry)).markdown
    assert notice_of(await desk.send("erin", RetryWork(session_id=session.id, work_id=999_999))).error


async def test_customers_see_a_note_where_the_account_says_so(desk: Desk, psa: FaultyPsa) -> None:
    """Then the form offers it, and the engineer may keep it internal."""
    session = await with_ticket(desk)
    assert not any(getattr(block, "name", "") == "visibility" for block in (await form_for(desk, session)).body)
    await setting(desk, resolution_visible="yes")
    form = await form_for(desk, session)
    assert chosen(form, "visibility") == "customer"
    assert "For the customer: `ref " in words_of(form)
    await resolved(desk, session)
    (written,) = psa.called("add_note")
    assert isinstance(written, NoteWrite)
    assert not written.internal
    assert "Thread:" not in written.text, "the thread is none of theirs to read"
    assert "note visible to the customer" in desk.said()


async def test_an_escalation_package_is_always_internal(desk: Desk, psa: FaultyPsa) -> None:
    """Whatever the account's setting."""
    await setting(desk, resolution_visible="yes")
    await handed_over(desk)
    (written,) = psa.called("add_note")
    assert isinstance(written, NoteWrite)
    assert (written.internal, written.resolution) == (True, False)
    assert (await desk.session()).status is SessionStatus.ESCALATED


async def test_no_time_where_the_account_keeps_none(desk: Desk, psa: FaultyPsa) -> None:
    """The field is empty, and nothing is written."""
    await setting(desk, time_entries="no")
    session = await with_ticket(desk)
    assert chosen(await form_for(desk, session), "minutes") == ""
    await resolved(desk, session)
    assert psa.called("add_time") == []


async def test_linking(desk: Desk) -> None:
    """By number, by address; what does not exist is told, and another link takes the place of the first."""
    session = await started(desk)
    await desk.say("erin", "link T-4711")
    await desk.work()
    assert "There is no ticket T-4711" in desk.said()
    await desk.say("erin", "link T-1001")
    await desk.work()
    await desk.say("erin", "link http://localhost:3978/#ticket/T-1004")
    await desk.work()
    assert (await desk.session()).ticket_number == "T-1004"
    for wrong in ("", " ", "x" * 700):
        assert isinstance(await desk.send("erin", LinkTicket(session_id=session.id, ticket=wrong)), FieldErrors)
    await desk.say("erin", "unlink")
    assert (await desk.session()).ticket_id is None
    await desk.work()
    assert words_of(desk.platform.posts[-1].card) == "Unlinked T-1004."
    assert "No ticket is linked" in notice_of(await desk.say("erin", "unlink")).markdown


async def test_a_ticket_that_is_read_again_is_another_state_if_it_has_changed(desk: Desk) -> None:
    """Notes are made of what was read of it."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    before = await desk.session(session.number)
    await desk.say("erin", "link T-1001")
    await desk.work()
    assert await desk.session(session.number) == before
    ticket = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert ticket is not None
    status = next(status for status in ticket.statuses if status.name != ticket.status)
    await desk.tickets.set_status(desk.accounts["northwind"], ticket.ref.id, status.id, desk.clock.now())
    await desk.say("erin", "link T-1001")
    await desk.work()
    read = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert read is not None
    assert read.status == status.name
    assert (await desk.session(session.number)).state_version == before.state_version + 1
