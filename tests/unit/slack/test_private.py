"""What is for one person: answers to clicks, modals, the home tab, files that they shared."""

import json
from typing import Any

import pytest

from adapters.slack.client import SlackPlatform
from adapters.slack.private import SlackPrivate
from adapters.slack.wire import Handle, Place
from core.errors import Rejected, Unavailable
from core.views import Notice, Text
from tests.fakes.slack_api import SlackApi
from tests.unit.slack.conftest import CHANNEL

ERIN = "U0ERIN"
NOTICE = Notice(markdown="You take part now.")
VIEW: dict[str, Any] = {
    "type": "modal",
    "external_id": "srf-1",
    "title": {"type": "plain_text", "text": "Resolve"},
    "blocks": [{"type": "section", "text": {"type": "mrkdwn", "text": "Drafting…"}}],
}


@pytest.fixture
def private(platform: SlackPlatform) -> SlackPrivate:
    return platform.private("T0NORTHWIND")


def handle(api: SlackApi, id: str) -> Handle:
    return Handle(response_url=api.url.replace("/api/", f"/response/{id}"))


async def test_a_click_is_answered_by_the_address_that_came_with_it(private: SlackPrivate, api: SlackApi) -> None:
    """For that person only, in the thread, beside the message that was clicked."""
    api.threads.add("1.0")
    await private.whisper(Place(channel=CHANNEL, thread="1.0"), ERIN, NOTICE, handle(api, "r1"))
    (answer,) = api.answers["r1"]
    assert (answer["response_type"], answer["replace_original"], answer["thread_ts"]) == ("ephemeral", False, "1.0")
    assert "You take part now." in json.dumps(answer["blocks"])
    assert api.whispers == []


@pytest.mark.parametrize("id", ["expired-1", "used"])
async def test_an_address_that_is_used_up_does_not_lose_the_answer(
    private: SlackPrivate, api: SlackApi, id: str
) -> None:
    """It is whispered in the thread instead."""
    api.answers["used"] = [{}] * 5
    await private.whisper(Place(channel=CHANNEL), ERIN, NOTICE, handle(api, id))
    assert [whisper["user"] for whisper in api.whispers] == [ERIN]


async def test_nothing_is_answered_to_an_address_that_is_not_slacks(private: SlackPrivate, api: SlackApi) -> None:
    """Another name of the very server, which would take it."""
    elsewhere = Handle(response_url=handle(api, "r1").response_url.replace("127.0.0.1", "localhost"))
    await private.whisper(Place(channel=CHANNEL), ERIN, NOTICE, elsewhere)
    assert api.answers == {}
    assert [whisper["user"] for whisper in api.whispers] == [ERIN]


async def test_a_long_answer_takes_no_more_uses_than_an_address_has(private: SlackPrivate, api: SlackApi) -> None:
    """Slack takes five; a longer one is whispered as a whole."""
    long = Notice(markdown="", body=tuple(Text(markdown="The prompt comes back. " * 400) for _ in range(6)))
    await private.whisper(Place(channel=CHANNEL), ERIN, long, handle(api, "r1"))
    assert api.answers["r1"] == []
    assert len(api.whispers) > 5


async def test_without_a_place_it_is_said_in_the_persons_own_messages(private: SlackPrivate, api: SlackApi) -> None:
    """Such as what follows from a click on the home tab."""
    await private.whisper(Place(channel=""), ERIN, NOTICE)
    assert len(api.posted("D0ERIN")) == 1


async def test_a_modal_opens_once_a_click(private: SlackPrivate, api: SlackApi) -> None:
    """And is changed by its own id."""
    api.triggers["t-1"] = "new"
    await private.open_view("t-1", VIEW)
    await private.update_view("V-srf-1", VIEW | {"title": {"type": "plain_text", "text": "Ready"}})
    assert api.views["srf-1"]["title"]["text"] == "Ready"
    with pytest.raises(Rejected):
        await private.open_view("t-1", VIEW)


async def test_the_home_tab_is_a_persons_own(private: SlackPrivate, api: SlackApi) -> None:
    """Published whenever they look."""
    await private.publish_home(ERIN, {"type": "home", "blocks": VIEW["blocks"]})
    assert list(api.homes) == [ERIN]


async def test_a_person_is_looked_up(private: SlackPrivate, api: SlackApi) -> None:
    """With what Slack says of guests; somebody it does not know is refused."""
    api.users[ERIN] = {"real_name": "Erin", "is_restricted": True}
    assert await private.user(ERIN) == {"id": ERIN, "real_name": "Erin", "is_restricted": True}
    with pytest.raises(Rejected, match="does not know that person"):
        await private.user("U0GHOST")


async def test_a_shared_file_is_read_up_to_a_limit(private: SlackPrivate, api: SlackApi) -> None:
    """With the token, which goes to Slack alone."""
    api.files["F0LOG"] = {"content": b"0123456789"}
    assert await private.download(api.url.replace("/api/", "/files/F0LOG"), 4) == b"0123"
    for status, fault in ((404, Rejected), (503, Unavailable)):
        api.files["F0LOG"]["broken"] = status
        with pytest.raises(fault, match="did not hand out"):
            await private.download(api.url.replace("/api/", "/files/F0LOG"), 4)
    for address in (
        "https://slack.com.example.com/f",
        "https://slack.com/f",
        "https://northwind.slack.com/f",
        "https://files.slack.com@example.com/f",
        "https://files.slack.com:8443/f",
        "http://files.slack.com/f",
        "file:///etc/passwd",
        "https:///x",
        "https://[x/f",
    ):
        with pytest.raises(Rejected, match="not kept by Slack"):
            await private.download(address, 4)
