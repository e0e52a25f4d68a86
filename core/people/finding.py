"""Picking one person of many: the first ones are offered at once, the others are found while somebody types."""

from collections.abc import Collection

from core.commands import FindPeople
from core.people.model import Role, User
from core.ports import UnitOfWork
from core.views import Option, Options, Person, Reply

__all__ = ["AT_ONCE", "find_people", "pick_engineer"]

#: As many as a menu holds everywhere; Slack's takes no more.
AT_ONCE = 100


def pick_engineer(uow: UnitOfWork, *, without: Collection[str]) -> Person:
    """The field `person`: an engineer of the account, none of those ids, or nobody."""
    users = [user for user in _engineers(uow) if user.id not in without]
    return Person(
        name="person",
        label="To whom?",
        people=tuple(_option(user) for user in users[:AT_ONCE]),
        query=FindPeople() if len(users) > AT_ONCE else None,
        hint="Leave empty for anyone.",
    )


def find_people(uow: UnitOfWork, command: FindPeople) -> Reply:
    """The engineers whose name holds what was typed, or whose address begins with it; names that begin with it come first."""
    typed = " ".join(command.text.casefold().split())
    found = [user for user in _engineers(uow) if user.id != uow.actor.user_id and _fits(user, typed)]
    found.sort(key=lambda user: not user.name.casefold().startswith(typed))
    return Options(items=tuple(_option(user) for user in found[:AT_ONCE]))


def _engineers(uow: UnitOfWork) -> list[User]:
    return list(uow.users.with_role(Role.ENGINEER, Role.ADMIN, Role.OWNER))


def _fits(user: User, typed: str) -> bool:
    return typed in user.name.casefold() or (user.email or "").casefold().startswith(typed)


def _option(user: User) -> Option:
    return Option(value=user.id, label=user.name)
