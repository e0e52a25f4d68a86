"""What becomes of a message: a command, a session's start, an answer to a step, a turn, or context (SPEC 2)."""

import re
from collections.abc import Callable
from dataclasses import replace

from core.chats.telling import asks, greets
from core.commands import (
    Action,
    AddFact,
    Ask,
    DeleteMessage,
    EditMessage,
    JoinSession,
    ReceiveMessage,
    ShowHelp,
    ShowSession,
    StartSession,
)
from core.errors import MustJoin, NotFound, NotPermitted, Refused, WrongState
from core.facts.model import MAX_FACT
from core.facts.said import change_notes, delete_notes, notes_in
from core.flows.guide import flow_of
from core.flows.handlers import answer, skip
from core.flows.model import Step as FlowStep
from core.flows.walk import Skip, match_answer
from core.people.model import Role
from core.ports import UnitOfWork
from core.say import say
from core.sessions.handlers import resume
from core.sessions.model import MAX_TITLE, Session, SessionStatus, Step
from core.text.split import shorten
from core.tickets.handlers import take_off
from core.tickets.mention import named_first
from core.tickets.queue import LINK, queue_link
from core.turns.model import Author, Conversation, Message, TurnState
from core.turns.pictures import keep_pictures, too_large
from core.turns.queue import LONGEST_MESSAGE, bounded, hasten_turn, queue_turn, store_message
from core.turns.words import lacking, parse
from core.views import Button, Buttons, Nothing, Notice, Reply, Style

__all__ = ["LONGEST_MESSAGE", "delete_message", "edit_message", "has_said", "receive_message"]

#: In the place of an option's number: the step is passed over.
SKIPPED = -1

Dispatch = Callable[[Action], Reply]


def receive_message(uow: UnitOfWork, command: ReceiveMessage, dispatch: Dispatch) -> Reply:
    """Take a message. `dispatch` carries out the action that a message may be."""
    text = command.text.strip()
    reply = _receive(uow, command, bounded(text), dispatch)
    told = []
    if len(text) > LONGEST_MESSAGE:
        told.append(f"That was {len(text):,} characters; I kept the first {LONGEST_MESSAGE:,}. Attach a file for more.")
    if command.pictures and uow.rules.has_model and (message := _message(uow, command.ref)) is not None:
        keep_pictures(uow, message, command.pictures)
        told += too_large(command.pictures)
    return Notice(markdown=" ".join(told)) if told and isinstance(reply, Nothing) else reply


def _receive(uow: UnitOfWork, command: ReceiveMessage, text: str, dispatch: Dispatch) -> Reply:
    conversation = _conversation(uow)
    session = None if conversation is None else uow.sessions.open_in(conversation.id)
    if session is not None and conversation is not None:
        return _in_session(uow, session, conversation, command, text, dispatch)
    if not uow.actor.may(Role.VIEWER) or _is_aside(command, text):
        return Nothing()
    addressed = command.mentioned or command.direct
    last = None if conversation is None else uow.sessions.last_in(conversation.id)
    action = _action(command, text) if addressed or last is not None else None
    if action is not None and (reply := _tried(dispatch, action, insist=addressed)) is not None:
        return reply
    _check_whole(text, said_here=addressed)
    came_back = last is not None and last.status is SessionStatus.RESOLVED and not command.mentioned
    if came_back and last is not None and _offer_return(uow, last, text if command.direct else ""):
        return Nothing()
    if not addressed:
        return Nothing()
    return dispatch(_beginning(command, text))


def _beginning(command: ReceiveMessage, text: str) -> Action:
    """What the first words in a thread are: a problem, unless they are written directly and ask something else (SPEC 2)."""
    if greets(text):
        return ShowHelp()
    if command.direct and asks(text):
        return Ask(text=text, message_ref=command.ref)
    return StartSession(text=text, message_ref=command.ref)


def _is_aside(command: ReceiveMessage | EditMessage, text: str) -> bool:
    """Whether it is context only: for somebody else, or marked as not for the bot (SPEC 2)."""
    return command.to_others or text.startswith("//")


def _action(command: ReceiveMessage, text: str) -> Action | None:
    """The command that the words are. What is asked is a message all the same, and so is a note."""
    action = parse(text, addressed=command.mentioned or command.direct)
    return replace(action, message_ref=command.ref) if isinstance(action, Ask | AddFact) else action


