"""Which session an action is about: named by id, reference or ticket, or the one of the thread or channel (SPEC, PLATFORMS)."""

from collections.abc import Sequence
from dataclasses import replace

from core.commands import SessionAction
from core.errors import MustJoin, NotFound, Refused, WrongState
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.turns.model import Conversation
from core.turns.words import reference

__all__ = ["Ambiguous", "JoinFirst", "NoFix", "StillChat", "find_session", "thread_of"]


class JoinFirst(MustJoin):
    """An engineer who does not take part acts on a session. `action` is what was asked, on the session that was found."""

    def __init__(self, action: SessionAction, session: Session) -> None:
        super().__init__(f"You do not take part in {session.name} yet.")
        self.action = replace(action, session_id=session.id)


class StillChat(WrongState):
    """Something is asked of a chat that only a session has."""

    def __init__(self, chat: Session) -> None:
        super().__init__("This is a chat so far: it has no steps, facts or notes.")
        self.chat = chat


class Ambiguous(Refused):
    """Several sessions fit; the engineer picks one. `action` is what was asked, `sessions` what fits."""

    def __init__(self, action: SessionAction, sessions: Sequence[Session]) -> None:
        super().__init__("Which session?")
        self.action = action
        self.sessions = tuple(sessions)


class NoFix(NotFound):
    """An outcome was typed where no fix is suggested that it could be recorded on."""

    def __init__(self, session: Session) -> None:
        super().__init__(f"No fix is suggested in {session.ref}.")
        self.session = session


def find_session(uow: UnitOfWork, action: SessionAction, *, closed_too: bool) -> Session:
    """The session of an action, in the actor's account. Raises NotFound or Ambiguous."""
    named = action.session_id
    if named.startswith("#"):
        return _by_ticket(uow, action, named[1:])
    if named:
        ref = reference(named)
        session = uow.sessions.by_number(int(ref[3:])) if ref else uow.sessions.get(named)
        if session is None or (ref and session.status is SessionStatus.CHAT):  # nobody is told a chat's number
            raise NotFound(f"There is no session {ref or 'like that'} in your account.")
        return session
    conversation = thread_of(uow)
    last = None if conversation is None else uow.sessions.last_in(conversation.id)
    if conversation is None or last is None:
        return _only(uow, action, _mine(uow))
    return _here(uow, action, conversation, closed_too=closed_too) or last


def thread_of(uow: UnitOfWork) -> Conversation | None:
    """The thread that the command came from, if it is known."""
    origin = uow.origin
    if origin is None or origin.place is None or not origin.place.thread:
        return None
    return uow.conversations.find(
        workspace_id=uow.actor.workspace_id, channel=origin.place.channel, thread=origin.place.thread
    )


def _here(uow: UnitOfWork, action: SessionAction, conversation: Conversation, *, closed_too: bool) -> Session | None:
    """The thread's open session, or one of the caller's that was paused for another; never one of another thread."""
    session = uow.sessions.open_in(conversation.id)
    if session is not None or closed_too:
        return session
    paused = [
        mine
        for mine in uow.sessions.open_of(uow.actor.user_id, (conversation.workspace_id, conversation.channel))
        if conversation.id in {thread.id for thread in uow.conversations.of(mine.id)}
    ]
    return _only(uow, action, paused) if paused else None


def _mine(uow: UnitOfWork) -> Sequence[Session]:
    """The caller's open sessions in the channel."""
    origin = uow.origin
    channel = None if origin is None or origin.place is None else (uow.actor.workspace_id, origin.place.channel)
    mine = uow.sessions.open_of(uow.actor.user_id, channel)
    if not mine:
        raise NotFound("You have no open session here. Mention me with the problem to start one.")
    return mine


def _by_ticket(uow: UnitOfWork, action: SessionAction, number: str) -> Session:
    wanted = number.casefold().lstrip("#")
    mine = uow.sessions.open_of(uow.actor.user_id, None)
    fitting = [
        session
        for session in mine
        if session.ticket_id is not None and wanted in (session.ticket_number.casefold(), session.ticket_id.casefold())
    ]
    fitting = fitting or [session for session in mine if session.ticket_number.casefold().endswith(wanted)]
    if not fitting:
        raise NotFound(f"You have no open session with the ticket {number}.")
    return _only(uow, action, fitting)


def _only(uow: UnitOfWork, action: SessionAction, sessions: Sequence[Session]) -> Session:
    if len(sessions) > 1:
        raise Ambiguous(action, sessions)
    session = uow.sessions.get(sessions[0].id)
    if session is None:
        raise NotFound("That session is gone.")
    return session
