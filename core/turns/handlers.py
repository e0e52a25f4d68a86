"""What becomes of a message: a command, a session's start, an answer to a step, a turn, or context (SPEC 2)."""

from collections.abc import Callable
from dataclasses import replace

from core.commands import Action, DeleteMessage, EditMessage, ReceiveMessage, ShowHelp, StartSession
from core.flows.guide import flow_of
from core.flows.handlers import answer
from core.flows.model import Step as FlowStep
from core.flows.walk import Skip, match_answer
from core.people.model import Role
from core.ports import UnitOfWork
from core.say import say
from core.sessions.handlers import resume
from core.sessions.model import MAX_TITLE, Session, SessionStatus, Step
from core.text.redact import redact
from core.text.split import shorten, split
from core.turns.model import Author, Conversation, Message, TurnState
from core.turns.queue import queue_turn, store_message
from core.turns.words import parse
from core.views import Nothing, Notice, Reply

__all__ = ["LONGEST_MESSAGE", "delete_message", "edit_message", "receive_message"]

#: Characters of one message that are kept; a longer one is shortened, and its author is told.
LONGEST_MESSAGE = 20_000

Dispatch = Callable[[Action], Reply]


def receive_message(uow: UnitOfWork, command: ReceiveMessage, dispatch: Dispatch) -> Reply:
    """Take a message. `dispatch` carries out the action that a message may be."""
    text = redact(command.text).text.strip()
    if len(text) > LONGEST_MESSAGE:
        reply = _receive(uow, command, _bounded(text), dispatch)
        told = f"That was {len(text):,} characters; I kept the first {LONGEST_MESSAGE:,}. Attach a file for more."
        return Notice(markdown=told) if isinstance(reply, Nothing) else reply
    return _receive(uow, command, text, dispatch)


def _receive(uow: UnitOfWork, command: ReceiveMessage, text: str, dispatch: Dispatch) -> Reply:
    conversation = _conversation(uow)
    session = None if conversation is None else uow.sessions.open_in(conversation.id)
    if session is not None and conversation is not None:
        return _in_session(uow, session, conversation, command, text, dispatch)
    if not uow.actor.may(Role.VIEWER) or command.to_others or text.startswith("//"):
        return Nothing()
    addressed = command.mentioned or command.direct
    last = None if conversation is None else uow.sessions.last_in(conversation.id)
    action = parse(text, addressed=addressed)
    if action is not None and (addressed or last is not None):
        return dispatch(action)
    if last is not None and last.status is SessionStatus.RESOLVED and not command.mentioned:
        return _after_resolve(uow, last)
    if not addressed:
        return Nothing()
    return dispatch(StartSession(text=text, message_ref=command.ref)) if text else dispatch(ShowHelp())


def _after_resolve(uow: UnitOfWork, last: Session) -> Reply:
    """A later message in a resolved session's thread offers *It came back*, once."""
    offered = any(event.kind == "came_back_offered" for event in uow.timeline.of(last.id))
    if uow.sessions.has_joined(last.id, uow.actor.user_id) and not offered:
        uow.log(last.id, "came_back_offered")
        say(uow, last, "came_back", last.id)
    return Nothing()


def _in_session(
    uow: UnitOfWork,
    session: Session,
    conversation: Conversation,
    command: ReceiveMessage,
    text: str,
    dispatch: Dispatch,
) -> Reply:
    takes_part = uow.actor.may(Role.ENGINEER) and (
        uow.sessions.has_joined(session.id, uow.actor.user_id) or uow.actor.may(Role.ADMIN)
    )
    if command.to_others or text.startswith("//") or not text:
        _keep(uow, session, conversation, command, text, Author.CONTEXT)
        return Nothing()
    action = parse(text, addressed=command.mentioned or command.direct)
    if action is not None and (takes_part or uow.actor.may(Role.VIEWER)):
        return dispatch(action)
    if not takes_part:
        _keep(uow, session, conversation, command, text, Author.CONTEXT)
        return Nothing()
    if session.status is SessionStatus.PAUSED and command.mentioned:
        session = resume(uow, session)
    if session.status is not SessionStatus.ACTIVE:
        _keep(uow, session, conversation, command, text, Author.ENGINEER)
        return Nothing()
    if not _answers_step(uow, session, conversation, command, text):
        queue_turn(uow, session, text, ref=command.ref, conversation_id=conversation.id)
    return Nothing()


def _answers_step(
    uow: UnitOfWork, session: Session, conversation: Conversation, command: ReceiveMessage, text: str
) -> bool:
    """Whether the words choose an option of the one open step; if so, it is answered."""
    waiting = uow.steps.open_in(session.id)
    if len(waiting) != 1:
        return False
    chosen = _chosen(uow, waiting[0], text)
    if chosen is None:
        return False
    session = _keep(uow, session, conversation, command, text, Author.ENGINEER)
    answer(uow, session, waiting[0], chosen)
    return True


def _chosen(uow: UnitOfWork, step: Step, text: str) -> int | None:
    labels = [option.label.casefold() for option in step.options]
    if step.flow_id is None or step.node is None or uow.flows.get(step.flow_id) is None:
        return labels.index(text.casefold()) if text.casefold() in labels else None
    node = flow_of(uow, step.flow_id).nodes.get(step.node)
    found = match_answer(node, text) if isinstance(node, FlowStep) else None
    if found is None or isinstance(found, Skip) or found.label.casefold() not in labels:
        return None
    return labels.index(found.label.casefold())


def _keep(
    uow: UnitOfWork, session: Session, conversation: Conversation, command: ReceiveMessage, text: str, author: Author
) -> Session:
    return store_message(
        uow,
        session,
        text,
        author=author,
        turn=TurnState.NONE,
        ref=command.ref,
        conversation_id=conversation.id,
    )


def edit_message(uow: UnitOfWork, command: EditMessage) -> Reply:
    """Before its turn ran, an edit replaces the text; afterwards it only stands in the transcript."""
    message = _message(uow, command.ref)
    if message is None or message.deleted_at is not None:
        return Nothing()
    text = _bounded(redact(command.text).text.strip())
    uow.messages.save(replace(message, text=text, edited_at=uow.now))
    session = uow.sessions.get(message.session_id)
    if session is not None and message.number == 1 and message.turn is TurnState.PENDING and text:
        uow.sessions.save(replace(session, title=shorten(text, MAX_TITLE), active_at=uow.now))
        uow.log(session.id, "title_changed", title=shorten(text, MAX_TITLE))
    return Nothing()


def delete_message(uow: UnitOfWork, command: DeleteMessage) -> Reply:
    """A deleted message is not answered and not read again."""
    message = _message(uow, command.ref)
    if message is not None and message.deleted_at is None:
        uow.messages.save(replace(message, text="", deleted_at=uow.now, turn=TurnState.NONE))
    return Nothing()


def _bounded(text: str) -> str:
    """The beginning of a text that is too long, its lines as they are."""
    return split(text, LONGEST_MESSAGE)[0] if len(text) > LONGEST_MESSAGE else text


def _message(uow: UnitOfWork, ref: str) -> Message | None:
    """The message, if it is the actor's own: nobody edits another's words."""
    conversation = _conversation(uow)
    message = None if conversation is None else uow.messages.by_ref(conversation.id, ref)
    return message if message is not None and message.user_id == uow.actor.user_id else None


def _conversation(uow: UnitOfWork) -> Conversation | None:
    origin = uow.origin
    if origin is None or origin.place is None:
        return None
    return uow.conversations.find(
        workspace_id=uow.actor.workspace_id, channel=origin.place.channel, thread=origin.place.thread
    )
