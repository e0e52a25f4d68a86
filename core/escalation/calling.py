"""Calling somebody to an escalation: the card with *Claim* where those see it who may, and the reminder of it (SPEC 5)."""

from dataclasses import replace

from core.escalation.model import Escalation
from core.people.looking import look_at
from core.people.model import Role, User, WorkspaceRef
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.say import say_in, say_inside, tell
from core.sessions.model import Session
from core.turns.model import Conversation

__all__ = ["announce", "call", "remind"]


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
    """The thread that the card opens in the escalation channel. One that was never met is looked at, for the next time."""
    place = _elsewhere(uow, session)
    if place is None:
        return None
    workspace_id, channel = place
    there = uow.conversations.ensure(
        workspace_id=workspace_id, channel=channel, thread=f"new:{escalation.id}", guests=False
    )
    if there.guests or there.platform not in uow.rules.asked:
        return there
    if uow.channels.get(workspace_id, channel).guests is None:
        uow.conversations.unsure_in(workspace_id=workspace_id, channel=channel, unsure=True)
        look_at(uow, WorkspaceRef(platform=there.platform, external_id=there.workspace), workspace_id, channel)
        return replace(there, guests=True, unsure=True)
    return there


def call(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """Tell the person it is aimed at. Aimed at nobody, the card in a thread calls; where guests read along there is none, so
    that everybody is told who may claim."""
    home = uow.conversations.get(session.conversation_id)
    if home is not None and escalation.person_id is not None:
        tell(uow, session, home, escalation.person_id, "briefing", escalation.id)
    elif home is not None and home.guests and _elsewhere(uow, session) is None:
        for user in _who_may_claim(uow, session):
            tell(uow, session, home, user.id, "escalation", escalation.id)


def remind(uow: UnitOfWork, session: Session, escalation: Escalation) -> None:
    """Nobody has claimed: say so where the card stands, and where guests read along to those who were told of it."""
    say_inside(uow, session, "claim_reminder", escalation.id)
    for there in _cards_elsewhere(uow, session, escalation):
        if not there.guests:
            say_in(uow, session, there, "claim_reminder", escalation.id)
    home = uow.conversations.get(session.conversation_id)
    if home is None or not home.guests:
        return
    takes_part = {user.id for user in uow.sessions.participants(session.id)}
    if escalation.person_id is not None and escalation.person_id not in takes_part:
        tell(uow, session, home, escalation.person_id, "claim_reminder", escalation.id)
    elif escalation.person_id is None and _elsewhere(uow, session) is None:
        for user in _who_may_claim(uow, session):
            tell(uow, session, home, user.id, "claim_reminder", escalation.id)


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
    takes_part = {user.id for user in uow.sessions.participants(session.id)}
    engineers = uow.users.with_role(Role.ENGINEER, Role.ADMIN, Role.OWNER)
    return [user for user in engineers if user.id not in takes_part]
