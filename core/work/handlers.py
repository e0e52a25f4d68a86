"""What engineers do with work, and what FlowPilot says when work has failed."""

from core.commands import RetryWork
from core.errors import NotFound
from core.ports import UnitOfWork
from core.say import POST, refresh, say, tell
from core.sessions.model import Session
from core.tickets.handlers import record_result
from core.turns.placeholder import kept, put_right
from core.views import Nothing, Notice, Reply
from core.work.model import Work, WorkState

__all__ = ["retry_work", "say_dead"]

#: The entry of a timeline that names a post which could not be made.
UNPOSTED = "not_posted"
#: Writes to a ticket: the part of the receipt, and what it says when it failed.
_PARTS = {
    "psa_note": ("note", "the note could not be written"),
    "psa_status": ("status", "the status could not be changed"),
    "psa_time": ("time", "the time could not be written"),
}
#: What each kind of work is called when it fails. Those that say something are not listed: their thread is no
#: place to say so.
_NAMES = {
    "psa_note": "Writing the note to the ticket",
    "psa_status": "Changing the ticket’s status",
    "psa_time": "Writing the time entry",
    "link_ticket": "Reading the ticket",
    "turn": "Answering",
    "draft": "Drafting the note",
}


def retry_work(uow: UnitOfWork, session: Session, command: RetryWork) -> Reply:
    """Try a dead delivery again."""
    work = uow.work.get(command.work_id)
    if work is None or work.session_id != session.id:
        raise NotFound("That delivery is gone.")
    if not uow.work.revive(work.id, uow.now):
        return Notice(markdown="It is being tried already.")
    if work.kind == POST:
        for other in _unposted(uow, session):
            uow.work.revive(other, uow.now)
    uow.log(session.id, "delivery_retried", text=work.kind)
    refresh(uow, session, str(work.id), "dead")
    return Nothing()


def say_dead(uow: UnitOfWork, work: Work) -> None:
    """Tell the thread that something failed for good, with Retry; a post that failed is told to the owner privately."""
    name = _NAMES.get(work.kind)
    session = uow.sessions.get(work.session_id) if work.session_id else None
    if work.kind == POST and session is not None:
        _say_unposted(uow, session, work)
    if name is None or session is None:
        return
    uow.log(session.id, "delivery_failed", text=name)
    placeholder = kept(uow, work)
    if placeholder is not None:
        put_right(uow, session, placeholder)
    say(uow, session, "dead", str(work.id), what=name)
    if work.kind in _PARTS:
        part, failed = _PARTS[work.kind]
        record_result(uow, work, part, failed)


def _say_unposted(uow: UnitOfWork, session: Session, work: Work) -> None:
    """The thread takes nothing: its owner is told once, however much was to be said there, and again after each Retry."""
    before = _unposted(uow, session)
    if work.id not in before:
        uow.log(session.id, UNPOSTED, text=str(work.id))
    others = [uow.work.get(id) for id in before if id != work.id]
    told = any(other is not None and other.state is WorkState.DEAD for other in others)
    conversation = uow.conversations.get(work.payload["conversation"])
    if conversation is not None and not told:
        tell(
            uow,
            session,
            conversation,
            session.owner_id,
            "dead",
            str(work.id),
            what=f"Writing in the thread of {session.ref}",
        )


def _unposted(uow: UnitOfWork, session: Session) -> list[int]:
    """Posts of the session that have failed for good, whatever became of them since."""
    return [int(event.data["text"]) for event in uow.timeline.of(session.id) if event.kind == UNPOSTED]
