"""Queueing turns: a message that awaits an answer, and the one work row that answers all of a session's."""

from dataclasses import replace
from datetime import timedelta

from core.ports import UnitOfWork
from core.sessions.model import Session
from core.text.split import split
from core.turns.model import Author, Message, TurnState
from core.work.model import think_lane

__all__ = ["LONGEST_MESSAGE", "TURN", "bounded", "hasten_turn", "queue_turn", "store_message", "wake_pending"]

#: Characters of one message that are kept; a longer one is cut, and its author is told.
LONGEST_MESSAGE = 20_000

#: How long a turn waits for the text of the files that came with its message.
MORE_WITHIN = timedelta(seconds=5)
#: The kind of the work row that answers a session's pending messages.
TURN = "turn"


def bounded(text: str) -> str:
    """The beginning of a text that is too long, its lines as they are."""
    return split(text, LONGEST_MESSAGE)[0] if len(text) > LONGEST_MESSAGE else text


def store_message(
    uow: UnitOfWork,
    session: Session,
    text: str,
    *,
    author: Author,
    turn: TurnState,
    ref: str = "",
    conversation_id: str = "",
) -> Session:
    """Keep what was said. Returns the session with its count of messages."""
    active_at = session.active_at if author is Author.BOT else uow.now
    session = replace(session, last_message=session.last_message + 1, active_at=active_at)
    uow.sessions.save(session)
    uow.messages.add(
        Message(
            id=uow.new_id(),
            account_id=session.account_id,
            session_id=session.id,
            conversation_id=conversation_id or session.conversation_id,
            number=session.last_message,
            author=author,
            user_id=(uow.actor.user_id or None) if author is not Author.BOT else None,
            ref=ref,
            text=text,
            turn=turn,
            created_at=uow.now,
        )
    )
    return session


def queue_turn(uow: UnitOfWork, session: Session, text: str, *, ref: str = "", conversation_id: str = "") -> Session:
    """Keep a participant's message and see that it is answered."""
    session = store_message(
        uow,
        session,
        text,
        author=Author.ENGINEER,
        turn=TurnState.PENDING,
        ref=ref,
        conversation_id=conversation_id,
    )
    _wake_turn(uow, session)
    return session


def wake_pending(uow: UnitOfWork, session: Session) -> None:
    """See that what still awaits an answer gets one, where the session goes on."""
    if session.talks and uow.messages.pending(session.id):
        _wake_turn(uow, session)


def _wake_turn(uow: UnitOfWork, session: Session) -> None:
    """One turn at a time: a row that is open, leased or not, takes this message along or is followed by another.

    When the text of files is on its way, it is waited for a little.
    """
    more = uow.origin is not None and uow.origin.more
    uow.work.add(
        TURN,
        lane=think_lane(session.id),
        session_id=session.id,
        subject=session.id,
        dedupe_key=_key(session.id),
        due_at=uow.now + MORE_WITHIN if more else None,
    )


def hasten_turn(uow: UnitOfWork, session_id: str) -> None:
    """What a turn waited for is here. One that has failed waits as long as it was told to."""
    if any(row.due_at > uow.now and not row.tried for row in uow.work.open_for(session_id, [TURN])):
        uow.work.hasten(_key(session_id), uow.now)


def _key(session_id: str) -> str:
    return f"turn:{session_id}"
