"""Accounts, workspaces, users, identities, and what came in from them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.people.model import Account, Actor, Identity, Role, User, Workspace
from storage.repository import Repository
from storage.statements import Connection, Mapper, Statement
from storage.tables import accounts, identities, inbox, users, workspaces

__all__ = ["SqlAccounts", "SqlDirectory", "SqlInbox", "SqlUsers"]

ACCOUNTS = Mapper(accounts, Account, tenant="id")
WORKSPACES = Mapper(workspaces, Workspace)
USERS = Mapper(users, User)
IDENTITIES = Mapper(identities, Identity)

_ACTOR_COLUMNS = (users.c.account_id, workspaces.c.id, users.c.id, users.c.name, users.c.role, users.c.zone)
_ACTOR = Statement(
    select(*_ACTOR_COLUMNS)
    .join_from(workspaces, identities, identities.c.workspace_id == workspaces.c.id)
    .join(users, users.c.id == identities.c.user_id)
    .where(
        workspaces.c.platform == bindparam("platform"),
        workspaces.c.external_id == bindparam("workspace"),
        identities.c.external_id == bindparam("person"),
    )
)
_USER_ACTOR = Statement(
    select(users.c.account_id, users.c.id, users.c.name, users.c.role, users.c.zone).where(
        users.c.account_id == bindparam("account"), users.c.id == bindparam("user")
    )
)
_WORKSPACE = Statement(
    select(*WORKSPACES.columns).where(
        workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("external_id")
    )
)
_ACCOUNT = Statement(select(*ACCOUNTS.columns).where(accounts.c.id == bindparam("id")))
_ACCOUNTS = Statement(select(*ACCOUNTS.columns).order_by(accounts.c.name))
_SAVE_ACCOUNT = Statement(
    update(accounts)
    .where(accounts.c.id == bindparam("id_"))
    .values(name=bindparam("name"), default_role=bindparam("default_role"), settings=bindparam("settings"))
)
_USER_BY_EMAIL = Statement(
    select(*USERS.columns).where(
        users.c.account_id == bindparam("account"), func.lower(users.c.email) == bindparam("email")
    )
)


class SqlDirectory:
    """Who is who, before an account is known."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def actor(self, platform: str, workspace: str, person: str) -> Actor | None:
        """The person as the account of that workspace knows them."""
        row = self._db.one(_ACTOR, platform=platform, workspace=workspace, person=person)
        if row is None:
            return None
        account_id, workspace_id, user_id, name, role, zone = row
        return Actor(
            account_id=account_id,
            workspace_id=workspace_id,
            user_id=user_id,
            name=name,
            role=role,
            zone=zone,
            platform=platform,
        )

    def user_actor(self, account_id: str, user_id: str, platform: str) -> Actor | None:
        """The actor for a user who is known by id."""
        row = self._db.one(_USER_ACTOR, account=account_id, user=user_id)
        if row is None:
            return None
        account, user, name, role, zone = row
        return Actor(
            account_id=account, workspace_id="", user_id=user, name=name, role=role, zone=zone, platform=platform
        )

    def workspace(self, platform: str, external_id: str) -> Workspace | None:
        """A linked workspace."""
        row = self._db.one(_WORKSPACE, platform=platform, external_id=external_id)
        return None if row is None else WORKSPACES.load(row)

    def account(self, account_id: str) -> Account | None:
        """An account."""
        row = self._db.one(_ACCOUNT, id=account_id)
        return None if row is None else ACCOUNTS.load(row)

    def accounts(self) -> Sequence[Account]:
        """All of them, by name."""
        return ACCOUNTS.load_all(self._db.all(_ACCOUNTS))

    def add_account(self, account: Account) -> None:
        """Insert."""
        self._db.run(ACCOUNTS.insert, **ACCOUNTS.dump(account))

    def add_workspace(self, workspace: Workspace) -> None:
        """Insert."""
        self._db.run(WORKSPACES.insert, **WORKSPACES.dump(workspace))

    def add_user(self, user: User) -> None:
        """Insert."""
        self._db.run(USERS.insert, **USERS.dump(user))

    def add_identity(self, identity: Identity) -> None:
        """Insert."""
        self._db.run(IDENTITIES.insert, **IDENTITIES.dump(identity))

    def user_by_email(self, account_id: str, email: str) -> User | None:
        """The account's user of that address, in any case of letters."""
        row = self._db.one(_USER_BY_EMAIL, account=account_id, email=email.lower())
        return None if row is None else USERS.load(row)


