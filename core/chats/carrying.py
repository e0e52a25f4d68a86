"""Carrying a chat over into a session: what was said stands in it, and what is the problem is answered anew."""

from dataclasses import replace

from core.ports import UnitOfWork
from core.say import refresh, say
from core.sessions.model import MAX_TITLE, Session, SessionStatus
from core.sessions.quiet import arm_abandon
from core.sessions.threads import take_threads
from core.text.split import shorten
from core.tickets.mention import named_first
from core.tickets.queue import queue_link
from core.turns.model import Author, Conversation, Message, TurnState
from core.turns.queue import wake_pending

__all__ = ["LOOKED_BACK", "answer_anew", "asked_in_chat", "begin_from_chat", "carry_over"]

#: Messages of a chat that are looked through for what it was about last.
LOOKED_BACK = 200


def carry_over(uow: UnitOfWork, chat: Session) -> Session:
    """The session that a chat becomes, with all that was said in it, on the ticket that was named last. Raises WrongState when
    another one has its thread now."""
    take_threads(uow, chat)
    session = replace(chat, status=SessionStatus.ACTIVE, active_at=uow.now, closed_at=None)
    uow.sessions.save(session)
    arm_abandon(uow, session)
    uow.log(session.id, "session_started", title=session.title)
    said = uow.messages.recent(session.id, LOOKED_BACK)
    refresh(uow, session, session.id, "chat")
    for message in [message for message in said if message.author is Author.BOT][-1:]:
        refresh(uow, session, str(message.number), "answer")
    say(uow, session, "session", session.id)
    named = (named_first(message.text) for message in reversed(said) if message.author is Author.ENGINEER)
    if mentions := next(filter(None, named), ()):
        queue_link(uow, session, *mentions, said=False)
    return session


def answer_anew(uow: UnitOfWork, session: Session, problem: Message) -> Session:
    """Have a message of the chat that the session was answered as its problem. Unless it asks, it is its title."""
    uow.messages.save(replace(problem, author=Author.ENGINEER, turn=TurnState.PENDING))
    title = shorten(problem.text, MAX_TITLE)
    if title == session.title or problem.text.endswith("?"):
        return session
    session = replace(session, title=title)
    uow.sessions.save(session)
    uow.log(session.id, "title_changed", title=title)
    return session


def asked_in_chat(uow: UnitOfWork, conversation: Conversation, ref: str) -> Message | None:
    """The message of the thread's chat with that id of the platform's, which is to be the problem."""
    there = uow.sessions.open_in(conversation.id) if ref else None
    if there is None or there.status is not SessionStatus.CHAT:
        return None
    message = uow.messages.by_ref(conversation.id, ref)
    return message if message is not None and message.session_id == there.id and message.deleted_at is None else None


def begin_from_chat(uow: UnitOfWork, asked: Message) -> None:
    """The chat goes on as a session: one message is not said in two."""
    chat = uow.sessions.get(asked.session_id)
    assert chat is not None, "it holds the thread"
    uow.sessions.join(chat.id, uow.actor.user_id, uow.now)
    wake_pending(uow, answer_anew(uow, carry_over(uow, chat), asked))
