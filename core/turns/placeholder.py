"""The message in which an answer was seen while it was made: kept until the answer, or a word about it, takes its place."""

from dataclasses import dataclass

from core.ports import UnitOfWork
from core.say import say_in
from core.sessions.model import Session
from core.work.model import Work

__all__ = ["Placeholder", "keep", "kept", "put_right", "say_over"]

#: Under this name and the turn's row a placeholder stands among the posts.
GROWING = "growing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Placeholder:
    """A message of a conversation (by core's id)."""

    conversation_id: str
    ref: str


def keep(uow: UnitOfWork, work: Work, placeholder: Placeholder) -> None:
    """Note down a turn's placeholder, before anything is seen in it."""
    uow.posts.add(
        session_id=work.session_id or "",
        conversation_id=placeholder.conversation_id,
        card=GROWING,
        subject=str(work.id),
        ref=placeholder.ref,
        at=uow.now,
    )


def kept(uow: UnitOfWork, work: Work) -> Placeholder | None:
    """The placeholder of an earlier try of the turn."""
    posts = uow.posts.of(work.session_id or "", str(work.id))
    found = [Placeholder(conversation_id=where, ref=ref) for card, where, ref in posts if card == GROWING]
    return found[-1] if found else None


def say_over(
    uow: UnitOfWork, session: Session, placeholder: Placeholder | None, card: str, subject: str, **details: str
) -> None:
    """Post a card in every thread of the session: over the placeholder where that stands."""
    threads = uow.conversations.of(session.id)
    for conversation in threads:
        here = placeholder is not None and placeholder.conversation_id == conversation.id
        over = {"over": placeholder.ref} if placeholder is not None and here else {}
        say_in(uow, session, conversation, card, subject, **details, **over)
    if placeholder is not None and placeholder.conversation_id not in [thread.id for thread in threads]:
        put_right(uow, session, placeholder)


def put_right(uow: UnitOfWork, session: Session, placeholder: Placeholder) -> None:
    """The placeholder's answer does not come, or not there: it says so."""
    conversation = uow.conversations.get(placeholder.conversation_id)
    if conversation is not None:
        say_in(uow, session, conversation, "broken_off", over=placeholder.ref)
