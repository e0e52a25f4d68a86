"""What FlowPilot says in the playground: once, where it belongs, to whom it belongs."""

import json
from typing import Any

import pytest

from adapters.playground.changes import Changes
from adapters.playground.client import PlaygroundPlatform
from core.commands import RateSession
from core.errors import Rejected, Unavailable
from core.local import LocalSurface, NewMessage
from core.people.model import ConversationRef
from core.views import Card, Form, Notice, Text
from tests.fakes.local_chat import FakeLocalChat

CARD = Card(title="FP-1", body=(Text(markdown="Outlook hangs"),))


@pytest.fixture
def platform(chat: FakeLocalChat) -> PlaygroundPlatform:
    return PlaygroundPlatform(chat=chat, changes=Changes())


@pytest.fixture
async def thread(chat: FakeLocalChat) -> ConversationRef:
    """A thread that Erin has opened."""
    root = NewMessage(workspace="northwind", channel="service-desk", author="erin", delivery="root", text="help")
    return place(thread=(await chat.post(root)).id)


def place(channel: str = "service-desk", thread: str = "", workspace: str = "northwind") -> ConversationRef:
    return ConversationRef(platform="playground", workspace=workspace, channel=channel, thread=thread)


async def view(chat: FakeLocalChat, id: str) -> dict[str, Any]:
    message = await chat.message("northwind", id)
    assert message is not None
    data: dict[str, Any] = json.loads(message.view)
    return data


def form(surface: str) -> Form:
    return Form(surface=surface, title="Filled", body=(), action=RateSession(score=1))


async def test_a_card_is_posted_once_for_a_delivery(
    platform: PlaygroundPlatform, chat: FakeLocalChat, thread: ConversationRef
) -> None:
    ref = await platform.post(thread, CARD, delivery="fp-1")
    assert await platform.post(thread, CARD, delivery="fp-1") == ref
    assert (await view(chat, ref))["title"] == "FP-1"
    assert await chat.newest("northwind") == 2


async def test_a_post_is_found_by_its_delivery_in_its_channel(
    platform: PlaygroundPlatform, thread: ConversationRef
) -> None:
    assert await platform.find(thread, "fp-1") is None
    ref = await platform.post(thread, CARD, delivery="fp-1")
    assert await platform.find(thread, "fp-1") == ref
    assert await platform.find(place("escalations"), "fp-1") is None
    assert await platform.find(place(workspace="fabrikam"), "fp-1") is None


async def test_a_threads_address_is_a_path_without_gaps(chat: FakeLocalChat) -> None:
    """Chats and mail programs cut or rewrite an address with an empty part."""
    platform = PlaygroundPlatform(chat=chat, changes=Changes(), base_url="http://localhost:3978")
    address = await platform.permalink(place("service desk/2"), "7")
    assert address == "http://localhost:3978/#/northwind/me/service%20desk%2F2/7"


async def test_a_post_to_the_channel_opens_a_thread(platform: PlaygroundPlatform, chat: FakeLocalChat) -> None:
    ref = await platform.post(place(), CARD, delivery="fp-1")
    reply = await platform.post(place(thread=ref), CARD, delivery="fp-2")
    message = await chat.message("northwind", reply)
    assert message is not None
    assert (message.thread, message.author) == (ref, "flowpilot")


async def test_a_card_takes_the_place_of_another(
    platform: PlaygroundPlatform, chat: FakeLocalChat, thread: ConversationRef
) -> None:
    ref = await platform.post(thread, CARD, delivery="fp-1")
    await platform.update(thread, ref, Card(title="FP-1, resolved"))
    assert (await view(chat, ref))["title"] == "FP-1, resolved"


async def test_what_is_gone_is_rejected_for_good(platform: PlaygroundPlatform, chat: FakeLocalChat) -> None:
    with pytest.raises(Rejected):
        await platform.post(place("nowhere"), CARD, delivery="fp-1")
    with pytest.raises(Rejected):
        await platform.post(place(thread="99"), CARD, delivery="fp-1")
    with pytest.raises(Rejected):
        await platform.update(place(), "99", CARD)
    with pytest.raises(Rejected):
        await platform.tell(place(workspace="nowhere"), "erin", Notice(markdown="x"), delivery="fp-1")
    with pytest.raises(Rejected):
        await platform.fill(place(workspace="nowhere"), "erin", "s1", form("s1"))


