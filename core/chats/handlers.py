"""Asking what is no incident: a chat that goes on in its thread, and the session that may come of it (SPEC 2, *Ask*).

A chat is kept as a session that has not begun: its messages are turns like any others, and *Make this a session* carries them
over. It has no steps, timers or notes, and stands in no list of sessions.
"""

from core.chats.cards import library_notice
from core.chats.carrying import LOOKED_BACK, answer_anew, carry_over
from core.chats.telling import greets
from core.commands import Ask, MakeSession
from core.errors import InvalidInput
from core.flows.offers import offers_for
from core.ports import UnitOfWork
from core.say import say
from core.sessions.model import Session, SessionStatus
from core.sessions.start import check_heard, made, place_of
from core.turns.model import Author, Conversation
from core.turns.queue import bounded, queue_turn, wake_pending
from core.views import Nothing, Notice, Reply

__all__ = ["ask", "make_session"]


def ask(uow: UnitOfWork, command: Ask) -> Reply:
    """Answer in the thread, and go on there. In a session's thread the library is looked into, privately: what is asked of the
    session is simply said in it."""
    text = bounded(command.text.strip())
    if not text:
        raise InvalidInput({"text": "Say what you want to know."})
    check_heard(uow)
    conversation = place_of(uow)
    there = uow.sessions.open_in(conversation.id)
    if there is None:
        _begin(uow, conversation, text, ref=command.message_ref)
    elif there.status is SessionStatus.CHAT:
        uow.sessions.join(there.id, uow.actor.user_id, uow.now)
        queue_turn(uow, there, text, ref=command.message_ref, conversation_id=conversation.id)
    else:
        offers, _ = offers_for(uow, text)
        return library_notice(there, offers)
    return Nothing()


def _begin(uow: UnitOfWork, conversation: Conversation, text: str, *, ref: str) -> None:
    """Begin a chat. Where nothing stands in the thread yet, the question does."""
    chat = made(uow, conversation, text, status=SessionStatus.CHAT)
    uow.log(chat.id, "asked", title=chat.title)
    if not ref:
        say(uow, chat, "chat", chat.id)
    queue_turn(uow, chat, text, ref=ref, conversation_id=conversation.id)


def make_session(uow: UnitOfWork, session: Session, command: MakeSession) -> Reply:
    """Carry the chat over into a session. What was said last is answered anew as its problem, and is its title unless it asks."""
    if session.status is not SessionStatus.CHAT:
        return Notice(markdown=f"This is {session.ref} already.")
    session = carry_over(uow, session)
    said = [
        message
        for message in uow.messages.recent(session.id, LOOKED_BACK)
        if message.author is Author.ENGINEER and not greets(message.text)
    ]
    if said:
        session = answer_anew(uow, session, said[-1])
    wake_pending(uow, session)
    return Nothing()
