"""Who is called to an escalation is told where they are known, or the thread says that they were not (SPEC 5)."""

from dataclasses import replace

import pytest

from core.commands import ClaimSession, JoinSession, OpenRetarget, ReceiveMessage
from core.errors import Unavailable
from core.people.model import ConversationRef, Role, Standing
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from tests.fakes.platform import FakePlatform, words_of
from tests.support.desk import Desk, form_of
from tests.support.elsewhere import known_elsewhere, link_platform
from tests.unit.core.walking import WHY, escalated, preview, started, told_to, user_id

DIRECTLY = ConversationRef(platform="fake", workspace="second", channel="", thread="")
IN_TEAMS = ConversationRef(platform="teams", workspace="tenant", channel="", thread="")


def told_at(platform: FakePlatform, who: str) -> list[ConversationRef]:
    """Where somebody was told something."""
    return [to for (person, _), to in zip(platform.told, platform.told_at, strict=True) if person == who]


async def with_guests(desk: Desk) -> Session:
    """Erin's session in a channel in which guests read along."""
    start = ReceiveMessage(ref="g1", text="Outlook does not send since Monday", mentioned=True)
    await desk.send("erin", start, guests=True)
    await desk.work()
    return await desk.session()


async def test_somebody_of_another_workspace_is_told_in_their_own_messages(desk: Desk) -> None:
    """With *Claim*; the place where they click it becomes one of the session's threads."""
    await known_elsewhere(desk, "Tom")
    session = await started(desk)
    await escalated(desk, session, to="Tom")
    assert told_at(desk.platform, "tom") == [DIRECTLY]
    assert WHY in told_to(desk, "tom")
    clicked = replace(DIRECTLY, channel="direct-tom", thread="9")
    await desk.send("tom", ClaimSession(session_id=session.id), at=clicked)
    await desk.work()
    assert (await desk.session()).status is SessionStatus.ACTIVE
    assert clicked in {post.to for post in desk.platform.posts if "taken over" in words_of(post.card)}


async def test_aiming_elsewhere_calls_somebody_of_another_platform(desk: Desk) -> None:
    """The one who is escalated to may be anywhere in the account."""
    teams = link_platform(desk, "teams")
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")
    session = await started(desk)
    await escalated(desk, session)
    form = form_of(await desk.send("erin", OpenRetarget(session_id=session.id)))
    await desk.submit("erin", form, person=await user_id(desk, "Tom"))
    await desk.work()
    assert told_at(teams, "tom") == [IN_TEAMS]
    assert told_to(desk, "tom") == ""


async def test_who_is_known_in_the_thread_s_own_workspace_is_told_beside_the_thread(desk: Desk) -> None:
    """And nowhere else, though other workspaces know them, too."""
    teams = link_platform(desk, "teams")
    sam = await user_id(desk, "Sam")
    await known_elsewhere(desk, "Sam", workspace="tenant", platform="teams", same=sam)
    await escalated(desk, await started(desk), to="Sam")
    assert [(to.workspace, to.channel) for to in told_at(desk.platform, "sam")] == [("northwind", "desk")]
    assert teams.told == []


async def test_where_one_workspace_does_not_take_it_another_does(desk: Desk) -> None:
    """Somebody may have left the one that met them first."""
    teams = link_platform(desk, "teams")
    tom = await known_elsewhere(desk, "Tom")
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams", same=tom)
    desk.platform.strangers.add("tom")
    await escalated(desk, await started(desk), to="Tom")
    assert told_at(teams, "tom") == [IN_TEAMS]
    assert "could not be reached" not in desk.said()


async def test_a_thread_does_not_wait_for_another_platform(desk: Desk) -> None:
    """While that is away, the thread goes on; the call is made when it is back."""
    teams = link_platform(desk, "teams")
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")

    def away(call: str) -> None:
        raise Unavailable("It is away.", retry_after=60)

    teams.trouble = away
    session = await started(desk)
    await escalated(desk, session, to="Tom")
    await desk.say("erin", "conclude")
    await desk.work()
    assert "**Current Status:**" in desk.said()
    teams.trouble = lambda call: None
    desk.clock.pass_by(minutes=2)
    await desk.work()
    assert told_at(teams, "tom") == [IN_TEAMS]


