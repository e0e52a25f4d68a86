"""Saying something in a session's threads: work rows that post, update or whisper a card when their turn comes.

A row names a card and its subject; what it shows is built when it is sent, from the state of that time. Texts that must be
exactly what somebody saw travel in the row's payload.
"""

from core.people.model import Role, User
from core.ports import UnitOfWork
from core.sessions.model import Session
from core.turns.model import Conversation
from core.work.model import say_lane

__all__ = [
    "ESCALATION_CARDS",
    "FILL",
    "FIX_CARDS",
    "POST",
    "TELL",
    "UPDATE",
    "fill",
    "insiders",
    "refresh",
    "say",
    "say_in",
    "say_inside",
    "tell",
]

#: Kinds of work rows that this module queues.
POST, UPDATE, TELL, FILL = "post", "update", "tell", "fill"

#: Cards about one fix, and about one escalation: what changes one of them changes all.
FIX_CARDS = ("fix", "nudge", "follow_up", "confirm")
ESCALATION_CARDS = ("escalation", "claim_reminder")


def say(uow: UnitOfWork, session: Session, card: str, subject: str = "", **details: str) -> None:
    """Post a card in every thread of the session."""
    for conversation in uow.conversations.of(session.id):
        say_in(uow, session, conversation, card, subject, **details)


def say_in(
    uow: UnitOfWork, session: Session, conversation: Conversation, card: str, subject: str = "", **details: str
) -> None:
    """Post a card in one thread."""
    uow.work.add(
        POST,
        lane=say_lane(conversation.id),
        session_id=session.id,
        subject=subject,
        payload={"card": card, "conversation": conversation.id, **details},
    )


def say_inside(
    uow: UnitOfWork, session: Session, card: str, subject: str = "", *, line: str = "", **details: str
) -> None:
    """Post a card that is for the engineers: where guests read along, privately to who takes part and may see it (SPEC 2).

    `line` is what the thread gets then.
    """
    threads = uow.conversations.of(session.id)
    with_guests = [thread for thread in threads if thread.guests]
    for thread in threads:
        if not thread.guests:
            say_in(uow, session, thread, card, subject, **details)
        elif line:
            say_in(uow, session, thread, "said", markdown=line)
    for user in insiders(uow, session) if with_guests else ():
        known = {each.workspace_id for each in uow.users.known_as(user.id)}
        beside = [thread for thread in with_guests if thread.workspace_id in known]
        if not known.intersection(thread.workspace_id for thread in threads):
            beside = with_guests[:1]  # none of the threads is theirs to see
        for thread in beside:
            tell(uow, session, thread, user.id, card, subject, **details)


def insiders(uow: UnitOfWork, session: Session) -> list[User]:
    """Who takes part and may see internal things, in the order of joining: who has become a guest, or has no role any more, may
    not."""
    may = {user.id for user in uow.users.with_role(*Role)}
    return [user for user in uow.sessions.participants(session.id) if user.id in may]


def refresh(uow: UnitOfWork, session: Session, subject: str, *cards: str) -> None:
    """Bring those cards of a subject up to date, as far as they are posted, wherever they stand.

    The lane of the session's own thread is first in, first out, so a card that is still to be posted there will have been
    when this runs; elsewhere a post looks itself whether something has changed meanwhile (core.work.deliver).
    """
    names = "+".join(cards)
    uow.work.add(
        UPDATE,
        lane=say_lane(session.conversation_id),
        session_id=session.id,
        subject=f"{names}:{subject}",
        payload={"cards": names, "subject": subject},
    )


def tell(
    uow: UnitOfWork,
    session: Session,
    conversation: Conversation,
    user_id: str,
    card: str,
    subject: str = "",
    **details: str,
) -> None:
    """Say a card to one person only: in or beside a thread whose workspace knows them, or else in their own messages
    where they are known. Those have a lane of their own: no thread waits for another platform."""
    here = any(each.workspace_id == conversation.workspace_id for each in uow.users.known_as(user_id))
    uow.work.add(
        TELL,
        lane=say_lane(conversation.id) if here else f"tell:{user_id}",
        session_id=session.id,
        subject=subject,
        payload={"card": card, "conversation": conversation.id, "user": user_id, **details},
    )


def fill(uow: UnitOfWork, session: Session, surface_id: str) -> None:
    """Bring an open private form up to date with what its surface row says, where it was opened."""
    uow.work.add(
        FILL,
        lane=f"fill:{surface_id}",
        session_id=session.id,
        subject=surface_id,
    )
