"""Internal things go to those only who may see them: with a role, and a member where they are known (SPEC 1, 2)."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from core.commands import JoinSession, PauseSession, ReceiveMessage
from core.errors import Rejected
from core.people.model import Actor, Standing
from core.people.roles import give_role
from core.ports import UnitOfWork
from core.say import insiders, say_inside, tell
from core.sessions.model import Session
from storage.directory import SqlDirectory
from tests.support.desk import Desk
from tests.unit.core.test_unsaid import at
from tests.unit.core.walking import escalated, told_to, user_id

INTERNAL = "The package with the serial numbers"


async def with_sam(desk: Desk) -> tuple[Session, str]:
    """Erin's session in a channel in which guests read along; Sam, whose id it is, takes part."""
    start = ReceiveMessage(ref="g1", text="Outlook does not send since Monday", mentioned=True)
    await desk.send("erin", start, guests=True)
    session = await desk.session()
    await desk.send("sam", JoinSession(session_id=session.id))
    await desk.work()
    return session, await user_id(desk, "Sam")


def role_taken(uow: UnitOfWork, user_id: str) -> None:
    """An admin has taken the role."""
    user = uow.users.get(user_id)
    assert user is not None
    give_role(uow, user, None)


def made_guest(uow: UnitOfWork, user_id: str) -> None:
    """The platform says so."""
    (known,) = uow.users.known_as(user_id)
    identity = uow.users.identity(known.workspace_id, known.external_id)
    assert identity is not None
    uow.users.note(replace(identity, standing=Standing.GUEST))


lost = pytest.mark.parametrize("lose", [role_taken, made_guest])


def say(uow: UnitOfWork, session: Session) -> None:
    """Something internal."""
    say_inside(uow, session, "said", markdown=INTERNAL, line="There is a note.")


@lost
async def test_who_may_not_see_it_any_more_is_not_told(desk: Desk, lose: Callable[[UnitOfWork, str], None]) -> None:
    """Though they take part; others are, and nothing counts as failed."""
    session, sam = await with_sam(desk)
    await desk.change(lambda uow: lose(uow, sam))
    await desk.change(lambda uow: say(uow, session))
    await desk.work()
    assert (INTERNAL in told_to(desk, "erin"), INTERNAL in told_to(desk, "sam")) == (True, False)
    assert [user.name for user in await desk.look(lambda uow: insiders(uow, session))] == ["Erin"]
    assert "failed" not in told_to(desk, "erin") + desk.said()


@lost
async def test_it_is_looked_at_again_when_it_is_told(desk: Desk, lose: Callable[[UnitOfWork, str], None]) -> None:
    """Somebody may have lost it since; that is no failure."""
    session, sam = await with_sam(desk)
    await desk.change(lambda uow: say(uow, session))
    await desk.change(lambda uow: lose(uow, sam))
    await desk.work()
    assert (INTERNAL in told_to(desk, "erin"), INTERNAL in told_to(desk, "sam")) == (True, False)
    assert "failed" not in told_to(desk, "erin") + desk.said()


async def test_that_their_thread_takes_nothing_is_told_without_a_role(desk: Desk) -> None:
    """It holds nothing internal."""
    session, _ = await with_sam(desk)
    erin = await user_id(desk, "Erin")
    await desk.change(lambda uow: role_taken(uow, erin))
    desk.platform.trouble = at("post", Rejected("The channel is closed."), 1)
    await desk.change(lambda uow: say(uow, session))
    await desk.work()
    assert "Writing in the thread of FP-1 failed." in told_to(desk, "erin")
    assert INTERNAL not in told_to(desk, "erin")


async def test_that_who_was_called_may_not_see_it_is_said(desk: Desk) -> None:
    """Their role was taken between the click and the message."""
    session, sam = await with_sam(desk)
    await escalated(desk, session, to="Adam")
    adam = await user_id(desk, "Adam")
    assert adam != sam
    before = told_to(desk, "adam")

    def call_again(uow: UnitOfWork) -> None:
        home, escalation = uow.conversations.get(session.conversation_id), uow.escalations.latest(session.id)
        assert home is not None
        assert escalation is not None
        tell(uow, session, home, adam, "briefing", escalation.id, called="yes")

    await desk.change(call_again)
    await desk.change(lambda uow: role_taken(uow, adam))
    await desk.work()
    assert told_to(desk, "adam") == before
    assert "Adam could not be reached about FP-1." in told_to(desk, "erin")


async def test_guests_are_not_shown_whose_ticket_it_is(desk: Desk) -> None:
    """They may be of another customer. Its number stands on the card, and engineers look it up."""
    start = ReceiveMessage(ref="g1", text="Outlook asks for a password, T-1001", mentioned=True)
    await desk.send("erin", start, guests=True)
    await desk.work()
    assert "T-1001" in desk.said()
    session = await desk.session()
    ticket = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert ticket is not None
    assert not any(words in desk.said() for words in (ticket.company, ticket.contact, ticket.summary))


@pytest.mark.parametrize("guests", [True, False])
async def test_a_session_is_locked_after_what_is_written_of_its_place(
    guests: bool, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As messages do it; a button that writes nothing of the place locks the session by its first question."""
    session, _ = await with_sam(desk)
    asked: list[str] = []
    actor = SqlDirectory.actor

    def noted(
        self: SqlDirectory, platform: str, workspace: str, person: str, keys: Sequence[str] = (), session_id: str = ""
    ) -> Actor | None:
        asked.append(session_id)
        return actor(self, platform, workspace, person, keys, session_id)

    monkeypatch.setattr(SqlDirectory, "actor", noted)
    await desk.send("erin", PauseSession(session_id=session.id), guests=guests)
    assert asked == ["" if guests else session.id]
