"""Starting a session (SPEC 2)."""

from dataclasses import replace
from datetime import timedelta

from core.chats.carrying import asked_in_chat, begin_from_chat
from core.codec import encodable
from core.commands import ReopenSession, StartSession
from core.documents.model import Surface
from core.errors import InvalidInput, NotFound, Refused
from core.facts.handlers import add_facts
from core.facts.model import SourceType
from core.fixes.suggest import suggest_fix
from core.people.looking import look_at
from core.ports import UnitOfWork
from core.say import refresh, say
from core.sessions.cards import second_problem_notice
from core.sessions.model import MAX_TITLE, Session, SessionStatus
from core.sessions.pausing import pause
from core.sessions.quiet import arm_abandon
from core.sessions.taking_part import may_act
from core.sessions.threads import goes_on_in
from core.text.split import shorten
from core.tickets.mention import named_first
from core.tickets.queue import queue_link
from core.turns.model import Conversation, NewFix
from core.turns.queue import bounded, queue_turn
from core.views import Nothing, Notice, Reply

__all__ = [
    "CAME_BACK",
    "begin",
    "check_heard",
    "made",
    "place_of",
    "reopen_session",
    "start_session",
]

#: The entry of a resolved session's timeline that says that its problem came back.
CAME_BACK = "came_back"
#: How long words are kept while the engineer decides about a second problem.
KEPT_FOR = timedelta(hours=12)

#: Where a session cannot be, because what is said there does not come in.
_UNHEARD = "I am not in this channel, so I would not hear you. Invite me first: `/invite @FlowPilot`, then try again."
_UNHEARD_DIRECTLY = (
    "I do not hear what is said in this conversation. Write to me directly, or start in a channel that I am in."
)


def start_session(uow: UnitOfWork, command: StartSession) -> Reply:
    """Start on a problem. A thread with an open session asks first: go on, or pause that one."""
    text = _problem(uow, command)
    check_heard(uow)
    conversation = place_of(uow)
    if (asked := asked_in_chat(uow, conversation, command.message_ref)) is not None:
        begin_from_chat(uow, asked)
        return Nothing()
    there = goes_on_in(uow, conversation)
    if there is None:
        begin(uow, conversation, text, ref=command.message_ref)
        return Nothing()
    may_pause = may_act(uow, there)
    if command.pause != there.id or not may_pause:
        again = replace(command, text=text, pause=there.id)
        return second_problem_notice(there, _carried(uow, there, again) if may_pause else None)
    _make_room(uow, there)
    begin(uow, conversation, text, ref=command.message_ref)
    return Nothing()


def check_heard(uow: UnitOfWork) -> None:
    """Raises Refused where what is said would not come in."""
    if uow.origin is not None and uow.origin.unheard:
        raise Refused(_UNHEARD_DIRECTLY if uow.origin.direct else _UNHEARD)


def _problem(uow: UnitOfWork, command: StartSession) -> str:
    text = bounded(_words(uow, command).strip())
    if not text:
        raise InvalidInput({"text": "Say what is wrong, in your own words."})
    return text


def _words(uow: UnitOfWork, command: StartSession) -> str:
    """The problem's words, or those that were kept beside the button."""
    if not command.kept:
        return command.text
    kept = uow.surfaces.get(command.kept)
    if kept is None or kept.kind != "start" or kept.user_id != uow.actor.user_id or kept.expires_at <= uow.now:
        raise NotFound("What you wrote is no longer kept. Say it again.")
    return kept.data["text"]


def _carried(uow: UnitOfWork, there: Session, again: StartSession) -> StartSession:
    """The same start behind a button; words that are too long for one are kept beside it."""
    if encodable(again):
        return again
    kept = Surface(
        id=uow.new_id(),
        account_id=there.account_id,
        user_id=uow.actor.user_id,
        session_id=there.id,
        kind="start",
        platform=uow.actor.platform,
        handle=uow.rules.seal(""),
        data={"text": again.text},
        expires_at=uow.now + KEPT_FOR,
    )
    uow.surfaces.add(kept)
    return replace(again, text=shorten(again.text, MAX_TITLE), kept=kept.id)


