"""SQLite stores with all tables, for tests of what is kept in them."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import create_engine

from storage.sqlite import SqliteStore
from storage.tables import metadata

__all__ = ["make_template", "opened"]


def make_template(path: Path) -> None:
    """An empty database with all tables, to be copied."""
    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    engine.dispose()


@asynccontextmanager
async def opened(template: Path, folder: Path) -> AsyncIterator[SqliteStore]:
    """A store on a fresh copy of the template."""
    path = folder / "flowpilot.db"
    shutil.copy(template, path)
    store = SqliteStore(path)
    try:
        yield store
    finally:
        await store.close()
