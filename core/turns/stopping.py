"""Stop: an engineer has read enough of the answer that is being made."""

from core.commands import StopTurn
from core.ports import UnitOfWork
from core.sessions.model import Session
from core.turns.queue import TURN
from core.views import Nothing, Notice, Reply

__all__ = ["stop_turn"]


def stop_turn(uow: UnitOfWork, session: Session, command: StopTurn) -> Reply:
    """Mark the turn that is under way; whichever replica runs it looks, and lets what was said so far stand."""
    if not uow.work.stop(session.id, TURN):
        return Notice(markdown="I am not answering anything right now.")
    uow.log(session.id, "answer_stopped")
    return Nothing()