def begin(
    uow: UnitOfWork, conversation: Conversation, text: str, *, ref: str = "", carried_from: str | None = None
) -> Session:
    """Make the session, keep its first words, and see that they are answered."""
    session = made(uow, conversation, text, carried_from=carried_from)
    uow.log(session.id, "session_started", title=session.title)
    say(uow, session, "session", session.id)
    session = queue_turn(uow, session, text, ref=ref, conversation_id=conversation.id)
    if mentions := named_first(text):
        queue_link(uow, session, *mentions, said=False)
    return session


def made(
    uow: UnitOfWork,
    conversation: Conversation,
    text: str,
    *,
    status: SessionStatus = SessionStatus.ACTIVE,
    carried_from: str | None = None,
) -> Session:
    """A session, or a chat, in its thread, owned by the actor."""
    session = Session(
        id=uow.new_id(),
        account_id=uow.actor.account_id,
        number=uow.sessions.next_number(),
        title=shorten(text, MAX_TITLE),
        intake=text,
        status=status,
        owner_id=uow.actor.user_id,
        conversation_id=conversation.id,
        carried_from=carried_from,
        created_at=uow.now,
        active_at=uow.now,
    )
    uow.sessions.add(session)
    uow.sessions.link(session.id, conversation.id)
    uow.sessions.join(session.id, session.owner_id, uow.now)
    if session.open:
        arm_abandon(uow, session)
    return session


def reopen_session(uow: UnitOfWork, session: Session, command: ReopenSession) -> Reply:
    """*It came back*: a new session in the same thread, with the facts, the fix and the ticket of the resolved one."""
    if session.open:
        raise Refused(f"{session.ref} is still open.")
    conversation = uow.conversations.get(session.conversation_id)
    if conversation is None:
        raise NotFound("The thread of that session is gone.")
    there = goes_on_in(uow, conversation)
    if there is not None:
        return Notice(markdown=f"{there.ref} is open in this thread already.")
    fresh = made(uow, conversation, session.intake, carried_from=session.id)
    uow.log(fresh.id, "session_started", title=fresh.title, carried_from=session.ref)
    uow.log(session.id, CAME_BACK, to=fresh.ref)
    refresh(uow, session, session.id, "came_back")
    fresh = _with_ticket_of(uow, replace(fresh, domain=session.domain, flow_id=session.flow_id), session)
    say(uow, fresh, "session", fresh.id)
    for fact in uow.facts.of(session.id):
        add_facts(uow, fresh, [fact.text], fact.source_type)
    add_facts(uow, fresh, [f"The problem came back after {session.ref} was resolved."], SourceType.NOTE)
    fix = uow.fixes.active(session.id)
    if fix is not None:
        carried = NewFix(
            title=fix.title,
            description=fix.description,
            detail=fix.detail,
            confidence=fix.confidence,
            cause=fix.cause,
            flow_id=fix.flow_id,
            node=fix.node,
        )
        suggest_fix(uow, fresh, carried)
    return Nothing()


def _with_ticket_of(uow: UnitOfWork, fresh: Session, session: Session) -> Session:
    """The session on the ticket of the one that it carries on, as that was last read."""
    if session.ticket_id is None:
        uow.sessions.save(fresh)
        return fresh
    ticket = uow.tickets.get(session.id)
    if ticket is not None:
        uow.tickets.put(fresh.id, ticket, uow.now)
    fresh = replace(
        fresh,
        ticket_id=session.ticket_id,
        ticket_number=session.ticket_number,
        ticket_url=session.ticket_url,
    )
    uow.sessions.save(fresh)
    uow.log(fresh.id, "ticket_linked", ticket=fresh.ticket_number, title="" if ticket is None else ticket.summary)
    return fresh


def place_of(uow: UnitOfWork) -> Conversation:
    """The thread that the command came from; in a channel without one, a thread that the first post will open."""
    origin = uow.origin
    if origin is None or origin.place is None:
        raise NotFound("Start a session in a channel or in a direct message.")
    conversation = uow.conversations.ensure(
        workspace_id=uow.actor.workspace_id,
        channel=origin.place.channel,
        thread=origin.place.thread or f"new:{uow.new_id()}",
        guests=origin.guests,
    )
    if conversation.unsure:
        look_at(uow, origin.workspace, conversation.workspace_id, conversation.channel)
    return conversation


def _make_room(uow: UnitOfWork, there: Session) -> None:
    if there.status is SessionStatus.ACTIVE:
        pause(uow, there, why="another problem")
    uow.sessions.release(there.id)
