"""What unit tests of several packages look at."""

import asyncio
from collections.abc import Mapping

import pytest

from tests.support.album import View
from tests.support.cards import all_views


@pytest.fixture(scope="session")
def views(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, View]:
    """Everything that FlowPilot shows, by name. It takes seconds, so its tests run in one process (tests/conftest.py)."""
    return asyncio.run(all_views(tmp_path_factory.mktemp("views")))
