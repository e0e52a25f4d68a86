"""Desks that open in milliseconds: one database is migrated and filled, and copied for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.desk import Desk, desk_at
from tests.unit.core.models import ScriptedModel


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


@pytest.fixture
def model() -> ScriptedModel:
    """A model that answers as a test tells it."""
    return ScriptedModel()


@pytest.fixture
async def scripted(template: Path, tmp_path: Path, model: ScriptedModel) -> AsyncIterator[Desk]:
    """A desk with a model that counts its turns."""
    async with desk_at(tmp_path, template=template, model=model) as opened:
        yield opened
