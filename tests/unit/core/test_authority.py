"""Who may do what, and when: every operation by every role in every state, as the table of operations declares."""

from dataclasses import MISSING, fields, replace
from enum import StrEnum
from typing import Any, get_type_hints

import pytest

from core.codec import ACTIONS, encode
from core.commands import Action, AddFact, JoinSession, ListFacts, RecordOutcome, SessionAction
from core.fixes.model import FixStatus
from core.operations import COMMANDS, Access, Operation
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import OPEN, Session, SessionStatus
from core.views import FieldErrors, Notice, Reply
from tests.fakes.platform import buttons_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.walking import apply, kinds, started, suggested

#: Person → role, and whether they take part in Erin's session. Gus is a guest.
WHO: dict[str, tuple[Role | None, bool]] = {
    "vera": (Role.VIEWER, False),
    "sam": (Role.ENGINEER, False),
    "jo": (Role.ENGINEER, True),
    "erin": (Role.ENGINEER, True),
    "adam": (Role.ADMIN, False),
    "olivia": (Role.OWNER, False),
    "gus": (None, False),
}
IN_WORDS = (
    "needs the role",
    "You do not take part",
    "You did not take part",
    "this works while it is",
    "This is a chat so far",
)


def made(cls: type[Action], **given: Any) -> Action:
    """An action with a plausible value in each field that needs one."""
    hints = get_type_hints(cls)
    needed = {field.name: hints[field.name] for field in fields(cls) if field.default is MISSING}
    plain: dict[type, Any] = {str: "x", int: 1, bool: False}
    values = {name: next(iter(kind)) if issubclass(kind, StrEnum) else plain[kind] for name, kind in needed.items()}
    return cls(**{**values, **given})


async def in_state(desk: Desk, session: Session, status: SessionStatus) -> None:
    def put(uow: UnitOfWork) -> None:
        current = uow.sessions.get(session.id)
        assert current is not None
        uow.sessions.save(replace(current, status=status, closed_at=None if status in OPEN else uow.now))

    await desk.change(put)


async def standing(desk: Desk, session: Session) -> tuple[Session, int]:
    events = await desk.look(lambda uow: uow.timeline.of(session.id))
    return await desk.session(session.number), len(events)


def refused_by_table(operation: Operation, who: str, status: SessionStatus) -> bool:
    role, joined = WHO[who]
    if role is None or not role.covers(operation.role):
        return True
    outside = operation.access is Access.PARTICIPANT and not joined and not role.covers(Role.ADMIN)
    if status is SessionStatus.CHAT:  # it is no session, whoever takes part
        return SessionStatus.CHAT not in (operation.states or ()) or outside
    return outside or (operation.states is not None and status not in operation.states)


def is_refused(reply: Reply) -> bool:
    return isinstance(reply, Notice) and reply.error and any(words in reply.markdown for words in IN_WORDS)


SESSION_COMMANDS = [cls for cls in COMMANDS if issubclass(cls, SessionAction)]


@pytest.mark.parametrize("status", SessionStatus)
async def test_every_operation_is_allowed_or_refused_as_declared(desk: Desk, status: SessionStatus) -> None:
    """Whoever is refused hears why, and nothing changes: not the session, not its timeline."""
    session = await started(desk)
    await suggested(desk, session)
    await desk.type("jo", f"join {session.ref}")
    wrong = []
    for who in WHO:
        for cls in SESSION_COMMANDS:
            declared = refused_by_table(COMMANDS[cls], who, status)
            if not declared and not COMMANDS[cls].reads:
                continue  # what they do is for the tests of each operation
            await in_state(desk, session, status)
            before = await standing(desk, session)
            reply = await desk.send(who, made(cls, session_id=session.id))
            if is_refused(reply) is not declared or await standing(desk, session) != before:
                wrong.append((who, cls.__name__, reply))
    assert wrong == []


async def test_who_may_is_not_refused_by_the_table(desk: Desk) -> None:
    """The other half of the matrix: an allowed operation is never refused for role, part or state."""
    wrong = []
    for number, cls in enumerate(SESSION_COMMANDS):
        operation = COMMANDS[cls]
        status = sorted(operation.states or {SessionStatus.ACTIVE})[0]
        session = await started(desk, f"Outlook problem number {number}", thread=f"t{number}")
        await desk.type("jo", f"join {session.ref}")
        for who in WHO:
            if refused_by_table(operation, who, status):
                continue
            await in_state(desk, session, status)
            reply = await desk.send(who, made(cls, session_id=session.id), thread=f"t{number}")
            if is_refused(reply):
                wrong.append((who, cls.__name__, reply))
    assert wrong == []


