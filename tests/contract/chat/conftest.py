"""The platforms that the contract suite runs on. One joins with a function that opens its surroundings, and a line here."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from tests.contract.chat.fake import FakeSurroundings, PlainPlatform
from tests.contract.chat.playground import playground_surroundings
from tests.contract.chat.slack import slack_surroundings
from tests.contract.chat.surroundings import Surroundings
from tests.contract.local_chat.conftest import in_database
from tests.contract.psa.stores import make_template, opened
from tests.fakes.local_chat import FakeLocalChat
from tests.fakes.platform import FakePlatform
from tests.support.album import View
from tests.support.cards import all_views


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, made once."""
    path = tmp_path_factory.mktemp("chat") / "template.db"
    make_template(path)
    return path


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def views(tmp_path_factory: pytest.TempPathFactory) -> dict[str, View]:
    """Every card, form and notice in every state, by name."""
    return await all_views(tmp_path_factory.mktemp("views"))


@asynccontextmanager
async def fake(request: pytest.FixtureRequest) -> AsyncIterator[Surroundings]:
    """The platform that most tests of core run on."""
    yield FakeSurroundings(FakePlatform())


@asynccontextmanager
async def plain(request: pytest.FixtureRequest) -> AsyncIterator[Surroundings]:
    """One without forms, private messages and updates."""
    yield FakeSurroundings(PlainPlatform())


@asynccontextmanager
async def playground(request: pytest.FixtureRequest) -> AsyncIterator[Surroundings]:
    """The playground on a chat in memory."""
    yield await playground_surroundings(FakeLocalChat())


@asynccontextmanager
async def playground_on_sqlite(request: pytest.FixtureRequest) -> AsyncIterator[Surroundings]:
    """The playground as it runs."""
    async with opened(request.getfixturevalue("template"), request.getfixturevalue("tmp_path")) as store:
        yield await playground_surroundings(await in_database(store))


@asynccontextmanager
async def slack(request: pytest.FixtureRequest) -> AsyncIterator[Surroundings]:
    """Slack, as a small Web API that answers as Slack documents."""
    async with slack_surroundings() as surroundings:
        yield surroundings


PLATFORMS: dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[Surroundings]]] = {
    "fake": fake,
    "plain": plain,
    "playground": playground,
    "playground on SQLite": playground_on_sqlite,
    "slack": slack,
}


@pytest.fixture(params=PLATFORMS)
async def around(request: pytest.FixtureRequest) -> AsyncIterator[Surroundings]:
    """One platform, set up for one test."""
    async with PLATFORMS[request.param](request) as surroundings:
        yield surroundings