async def test_the_thread_says_when_somebody_cannot_be_reached(desk: Desk) -> None:
    """In one line, which says what to do."""
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")
    session = await started(desk)
    await escalated(desk, session, to="Tom")
    lines = [words_of(post.card) for post in desk.platform.posts if "could not be reached" in words_of(post.card)]
    assert lines == ["Tom could not be reached about FP-1. Aim it elsewhere, or tell them yourself."]


async def test_somebody_whose_account_was_closed_cannot_be_reached(desk: Desk) -> None:
    """Whatever the platform would take: nobody reads it."""
    session, sam = await started(desk), await user_id(desk, "Sam")

    def close(uow: UnitOfWork) -> None:
        (known,) = uow.users.known_as(sam)
        identity = uow.users.identity(known.workspace_id, known.external_id)
        assert identity is not None
        uow.users.note(replace(identity, standing=Standing.NOBODY))

    form = form_of(await desk.type("erin", f"escalate {session.ref}"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason=WHY, person=sam, urgency="normal")))
    await desk.change(close)
    await desk.submit("erin", form)
    await desk.work()
    assert "Sam could not be reached about FP-1." in desk.said()
    assert told_to(desk, "sam") == ""


async def test_guests_do_not_read_who_cannot_be_reached(desk: Desk) -> None:
    """The thread says that somebody was not; who takes part is told the name."""
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")
    session = await with_guests(desk)
    await escalated(desk, session, to="Tom")
    assert "Whom FP-1 was escalated to could not be reached." in desk.said()
    assert "Tom" not in desk.said()
    assert "Tom could not be reached about FP-1." in told_to(desk, "erin")


async def test_an_escalation_that_is_aimed_elsewhere_by_now_says_nothing_of_the_first(desk: Desk) -> None:
    """It no longer matters whether that one can be reached."""
    teams = link_platform(desk, "teams")
    await known_elsewhere(desk, "Tom", workspace="tenant", platform="teams")

    def away(call: str) -> None:
        raise Unavailable("It is away.", retry_after=60)

    teams.trouble = away
    session = await started(desk)
    await escalated(desk, session, to="Tom")
    form = form_of(await desk.send("erin", OpenRetarget(session_id=session.id)))
    await desk.submit("erin", form, person=await user_id(desk, "Sam"))
    teams.trouble, teams.strangers = (lambda call: None), {"tom"}
    desk.clock.pass_by(minutes=2)
    await desk.work()
    assert "could not be reached" not in desk.said()


async def test_the_reminder_follows_whom_it_is_aimed_at(desk: Desk) -> None:
    """They do not see the one in the thread."""
    await known_elsewhere(desk, "Tom")
    await escalated(desk, await started(desk), to="Tom")
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert "still unclaimed" in told_to(desk, "tom")
    assert told_at(desk.platform, "tom") == [DIRECTLY, DIRECTLY]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.OWNER])
async def test_admins_of_other_workspaces_are_told_that_nobody_came(desk: Desk, role: Role) -> None:
    """After the reminder, like the others."""
    await known_elsewhere(desk, "Ada", role=role)
    await escalated(desk, await started(desk))
    for _ in range(2):
        desk.clock.pass_by(minutes=15)
        await desk.work()
    assert told_at(desk.platform, "ada") == [DIRECTLY]
    assert "still unclaimed" in told_to(desk, "ada")
    assert "still unclaimed" in told_to(desk, "adam")


async def test_where_no_admin_can_be_told_the_thread_says_so(desk: Desk) -> None:
    """Or it would wait for ever, and nobody know."""

    def demote(uow: UnitOfWork) -> None:
        for user in uow.users.with_role(Role.ADMIN, Role.OWNER):
            uow.users.save(replace(user, role=Role.ENGINEER))

    session = await started(desk)
    await desk.change(demote)
    await escalated(desk, session)
    for _ in range(2):
        desk.clock.pass_by(minutes=15)
        await desk.work()
    assert "no admin of your account can be reached" in desk.said()


async def test_who_takes_part_from_another_workspace_is_told_what_guests_must_not_read(desk: Desk) -> None:
    """Once, in their own messages: no thread of the session is theirs to see."""
    await known_elsewhere(desk, "Tom")
    session = await with_guests(desk)
    await desk.send("tom", JoinSession(session_id=session.id), at=replace(DIRECTLY, channel="field"))
    await escalated(desk, session)
    assert "## Problem" in told_to(desk, "tom")
    assert told_to(desk, "tom").count("## Problem") == 1
    assert set(told_at(desk.platform, "tom")) == {DIRECTLY}
