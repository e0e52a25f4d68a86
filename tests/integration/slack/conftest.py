"""A desk in Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.slack.desk import SlackDesk, slack_desk
from tests.integration.slack.many import Clock


@pytest.fixture
def clock() -> Clock:
    """The desk's."""
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[SlackDesk]:
    """One workspace, nothing said yet."""
    async with slack_desk(tmp_path, clock=clock) as desk:
        yield desk
