"""The chats that the contract suite runs on: in memory, and in the database."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.local import LocalChannel, LocalChat, LocalPerson, LocalWorkspace
from core.people.model import Account, Workspace
from core.ports import Store, Transaction
from storage.local_chat import SqlLocalChat
from tests.contract.psa.stores import make_template, opened
from tests.fakes.local_chat import FakeLocalChat

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


class Clock:
    """Each look at it is a second later."""

    def __init__(self) -> None:
        self._looks = 0

    def now(self) -> datetime:
        self._looks += 1
        return AT + timedelta(seconds=self._looks)


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with all tables, made once."""
    path = tmp_path_factory.mktemp("local_chat") / "template.db"
    make_template(path)
    return path


def add_accounts(transaction: Transaction) -> None:
    """An account for each workspace of the suite."""
    for name in ("northwind", "fabrikam"):
        account = Account(id=f"a-{name}", name=name, settings={}, created_at=AT)
        workspace = Workspace(id=f"w-{name}", account_id=account.id, platform="playground", external_id=name, name=name)
        transaction.directory.add_account(account)
        transaction.directory.add_workspace(workspace)


async def in_database(store: Store) -> LocalChat:
    """The chat on a store that knows the accounts."""
    await store.write(add_accounts)
    return SqlLocalChat(store, Clock())


@asynccontextmanager
async def memory(request: pytest.FixtureRequest) -> AsyncIterator[LocalChat]:
    yield FakeLocalChat(Clock().now)


@asynccontextmanager
async def sqlite(request: pytest.FixtureRequest) -> AsyncIterator[LocalChat]:
    async with opened(request.getfixturevalue("template"), request.getfixturevalue("tmp_path")) as store:
        yield await in_database(store)


CHATS: dict[str, Callable[[pytest.FixtureRequest], AbstractAsyncContextManager[LocalChat]]] = {
    "memory": memory,
    "sqlite": sqlite,
}

CHANNELS = {
    "northwind": (
        LocalChannel(workspace="northwind", id="desk", name="desk", topic="Where problems come in."),
        LocalChannel(workspace="northwind", id="shared", name="shared", guests=True),
        LocalChannel(workspace="northwind", id="direct-erin", name="FlowPilot", direct="erin"),
        LocalChannel(workspace="northwind", id="direct-gus", name="FlowPilot", direct="gus"),
    ),
    "fabrikam": (LocalChannel(workspace="fabrikam", id="desk", name="desk"),),
}
PEOPLE = {
    "northwind": (
        LocalPerson(workspace="northwind", id="erin", name="Erin", title="engineer", email="erin@northwind.example"),
        LocalPerson(workspace="northwind", id="gus", name="Gus", title="guest", member=False),
    ),
    "fabrikam": (LocalPerson(workspace="fabrikam", id="frida", name="Frida"),),
}


@pytest.fixture(params=CHATS)
async def chat(request: pytest.FixtureRequest) -> AsyncIterator[LocalChat]:
    """A chat with two workspaces."""
    async with CHATS[request.param](request) as opened_chat:
        for name, channels in CHANNELS.items():
            workspace = LocalWorkspace(id=name, name=name.title())
            await opened_chat.ensure(workspace, channels, PEOPLE[name])
        yield opened_chat
