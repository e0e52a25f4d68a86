"""A new suggestion, and what it does to the one before (SPEC 4)."""

from dataclasses import replace

from core.fixes.model import Fix, supersede
from core.ports import UnitOfWork
from core.say import FIX_CARDS, refresh, say
from core.sessions.model import Session
from core.turns.model import NewFix

__all__ = ["suggest_fix"]


def suggest_fix(uow: UnitOfWork, session: Session, new: NewFix) -> Fix:
    """Suggest a fix: it takes the place of a proposed or finished one, and waits behind one that has no outcome yet."""
    active = uow.fixes.active(session.id)
    fix = Fix(
        id=uow.new_id(),
        account_id=session.account_id,
        session_id=session.id,
        title=new.title,
        description=new.description,
        detail=new.detail,
        cause=new.cause,
        confidence=min(1.0, max(0.0, new.confidence)),
        waiting=active is not None and active.undecided,
        flow_id=new.flow_id,
        node=new.node,
        created_at=uow.now,
    )
    _let_go(uow, session)
    if fix.waiting and active is not None:
        uow.fixes.add(fix)
        uow.log(session.id, "fix_suggested", fix=fix.id, title=fix.title, behind=active.id)
        refresh(uow, session, active.id, *FIX_CARDS)
        return fix
    if active is not None:
        uow.fixes.save(supersede(active, at=uow.now))
        uow.log(session.id, "fix_superseded", fix=active.id, title=active.title)
        refresh(uow, session, active.id, *FIX_CARDS)
    uow.fixes.add(fix)
    uow.log(session.id, "fix_suggested", fix=fix.id, title=fix.title)
    uow.sessions.save(replace(session, confidence=max(session.confidence, fix.confidence)))
    say(uow, session, "fix", fix.id)
    return fix


def _let_go(uow: UnitOfWork, session: Session) -> None:
    """A suggestion that waited behind *Replace?* is older than the new one."""
    waiting = uow.fixes.waiting(session.id)
    if waiting is not None:
        uow.fixes.save(replace(waiting, superseded_at=uow.now))
        uow.log(session.id, "fix_superseded", fix=waiting.id, title=waiting.title)
