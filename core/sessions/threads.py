"""Which session a thread belongs to: a chat makes room for whatever is begun or goes on there (SPEC 1, 2)."""

from dataclasses import replace

from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.turns.model import Conversation

__all__ = ["goes_on_in", "take_threads"]


def goes_on_in(uow: UnitOfWork, conversation: Conversation) -> Session | None:
    """The session that goes on in the thread. A chat is over when something else is begun there."""
    there = uow.sessions.open_in(conversation.id)
    if there is None or there.status is not SessionStatus.CHAT:
        return there
    _end(uow, there)
    return None


def take_threads(uow: UnitOfWork, session: Session) -> None:
    """Make the session's threads its own again; chats there are over. Raises WrongState when another session goes on in one."""
    for conversation in uow.conversations.of(session.id):
        there = uow.sessions.open_in(conversation.id)
        if there is not None and there.id != session.id and there.status is SessionStatus.CHAT:
            _end(uow, there)
    uow.sessions.hold(session.id)


def _end(uow: UnitOfWork, chat: Session) -> None:
    uow.sessions.save(replace(chat, closed_at=uow.now))
    uow.sessions.release(chat.id)
    uow.log(chat.id, "chat_ended")
