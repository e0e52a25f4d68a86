"""What a page does becomes an Inbound, once; and what it may not do is declined in one sentence."""

import pytest

from core.codec import encode
from core.commands import (
    AddFact,
    ApplyFix,
    DeleteMessage,
    EditMessage,
    OpenRating,
    RateSession,
    ReceiveMessage,
    StartSession,
    TypeWords,
)
from core.local import BOT, NewMessage
from core.people.model import ConversationRef, WorkspaceRef
from core.ports import PersonRef
from core.views import Form
from tests.unit.playground.conftest import Page

DESK = "service-desk"


def at(channel: str = DESK, thread: str = "", workspace: str = "northwind") -> ConversationRef:
    return ConversationRef(platform="playground", workspace=workspace, channel=channel, thread=thread)


async def said(page: Page, text: str = "@FlowPilot Outlook hangs", channel: str = DESK, thread: str = "") -> str:
    """Erin says something; returns the message's id."""
    status, answer = await page.act(kind="send", channel=channel, thread=thread, text=text)
    assert (status, answer["kind"]) == (200, "nothing")
    return str(answer["posted"])


async def card(page: Page, thread: str) -> str:
    """The bot posts something in a thread; returns the message's id."""
    message = NewMessage(
        workspace="northwind", channel=DESK, thread=thread, author=BOT, delivery=f"card {thread}", view="{}"
    )
    return (await page.chat.post(message)).id


async def form(page: Page, surface: str = "s1", thread: str = "") -> None:
    """A form is open before Erin."""
    await page.chat.open_surface(
        workspace="northwind", id=surface, person="erin", channel=DESK, thread=thread, view="{}"
    )


async def test_a_message_is_in_the_chat_and_handed_on(page: Page) -> None:
    id = await said(page)
    (inbound,) = page.application.seen
    assert inbound.command == ReceiveMessage(ref=id, text="Outlook hangs", mentioned=True)
    assert inbound.keys == (f"message:northwind:{DESK}:{id}",)
    assert inbound.workspace == WorkspaceRef(platform="playground", external_id="northwind")
    assert inbound.person == PersonRef(external_id="erin", name="Erin Engineer", email="erin@northwind.example")
    assert inbound.place == at(thread=id)
    assert inbound.words == "@FlowPilot Outlook hangs"
    assert inbound.surface
    assert not inbound.guests
    (message,) = (await page.state())["messages"]
    assert (message["text"], message["author"], message["thread"]) == ("@FlowPilot Outlook hangs", "erin", "")


async def test_a_reply_stays_in_its_thread(page: Page) -> None:
    root = await said(page)
    id = await said(page, "It is version 2402", thread=root)
    inbound = page.application.seen[-1]
    assert inbound.place == at(thread=root)
    assert inbound.command == ReceiveMessage(ref=id, text="It is version 2402")


async def test_a_resent_message_is_a_repeat(page: Page) -> None:
    for _ in range(2):
        status, _ = await page.act(kind="send", id="same-act", channel=DESK, text="Outlook hangs")
        assert status == 200
    first, second = page.application.seen
    assert first.keys == second.keys
    assert first.command == second.command
    assert len((await page.state())["messages"]) == 1


async def test_the_same_act_of_another_person_is_no_repeat(page: Page) -> None:
    await page.act("northwind/erin", kind="send", id="same-act", channel=DESK, text="/resolve")
    await page.act("northwind/sam", kind="send", id="same-act", channel=DESK, text="/resolve")
    first, second = page.application.seen
    assert set(first.keys).isdisjoint(second.keys)


async def test_a_slash_command_is_typed_words_and_no_message(page: Page) -> None:
    root = await said(page)
    await page.act(kind="send", channel=DESK, thread=root, text="/flowpilot Outlook\nhangs")
    await page.act(kind="send", channel=DESK, text="/resolve FP-12")
    thread, channel = page.application.seen[1:]
    assert thread.command == TypeWords(name="flowpilot", text="Outlook\nhangs")
    assert thread.place == at(thread=root)
    assert channel.command == TypeWords(name="resolve", text="FP-12")
    assert channel.place == at(thread="")
    assert channel.words == "/resolve FP-12"
    assert len((await page.state())["messages"]) == 1