async def test_an_open_form_is_filled_and_a_closed_one_is_no_error(
    platform: PlaygroundPlatform, chat: FakeLocalChat
) -> None:
    await chat.open_surface(workspace="northwind", id="s1", person="erin", channel="service-desk", thread="", view="{}")
    await platform.fill(place(), "erin", "page:some-act", form("s1"))
    surface = await chat.surface("northwind", "s1")
    assert surface is not None
    assert json.loads(surface.view)["title"] == "Filled"

    await chat.close_surface(workspace="northwind", id="s1", person="erin")
    await platform.fill(place(), "erin", "page:some-act", form("s1"))
    gone = await chat.surface("northwind", "s1")
    assert gone is not None
    assert (gone.open, gone.view) == (False, "")


async def test_a_form_that_is_not_open_yet_is_filled_later(platform: PlaygroundPlatform, chat: FakeLocalChat) -> None:
    with pytest.raises(Unavailable, match="not open yet") as early:
        await platform.fill(place(), "erin", "page:some-act", form("s2"))
    assert early.value.retry_after == 0.2
    await chat.open_surface(workspace="northwind", id="s2", person="erin", channel="service-desk", thread="", view="{}")
    await platform.fill(place(), "erin", "page:some-act", form("s2"))
    surface = await chat.surface("northwind", "s2")
    assert surface is not None
    assert json.loads(surface.view)["title"] == "Filled"


async def test_what_is_told_is_private_and_told_once(
    platform: PlaygroundPlatform, chat: FakeLocalChat, thread: ConversationRef
) -> None:
    for _ in range(2):
        await platform.tell(thread, "sam", Notice(markdown="Join?"), delivery="fp-3")
    message = await chat.find("northwind", "fp-3")
    assert message is not None
    assert (message.private_to, message.thread) == ("sam", thread.thread)
    assert await chat.newest("northwind") == 2


async def test_every_word_wakes_the_pages(platform: PlaygroundPlatform, thread: ConversationRef) -> None:
    counts = [platform.changes.count]
    ref = await platform.post(thread, CARD, delivery="fp-1")
    counts.append(platform.changes.count)
    await platform.update(thread, ref, CARD)
    counts.append(platform.changes.count)
    await platform.progress(thread, "FlowPilot is thinking…")
    counts.append(platform.changes.count)
    assert counts == sorted(set(counts))


def test_it_says_what_it_can_do(platform: PlaygroundPlatform) -> None:
    assert platform.name == "playground"
    assert platform.capabilities.forms
    assert platform.capabilities.private_messages
    assert platform.capabilities.updates


async def test_a_form_that_opens_while_it_is_looked_for_is_filled_by_the_next_try(
    platform: PlaygroundPlatform, chat: FakeLocalChat, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = chat.surface

    async def opened_meanwhile(workspace: str, id: str) -> LocalSurface | None:
        await chat.open_surface(
            workspace=workspace, id=id, person="erin", channel="service-desk", thread="", view='{"title": "Busy"}'
        )
        return await look(workspace, id)

    monkeypatch.setattr(chat, "surface", opened_meanwhile)
    with pytest.raises(Unavailable):
        await platform.fill(place(), "erin", "page:some-act", form("s1"))
    await platform.fill(place(), "erin", "page:some-act", form("s1"))
    surface = await look("northwind", "s1")
    assert surface is not None
    assert json.loads(surface.view)["title"] == "Filled"


async def test_half_a_surrogate_pair_becomes_a_question_mark(
    platform: PlaygroundPlatform, chat: FakeLocalChat, thread: ConversationRef
) -> None:
    ref = await platform.post(thread, Card(title="half \ud83d"), delivery="fp-1")
    assert (await view(chat, ref))["title"] == "half ?"
