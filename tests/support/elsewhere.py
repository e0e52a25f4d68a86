"""A second workspace of the desk's account, and people who are known only there."""

from core.ids import new_id
from core.people.model import Identity, Role, User, Workspace
from core.ports import Transaction
from tests.fakes.platform import FakePlatform
from tests.support.desk import Desk

__all__ = ["known_elsewhere", "link_platform"]


async def known_elsewhere(
    desk: Desk,
    name: str,
    *,
    role: Role = Role.ENGINEER,
    workspace: str = "second",
    platform: str = "fake",
    same: str = "",
) -> str:
    """Somebody of Northwind whom that workspace alone knows, by their name in small letters; or the user of the id `same`,
    whom it knows too. Their user id."""

    def add(transaction: Transaction) -> str:
        now, account = desk.clock.now(), desk.accounts["northwind"]
        there = transaction.directory.workspace(platform, workspace)
        if there is None:
            there = Workspace(
                id=new_id(now), account_id=account, platform=platform, external_id=workspace, name=workspace
            )
            transaction.directory.add_workspace(there)
        user = User(id=same or new_id(now), account_id=account, name=name, role=role, created_at=now)
        if not same:
            transaction.directory.add_user(user)
        identity = Identity(
            id=new_id(now), account_id=account, user_id=user.id, workspace_id=there.id, external_id=name.lower()
        )
        transaction.directory.add_identity(identity)
        return user.id

    return await desk.store.write(add)


def link_platform(desk: Desk, name: str) -> FakePlatform:
    """Another chat platform, beside the desk's own."""
    platform = FakePlatform(name=name)
    desk.outside.platforms[name] = platform
    return platform
