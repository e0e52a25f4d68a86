"""Saying something in a session's threads: work rows that post, update or whisper a card when their turn comes.

A row names a card and its subject; what it shows is built when it is sent, from the state of that time. Texts that must be
exactly what somebody saw travel in the row's payload.
"""

from collections.abc import Mapping, Sequence

from core.ports import UnitOfWork
from core.sessions.model import Session
from core.turns.model import Conversation
from core.work.model import say_lane

__all__ = ["FILL", "POST", "TELL", "UPDATE", "fill", "refresh", "refresh_all", "say", "say_in", "say_inside", "tell"]

#: Kinds of work rows that this module queues.
POST, UPDATE, TELL, FILL = "post", "update", "tell", "fill"


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
    """Post a card that is for the engineers: where guests read along, privately to who takes part (SPEC 2).

    `line` is what the thread gets then.
    """
    for conversation in uow.conversations.of(session.id):
        if not conversation.guests:
            say_in(uow, session, conversation, card, subject, **details)
            continue
        if line:
            say_in(uow, session, conversation, "said", markdown=line)
        for user in uow.sessions.participants(session.id):
            tell(uow, session, conversation, user.id, card, subject, **details)


def refresh(uow: UnitOfWork, session: Session, card: str, subject: str) -> None:
    """Bring the posted cards of a subject up to date, wherever they stand.

    A lane is first in, first out, so a card that is still to be posted will have been when this runs.
    """
    refresh_all(uow, session, [(card, subject)])


def refresh_all(
    uow: UnitOfWork,
    session: Session,
    cards: Sequence[tuple[str, str]],
    *,
    if_shown: Sequence[tuple[str, str]] = (),
) -> None:
    """The same for several (card, subject); `if_shown`: more of them, that only matter where they were posted before."""
    home = {conversation.id for conversation in uow.conversations.of(session.id)}
    shown: dict[str, Mapping[str, frozenset[str]]] = {}
    for card, subject in (*cards, *if_shown):
        if subject not in shown:
            shown[subject] = uow.posts.about(session.id, subject)
        threads = shown[subject].get(card, frozenset())
        if not threads and (card, subject) not in cards:
            continue
        for conversation in sorted(home | threads):
            uow.work.add(
                UPDATE,
                lane=say_lane(conversation),
                session_id=session.id,
                subject=f"{card}:{subject}",
                payload={"card": card, "subject": subject, "conversation": conversation},
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
    """Say a card to one person only, in or beside a thread."""
    uow.work.add(
        TELL,
        lane=say_lane(conversation.id),
        session_id=session.id,
        subject=subject,
        payload={"card": card, "conversation": conversation.id, "user": user_id, **details},
    )


def fill(uow: UnitOfWork, session: Session, conversation: Conversation, surface_id: str) -> None:
    """Bring an open private form up to date with what its surface row says."""
    uow.work.add(
        FILL,
        lane=f"fill:{surface_id}",
        session_id=session.id,
        subject=surface_id,
        payload={"conversation": conversation.id},
    )
