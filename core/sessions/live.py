"""Bringing every card with buttons up to date when a session changes its state, showing them in one more thread, and saying who
changed it."""

from core.fixes.model import in_time
from core.ports import UnitOfWork
from core.say import ESCALATION_CARDS, FIX_CARDS, refresh, say_in
from core.sessions.model import Session
from core.turns.model import Author, Conversation

__all__ = ["refresh_live", "show_live", "who_ended"]

#: The newest answers that may still offer flows; older ones are out of sight.
ANSWERS = 5


def refresh_live(uow: UnitOfWork, session: Session) -> None:
    """What can be clicked follows from the session's state, so a change of it brings the cards up to date."""
    refresh(uow, session, session.id, "session")
    for fix in uow.fixes.of(session.id):
        if fix.active or in_time(fix, at=uow.now):
            refresh(uow, session, fix.id, *FIX_CARDS)
    steps = uow.steps.of(session.id)
    settled = [step for step in steps if step.dropped_at is None and not step.open]
    for step in (*(step for step in steps if step.open), *settled[-1:]):
        refresh(uow, session, step.id, "step")
    if session.flow_id is None:
        said = [message for message in uow.messages.recent(session.id, 50) if message.author is Author.BOT]
        for message in said[-ANSWERS:]:
            refresh(uow, session, str(message.number), "answer")
    escalation = uow.escalations.latest(session.id)
    if escalation is not None:
        refresh(uow, session, escalation.id, *ESCALATION_CARDS)


def show_live(uow: UnitOfWork, session: Session, conversation: Conversation) -> None:
    """Post what a session is worked on with in a thread that is new to it: its own card, what is asked, and the fix."""
    say_in(uow, session, conversation, "session", session.id)
    for step in uow.steps.open_in(session.id):
        say_in(uow, session, conversation, "step", step.id)
    if (fix := uow.fixes.active(session.id)) is not None:
        say_in(uow, session, conversation, "fix", fix.id)


def who_ended(uow: UnitOfWork, session: Session) -> str:
    """The session's state, and who brought it there: "FP-1 is resolved already (Erin)."."""
    kinds = {"resolved": "resolved", "abandoned": "session_abandoned", "escalated": "escalated"}
    done = [event for event in uow.timeline.of(session.id) if event.kind == kinds.get(session.status)]
    user = uow.users.get(done[-1].actor_id) if done and done[-1].actor_id else None
    return f"{session.ref} is {session.status} already{'' if user is None else f' ({user.name})'}."