_INBOX_VALUES: dict[str, Any] = {
    name: bindparam(name) for name in ("key", "other_key", "account_id", "kind", "state", "words", "at")
}
_TAKE = Statement(
    sqlite.insert(inbox).values(_INBOX_VALUES).on_conflict_do_nothing().inline(),
    postgresql=postgresql.insert(inbox).values(_INBOX_VALUES).on_conflict_do_nothing().inline(),
)
_SAME = or_(
    inbox.c.key == bindparam("key_"),
    inbox.c.key == bindparam("other_"),
    inbox.c.other_key == bindparam("key_"),
    inbox.c.other_key == bindparam("other_"),
)
_TAKE_FAILED = Statement(update(inbox).where(_SAME, inbox.c.state == "failed").values(state="done"))
_MARK = Statement(update(inbox).where(inbox.c.key == bindparam("key_")).values(state=bindparam("state")))


class SqlInbox:
    """What came in, once each."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def take(self, keys: Sequence[str], account_id: str, kind: str, words: str, at: datetime) -> bool:
        """Note it down. False when one of its keys was taken before, by something that did not fail."""
        key, other = keys[0], keys[1] if len(keys) > 1 else None
        taken = self._db.run(
            _TAKE, key=key, other_key=other, account_id=account_id, kind=kind, state="done", words=words, at=at
        )
        return taken == 1 or self._db.run(_TAKE_FAILED, key_=key, other_=other) > 0

    def mark(self, keys: Sequence[str], state: str) -> None:
        """Say what became of it: "done", "refused" or "failed"."""
        self._db.run(_MARK, key_=keys[0], state=state)


class SqlAccounts:
    """The account itself."""

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def get(self) -> Account:
        """The unit of work's account."""
        row = self._db.one(_ACCOUNT, id=self._account_id)
        assert row is not None, "an actor's account exists"
        return ACCOUNTS.load(row)

    def save(self, account: Account) -> None:
        """Update name, default role and settings."""
        self._db.run(
            _SAVE_ACCOUNT,
            id_=self._account_id,
            name=account.name,
            default_role=account.default_role,
            settings=account.settings,
        )


_USERS_BY_ROLE = Statement(
    select(*USERS.columns).where(users.c.account_id == bindparam("account")).order_by(users.c.name)
)
_EXTERNAL = Statement(
    select(identities.c.external_id).where(
        identities.c.user_id == bindparam("user"), identities.c.workspace_id == bindparam("workspace")
    )
)
_IDENTITIES = Statement(
    select(*IDENTITIES.columns)
    .where(identities.c.account_id == bindparam("account"), identities.c.user_id == bindparam("user"))
    .order_by(identities.c.id)
)


class SqlUsers(Repository[User]):
    """People of one account."""

    mapper = USERS

    def with_role(self, *roles: Role) -> Sequence[User]:
        """Users of these roles, by name."""
        everyone = USERS.load_all(self._db.all(_USERS_BY_ROLE, account=self._account_id))
        return [user for user in everyone if user.role in roles]

    def external_id(self, user_id: str, workspace_id: str) -> str | None:
        """How the workspace's platform names the user."""
        row = self._db.one(_EXTERNAL, user=user_id, workspace=workspace_id)
        return None if row is None else str(row[0])

    def identities(self, user_id: str) -> Sequence[Identity]:
        """Everywhere the user is known."""
        return IDENTITIES.load_all(self._db.all(_IDENTITIES, account=self._account_id, user=user_id))
