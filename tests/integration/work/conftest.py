"""A yard on each database."""

import pytest

from core.ports import Store
from tests.builders import Seeded
from tests.integration.work.yard import Yard


@pytest.fixture
def yard(store: Store, north: Seeded) -> Yard:
    """An account with a session, and nothing queued."""
    return Yard(store, north)
