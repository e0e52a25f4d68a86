"""Screenshots in a Slack thread, before Claude's own client: from the file that was shared to the block in the request."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.messages_api import KEY, MessagesApi, messages_api
from tests.integration.slack.desk import SlackDesk, slack_desk

SHOT = "F0SHOT"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with messages_api() as listening:
        yield listening


@pytest.fixture
async def seeing(api: MessagesApi, tmp_path: Path) -> AsyncIterator[SlackDesk]:
    """One workspace, with a model."""
    async with slack_desk(tmp_path, anthropic_api_key=KEY, anthropic_base_url=api.base_url) as desk:
        yield desk


def screenshot(desk: SlackDesk, **changes: Any) -> list[dict[str, Any]]:
    """The picture of the recorded payload, which Slack keeps."""
    desk.api.files[SHOT] = {"content": PNG, "length": len(PNG)}
    address = desk.api.url.replace("/api/", f"/files/{SHOT}")
    return [desk.payload("file_share")["event"]["files"][1] | {"url_private": address} | changes]


def blocks(api: MessagesApi) -> list[dict[str, Any]]:
    """Of the newest message of the newest request."""
    return list(api.requests[-1]["messages"][-1]["content"])


async def test_a_screenshot_goes_to_the_model(
    seeing: SlackDesk, api: MessagesApi, caplog: pytest.LogCaptureFixture
) -> None:
    """As it is, in the turn that answers its message; no log line holds it."""
    for name in ("adapters", "bot", "core", "storage"):
        caplog.set_level("DEBUG", logger=name)
    await seeing.event("file_share", files=screenshot(seeing))
    await seeing.work()
    picture, words = blocks(api)
    encoded = base64.b64encode(PNG).decode()
    assert picture["source"] == {"type": "base64", "media_type": "image/png", "data": encoded}
    assert "1. screen.png, from m1" in words["text"]
    assert encoded[:40] not in caplog.text
    assert "Noted." in seeing.said()


async def test_the_token_goes_to_no_other_host_and_redirects_are_not_followed(
    seeing: SlackDesk, api: MessagesApi
) -> None:
    """What a payload says of an address is not believed."""
    (elsewhere,) = screenshot(seeing, url_private="https://files.example.com/screen.png", name="elsewhere.png")
    (moved,) = screenshot(seeing, url_private=seeing.api.url.replace("/api/", "/files/MOVED"), name="moved.png")
    seeing.api.files["MOVED"] = {"moved": seeing.api.url.replace("/api/", f"/files/{SHOT}")}
    await seeing.event("file_share", files=[elsewhere, moved])
    await seeing.work()
    (words,) = blocks(api)
    for name in ("elsewhere.png", "moved.png"):
        assert f"- not shown: {name}, from m1: it could not be fetched" in words["text"]
    assert seeing.api.downloads == ["MOVED"]


async def test_what_slack_says_is_too_large_is_not_fetched(seeing: SlackDesk, api: MessagesApi) -> None:
    """The engineer is told, privately."""
    await seeing.event("file_share", files=screenshot(seeing, size=7_000_000))
    await seeing.work()
    assert seeing.api.downloads == []
    assert "I cannot look at screen.png: it is larger than 5 MB." in seeing.whispered()
    assert len(blocks(api)) == 1


async def test_without_a_model_no_picture_is_fetched(desk: SlackDesk) -> None:
    """The words go on as ever."""
    await desk.event("file_share", files=screenshot(desk))
    await desk.work()
    assert "[file: screen.png (image/png)]" in "".join(await desk.messages())
    assert desk.api.downloads == []


async def test_a_screenshot_in_a_shared_channel_goes_to_the_model(seeing: SlackDesk, api: MessagesApi) -> None:
    """Slack says that it is one when it is asked; an edit of the words does not note it anew."""
    (shot,) = screenshot(seeing)
    seeing.api.files[SHOT]["about"] = shot
    stub = {"id": SHOT, "mode": "file_access", "file_access": "check_file_info"}
    await seeing.event("file_share", files=[stub])
    message = seeing.payload("message_changed")["event"]["message"] | {"files": [stub]}
    await seeing.event("message_changed", message=message)
    await seeing.work()
    assert [block["type"] for block in blocks(api)] == ["image", "text"]
    assert seeing.api.downloads == [SHOT]
