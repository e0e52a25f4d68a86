"""Two whole jobs, from the problem to the ticket and from the problem to another desk, on every kind of database."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.commands import OpenResolve, ReturnSession
from core.escalation.model import EscalationStatus
from core.fixes.model import Fix, FixStatus
from core.sessions.model import Session, SessionStatus
from core.tickets.model import Ticket
from core.views import Close, Form, Reply
from tests.fakes.platform import words_of
from tests.integration.databases import Database
from tests.support.desk import Desk, desk_at, form_of

PROBLEM = "T-1001 Outlook will not open, it stops at Loading profile"


@pytest.fixture
async def desk(database: Database, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk on SQLite, and one on PostgreSQL."""
    async with desk_at(tmp_path, url=database.url) as opened:
        yield opened


async def press(desk: Desk, card: str, label: str, who: str = "erin") -> Reply:
    """Click a button of the newest card that says this, and let the worker work."""
    reply = await desk.click(who, desk.card(card), label)
    await desk.work()
    return reply


async def until_the_fix(desk: Desk) -> Session:
    """A session that has followed a flow to its fix."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    for label in ("Use this flow", "Yes, webmail works", "Opens in safe mode"):
        await press(desk, f"[{label}]", label)
    return await desk.session()


async def fix_of(desk: Desk, session: Session) -> Fix:
    (fix,) = await desk.look(lambda uow: uow.fixes.of(session.id))
    return fix


async def drafted(desk: Desk, form: Form) -> Form:
    """The form once its draft is there."""
    await desk.work()
    return desk.platform.filled.get(form.surface, form)


async def ticket_of(desk: Desk, session: Session) -> Ticket:
    """The linked ticket, as the ticket list has it."""
    assert session.ticket_id is not None
    ticket = await desk.tickets.ticket(desk.accounts["northwind"], session.ticket_id)
    assert ticket is not None
    return ticket


async def test_from_the_problem_to_the_note_on_the_ticket(desk: Desk, database: Database) -> None:
    """Flow, fix, a wait, and the note with its status and time."""
    session = await until_the_fix(desk)
    await press(desk, "[Apply]", "Apply")
    assert (await fix_of(desk, session)).applied_at is not None
    asked = form_of(await press(desk, "[Pending…]", "Pending…"))
    await desk.submit("erin", asked, notes="Dana restarts at noon", look_again="4h")
    await desk.work()
    assert (await fix_of(desk, session)).status is FixStatus.PENDING
    desk.clock.pass_by(hours=5)
    await desk.work()

    form = await drafted(desk, form_of(await desk.send("erin", OpenResolve(session_id=session.id))))
    assert "will be recorded as *worked*" in words_of(form)
    assert isinstance(await desk.submit("erin", form, minutes="25"), Close)
    await desk.work()

    session = await desk.session()
    assert (session.status, (await fix_of(desk, session)).status) == (SessionStatus.RESOLVED, FixStatus.SUCCESS)
    (note,) = await desk.look(lambda uow: uow.notes.of(session.id))
    ticket = await ticket_of(desk, session)
    written = ticket.notes[-1]
    assert note.link == "https://chat.example/desk/1"
    assert written.text == f"{note.markdown.rstrip()}\n\nThread: {note.link}\n\n{note.marker}"
    assert (written.internal, written.resolution, ticket.status) == (True, True, "Resolved")
    entries = "SELECT minutes, ticket_id FROM local_time_entries WHERE marker = :marker"
    assert await database.sql(entries, marker=note.marker) == [(25, session.ticket_id)]
    said = desk.said()
    assert note.markdown in words_of(form)
    assert note.markdown in said
    assert "internal note" in said
    assert "status Resolved, verified" in said


async def test_from_half_a_fix_to_another_desk_and_back(desk: Desk) -> None:
    """What became of the fix is asked on the way; whoever claims has the package, and gives the session back."""
    session = await until_the_fix(desk)
    await press(desk, "[Apply]", "Apply")
    asked = form_of(await press(desk, "[Partly…]", "Partly…"))
    await desk.submit("erin", asked, notes="the phone still fails")
    await desk.work()
    assert (await fix_of(desk, session)).status is FixStatus.PARTIAL

    intercept = form_of(await desk.say("erin", "escalate"))
    assert "still needs an outcome" in words_of(intercept)
    details = form_of(await desk.submit("erin", intercept, outcome="anyway"))
    form = form_of(await desk.submit("erin", details, reason="Needs rights on the mail server", urgency="urgent"))
    form = await drafted(desk, form)
    assert isinstance(await desk.submit("erin", form), Close)
    await desk.work()
    assert (await desk.session()).status is SessionStatus.ESCALATED

    escalation = await desk.look(lambda uow: uow.escalations.latest(session.id))
    assert escalation is not None
    (note,) = await desk.look(lambda uow: uow.notes.of(session.id))
    assert escalation.package == note.markdown
    assert "the phone still fails" in note.markdown
    assert note.markdown in words_of(form)
    assert note.markdown in desk.said()
    ticket = await ticket_of(desk, session)
    assert ticket.notes[-1].text == f"{note.markdown.rstrip()}\n\nThread: {note.link}\n\n{note.marker}"
    assert not ticket.notes[-1].resolution

    erin = session.owner_id
    await press(desk, "[Claim]", "Claim", who="sam")
    claimed = await desk.session()
    assert (claimed.status, claimed.owner_id != erin) == (SessionStatus.ACTIVE, True)
    assert "Sam" in desk.said()
    await desk.send("sam", ReturnSession(session_id=session.id))
    await desk.work()

    returned = await desk.session()
    assert (returned.status, returned.owner_id) == (SessionStatus.ACTIVE, erin)
    ended = await desk.look(lambda uow: uow.escalations.latest(session.id))
    assert ended is not None
    assert ended.status is EscalationStatus.RETURNED
    assert (await fix_of(desk, returned)).status is FixStatus.PARTIAL
