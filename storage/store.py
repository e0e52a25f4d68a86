"""Opens the store that a database URL names."""

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from core.errors import Misconfigured
from core.ports import Store
from storage.jobs import Wake
from storage.postgres import PostgresStore
from storage.sqlite import SqliteStore

__all__ = ["open_store"]


def open_store(url: str, *, wake: Wake | None = None) -> Store:
    """The store of `sqlite+aiosqlite:///path` or `postgresql+asyncpg://…`. Raises Misconfigured for anything else."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Misconfigured(
            "FLOWPILOT_DATABASE_URL is not a database URL. Try sqlite+aiosqlite:///data/flowpilot.db"
        ) from error
    if parsed.drivername == "sqlite+aiosqlite" and parsed.database and parsed.database != ":memory:":
        return SqliteStore(parsed.database, wake=wake)
    if parsed.drivername == "postgresql+asyncpg":
        return PostgresStore(parsed, wake=wake)
    raise Misconfigured(
        f"FLOWPILOT_DATABASE_URL has the scheme {parsed.drivername!r}. "
        "Use sqlite+aiosqlite:///<file> or postgresql+asyncpg://<host>/<database>."
    )
