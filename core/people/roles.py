"""Giving roles: what an admin or operator decides about a person (SPEC 1)."""

from dataclasses import replace

from core.errors import NotFound, Refused
from core.people.model import Role, User
from core.ports import UnitOfWork

__all__ = ["give_role", "person_named"]


def person_named(uow: UnitOfWork, name: str) -> User:
    """The person of the account with that address, id or name, in any case of letters. Raises NotFound."""
    wanted, everybody = name.strip().casefold(), uow.users.everybody()
    exactly = [user for user in everybody if wanted in ((user.email or "").casefold(), user.id.casefold())]
    found = exactly or [user for user in everybody if wanted == user.name.casefold()]
    if len(found) > 1:
        raise NotFound(
            f"Several people are called “{name}”: give the address or id that `flowpilot accounts people` shows."
        )
    if not found:
        raise NotFound(f"There is nobody “{name}” in that account: `flowpilot accounts people` shows who there is.")
    return found[0]


def give_role(uow: UnitOfWork, user: User, role: Role | None) -> User:
    """The person with that role; None takes it away, for good. Raises Refused where nobody would own the account any more."""
    owners = [other.id for other in uow.users.everybody() if other.role is Role.OWNER]
    if role is not Role.OWNER and owners == [user.id]:
        raise Refused(f"{user.name} is the only owner: make somebody else an owner first.")
    changed = replace(user, role=role, removed=role is None)
    uow.users.save(changed)
    return changed
