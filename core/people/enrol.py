"""Who somebody is; people of a linked workspace are made users when they first come in (SPEC 1)."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from core.errors import NotPermitted
from core.ids import new_id
from core.people.knowing import as_called, learn, restored
from core.people.model import NO_ZONE, Account, Actor, Identity, Standing, User, Workspace, is_old
from core.people.system import system_actor
from core.ports import Inbound, PersonRef, Transaction, UnitOfWork
from core.rules import Rules

__all__ = ["account_of", "actor_of", "is_known", "known_actor"]


def actor_of(transaction: Transaction, inbound: Inbound, now: datetime, rules: Rules) -> Actor | None:
    """The actor of what came in, made known when new. None for somebody of whom nobody has said who they are: the platform has
    to be asked. Raises NotPermitted when the workspace is not linked to an account.

    A full member gets the account's default role. A known e-mail address links the identity to the person who has it.
    """
    actor = known_actor(transaction, inbound, inbound.keys, _session_named(inbound))
    if actor is None and _enrol(transaction, inbound, now, rules):
        actor = known_actor(transaction, inbound)
        assert actor is not None, "an enrolled person is known"
    return actor


def _session_named(inbound: Inbound) -> str:
    """The id of the session that a button names; what is typed names one in other ways (FP-12, #4711).

    Where something is about to be written of the place (core.people.knowing.placed), the session is locked after that, as
    messages do: in the other order the two would lock each other out.
    """
    if inbound.guests or inbound.unheard:
        return ""
    named = str(getattr(inbound.command, "session_id", ""))
    return named if named.isalnum() else ""


def known_actor(
    transaction: Transaction, inbound: Inbound, keys: Sequence[str] = (), session_id: str = ""
) -> Actor | None:
    """The actor, if this person was here before. Guests and people of other organisations have no role, whatever an
    earlier one says. `keys` and `session_id` as the directory takes them."""
    workspace, person = inbound.workspace, inbound.person
    actor = transaction.directory.actor(workspace.platform, workspace.external_id, person.external_id, keys, session_id)
    if actor is None or person.member is None:
        return actor
    if person.member:
        return None if actor.guest else actor  # who was a guest is a member now
    return replace(actor, role=None, guest=not person.nobody)


def account_of(transaction: Transaction, inbound: Inbound) -> tuple[Workspace, Account]:
    """The workspace of what came in, and its account. Raises NotPermitted when it is not linked to one."""
    directory = transaction.directory
    workspace = directory.workspace(inbound.workspace.platform, inbound.workspace.external_id)
    account = None if workspace is None else directory.account(workspace.account_id)
    if workspace is None or account is None:
        raise NotPermitted("This workspace is not linked to a FlowPilot account. Ask your admin to install it.")
    return workspace, account


def is_known(transaction: Transaction, inbound: Inbound, now: datetime, rules: Rules) -> bool:
    """Whether it is said who that is from, by what came in or before."""
    if inbound.person.member is not None:
        return True
    workspace, account = account_of(transaction, inbound)
    uow = transaction.unit(system_actor(account.id), now, rules)
    return _known(uow, workspace.id, inbound.person) is not None


def _enrol(transaction: Transaction, inbound: Inbound, now: datetime, rules: Rules) -> bool:
    """Make a user of somebody, if it is said who they are."""
    workspace, account = account_of(transaction, inbound)
    uow = transaction.unit(system_actor(account.id), now, rules)
    identity = _identity(uow, workspace.id, inbound.person)
    if identity is None:
        return False
    if identity.user_id is None:
        user = _user(uow, account, identity)
        uow.users.note(replace(identity, user_id=user.id))
    return True


def _identity(uow: UnitOfWork, workspace_id: str, person: PersonRef) -> Identity | None:
    if person.member is not None:
        return learn(uow, workspace_id, person)
    known = _known(uow, workspace_id, person)
    if known is None or known.user_id is not None:
        return known
    uow.users.note(known)  # which waits for whoever enrols the same person now
    return uow.users.identity(workspace_id, person.external_id)


def _known(uow: UnitOfWork, workspace_id: str, person: PersonRef) -> Identity | None:
    """Somebody as they are known. What was said long ago of somebody who has not come in yet makes nobody a user: they may have
    become a guest since."""
    known = uow.users.identity(workspace_id, person.external_id)
    if known is not None and known.user_id is None and is_old(known, uow.now):
        return None
    return known


def _user(uow: UnitOfWork, account: Account, identity: Identity) -> User:
    """The user whose address it is, or a new one. A guest's address links nobody."""
    member = identity.standing is Standing.MEMBER
    known = uow.users.by_email(identity.email) if identity.email and member else None
    if known is not None:
        return restored(uow, as_called(known, identity, None))
    user = User(
        id=new_id(uow.now),
        account_id=account.id,
        name=identity.name or identity.external_id,
        email=identity.email if member else None,
        role=account.default_role if member else None,
        zone=identity.zone or NO_ZONE,
        created_at=uow.now,
    )
    uow.users.add(user)
    return user
