"""What unit tests of several packages look at."""

import asyncio
import sqlite3
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from storage import sqlite
from tests.support.album import View
from tests.support.cards import all_views


@pytest.fixture(scope="session")
def views(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, View]:
    """Everything that FlowPilot shows, by name. It takes seconds, so its tests run in one process (tests/conftest.py)."""
    return asyncio.run(all_views(tmp_path_factory.mktemp("views")))


@pytest.fixture(scope="package", autouse=True)
def unflushed() -> Iterator[None]:
    """No test here looks at what is left when the power goes, so none waits for a disk. Those of tests/integration do both."""
    connect = sqlite.connect

    def connect_in_haste(path: Path | str, *, read_only: bool = False) -> sqlite3.Connection:
        connection = connect(path, read_only=read_only)
        connection.execute("PRAGMA synchronous = OFF")
        return connection

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite, "connect", connect_in_haste)
        yield