def _check_whole(text: str, *, said_here: bool) -> None:
    """Raises Refused for a command that lacks what it needs, where it was said to the bot."""
    if said_here and (lacks := lacking(text)):
        raise Refused(lacks)


def _tried(dispatch: Dispatch, action: Action, *, insist: bool) -> Reply | None:
    """Carry out what the words say. Where they were not said to the bot, what cannot be done was no command."""
    if insist:
        return dispatch(action)
    try:
        return dispatch(action)
    except (MustJoin, NotFound, NotPermitted, WrongState):
        return None  # refused before anything was written


def _offer_return(uow: UnitOfWork, last: Session, text: str) -> bool:
    """A later message in a resolved session's thread offers *It came back*, once. Where the chat is the thread, it may be
    another problem, so its words go along."""
    offered = any(event.kind == "came_back_offered" for event in uow.timeline.of(last.id))
    if offered or not uow.sessions.has_joined(last.id, uow.actor.user_id):
        return False
    uow.log(last.id, "came_back_offered")
    say(uow, last, "came_back", last.id, **({"text": text} if text else {}))
    return True


def _in_session(
    uow: UnitOfWork,
    session: Session,
    conversation: Conversation,
    command: ReceiveMessage,
    text: str,
    dispatch: Dispatch,
) -> Reply:
    addressed = command.mentioned or command.direct
    joined = uow.actor.may(Role.ENGINEER) and uow.sessions.has_joined(session.id, uow.actor.user_id)
    takes_part = joined or (addressed and uow.actor.may(Role.ADMIN))  # acting on any session is not talking in it
    if _is_aside(command, text):
        _keep(uow, session, conversation, command, text, Author.CONTEXT)
        return Nothing()
    if not text:
        return _called(uow, session, dispatch, takes_part=takes_part) if addressed else Nothing()
    action = _action(command, text) if uow.actor.may(Role.VIEWER) else None
    if isinstance(action, Ask) and session.status is SessionStatus.CHAT:
        text, action = action.text, None  # as a message, it goes on
    if action is not None and (reply := _tried(dispatch, action, insist=takes_part or addressed)) is not None:
        return reply
    _check_whole(text, said_here=takes_part or addressed)
    if not takes_part:
        _keep(uow, session, conversation, command, text, Author.CONTEXT)
        asked = addressed and uow.actor.may(Role.ENGINEER)
        return _join_first(session) if asked else Nothing()
    if session.status is SessionStatus.PAUSED and addressed:
        session = resume(uow, session)
    if not session.talks:
        _keep(uow, session, conversation, command, text, Author.ENGINEER)
        return Nothing()
    if not _answers_step(uow, session, conversation, command, text):
        queue_turn(uow, session, text, ref=command.ref, conversation_id=conversation.id)
    return Nothing()


def _called(uow: UnitOfWork, session: Session, dispatch: Dispatch, *, takes_part: bool) -> Reply:
    """A mention and nothing else: go on after a pause, else say where things stand."""
    if takes_part and session.status is SessionStatus.PAUSED:
        resume(uow, session)
        return Nothing()
    return dispatch(ShowSession(session_id=session.id)) if uow.actor.may(Role.VIEWER) else Nothing()


def _join_first(session: Session) -> Notice:
    """Their words are kept as context; to be answered they take part."""
    join = Button(label="Join", action=JoinSession(session_id=session.id), style=Style.PRIMARY)
    words = f"I read along, and answer who takes part in {session.name}."
    return Notice(markdown=words, body=(Buttons(items=(join,)),))


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
    if chosen == SKIPPED:
        skip(uow, session, waiting[0])
    else:
        answer(uow, session, waiting[0], chosen)
    return True


def _chosen(uow: UnitOfWork, step: Step, text: str) -> int | None:
    """The number of the option, SKIPPED for none of them, None when the words are something else."""
    labels = [option.label.casefold() for option in step.options]
    if step.flow_id is None or step.node is None or uow.flows.get(step.flow_id) is None:
        return labels.index(text.casefold()) if text.casefold() in labels else None
    node = flow_of(uow, step.flow_id).nodes.get(step.node)
    found = match_answer(node, text) if isinstance(node, FlowStep) else None
    if isinstance(found, Skip):
        return SKIPPED
    if found is None or found.label.casefold() not in labels:
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
    """Before its turn ran, an edit replaces the text, or makes an aside of it; afterwards it stands in the transcript, and in
    the note that it is. No edit makes a turn of what was none: that is said anew."""
    text = bounded(command.text.strip())
    if not text:
        return delete_message(uow, DeleteMessage(ref=command.ref))
    message = _message(uow, command.ref)
    if message is not None and message.deleted_at is None:
        _replace_text(uow, message, command, _asked(uow, message, text))
    notes = () if command.read else notes_in(uow, _conversation(uow), command.ref)
    action = parse(text, addressed=True) if notes else None
    if isinstance(action, AddFact):
        return change_notes(uow, notes, action.text)
    if message is None or action is not None or _is_aside(command, text):
        return delete_notes(uow, notes)
    return change_notes(uow, notes, shorten(" ".join(text.split()), MAX_FACT))


