"""What the repositories of an account's concepts have in common."""

from typing import Generic, Protocol, TypeVar

from storage.statements import Connection, Mapper

__all__ = ["Changes", "Repository"]


class _Row(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def account_id(self) -> str: ...


T = TypeVar("T", bound=_Row)


class Changes:
    """Which sessions a command has changed in a way that their notes depend on (SPEC 2, state version)."""

    def __init__(self) -> None:
        self.sessions: set[str] = set()

    def touch(self, session_id: str) -> None:
        """The session's state version is to rise, once."""
        self.sessions.add(session_id)


class Repository(Generic[T]):
    """Insert, update and find by id within one account."""

    mapper: Mapper[T]

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def add(self, row: T) -> None:
        """Insert."""
        assert row.account_id == self._account_id, "a row belongs to the account of its unit of work"
        self._db.run_row(self.mapper.insert, row)

    def save(self, row: T) -> None:
        """Update what may change."""
        assert row.account_id == self._account_id, "a row belongs to the account of its unit of work"
        self._db.run_row(self.mapper.update, row)

    def get(self, id: str) -> T | None:
        """By id, or None."""
        row = self._db.one(self.mapper.by_id, id_=id, account_id_=self._account_id)
        return None if row is None else self.mapper.load(row)
