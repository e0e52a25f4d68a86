"""Who may act on a session like its owner (SPEC 2)."""

from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import Session

__all__ = ["may_act"]


def may_act(uow: UnitOfWork, session: Session, *, as_admin: bool = True) -> bool:
    """Whether the actor owns it or has joined it; admins and owners of the account act on any, unless not `as_admin`."""
    if (as_admin and uow.actor.may(Role.ADMIN)) or session.owner_id == uow.actor.user_id:
        return True
    return uow.sessions.has_joined(session.id, uow.actor.user_id)
