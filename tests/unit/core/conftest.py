"""Desks that open in milliseconds: one database is migrated and filled, and copied for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import Desk, desk_at


async def _fill(folder: Path) -> None:
    async with desk_at(folder):
        pass


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database that every desk of these tests begins with."""
    folder = tmp_path_factory.mktemp("template")
    asyncio.run(_fill(folder))
    return folder / "desk.db"


@pytest.fixture
async def desk(template: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """A desk of one's own."""
    async with desk_at(tmp_path, template=template) as opened:
        yield opened
