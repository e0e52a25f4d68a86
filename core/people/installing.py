"""An installation arrives: which account its workspace belongs to, and who owns it (SPEC 1)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from core.errors import NotFound
from core.ids import new_id
from core.people.installs import Install, Installation, KeyKind
from core.people.knowing import zone_of
from core.people.model import NO_ZONE, Account, Identity, Role, User, Workspace
from core.people.system import system_actor
from core.ports import PersonRef, Transaction
from core.rules import Rules

__all__ = ["LINK_IS_GONE", "install"]

LINK_IS_GONE = "That link was used before, or has expired. Ask for a new one."

#: Gives a new account what it starts with.
Furnish = Callable[[Transaction, str], None]


def install(
    transaction: Transaction,
    installation: Installation,
    installer: PersonRef,
    *,
    sealed: str,
    link: str,
    now: datetime,
    rules: Rules,
    furnish: Furnish,
) -> None:
    """Store it, with its workspace, account and owner, in one transaction. `link` is a link's key, or "".

    A workspace that is linked stays where it is; a new one follows its organisation, or the link, or gets an account of
    its own. Who installs owns an account that nobody owns. Raises NotFound for a link that opens nothing, and for one to
    another account than the organisation's or the workspace's own: that link stays good.
    """
    workspace = transaction.directory.workspace(installation.platform, installation.workspace)
    if workspace is not None and link:
        _stays(transaction, workspace, link, now)
    if workspace is None:
        account_id = _account_of(transaction, installation, link, now, furnish)
        workspace = Workspace(
            id=new_id(now),
            account_id=account_id,
            platform=installation.platform,
            external_id=installation.workspace,
            name=installation.name,
        )
        transaction.directory.add_workspace(workspace)
    before = transaction.installs.get(installation.platform, installation.workspace)
    transaction.installs.put(
        Install(
            workspace_id=workspace.id,
            account_id=workspace.account_id,
            organisation=installation.organisation,
            sealed=sealed,
            expires_at=installation.expires_at,
            lease_until=None,
            version=1 if before is None else before.version + 1,
            installed_at=now,
        )
    )
    if installer.member:
        _own(transaction, workspace, installer, now, rules)


def _stays(transaction: Transaction, workspace: Workspace, link: str, now: datetime) -> None:
    """A link for a workspace that has an account: nothing is to be done where it is the same."""
    key = transaction.installs.key(link, KeyKind.LINK, now)
    if key is None or key.account_id is None:
        raise NotFound(LINK_IS_GONE)
    if key.account_id != workspace.account_id:
        own = transaction.directory.account(workspace.account_id)
        name = workspace.name if own is None else own.name
        raise NotFound(
            f"This workspace belongs to an account already: {name}. To bring it into the link's account, have that one erased "
            f"first (`flowpilot accounts erase`), then open the link again: it stays good."
        )


def _account_of(
    transaction: Transaction, installation: Installation, link: str, now: datetime, furnish: Furnish
) -> str:
    follows = transaction.installs.account_of(installation.organisation)
    if link:
        key = transaction.installs.take_key(link, KeyKind.LINK, now)
        if key is None or key.account_id is None:
            raise NotFound(LINK_IS_GONE)
        if follows not in (None, key.account_id):
            raise NotFound("Another workspace of your organisation belongs to another account. Install without a link.")
        return key.account_id
    if follows is not None:
        return follows
    account = Account(id=new_id(now), name=installation.name, settings={}, created_at=now)
    transaction.directory.add_account(account)
    furnish(transaction, account.id)
    return account.id


def _own(transaction: Transaction, workspace: Workspace, installer: PersonRef, now: datetime, rules: Rules) -> None:
    """Make the installer the owner, unless there is one."""
    directory, account_id = transaction.directory, workspace.account_id
    users = transaction.unit(system_actor(account_id), now, rules).users
    if any(user.role is Role.OWNER for user in users.everybody()):
        return
    actor = directory.actor(workspace.platform, workspace.external_id, installer.external_id)
    user = users.get(actor.user_id) if actor is not None else None
    if user is None and installer.email:
        user = directory.user_by_email(account_id, installer.email)
    if user is None:
        user = User(
            id=new_id(now),
            account_id=account_id,
            name=installer.name,
            email=installer.email,
            role=Role.OWNER,
            zone=zone_of(installer) or NO_ZONE,
            created_at=now,
        )
        directory.add_user(user)
    else:
        users.save(replace(user, role=Role.OWNER))
    if actor is None:
        identity = Identity(
            id=new_id(now),
            account_id=account_id,
            user_id=user.id,
            workspace_id=workspace.id,
            external_id=installer.external_id,
            name=installer.name,
            email=installer.email,
            zone=zone_of(installer),
        )
        users.note(identity)
