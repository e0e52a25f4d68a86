"""Who somebody is; people of a linked workspace are made users when they first appear (SPEC 1)."""

from dataclasses import replace
from datetime import datetime

from core.errors import NotPermitted
from core.ids import new_id
from core.people.model import Actor, Identity, User
from core.ports import Inbound, Transaction

__all__ = ["actor_of", "known_actor"]


def actor_of(transaction: Transaction, inbound: Inbound, now: datetime) -> Actor:
    """The actor of what came in, made known when new. Raises NotPermitted when the workspace is not linked to an account.

    A full member gets the account's default role. A known e-mail address links the identity to the person who has it.
    """
    actor = known_actor(transaction, inbound)
    if actor is None:
        _enrol(transaction, inbound, now)
        actor = known_actor(transaction, inbound)
    assert actor is not None, "an enrolled person is known"
    return actor


def known_actor(transaction: Transaction, inbound: Inbound) -> Actor | None:
    """The actor, if this person was here before. Guests and people of other organisations have no role, whatever an
    earlier one says."""
    workspace, person = inbound.workspace, inbound.person
    actor = transaction.directory.actor(workspace.platform, workspace.external_id, person.external_id)
    if actor is None or person.member:
        return actor
    return replace(actor, role=None)


def _enrol(transaction: Transaction, inbound: Inbound, now: datetime) -> None:
    directory, person = transaction.directory, inbound.person
    workspace = directory.workspace(inbound.workspace.platform, inbound.workspace.external_id)
    account = None if workspace is None else directory.account(workspace.account_id)
    if workspace is None or account is None:
        raise NotPermitted("This workspace is not linked to a FlowPilot account. Ask your admin to install it.")
    known = directory.user_by_email(account.id, person.email) if person.email and person.member else None
    if known is None:
        role = account.default_role if person.member else None
        known = User(
            id=new_id(now),
            account_id=account.id,
            name=person.name,
            email=person.email,
            role=role,
            created_at=now,
        )
        directory.add_user(known)
    directory.add_identity(
        Identity(
            id=new_id(now),
            account_id=account.id,
            user_id=known.id,
            workspace_id=workspace.id,
            external_id=person.external_id,
        )
    )
