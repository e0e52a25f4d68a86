"""The playground's chat on migrated databases, held to the contract of every LocalChat."""

import pytest

from core.local import LocalChat, LocalWorkspace
from tests.contract.local_chat.conftest import CHANNELS, PEOPLE, in_database
from tests.contract.local_chat.test_local_chat_contract import (
    TestChanging,
    TestForms,
    TestPlaces,
    TestPosting,
    TestReading,
)
from tests.integration.databases import Store

__all__ = ["TestChanging", "TestForms", "TestPlaces", "TestPosting", "TestReading"]


@pytest.fixture
async def chat(store: Store) -> LocalChat:
    """A chat with two workspaces, on SQLite and on PostgreSQL."""
    chat = await in_database(store)
    for name, channels in CHANNELS.items():
        await chat.ensure(LocalWorkspace(id=name, name=name.title()), channels, PEOPLE[name])
    return chat
