"""Installations of chat platforms, and the keys that open the way to them."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, case, delete, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.people.installs import Install, InstallKey, KeyKind
from storage.statements import Connection, Statement
from storage.tables import install_keys, installs, workspaces

__all__ = ["SqlInstalls"]

_NAMES = tuple(field.name for field in fields(Install))
_KEY_NAMES = tuple(field.name for field in fields(InstallKey))
_VALUES = {name: bindparam(name, type_=installs.c[name].type) for name in _NAMES}
_REPLACED = {name: bindparam(name, type_=installs.c[name].type) for name in _NAMES if name != "workspace_id"}
_EMPTY: ColumnElement[str] = literal_column("''")
_THIS = (installs.c.workspace_id == bindparam("workspace"), installs.c.version == bindparam("seen"))
_NEXT = installs.c.version + literal_column("1")

_GET = Statement(
    select(*(installs.c[name] for name in _NAMES))
    .join_from(workspaces, installs, installs.c.workspace_id == workspaces.c.id)
    .where(workspaces.c.platform == bindparam("platform"), workspaces.c.external_id == bindparam("external_id"))
)
_ACCOUNT_OF = Statement(
    select(installs.c.account_id)
    .where(installs.c.organisation == bindparam("organisation"))
    .order_by(installs.c.installed_at, installs.c.workspace_id)
    .limit(1)
)
_PUT = Statement(
    sqlite.insert(installs).values(_VALUES).on_conflict_do_update(index_elements=["workspace_id"], set_=_REPLACED),
    postgresql=postgresql.insert(installs)
    .values(_VALUES)
    .on_conflict_do_update(index_elements=["workspace_id"], set_=_REPLACED),
)
_LEASE = Statement(
    update(installs)
    .where(*_THIS, or_(installs.c.lease_until.is_(None), installs.c.lease_until <= bindparam("now")))
    .values(lease_until=bindparam("until"))
)
_RENEW = Statement(
    update(installs)
    .where(*_THIS)
    .values(sealed=bindparam("new"), expires_at=bindparam("expires"), lease_until=None, version=_NEXT)
)
_ERASE = Statement(
    update(installs).where(*_THIS).values(sealed=_EMPTY, expires_at=None, lease_until=None, version=_NEXT)
)
_COUNT = Statement(
    select(
        func.count(case((installs.c.sealed != _EMPTY, installs.c.workspace_id))),
        func.count(case((installs.c.sealed == _EMPTY, installs.c.workspace_id))),
    )
)
_STANDING = Statement(
    select(workspaces.c.name, installs.c.sealed)
    .join_from(workspaces, installs, installs.c.workspace_id == workspaces.c.id)
    .where(workspaces.c.platform == bindparam("platform"), installs.c.sealed != _EMPTY)
    .order_by(workspaces.c.name, workspaces.c.id)
)
_KEY = (
    install_keys.c.key == bindparam("this"),
    install_keys.c.kind == bindparam("of"),
    install_keys.c.expires_at > bindparam("now"),
)
_ADD_KEY = Statement(
    sqlite.insert(install_keys).values({name: bindparam(name) for name in _KEY_NAMES}).inline(),
    postgresql=postgresql.insert(install_keys).values({name: bindparam(name) for name in _KEY_NAMES}).inline(),
)
_FIND_KEY = Statement(select(*(install_keys.c[name] for name in _KEY_NAMES)).where(*_KEY))
_TAKE_KEY = Statement(delete(install_keys).where(*_KEY))
_FORGET_KEYS = Statement(delete(install_keys).where(install_keys.c.expires_at <= bindparam("before")))


class SqlInstalls:
    """Of all accounts; a transaction's (core.repositories.Installs)."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def get(self, platform: str, external_id: str) -> Install | None:
        """Of a workspace, whether it stands or has ended."""
        row = self._db.one(_GET, platform=platform, external_id=external_id)
        return None if row is None else Install(**dict(zip(_NAMES, row, strict=True)))

    def account_of(self, organisation: str) -> str | None:
        """The account of the organisation's workspaces."""
        row = self._db.one(_ACCOUNT_OF, organisation=organisation) if organisation else None
        return None if row is None else str(row[0])

    def put(self, install: Install) -> None:
        """Insert or replace."""
        self._db.run_row(_PUT, install)

    def lease(self, workspace_id: str, version: int, now: datetime, until: datetime) -> bool:
        """Be the one who renews the tokens."""
        return self._db.run(_LEASE, workspace=workspace_id, seen=version, now=now, until=until) == 1

    def renew(self, workspace_id: str, version: int, sealed: str, expires_at: datetime | None) -> bool:
        """Store new tokens and end the lease."""
        return self._db.run(_RENEW, workspace=workspace_id, seen=version, new=sealed, expires=expires_at) == 1

    def erase(self, workspace_id: str, version: int) -> bool:
        """Forget the tokens."""
        return self._db.run(_ERASE, workspace=workspace_id, seen=version) == 1

    def count(self) -> tuple[int, int]:
        """How many stand, and how many have ended."""
        row = self._db.one(_COUNT)
        assert row is not None, "an aggregate has a row"
        return int(row[0]), int(row[1])

    def standing(self, platform: str) -> Sequence[tuple[str, str]]:
        """Workspaces by name, with what is sealed."""
        return [(str(name), str(sealed)) for name, sealed in self._db.all(_STANDING, platform=platform)]

    def add_key(self, key: InstallKey) -> None:
        """Insert."""
        self._db.run_row(_ADD_KEY, key)

    def key(self, key: str, kind: KeyKind, now: datetime) -> InstallKey | None:
        """A key that has not expired."""
        row = self._db.one(_FIND_KEY, this=key, of=kind, now=now)
        return None if row is None else InstallKey(**dict(zip(_KEY_NAMES, row, strict=True)))

    def take_key(self, key: str, kind: KeyKind, now: datetime) -> InstallKey | None:
        """The same, once: of two that come at the same time one deletes the row."""
        found = self.key(key, kind, now)
        if found is None or self._db.run(_TAKE_KEY, this=key, of=kind, now=now) != 1:
            return None
        return found

    def forget_keys(self, before: datetime) -> None:
        """Delete those that had expired by then."""
        self._db.run(_FORGET_KEYS, before=before)
