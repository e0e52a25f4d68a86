"""Calling somebody to an escalation: the card with *Claim* where those see it who may, and the reminder of it (SPEC 5)."""

from dataclasses import replace

from core.escalation.model import Escalation, EscalationStatus
from core.people.knowing import doubt
from core.people.looking import look_at
from core.people.model import Role, User, WorkspaceRef, is_old
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.say import insiders, say_in, say_inside, tell
from core.sessions.model import Session
from core.turns.model import Conversation

__all__ = ["CALLED", "announce", "call", "remind", "remind_admins", "say_unreached"]

#: Marks the work row of somebody who is called by name: when they cannot be reached, the thread is told.
CALLED = "called"


def announce(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """The card with *Claim*: in the escalation channel where the account has one, in the thread, and to the person. Where guests
    read along in that channel it gets one line, and those who may claim get the card (SPEC 2)."""
    there = _escalation_thread(uow, session, escalation)
    if there is not None and not there.guests:
        say_in(uow, session, there, "escalation", escalation.id)
    elif there is not None:
        say_in(uow, session, there, "said", markdown=f"{session.ref} was escalated.")
        if escalation.person_id is None:
            for user in _who_may_claim(uow, session):
                tell(uow, session, there, user.id, "escalation", escalation.id)
    say_inside(uow, session, "escalation", escalation.id)
    call(uow, session, escalation)


def _escalation_thread(uow: UnitOfWork, session: Session, escalation: Escalation) -> Conversation | None:
    """The thread that the card opens in the escalation channel. One that was never met is looked at, for the next
    time; so is one that FlowPilot is not in, where it does not hear who joins, once that is old."""
    place = _elsewhere(uow, session)
    if place is None:
        return None
    workspace_id, channel = place
    there = uow.conversations.ensure(
        workspace_id=workspace_id, channel=channel, thread=f"new:{escalation.id}", guests=False
    )
    if there.guests or there.platform not in uow.rules.asked:
        return there
    known = uow.channels.get(workspace_id, channel)
    if known.guests is None or (not known.here and is_old(known, uow.now)):
        doubt(uow, known)
        look_at(uow, WorkspaceRef(platform=there.platform, external_id=there.workspace), workspace_id, channel)
        return replace(there, guests=True, unsure=True)
    return there


def call(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """Tell the person it is aimed at, in whichever workspace knows them. Aimed at nobody, the card in a thread calls; where
    guests read along there is none, so that everybody is told who may claim."""
    home = uow.conversations.get(session.conversation_id)
    if home is not None and escalation.person_id is not None:
        called = {CALLED: "yes"}
        tell(uow, session, home, escalation.person_id, "briefing", escalation.id, **called)
    elif home is not None and home.guests and _elsewhere(uow, session) is None:
        for user in _who_may_claim(uow, session):
            tell(uow, session, home, user.id, "escalation", escalation.id)


def remind(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """Nobody has claimed: say so where the card stands, and to those who were told of it because they do not see that."""
    say_inside(uow, session, "claim_reminder", escalation.id)
    for there in _cards_elsewhere(uow, session, escalation):
        if not there.guests:
            say_in(uow, session, there, "claim_reminder", escalation.id)
    home = uow.conversations.get(session.conversation_id)
    if home is None:
        return
    if escalation.person_id is not None:
        if not _sees_what_is_said_inside(uow, session, escalation.person_id):
            tell(uow, session, home, escalation.person_id, "claim_reminder", escalation.id)
    elif home.guests and _elsewhere(uow, session) is None:
        for user in _who_may_claim(uow, session):
            tell(uow, session, home, user.id, "claim_reminder", escalation.id)


def remind_admins(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """Nobody has come after the reminder either: tell the admins and owners, each where they are known."""
    home = uow.conversations.get(session.conversation_id)
    if home is None:
        return
    admins = [user for user in uow.users.with_role(Role.ADMIN, Role.OWNER) if uow.users.known_as(user.id)]
    for admin in admins:
        tell(uow, session, home, admin.id, "claim_reminder", escalation.id)
    if not admins:
        words = f"{session.ref} is still unclaimed, and no admin of your account can be reached here."
        say_inside(uow, session, "said", markdown=words)


def say_unreached(uow: UnitOfWork, session: Session, user_id: str) -> None:
    """Somebody it is aimed at could not be told: the thread says so; where guests read along, without saying who."""
    escalation, user = uow.escalations.latest(session.id), uow.users.get(user_id)
    waits = escalation is not None and escalation.status is EscalationStatus.OPEN and escalation.person_id == user_id
    if not waits or user is None:
        return
    words = f"{user.name} could not be reached about {session.ref}. Aim it elsewhere, or tell them yourself."
    line = f"Whom {session.ref} was escalated to could not be reached."
    say_inside(uow, session, "said", markdown=words, line=line)


def _sees_what_is_said_inside(uow: UnitOfWork, session: Session, user_id: str) -> bool:
    """Whether `say_inside` reaches somebody: a thread where they are known and no guests are; or they take part
    and may see it."""
    threads = uow.conversations.of(session.id)
    known = {each.workspace_id for each in uow.users.known_as(user_id)}
    if any(thread.workspace_id in known and not thread.guests for thread in threads):
        return True
    guests = any(thread.guests for thread in threads)
    return guests and user_id in {user.id for user in insiders(uow, session)}


def _elsewhere(uow: UnitOfWork, session: Session) -> tuple[str, str] | None:
    """The account's channel for escalations (workspace id, channel), if the session is not in it."""
    setting = AccountSettings.of(uow.accounts.get().settings).escalation_channel
    workspace_id, _, channel = setting.partition("/")
    home = uow.conversations.get(session.conversation_id)
    if not channel or home is None or (home.workspace_id, home.channel) == (workspace_id, channel):
        return None
    return workspace_id, channel


def _cards_elsewhere(uow: UnitOfWork, session: Session, escalation: Escalation) -> list[Conversation]:
    """Threads under the card that are none of the session's."""
    own = {thread.id for thread in uow.conversations.of(session.id)}
    posted = uow.posts.of(session.id, escalation.id)
    ids = dict.fromkeys(where for card, where, _ in posted if card == "escalation" and where not in own)
    return [thread for id in ids if (thread := uow.conversations.get(id)) is not None]


def _who_may_claim(uow: UnitOfWork, session: Session) -> list[User]:
    """Engineers who do not take part yet: in a channel with guests no card is there for all to see."""
    takes_part = {user.id for user in insiders(uow, session)}
    engineers = uow.users.with_role(Role.ENGINEER, Role.ADMIN, Role.OWNER)
    return [user for user in engineers if user.id not in takes_part]