@pytest.mark.parametrize("named", ["id", "ref", "ticket"])
async def test_another_accounts_sessions_are_as_missing_as_none(desk: Desk, named: str) -> None:
    """The same words for a session of somebody else's as for one that never was, for every operation."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    theirs = {"id": session.id, "ref": session.ref, "ticket": "#T-1001"}[named]
    never = {"id": "0191e0a0-never", "ref": "FP-1", "ticket": "#T-1001"}[named]
    before = await standing(desk, session)
    for cls in SESSION_COMMANDS:
        one = notice_of(await desk.send("frida", made(cls, session_id=theirs)))
        other = notice_of(await desk.send("frida", made(cls, session_id=never)))
        assert one.error, cls
        assert one.markdown == other.markdown, cls
        assert not list(buttons_of(one))
    assert await standing(desk, session) == before


def test_every_action_has_an_operation() -> None:
    """And only actions have; so no button leads nowhere."""
    assert set(COMMANDS) == set(ACTIONS.values())


@pytest.mark.parametrize("cls", COMMANDS)
def test_reads_are_for_everybody_and_writes_for_engineers(cls: type[Action]) -> None:
    """Viewers read."""
    operation = COMMANDS[cls]
    assert operation.role in (Role.VIEWER, Role.ENGINEER)
    assert operation.reads or operation.role is Role.ENGINEER
    assert operation.access in Access


async def test_joining_then_does_what_was_clicked(desk: Desk) -> None:
    """One click, whether the command came from a button or was typed."""
    session = await started(desk)
    fix = await suggested(desk, session)
    clicked = notice_of(await desk.click("sam", desk.card(fix.title), "Apply"))
    typed = notice_of(await desk.type("jo", f"pause {session.ref}"))
    for who, notice in (("sam", clicked), ("jo", typed)):
        joined = await desk.click(who, notice, "Join")
        assert not (isinstance(joined, Notice) and joined.error)
    await desk.work()
    assert (await desk.look(lambda uow: uow.fixes.get(fix.id))).verifying  # type: ignore[union-attr]
    assert (await desk.session(session.number)).status is SessionStatus.PAUSED
    assert "Sam joined FP-1" in desk.said()
    assert "Jo joined FP-1" in desk.said()


async def test_joining_stands_when_the_rest_is_refused(desk: Desk) -> None:
    """The session was paused meanwhile: they are told, and take part all the same."""
    session = await started(desk)
    fix = await suggested(desk, session)
    notice = notice_of(await desk.click("sam", desk.card(fix.title), "Apply"))
    await desk.say("erin", "pause")
    told = notice_of(await desk.click("sam", notice, "Join"))
    assert "paused" in told.markdown
    assert [user.name for user in await desk.look(lambda uow: uow.sessions.participants(session.id))] == ["Erin", "Sam"]


async def test_joining_stands_when_what_was_asked_refuses_halfway(desk: Desk) -> None:
    """What it had written until then is undone; the session goes on from the join."""
    session = await started(desk)
    fix = await suggested(desk, session)
    wrong = RecordOutcome(
        session_id=session.id, fix_id=fix.id, status=FixStatus.PENDING, notes="the vendor", look_again_on="some day"
    )
    told = notice_of(await desk.send("sam", JoinSession(session_id=session.id, then=encode(wrong))))
    assert told.error
    assert (await desk.look(lambda uow: uow.fixes.get(fix.id))).status is FixStatus.PROPOSED  # type: ignore[union-attr]
    assert [user.name for user in await desk.look(lambda uow: uow.sessions.participants(session.id))] == ["Erin", "Sam"]
    assert "outcome_recorded" not in await kinds(desk, session)
    await apply(desk, fix, who="sam")
    assert (await kinds(desk, session))[-2:] == ["joined", "fix_applied"]


async def test_what_is_done_after_joining_is_authorised_again(desk: Desk) -> None:
    """A tampered button gains nothing by it."""
    one, two = await started(desk), await started(desk, "The printer is offline", thread="2")
    then = f'{{"c":"PauseSession","session_id":"{two.id}"}}'
    await desk.send("sam", JoinSession(session_id=one.id, then=then))
    assert (await desk.session(two.number)).status is SessionStatus.ACTIVE
    assert isinstance(await desk.send("sam", JoinSession(session_id=one.id, then="{")), Notice)


async def test_a_new_engineer_may_read_at_once(desk: Desk) -> None:
    """Nobody has to write something first; a bug in a read is told, too."""
    session = await started(desk)
    reply = await desk.send("nina", ListFacts(session_id=session.id))
    assert not isinstance(reply, FieldErrors)
    assert not notice_of(reply).error


@pytest.mark.parametrize(("size", "kept"), [(300, False), (900, True)])
async def test_what_is_too_long_for_a_button_is_done_after_joining_as_well(desk: Desk, size: int, kept: bool) -> None:
    """It is kept beside the button, without secrets, for the one who asked."""
    session = await started(desk)
    words = ("password=hunter2-Sommer " + 'He said "no" "no" "no" "no" to C:\\temp\\x; ' * 200)[:size]
    told = notice_of(await desk.send("sam", AddFact(session_id=session.id, text=words)))
    assert "Join, and it is done." in told.markdown
    (join,) = [button.action for button in buttons_of(told)]
    assert isinstance(join, JoinSession)
    assert bool(join.kept) is kept
    if kept:
        surface = await desk.look(lambda uow: uow.surfaces.get(join.kept))
        assert surface is not None
        assert "hunter2" not in str(surface.data)
        assert "no longer kept" in notice_of(await desk.send("adam", join)).markdown
    assert await desk.look(lambda uow: uow.facts.of(session.id)) == []
    await desk.send("sam", join)
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    assert 'He said "no"' in fact.text


async def test_what_can_not_be_done_is_said_after_joining(desk: Desk) -> None:
    """A fact is one statement; nobody is left to believe that the whole message became one."""
    session = await started(desk)
    told = notice_of(await desk.send("sam", AddFact(session_id=session.id, text="word " * 600)))
    (join,) = [button.action for button in buttons_of(told)]
    assert isinstance(join, JoinSession)
    assert "Keep it under" in notice_of(await desk.send("sam", join)).markdown
