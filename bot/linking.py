"""A workspace belongs to one account: the only one there is, the one that the settings name, or a new one."""

from datetime import datetime

from adapters.playground.client import PLATFORM as PLAYGROUND
from adapters.playground.seed import SEED
from bot.seeding import add_flows
from core.application import Application
from core.errors import Misconfigured
from core.ids import new_id
from core.people.model import Account, Role, User, Workspace
from core.ports import Transaction

__all__ = ["link_workspace"]


async def link_workspace(
    application: Application, platform: str, external_id: str, *, name: str, account: str = "", owner: str = ""
) -> None:
    """Link a workspace that is not linked yet. `account` names the account; `owner` is the address of a new one's owner.

    Raises Misconfigured when there are several accounts and none is named.
    """
    now = application.clock.now()

    def link(transaction: Transaction) -> None:
        if transaction.directory.workspace(platform, external_id) is not None:
            return
        found = _account(transaction, name, account) or _made(transaction, application, account or name, owner, now)
        workspace = Workspace(
            id=new_id(now), account_id=found.id, platform=platform, external_id=external_id, name=name
        )
        transaction.directory.add_workspace(workspace)

    await application.store.write(link)


def _account(transaction: Transaction, workspace: str, named: str) -> Account | None:
    """The account that is meant, or None when it has to be made. The playground's own accounts are left alone."""
    directory = transaction.directory
    playground = {known.account_id for seed in SEED if (known := directory.workspace(PLAYGROUND, seed.id)) is not None}
    accounts = directory.accounts()
    if named:
        return next((account for account in accounts if account.name.casefold() == named.casefold()), None)
    accounts = [account for account in accounts if account.id not in playground]
    if len(accounts) <= 1:
        return next(iter(accounts), None)
    same = [account for account in accounts if account.name.casefold() == workspace.casefold()]
    if len(same) == 1:
        return same[0]
    names = ", ".join(account.name for account in accounts)
    raise Misconfigured(f"There are several accounts ({names}): set FLOWPILOT_ACCOUNT to the one of {workspace}.")


def _made(transaction: Transaction, application: Application, name: str, owner: str, now: datetime) -> Account:
    account = Account(id=new_id(now), name=name, settings={}, created_at=now)
    transaction.directory.add_account(account)
    if owner:
        user = User(id=new_id(now), account_id=account.id, name=owner, email=owner, role=Role.OWNER, created_at=now)
        transaction.directory.add_user(user)
    add_flows(transaction, application, account.id, now)
    return account