async def test_an_unknown_command_is_declined_with_those_there_are(page: Page) -> None:
    status, answer = await page.act(kind="send", channel=DESK, text="/resolv now")
    assert status == 400
    assert answer["error"] == "/resolv is not a command here. There are /flowpilot, /resolve, /escalate."
    assert page.application.seen == []
    assert (await page.state())["messages"] == []


async def test_a_message_to_the_bot_alone_is_direct(page: Page) -> None:
    id = await said(page, "Outlook hangs", channel="direct-erin")
    (inbound,) = page.application.seen
    assert inbound.command == ReceiveMessage(ref=id, text="Outlook hangs", direct=True)
    assert inbound.place == at("direct-erin", id)


async def test_a_message_that_opens_with_somebody_else_is_to_them(page: Page) -> None:
    await said(page, "@Sam Engineer can you look?")
    command = page.application.seen[0].command
    assert isinstance(command, ReceiveMessage)
    assert command.to_others


async def test_a_guest_and_a_shared_channel_are_said_to_be(page: Page) -> None:
    status, _ = await page.act("northwind/gus", kind="send", channel="shared-contoso", text="@FlowPilot help")
    (inbound,) = page.application.seen
    assert status == 200
    assert inbound.guests
    assert not inbound.person.member


async def test_an_edit_is_handed_on_once_for_each_change(page: Page) -> None:
    id = await said(page)
    for _ in range(2):
        await page.act(kind="edit", message=id, text="@FlowPilot Outlook crashes")
    await page.act(kind="edit", message=id, text="@FlowPilot Outlook freezes")
    first, again, other = page.application.seen[1:]
    assert first.command == EditMessage(ref=id, text="Outlook crashes")
    assert first.place == at(thread=id)
    assert first.keys == again.keys
    assert first.keys != other.keys
    assert (first.about,) == page.application.seen[0].keys
    assert (await page.state())["messages"][0]["edited"]


async def test_an_edit_may_be_to_somebody_else(page: Page) -> None:
    id = await said(page)
    await page.act(kind="edit", message=id, text="@Sam Engineer can you look?")
    assert page.application.seen[1].command == EditMessage(ref=id, text="@Sam Engineer can you look?", to_others=True)


async def test_a_deletion_is_handed_on(page: Page) -> None:
    id = await said(page)
    for _ in range(2):
        status, _ = await page.act(kind="delete", message=id)
        assert status == 200
    first, again = page.application.seen[1:]
    assert first.command == DeleteMessage(ref=id)
    assert first.keys == again.keys
    assert (first.about,) == page.application.seen[0].keys
    (message,) = (await page.state())["messages"]
    assert (message["deleted"], message["text"]) == (True, "")


async def test_nobody_changes_the_words_of_others(page: Page) -> None:
    id = await said(page)
    for kind in ("edit", "delete"):
        status, answer = await page.act("northwind/sam", kind=kind, message=id, text="mine now")
        assert (status, answer["error"][-18:]) == (403, "own messages only.")
    assert len(page.application.seen) == 1


async def test_a_click_is_its_action_in_the_thread_of_its_card(page: Page) -> None:
    root = await said(page)
    value = encode(ApplyFix(session_id="x", fix_id="f"))
    await page.act(kind="click", id="click-01", message=await card(page, root), value=value)
    inbound = page.application.seen[-1]
    assert inbound.command == ApplyFix(session_id="x", fix_id="f")
    assert inbound.place == at(thread=root)
    assert inbound.keys == ("click:northwind:erin:click-01",)


async def test_a_click_on_a_card_of_the_channel_is_in_the_thread_it_opens(page: Page) -> None:
    message = await card(page, "")
    await page.act(kind="click", message=message, value=encode(OpenRating(score=5)))
    assert page.application.seen[-1].place == at(thread=message)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "not json",
        "{}",
        '{"c":"Nonsense"}',
        '{"c":"ReceiveMessage","ref":"1","text":"x"}',
        '{"c":"ApplyFix"}',
        '{"c":"ApplyFix","fix_id":7}',
        '{"c":"ApplyFix","fix_id":"f","evil":"1"}',
        '{"c":"ApplyFix","fix_id":"' + "f" * 2000 + '"}',
    ],
)
async def test_a_tampered_button_is_declined_and_reaches_nobody(page: Page, value: str) -> None:
    message = await card(page, "")
    status, answer = await page.act(kind="click", message=message, value=value)
    assert status == 400
    assert answer["error"].endswith(".")
    assert page.application.seen == []


