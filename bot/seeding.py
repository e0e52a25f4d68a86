"""What the playground starts with: two accounts, their people, channels, tickets and flows."""

from datetime import datetime

from adapters.playground.client import PLATFORM
from adapters.playground.seed import SEED, SeedAccount, ensure_chat
from adapters.psa.local_seed import seed_tickets
from core.application import Application
from core.flows import starter
from core.flows.handlers import import_flow
from core.ids import new_id
from core.local import LocalChat
from core.people.model import Account, Identity, User, Workspace
from core.people.system import system_actor
from core.ports import Transaction
from core.tickets.local import LocalTickets

__all__ = ["add_flows", "seed_playground"]


async def seed_playground(application: Application, chat: LocalChat, tickets: LocalTickets) -> None:
    """Make what is missing; running it again changes nothing."""
    now = application.clock.now()
    seeds = seed_tickets(now)
    for seed in SEED:

        def make(transaction: Transaction, seed: SeedAccount = seed) -> str:
            return _account(transaction, application, seed, now)

        account_id = await application.store.write(make)
        await tickets.ensure(account_id, seeds.get(seed.name, ()))
    await ensure_chat(chat)


def _account(transaction: Transaction, application: Application, seed: SeedAccount, now: datetime) -> str:
    """One account with everything in it, in one transaction; an account that is there is left as it is."""
    known = transaction.directory.workspace(PLATFORM, seed.id)
    if known is not None:
        return known.account_id
    workspace_id = new_id(now)
    hand_over = next((channel.id for channel in seed.channels if channel.id == "escalations"), "")
    settings = {"escalation_channel": f"{workspace_id}/{hand_over}", "queues": "Network, Servers"} if hand_over else {}
    account = Account(id=new_id(now), name=seed.name, settings=settings, created_at=now)
    transaction.directory.add_account(account)
    transaction.directory.add_workspace(
        Workspace(id=workspace_id, account_id=account.id, platform=PLATFORM, external_id=seed.id, name=seed.name)
    )
    for person in seed.people:
        user = User(
            id=new_id(now),
            account_id=account.id,
            name=person.name,
            email=person.email,
            role=person.role,
            created_at=now,
        )
        transaction.directory.add_user(user)
        identity = Identity(
            id=new_id(now),
            account_id=account.id,
            user_id=user.id,
            workspace_id=workspace_id,
            external_id=person.id,
        )
        transaction.directory.add_identity(identity)
    add_flows(transaction, application, account.id, now)
    return account.id


def add_flows(transaction: Transaction, application: Application, account_id: str, now: datetime) -> None:
    """The starter flows, for an account that has just been made."""
    uow = transaction.unit(system_actor(account_id), now, application.rules)
    for name, source in starter.sources():
        import_flow(uow, source, name)
