"""Text files that come with a message: the first answer sees what they say."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from core.codec import encode
from core.commands import ListFacts
from core.turns.queue import MORE_WITHIN
from tests.integration.slack.desk import THREAD, SlackDesk, slack_desk
from tests.integration.slack.many import Clock

LOG = "F0LOG"
OFFER = "Outlook does not open or hangs"


@pytest.fixture
def clock() -> Clock:
    """The real time, unless a test goes ahead."""
    return Clock()


@pytest.fixture
async def desk(tmp_path: Path, clock: Clock) -> AsyncIterator[SlackDesk]:
    """One workspace, and a log that is kept in Slack."""
    async with slack_desk(tmp_path, clock=clock) as desk:
        desk.api.files[LOG] = {"content": b"Outlook will not open, it hangs at Loading profile", "length": 49}
        yield desk


def files(desk: SlackDesk) -> list[dict[str, Any]]:
    """As they come with a message."""
    found: list[dict[str, Any]] = desk.payload("file_share")["event"]["files"]
    found[0]["url_private_download"] = desk.api.url.replace("/api/", f"/files/{LOG}")
    return found


async def share(desk: SlackDesk, **event: Any) -> None:
    """Somebody shares a log. What is read of it is read meanwhile."""
    assert await asyncio.wait_for(desk.event("file_share", **{"files": files(desk), **event}), 10) == 200


def offered(desk: SlackDesk) -> bool:
    """Whether the answer is about what stands in the log."""
    return OFFER in desk.said()


async def answers(desk: SlackDesk) -> int:
    """How many messages of FlowPilot stand below the card of the session."""
    await desk.work()
    return len(desk.api.posted("C0DESK")) - 1


async def test_the_first_answer_sees_what_the_log_says(desk: SlackDesk) -> None:
    """As soon as it was read: the time for that has not passed."""
    await share(desk)
    assert await answers(desk) == 1
    assert offered(desk)


async def test_an_answer_waits_while_the_log_is_read(desk: SlackDesk) -> None:
    """The card of the session is there at once; the text lets the answer go."""
    desk.api.stall("download")
    sharing = asyncio.create_task(share(desk))
    await desk.api.stalled.wait()
    assert await answers(desk) == 0
    desk.api.go_on.set()
    await sharing
    await desk.system.slack.settled()  # type: ignore[union-attr]
    assert await answers(desk) == 1
    assert offered(desk)


@pytest.mark.parametrize(
    ("trouble", "why"),
    [
        ({"status": 404}, "Slack did not hand out a file (404)."),
        ({"retry_after": 30}, "Slack asks FlowPilot to slow down."),
    ],
)
async def test_who_sent_what_cannot_be_read_is_told(desk: SlackDesk, trouble: dict[str, Any], why: str) -> None:
    """The answer need not wait, and the record says why it knows the name alone."""
    desk.api.fail("download", **trouble)
    await share(desk)
    assert await answers(desk) == 1
    assert not offered(desk)
    assert f"outlook.log could not be read: {why}" in "".join(await desk.messages())
    assert f"outlook.log could not be read: {why} Send it again, or write what matters of it." in desk.whispered()


async def test_what_is_not_read_in_time_is_answered_without_it(desk: SlackDesk, clock: Clock) -> None:
    """With the names of the files."""
    desk.api.stall("download")
    sharing = asyncio.create_task(share(desk))
    await desk.api.stalled.wait()
    assert await answers(desk) == 0
    clock.ahead += MORE_WITHIN
    assert await answers(desk) == 1
    assert not offered(desk)
    desk.api.go_on.set()
    await sharing


async def test_a_picture_is_not_waited_for(desk: SlackDesk) -> None:
    """Nothing of it is read."""
    await share(desk, files=files(desk)[1:])
    assert await answers(desk) == 1


async def nothing_yet(*given: object) -> tuple[str, tuple[str, ...]]:
    """What is read of a file by a process that dies over it."""
    return "", ()


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> None:
    """No text of any file comes."""
    monkeypatch.setattr("adapters.slack.events.texts_of", nothing_yet)


async def test_an_edit_while_the_log_is_read_waits_for_it_too(desk: SlackDesk, unread: None) -> None:
    """It comes with the same files."""
    await share(desk)
    message = desk.payload("message_changed")["event"]["message"] | {"files": files(desk)}
    await desk.event("message_changed", message=message)
    assert await answers(desk) == 0
    bare = message | {"files": [], "text": "Teams is slow", "edited": {"user": "U0ERIN", "ts": "1715000999.000000"}}
    await desk.event("message_changed", message=bare)
    assert await answers(desk) == 1


async def test_a_log_that_follows_is_answered_with_its_text(desk: SlackDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Later messages wait for their files as the first one does."""
    await desk.event("message", text="<@U0FLOWPILOT> It is broken")
    assert await answers(desk) == 1
    with monkeypatch.context() as patch:
        patch.setattr("adapters.slack.events.texts_of", nothing_yet)
        await desk.say("here is the log", files=files(desk), subtype="file_share")
    assert await answers(desk) == 1
    await desk.say("and here again", files=files(desk), subtype="file_share")
    assert await answers(desk) == 2
    assert offered(desk)


