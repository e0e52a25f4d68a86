"""A yard on each database, and a desk of which the worker can be watched."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from core.ports import Store
from tests.builders import Seeded
from tests.fakes.faulty_psa import FaultyPsa
from tests.integration.conftest import run_apart
from tests.integration.work.yard import Yard
from tests.support.desk import Desk, desk_at


@pytest.fixture
def yard(store: Store, north: Seeded) -> Yard:
    """An account with a session, and nothing queued."""
    return Yard(store, north)


@pytest.fixture(scope="module")
def desk_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of a desk, to be copied."""
    folder = tmp_path_factory.mktemp("desk")

    async def make() -> None:
        async with desk_at(folder):
            pass

    run_apart(make())
    return folder / "desk.db"


@pytest.fixture
async def desk(tmp_path: Path, desk_template: Path) -> AsyncIterator[Desk]:
    """A whole FlowPilot on a fake platform and the local tickets."""
    async with desk_at(tmp_path, template=desk_template) as desk:
        yield desk


@pytest.fixture
def psa(desk: Desk) -> FaultyPsa:
    """The desk's tickets, which fail as a test tells them to."""
    account = desk.accounts["northwind"]
    desk.psas[account] = psa = FaultyPsa(desk.psa_for(account))
    return psa
