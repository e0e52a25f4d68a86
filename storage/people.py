"""An account and its people."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, exists, func, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.people.model import Account, Identity, KnownAs, Role, Standing, User, Workspace
from storage.repository import Repository
from storage.statements import Connection, Mapper, Statement
from storage.tables import accounts, identities, users, workspaces

__all__ = ["ACCOUNT", "ACCOUNTS", "IDENTITIES", "USERS", "USER_BY_EMAIL", "WORKSPACES", "SqlAccounts", "SqlUsers"]

ACCOUNTS = Mapper(accounts, Account, tenant="id")
WORKSPACES = Mapper(workspaces, Workspace)
USERS = Mapper(users, User)
IDENTITIES = Mapper(identities, Identity)

ACCOUNT = Statement(select(*ACCOUNTS.columns).where(accounts.c.id == bindparam("id")))
_SAVE_ACCOUNT = Statement(
    update(accounts)
    .where(accounts.c.id == bindparam("id_"))
    .values(name=bindparam("name"), default_role=bindparam("default_role"), settings=bindparam("settings"))
)
USER_BY_EMAIL = Statement(
    select(*USERS.columns).where(
        users.c.account_id == bindparam("account"), func.lower(users.c.email) == bindparam("email")
    )
)


class SqlAccounts:
    """The account itself."""

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def get(self) -> Account:
        """The unit of work's account."""
        row = self._db.one(ACCOUNT, id=self._account_id)
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


_USERS = select(*USERS.columns).where(users.c.account_id == bindparam("account")).order_by(users.c.name)
_EVERYBODY = Statement(_USERS)
_IS_ANYBODY = identities.c.user_id == users.c.id
#: Those who are a member somewhere, or have not come in yet.
_STANDING = Statement(
    _USERS.where(
        or_(exists().where(_IS_ANYBODY, identities.c.standing == Standing.MEMBER), ~exists().where(_IS_ANYBODY))
    )
)
_IN_WORKSPACE = (identities.c.account_id == bindparam("account"), identities.c.workspace_id == bindparam("workspace"))
_KNOWN = Statement(select(identities.c.external_id, identities.c.standing).where(*_IN_WORKSPACE))
_IDENTITY = Statement(
    select(*IDENTITIES.columns).where(*_IN_WORKSPACE, identities.c.external_id == bindparam("external_id"))
)
_NOTE_VALUES: dict[str, Any] = {name: bindparam(name) for name in IDENTITIES.names}
_SAID = ("name", "email", "standing", "zone", "asked_at")


def _noted(insert: Any) -> Any:
    """What the platform says replaces what it said before; nobody else's row is touched."""
    given = insert.values(_NOTE_VALUES)
    return given.on_conflict_do_update(
        index_elements=["workspace_id", "external_id"],
        set_={
            **{name: given.excluded[name] for name in _SAID},
            "user_id": func.coalesce(given.excluded.user_id, identities.c.user_id),
        },
        where=identities.c.account_id == given.excluded.account_id,
    ).inline()


_NOTE = Statement(_noted(sqlite.insert(identities)), postgresql=_noted(postgresql.insert(identities)))
_EXTERNAL = Statement(
    select(identities.c.external_id)
    .where(
        identities.c.account_id == bindparam("account"),
        identities.c.user_id == bindparam("user"),
        identities.c.workspace_id == bindparam("workspace"),
    )
    .order_by(identities.c.id)
    .limit(1)
)
_KNOWN_AS = Statement(
    select(workspaces.c.id, workspaces.c.platform, workspaces.c.external_id, identities.c.external_id)
    .join_from(identities, workspaces, workspaces.c.id == identities.c.workspace_id)
    .where(
        identities.c.account_id == bindparam("account"),
        identities.c.user_id == bindparam("user"),
        identities.c.standing == Standing.MEMBER,
    )
    .order_by(identities.c.id)
)


class SqlUsers(Repository[User]):
    """People of one account."""

    mapper = USERS

    def with_role(self, *roles: Role) -> Sequence[User]:
        """Users of these roles who are a member of one of the account's workspaces, or have not come in yet; by name."""
        standing = USERS.load_all(self._db.all(_STANDING, account=self._account_id))
        return [user for user in standing if user.role in roles]

    def everybody(self) -> Sequence[User]:
        """All users, by name."""
        return USERS.load_all(self._db.all(_EVERYBODY, account=self._account_id))

    def by_email(self, email: str) -> User | None:
        """The user of that address, in any case of letters."""
        row = self._db.one(USER_BY_EMAIL, account=self._account_id, email=email.lower())
        return None if row is None else USERS.load(row)

    def identity(self, workspace_id: str, external_id: str) -> Identity | None:
        """A person as a workspace knows them, whether they came in or not."""
        row = self._db.one(_IDENTITY, account=self._account_id, workspace=workspace_id, external_id=external_id)
        return None if row is None else IDENTITIES.load(row)

    def standings(self, workspace_id: str) -> Mapping[str, Standing]:
        """How everybody stands to the workspace who is known there, by the platform's id."""
        rows = self._db.all(_KNOWN, account=self._account_id, workspace=workspace_id)
        return {str(person): standing for person, standing in rows}

    def note(self, identity: Identity) -> None:
        """Insert, or take over what is said of a person who is known."""
        assert identity.account_id == self._account_id, "a row belongs to the account of its unit of work"
        self._db.run_row(_NOTE, identity)

    def external_id(self, user_id: str, workspace_id: str) -> str | None:
        """How the workspace's platform names the user."""
        row = self._db.one(_EXTERNAL, account=self._account_id, user=user_id, workspace=workspace_id)
        return None if row is None else str(row[0])

    def known_as(self, user_id: str) -> Sequence[KnownAs]:
        """Where the user is known as a member, and by what name; the workspace that met them first comes first."""
        rows = self._db.all(_KNOWN_AS, account=self._account_id, user=user_id)
        return [
            KnownAs(workspace_id=id, platform=platform, workspace=workspace, external_id=external_id)
            for id, platform, workspace, external_id in rows
        ]