async def test_what_a_log_says_is_no_part_of_the_note_that_it_came_with(desk: SlackDesk) -> None:
    """Its name is; who wrote the note has not edited it."""
    await desk.event("app_mention")
    await desk.work()
    await share(desk, text="fact: it hangs", ts="1715000400.000100", thread_ts=THREAD, event_ts="1715000400.000100")
    await desk.click(encode(ListFacts(session_id="FP-1")), response_url=desk.response_url("facts"))
    (listed,) = desk.api.answers["facts"]
    assert "it hangs" in json.dumps(listed)
    assert "Loading profile" not in json.dumps(listed)
    assert desk.api.downloads, "it was read"


async def test_a_mention_whose_log_cannot_be_read_is_told_so_once(desk: SlackDesk) -> None:
    """It comes as a message and as a mention."""
    for _ in range(2):
        desk.api.fail("download", status=404)
    await share(desk)
    await share(desk, type="app_mention", subtype=None)
    (whisper,) = desk.api.whispers
    assert "outlook.log could not be read" in whisper["text"]


@pytest.mark.parametrize(
    "content",
    ["Größe: 5 GB".encode("utf-16"), "Größe: 5 GB".encode("utf-8-sig"), "Größe: 5 GB".encode("cp1252")],
    ids=["powershell", "notepad", "ansi"],
)
async def test_a_log_is_read_as_windows_wrote_it(desk: SlackDesk, content: bytes) -> None:
    """PowerShell 5 redirects in UTF-16, and older programs write what Windows calls ANSI."""
    desk.api.files[LOG] = {"content": content, "length": len(content)}
    await share(desk)
    assert "outlook.log:\n```\nGröße: 5 GB\n```" in "".join(await desk.messages())


async def test_a_log_that_is_cut_within_a_letter_stays_what_it_is(desk: SlackDesk) -> None:
    """The end of a long file is not read."""
    content = ("x" + "€" * 30_000).encode()
    desk.api.files[LOG] = {"content": content, "length": len(content)}
    await share(desk)
    assert "outlook.log:\n```\nx€€€€" in "".join(await desk.messages())


def unsaid(desk: SlackDesk) -> list[dict[str, Any]]:
    """The log as it comes in a channel that is shared with another organisation; Slack says the rest when it is asked."""
    desk.api.files[LOG]["about"] = files(desk)[0]
    return [{"id": LOG, "mode": "file_access", "file_access": "check_file_info", "created": 0, "user": ""}]


async def test_of_a_log_in_a_shared_channel_slack_is_asked(desk: SlackDesk) -> None:
    """The first answer waits for that, too."""
    await share(desk, files=unsaid(desk), is_ext_shared_channel=True)
    (words,) = await desk.messages()
    assert words.startswith("see the log\n[file: outlook.log (text/plain)]\n\noutlook.log:\n```\nOutlook will not open")
    assert await answers(desk) == 1
    assert offered(desk)


async def test_a_log_of_which_slack_says_nothing_is_told(desk: SlackDesk) -> None:
    """It may be of a channel that FlowPilot does not see."""
    shared = unsaid(desk)
    del desk.api.files[LOG]
    await share(desk, files=shared)
    assert "file could not be read: Slack refused this (file_not_found)." in desk.whispered()
    assert await answers(desk) == 1


async def test_a_log_in_a_message_that_is_passed_on_is_read(desk: SlackDesk) -> None:
    """Its files lie within what is passed on."""
    passed_on = [{"is_share": True, "is_msg_unfurl": True, "text": "It says this", "files": files(desk)[:1]}]
    await share(desk, files=[], attachments=passed_on, subtype=None)
    (words,) = await desk.messages()
    assert words.startswith("see the log\nPassed on:\nIt says this\n[file: outlook.log (text/plain)]\n\noutlook.log:\n")
    assert await answers(desk) == 1
    assert offered(desk)
