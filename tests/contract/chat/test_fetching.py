"""What every ChatPlatform does with files that people share: handed out by their address, and by no other."""

import pytest

from core.errors import Rejected
from tests.contract.chat.surroundings import Surroundings

ELSEWHERE = (
    "https://elsewhere.example/screen.png",
    "http://127.0.0.1:1/x",
    "file:///etc/passwd",
    "//x",
    "https://[x",
    "",
)


async def test_a_shared_file_is_handed_out_up_to_a_limit(around: Surroundings) -> None:
    """Its first bytes, as they are."""
    content = bytes(range(256))
    address = around.share(content)
    if not around.traits.shares_files:
        with pytest.raises(Rejected):
            await around.platform.fetch(around.place, address, most=10)
        return
    assert await around.platform.fetch(around.place, address, most=1_000) == content
    assert await around.platform.fetch(around.place, address, most=10) == content[:10]


@pytest.mark.parametrize("address", ELSEWHERE)
async def test_nothing_is_fetched_from_elsewhere(around: Surroundings, address: str) -> None:
    """Whatever a payload says: the platform's credentials go to the platform alone."""
    with pytest.raises(Rejected):
        await around.platform.fetch(around.place, address, most=10)
