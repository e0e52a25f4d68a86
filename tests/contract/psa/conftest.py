"""The desks that the contract suite runs on. A vendor joins with a function that opens its desk, and a line in DESKS."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from tests.contract.psa.desk import Desk
from tests.contract.psa.local_desk import local_desk
from tests.contract.psa.stores import make_template, opened


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, made once."""
    path = tmp_path_factory.mktemp("psa") / "template.db"
    make_template(path)
    return path


@asynccontextmanager
async def local(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """The built-in ticket list on SQLite."""
    async with opened(request.getfixturevalue("template"), request.getfixturevalue("tmp_path")) as store:
        yield await local_desk(store)


DESKS: dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Desk]]] = {"local": local}


@pytest.fixture(params=DESKS)
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    """One vendor, set up for one test."""
    async with DESKS[request.param](request) as opened_desk:
        yield opened_desk
