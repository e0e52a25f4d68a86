"""`flowpilot accounts people` and `flowpilot accounts role`: who there is in an account, and what they may do."""

import logging
from typing import TYPE_CHECKING

import click

from bot.operating import account_named, actor_for, operate, show_json, show_table

if TYPE_CHECKING:
    from bot.bootstrap import System
    from core.people.model import User
    from core.ports import UnitOfWork

__all__ = ["people", "role"]

#: Takes the role away.
NONE = "none"
ROLES = ("viewer", "engineer", "admin", "owner", NONE)


@click.command()
@click.argument("account")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def people(account: str, as_json: bool) -> None:
    """Show the people of an account. A role holds where somebody is a full member; a guest has none there."""

    async def read(system: "System") -> "list[User]":
        actor = actor_for((await account_named(system, account)).id)
        return await system.application.look(actor, lambda uow: list(uow.users.everybody()))

    found = operate(read)
    if as_json:
        show_json([{"id": u.id, "name": u.name, "email": u.email, "role": u.role} for u in found])
        return
    rows = [(user.name, user.email or "", user.role or NONE, user.id) for user in found]
    show_table(("NAME", "ADDRESS", "ROLE", "ID"), rows, empty="There is nobody yet.")


@click.command()
@click.argument("account")
@click.argument("person")
@click.argument("new_role", metavar="ROLE", type=click.Choice(ROLES))
def role(account: str, person: str, new_role: str) -> None:
    """Give a person, by address, name or id, another role; "none" takes it away, also from who becomes a member later."""

    async def give(system: "System") -> "User":
        actor = actor_for((await account_named(system, account)).id)
        return await system.application.act(actor, lambda uow: _given(uow, person, new_role))

    user = operate(give)
    logging.getLogger(__name__).info("user.role_given", extra={"user": user.id, "role": new_role})
    click.echo(f"{user.name} has {'no role' if user.role is None else f'the role {user.role}'} now.")


def _given(uow: "UnitOfWork", person: str, new_role: str) -> "User":
    from core.people.model import Role
    from core.people.roles import give_role, person_named

    return give_role(uow, person_named(uow, person), None if new_role == NONE else Role(new_role))
