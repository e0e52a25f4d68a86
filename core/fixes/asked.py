"""The fix that a command is about, and the answer where a card was out of date (SPEC 4)."""

from core.errors import NotFound
from core.fixes.cards import recorded_words
from core.fixes.model import Fix, correctable
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh
from core.sessions.model import WORKED_ON, Session
from core.text.neutralise import neutralise
from core.views import Notice

__all__ = ["fix_asked", "newer_than", "stale", "takes_outcome"]


def fix_asked(uow: UnitOfWork, session: Session, fix_id: str) -> Fix:
    """The session's fix of that id; of "", the active one. Raises NotFound."""
    if fix_id:
        fix = next((fix for fix in uow.fixes.of(session.id) if fix.id == fix_id), None)
    else:
        fix = uow.fixes.active(session.id)
    if fix is None:
        raise NotFound("There is no suggested fix to record that on.")
    return fix


def takes_outcome(session: Session, fix: Fix) -> bool:
    """Whether an outcome can be recorded on it now."""
    return session.status in WORKED_ON and fix.active and not fix.status.final


def newer_than(uow: UnitOfWork, fix: Fix) -> list[Fix]:
    """The session's fixes that were suggested after it, the oldest first."""
    fixes = list(uow.fixes.of(fix.session_id))
    return fixes[1 + [other.id for other in fixes].index(fix.id) :]


def stale(uow: UnitOfWork, session: Session, fix: Fix) -> Notice:
    """An outdated card never errors at the engineer: it is brought up to date, and says what was recorded, by whom."""
    refresh(uow, session, fix.id, *FIX_CARDS)
    by = uow.users.get(fix.outcome_by or fix.applied_by or "")
    words = recorded_words(fix, "" if by is None else by.name)
    if fix.status.final:
        words = f"It is recorded already: {words}. Nothing was changed."
        if session.open and correctable(fix, at=uow.now, newer=newer_than(uow, fix)):
            words += " *Correct…* on its card changes it."
    if session.status not in WORKED_ON:
        words = f"{session.ref} is {session.status}. {neutralise(fix.title)}: {words}"
    return Notice(markdown=words)