async def test_only_the_bot_has_buttons(page: Page) -> None:
    status, answer = await page.act(kind="click", message=await said(page), value=encode(ApplyFix(fix_id="f")))
    assert (status, answer["error"]) == (400, "That message has no buttons.")


async def test_a_form_is_its_action_with_the_inputs(page: Page) -> None:
    root = await said(page)
    await form(page, thread=root)
    action = encode(RateSession(score=4))
    inputs = {"comment": "Good", "unknown": "x", "session_id": "other"}
    await page.act(kind="submit", id="submit-1", surface="s1", action=action, inputs=inputs)
    inbound = page.application.seen[-1]
    assert inbound.command == RateSession(score=4, comment="Good")
    assert inbound.place == at(thread=root)
    assert inbound.keys == ("form:northwind:erin:submit-1",)


async def test_an_input_of_the_wrong_kind_is_said_at_its_field(page: Page) -> None:
    await form(page)
    status, answer = await page.act(
        kind="submit", surface="s1", action=encode(RateSession(score=4)), inputs={"score": "many"}
    )
    assert (status, answer) == (200, {"kind": "errors", "fields": {"score": "Enter a whole number."}})
    assert page.application.seen == []


async def test_a_form_before_somebody_else_is_out_of_reach(page: Page) -> None:
    await form(page)
    action = encode(RateSession(score=4))
    for act in (
        {"kind": "submit", "surface": "s1", "action": action, "inputs": {}},
        {"kind": "click", "surface": "s1", "value": action},
    ):
        status, answer = await page.act("northwind/sam", **act)
        assert (status, answer["error"]) == (404, "That form is gone; open it again.")


async def test_shortcuts_take_the_words_of_any_message(page: Page) -> None:
    id = await said(page, "Outlook hangs on Dana's laptop")
    await page.act("northwind/sam", kind="shortcut", message=id, name="start")
    await page.act("northwind/sam", kind="shortcut", message=id, name="fact")
    start, fact = page.application.seen[1:]
    assert start.command == StartSession(text="Outlook hangs on Dana's laptop", message_ref=id)
    assert fact.command == AddFact(text="Outlook hangs on Dana's laptop")
    assert start.place == fact.place == at(thread=id)
    assert (await page.act(kind="shortcut", message=id, name="destroy"))[0] == 400
    assert (await page.act(kind="shortcut", message=await card(page, id), name="fact"))[0] == 400


@pytest.mark.parametrize(
    "person", ["", "northwind", "northwind/", "northwind/frida", "nowhere/erin", "/", "northwind/erin/x"]
)
async def test_nobody_acts_as_someone_who_does_not_exist(page: Page, person: str) -> None:
    status, answer = await page.act(person, kind="send", channel=DESK, text="hello")
    assert status == 404
    assert answer["error"].startswith("There is nobody of that name")
    assert page.application.seen == []


async def test_nobody_reaches_another_workspace_or_a_channel_they_are_not_in(page: Page) -> None:
    id = await said(page)
    for person, channel in (
        ("fabrikam/frida", DESK),
        ("northwind/gus", DESK),
        ("northwind/sam", "direct-erin"),
        ("northwind/erin", "helpdesk"),
        ("northwind/erin", "nowhere"),
    ):
        status, answer = await page.act(person, kind="send", channel=channel, text="hello")
        assert (status, answer["error"]) == (404, "You are not in that channel.")
    for person in ("fabrikam/frida", "northwind/gus"):
        for act in (
            {"kind": "edit", "text": "x"},
            {"kind": "click", "value": "{}"},
            {"kind": "shortcut", "name": "start"},
        ):
            assert (await page.act(person, message=id, **act))[0] == 404
    assert len(page.application.seen) == 1


async def test_a_thread_that_does_not_exist_is_said_so(page: Page) -> None:
    status, answer = await page.act(kind="send", channel=DESK, thread="99", text="hello")
    assert (status, answer["error"]) == (404, "There is no such thread in this channel.")


async def test_a_form_of_an_answer_to_a_message_opens_where_it_was_said(page: Page) -> None:
    page.application.replies = [Form(surface="s9", title="Rate", body=(), action=RateSession(score=1))]
    _, answer = await page.act(kind="send", channel=DESK, text="@FlowPilot rate")
    assert answer["kind"] == "form"
    surface = await page.chat.surface("northwind", "s9")
    assert surface is not None
    assert (surface.channel, surface.thread, surface.person) == (DESK, answer["posted"], "erin")
