"""Who is who, before an account is known; and the first question of a command, which answers more than that."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, delete, exists, literal_column, select

from core.people.model import Account, Actor, Identity, Standing, User, Workspace
from storage.foreseen import Foreseen
from storage.inbox import TAKEN, ordered
from storage.people import ACCOUNT, ACCOUNTS, IDENTITIES, USER_BY_EMAIL, USERS, WORKSPACES
from storage.search import FLOW_SEARCH, SESSION_SEARCH
from storage.sessions import SESSIONS
from storage.statements import Connection, Row, Statement
from storage.tables import accounts, identities, sessions, users, work, workspaces

__all__ = ["SqlDirectory"]

#: Whether something of theirs was kept and waits (core.work.model.arrive_lane). It is a part of the question that every command
#: asks anyway, so that those of whom nothing waits cost no other.
_BEHIND = exists().where(
    work.c.state == literal_column("'open'"),
    work.c.lane == literal_column("'arrive:'") + workspaces.c.id + literal_column("':'") + identities.c.external_id,
    work.c.account_id == workspaces.c.account_id,
)
_ACTOR_COLUMNS = (
    users.c.account_id,
    workspaces.c.id,
    users.c.id,
    users.c.name,
    users.c.role,
    users.c.zone,
    identities.c.standing,
    _BEHIND,
)


def _first_question(keys: int, session: bool) -> Statement:
    """Who it is from; whether one of the keys (of none, one or two) was taken; the session, locked."""
    columns: list[ColumnElement[Any]] = list(_ACTOR_COLUMNS)
    if keys:
        columns.append(TAKEN[keys - 1])
    if session:
        columns += SESSIONS.columns
    found = (
        select(*columns)
        .join_from(workspaces, identities, identities.c.workspace_id == workspaces.c.id)
        .join(users, users.c.id == identities.c.user_id)
        .where(
            workspaces.c.platform == bindparam("platform"),
            workspaces.c.external_id == bindparam("workspace"),
            identities.c.external_id == bindparam("person"),
        )
    )
    if session:
        mine = and_(sessions.c.id == bindparam("session"), sessions.c.account_id == workspaces.c.account_id)
        found = found.join(sessions, mine).with_for_update(key_share=True, of=sessions)
    return Statement(found)


_FIRST_QUESTIONS = {(keys, session): _first_question(keys, session) for keys in range(3) for session in (False, True)}
_WORKSPACE = Statement(
    select(*WORKSPACES.columns).where(
        workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("external_id")
    )
)
_ACCOUNTS = Statement(select(*ACCOUNTS.columns).order_by(accounts.c.name))
_ERASE_ACCOUNT = Statement(delete(accounts).where(accounts.c.id == bindparam("id")))


class SqlDirectory:
    """Who is who, before an account is known."""

    def __init__(self, db: Connection, foreseen: Foreseen) -> None:
        self._db = db
        self._foreseen = foreseen

    def actor(
        self, platform: str, workspace: str, person: str, keys: Sequence[str] = (), session_id: str = ""
    ) -> Actor | None:
        """The person as the account of that workspace knows them. Who is no member of the workspace has no role there.

        `keys` are those of what came in from them, which the inbox is about to be asked for, and `session_id` names the session
        that is about to be changed: one question answers all.
        """
        row = self._asked(keys, session_id, {"platform": platform, "workspace": workspace, "person": person})
        if row is None:
            return None
        account_id, workspace_id, user_id, name, role, zone, standing, behind, *_ = row
        return Actor(
            account_id=account_id,
            workspace_id=workspace_id,
            user_id=user_id,
            name=name,
            role=role if standing is Standing.MEMBER else None,
            zone=zone,
            platform=platform,
            guest=standing is Standing.GUEST,
            behind=bool(behind),
        )

    def _asked(self, keys: Sequence[str], session_id: str, who: dict[str, str]) -> Row | None:
        asked = ordered(keys) if keys else ()
        values = {**who, **{name: key for name, key in zip(("key", "other_key"), asked, strict=False) if key}}
        number = len(values) - len(who)
        row = self._db.one(_FIRST_QUESTIONS[number, True], session=session_id, **values) if session_id else None
        if row is not None:
            self._foreseen.keep(str(row[0]), session_id, row[-len(SESSIONS.columns) :])
        else:  # none is named, or none of theirs
            row = self._db.one(_FIRST_QUESTIONS[number, False], **values)
        if row is not None and asked and not row[len(_ACTOR_COLUMNS)]:
            self._foreseen.unseen.add(asked)
        return row

    def workspace(self, platform: str, external_id: str) -> Workspace | None:
        """A linked workspace."""
        row = self._db.one(_WORKSPACE, platform=platform, external_id=external_id)
        return None if row is None else WORKSPACES.load(row)

    def account(self, account_id: str) -> Account | None:
        """An account."""
        row = self._db.one(ACCOUNT, id=account_id)
        return None if row is None else ACCOUNTS.load(row)

    def accounts(self) -> Sequence[Account]:
        """All of them, by name."""
        return ACCOUNTS.load_all(self._db.all(_ACCOUNTS))

    def erase_account(self, account_id: str) -> None:
        """Delete an account with everything that belongs to it."""
        for index in (FLOW_SEARCH, SESSION_SEARCH):
            index.clear(self._db, account_id)
        self._db.run(_ERASE_ACCOUNT, id=account_id)

    def add_account(self, account: Account) -> None:
        """Insert."""
        self._db.run_row(ACCOUNTS.insert, account)

    def add_workspace(self, workspace: Workspace) -> None:
        """Insert."""
        self._db.run_row(WORKSPACES.insert, workspace)

    def add_user(self, user: User) -> None:
        """Insert."""
        self._db.run_row(USERS.insert, user)

    def add_identity(self, identity: Identity) -> None:
        """Insert."""
        self._db.run_row(IDENTITIES.insert, identity)

    def user_by_email(self, account_id: str, email: str) -> User | None:
        """The account's user of that address, in any case of letters."""
        row = self._db.one(USER_BY_EMAIL, account=account_id, email=email.lower())
        return None if row is None else USERS.load(row)