def _asked(uow: UnitOfWork, message: Message, text: str) -> str:
    """The words of a chat's message without the word that asks."""
    session = uow.sessions.get(message.session_id)
    action = parse(text, addressed=True) if session is not None and session.status is SessionStatus.CHAT else None
    return action.text if isinstance(action, Ask) else text


def _replace_text(uow: UnitOfWork, message: Message, command: EditMessage, text: str) -> None:
    edited = replace(message, text=text, edited_at=uow.now)
    if message.turn is TurnState.PENDING and _is_aside(command, text):
        uow.messages.save(replace(edited, author=Author.CONTEXT, turn=TurnState.NONE))
        return
    uow.messages.save(edited)
    if uow.rules.has_model:
        keep_pictures(uow, message, command.pictures)
    if message.turn is TurnState.PENDING and not (uow.origin is not None and uow.origin.more):
        hasten_turn(uow, message.session_id)
    session = uow.sessions.get(message.session_id)
    if session is not None and message.turn is TurnState.PENDING and message.text == session.intake:
        title = shorten(text, MAX_TITLE)
        uow.sessions.save(replace(session, title=title, intake=text, active_at=uow.now))
        uow.log(session.id, "title_changed", title=title)
        if session.open:
            _name_ticket(uow, session.id, message.text, text)


def _name_ticket(uow: UnitOfWork, session_id: str, before: str, text: str) -> None:
    """The ticket that the new words name takes the place of the one that the old words named."""
    old, new = named_first(before), named_first(text)
    session = uow.sessions.get(session_id)
    if old == new or session is None:
        return
    if not any(row.payload.get("said") for row in uow.work.open_for(session.id, [LINK])):
        uow.work.drop(session.id, [LINK], uow.now)
    if any(_names(mention, session) for mention in old):
        session = take_off(uow, session)
    if session.ticket_id is None and new:
        queue_link(uow, session, *new, said=False)


def _names(mention: str, session: Session) -> bool:
    """Whether it is the linked ticket's number, or an address that holds its number or id."""
    number = session.ticket_number.casefold().removeprefix("#").removeprefix("t-")
    known = {number, (session.ticket_id or "").casefold()} - {""}
    return any(part in known for part in re.split(r"[^a-z0-9.]+", mention.casefold()))


def delete_message(uow: UnitOfWork, command: DeleteMessage) -> Reply:
    """A deleted message is not answered and not read again; the note that it is goes with it."""
    message = _message(uow, command.ref)
    if message is not None and message.deleted_at is None:
        uow.messages.save(replace(message, text="", deleted_at=uow.now, turn=TurnState.NONE))
        uow.attachments.forget(message.session_id, message.id)
    return delete_notes(uow, notes_in(uow, _conversation(uow), command.ref))


def has_said(uow: UnitOfWork, ref: str) -> bool:
    """Whether a message of that id is one of the actor's, or a note of theirs."""
    return _message(uow, ref) is not None or bool(notes_in(uow, _conversation(uow), ref))


def _message(uow: UnitOfWork, ref: str) -> Message | None:
    """The message, if it is the actor's own: nobody edits another's words."""
    conversation = _conversation(uow)
    message = None if conversation is None else uow.messages.by_ref(conversation.id, ref)
    return message if message is not None and message.user_id == uow.actor.user_id else None


def _conversation(uow: UnitOfWork) -> Conversation | None:
    origin = uow.origin
    if origin is None or origin.place is None:
        return None
    channel, thread = origin.place.channel, origin.place.thread
    found = uow.conversations.find(workspace_id=uow.actor.workspace_id, channel=channel, thread=thread)
    if found is None or found.guests or not origin.guests:
        return found
    return uow.conversations.ensure(workspace_id=uow.actor.workspace_id, channel=channel, thread=thread, guests=True)
