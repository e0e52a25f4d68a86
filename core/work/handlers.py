"""What engineers do with work, and what FlowPilot says when work has failed."""

from core.commands import RetryWork
from core.errors import NotFound
from core.escalation.calling import CALLED, say_unreached
from core.ports import UnitOfWork
from core.say import FILL, POST, TELL, UPDATE, refresh, say, tell
from core.sessions.model import Session
from core.tickets.handlers import record_result
from core.turns.placeholder import kept, put_right
from core.views import Nothing, Notice, Reply
from core.work.model import Work, WorkState

__all__ = ["retry_work", "say_dead"]

#: What says something, the entry of a timeline that names a row of it which failed for good, and what is said of that.
_UNSAID = {
    POST: ("not_posted", "Writing in the thread of {ref}"),
    TELL: ("not_told", "A private message about {ref}"),
    UPDATE: ("not_updated", "Bringing a card of {ref} up to date"),
}
#: Writes to a ticket: the part of the receipt, and what it says when it failed.
_PARTS = {
    "psa_note": ("note", "the note could not be written"),
    "psa_status": ("status", "the status could not be changed"),
    "psa_time": ("time", "the time could not be written"),
}
#: What each kind of work is called in the thread when it fails. What nobody waits for is not listed.
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
    for other in _unsaid(uow, session, work.kind):
        uow.work.revive(other, uow.now)
    uow.log(session.id, "delivery_retried", text=work.kind)
    refresh(uow, session, str(work.id), "dead")
    return Nothing()


def say_dead(uow: UnitOfWork, work: Work, *, refused: bool = True) -> None:
    """Tell of something that failed for good, with Retry: in the thread; where that or a person cannot be reached, privately.
    That somebody could not be called is told to who calls.

    `refused`: the other side said no, and did not only fail too often.
    """
    session = uow.sessions.get(work.session_id) if work.session_id else None
    if session is None:
        return
    if work.kind == TELL and CALLED in work.payload:
        say_unreached(uow, session, work.payload["user"])
        if refused:
            return  # Retry would not help
    if work.kind in _UNSAID:
        _say_unsaid(uow, session, work, refused=refused)
    elif work.kind == FILL:
        _say_unfilled(uow, session, work)
    elif work.kind in _NAMES:
        _say_undone(uow, session, work, _NAMES[work.kind])


def _say_undone(uow: UnitOfWork, session: Session, work: Work, name: str) -> None:
    uow.log(session.id, "delivery_failed", text=name)
    placeholder = kept(uow, work)
    if placeholder is not None:
        put_right(uow, session, placeholder)
    say(uow, session, "dead", str(work.id), what=name)
    if work.kind in _PARTS:
        part, failed = _PARTS[work.kind]
        record_result(uow, work, part, failed)


def _say_unsaid(uow: UnitOfWork, session: Session, work: Work, *, refused: bool) -> None:
    """Told once for all rows of a kind, and again after each Retry: to the owner privately, where the thread or a person takes
    nothing. What cannot be told to the owner either stands in the thread, if it is not the thread that failed."""
    if work.kind == UPDATE and refused:
        return  # that message is gone, or takes no more changes: nothing is lost, and Retry would not help
    if work.kind == TELL and work.payload["card"] == "dead":
        failed = uow.work.get(int(work.subject))
        if failed is not None and failed.kind != POST:
            say(uow, session, "dead", work.subject, what=work.payload["what"])
        return
    entry, words = _UNSAID[work.kind]
    before = _unsaid(uow, session, work.kind)
    if work.id not in before:
        uow.log(session.id, entry, text=str(work.id))
    others = [uow.work.get(id) for id in before if id != work.id]
    if any(other is not None and other.state is WorkState.DEAD for other in others):
        return
    about, what = str(work.id), words.format(ref=session.ref)
    if work.kind == UPDATE:
        say(uow, session, "dead", about, what=what)
    elif (conversation := uow.conversations.get(work.payload["conversation"])) is not None:
        tell(uow, session, conversation, session.owner_id, "dead", about, what=what)


def _say_unfilled(uow: UnitOfWork, session: Session, work: Work) -> None:
    """Whoever has the form open waits for it."""
    surface, home = uow.surfaces.get(work.subject), uow.conversations.get(session.conversation_id)
    if surface is not None and home is not None:
        tell(uow, session, home, surface.user_id, "dead", str(work.id), what="Filling the form")


def _unsaid(uow: UnitOfWork, session: Session, kind: str) -> list[int]:
    """Rows of that kind that have failed for good in the session, whatever became of them since."""
    entry, _ = _UNSAID.get(kind, ("", ""))
    return [int(event.data["text"]) for event in uow.timeline.of(session.id) if event.kind == entry]
