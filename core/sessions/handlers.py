"""What is done with a session as a whole: joining, pausing, resuming, abandoning, rating."""

from dataclasses import replace

from core.commands import (
    AbandonSession,
    JoinSession,
    LeaveSession,
    OpenRating,
    PauseSession,
    RateSession,
    ResumeSession,
)
from core.errors import InvalidInput, Refused
from core.ports import UnitOfWork
from core.say import refresh, say
from core.sessions.activating import activate
from core.sessions.cards import rating_form
from core.sessions.live import refresh_live
from core.sessions.model import Session, SessionStatus
from core.sessions.pausing import pause
from core.sessions.threads import take_threads
from core.views import Close, Nothing, Notice, Reply

__all__ = [
    "abandon_session",
    "join_session",
    "leave_session",
    "open_rating",
    "pause_session",
    "rate_session",
    "resume_session",
]


def join_session(uow: UnitOfWork, session: Session, command: JoinSession) -> Reply:
    """Become a participant; said in the thread."""
    if uow.sessions.has_joined(session.id, uow.actor.user_id):
        return Notice(markdown=f"You take part in {session.name} already.")
    uow.sessions.join(session.id, uow.actor.user_id, uow.now)
    uow.log(session.id, "joined", name=uow.actor.name)
    say(uow, session, "said", markdown=f"{uow.actor.name} joined {session.name}.")
    return Nothing()


def leave_session(uow: UnitOfWork, session: Session, command: LeaveSession) -> Reply:
    """Stop taking part; said in the thread. The owner hands over by escalating."""
    if session.owner_id == uow.actor.user_id:
        raise Refused("You own this session. Escalate it, or pause it.")
    if not uow.sessions.has_joined(session.id, uow.actor.user_id):
        return Notice(markdown=f"You do not take part in {session.ref}.")
    uow.sessions.leave(session.id, uow.actor.user_id)
    uow.log(session.id, "left", name=uow.actor.name)
    say(uow, session, "said", markdown=f"{uow.actor.name} left {session.ref}.")
    return Nothing()


def pause_session(uow: UnitOfWork, session: Session, command: PauseSession) -> Reply:
    """Stop turns and timers, and post where things stand."""
    if session.status is SessionStatus.PAUSED:
        return Notice(markdown=f"{session.ref} is paused already.")
    pause(uow, session)
    return Nothing()


def resume_session(uow: UnitOfWork, session: Session, command: ResumeSession) -> Reply:
    """Go on; messages that came meanwhile stay context."""
    if session.status is SessionStatus.ACTIVE:
        take_threads(uow, session)  # claimed while another problem had its thread
        return Notice(markdown=f"{session.ref} is active already.")
    resume(uow, session)
    return Nothing()


def resume(uow: UnitOfWork, session: Session) -> Session:
    """Make a paused session active again, with its threads."""
    take_threads(uow, session)
    session = activate(uow, session)
    uow.log(session.id, "session_resumed")
    say(uow, session, "resumed", session.id)
    return session


def abandon_session(uow: UnitOfWork, session: Session, command: AbandonSession) -> Reply:
    """Close without a resolution."""
    abandon(uow, session, why="by command")
    say(
        uow,
        session,
        "said",
        markdown=f"{session.ref} is closed as abandoned. Mention me with a problem to start another.",
    )
    return Nothing()


def abandon(uow: UnitOfWork, session: Session, *, why: str) -> None:
    """Close the session and let its threads go."""
    session = replace(session, status=SessionStatus.ABANDONED, closed_at=uow.now)
    uow.sessions.save(session)
    uow.sessions.release(session.id)
    uow.log(session.id, "session_abandoned", why=why)
    refresh_live(uow, session)


def open_rating(uow: UnitOfWork, session: Session, command: OpenRating) -> Reply:
    """The form that asks for a comment with the rating."""
    _check_score(command.score)
    return rating_form(session, command.score, surface=uow.new_id())


def rate_session(uow: UnitOfWork, session: Session, command: RateSession) -> Reply:
    """Keep the rating; a later one replaces it."""
    _check_score(command.score)
    comment = command.comment.strip()[:1000]
    uow.sessions.save(replace(session, rating=command.score, rating_comment=comment))
    uow.log(session.id, "rated", score=str(command.score))
    for note in uow.notes.of(session.id):
        refresh(uow, session, note.id, "receipt")
    return Close(notice=f"Thank you: {command.score} of 5.")


def _check_score(score: int) -> None:
    if not 1 <= score <= 5:
        raise InvalidInput({"score": "Rate from 1 to 5."})
