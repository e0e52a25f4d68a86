"""A desk in Slack."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.integration.slack.desk import SlackDesk, slack_desk


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[SlackDesk]:
    """One workspace, nothing said yet."""
    async with slack_desk(tmp_path) as desk:
        yield desk
