"""What core answers reaches the page that acted, and what must outlive it is in the chat."""

import json
from typing import Any

import pytest

from core.codec import encode
from core.commands import FindPeople, RateSession, ShowHelp
from core.errors import Unavailable
from core.views import Button, Buttons, Close, FieldErrors, Form, Nothing, Notice, Option, Options, Replace, Reply
from tests.unit.playground.conftest import Page

ACTION = encode(RateSession(score=4))


def a_form(surface: str = "s1", title: str = "Rate") -> Form:
    return Form(surface=surface, title=title, body=(), action=RateSession(score=4))


async def answered(page: Page, reply: Reply | Exception, **payload: Any) -> dict[str, Any]:
    """The answer to a slash command, or to another act, that gets this reply."""
    page.application.replies = [reply]
    what = payload or {"kind": "send", "channel": "service-desk", "text": "/flowpilot help"}
    status, answer = await page.act(**what)
    assert status == 200
    return answer


async def submitted(page: Page, reply: Reply) -> dict[str, Any]:
    await answered(page, a_form())
    return await answered(page, reply, kind="submit", surface="s1", action=ACTION, inputs={})


async def test_nothing_is_nothing(page: Page) -> None:
    assert await answered(page, Nothing()) == {"kind": "nothing"}
    assert (await page.state())["messages"] == []


async def test_a_notice_is_a_private_message_at_the_place(page: Page) -> None:
    help = Notice(markdown="**Help**", body=(Buttons(items=(Button(label="More", action=ShowHelp()),)),))
    answer = await answered(page, help)
    assert (answer["kind"], answer["channel"], answer["thread"]) == ("notice", "service-desk", "")

    (message,) = (await page.state())["messages"]
    assert (message["id"], message["private"], message["author"]) == (answer["message"], True, "flowpilot")
    assert message["view"]["markdown"] == "**Help**"
    assert message["view"]["body"][0]["items"][0]["label"] == "More"
    assert (await page.state("northwind/sam"))["messages"] == []


async def test_a_refusal_is_marked_as_an_error(page: Page) -> None:
    answer = await answered(page, Notice(markdown="This needs the role engineer.", error=True))
    assert answer["error"] is True
    assert (await page.state())["messages"][0]["view"]["error"] is True


async def test_a_form_is_given_and_kept_open_for_filling(page: Page) -> None:
    answer = await answered(page, a_form())
    assert (answer["kind"], answer["form"]["surface"], answer["form"]["action"]) == ("form", "s1", ACTION)
    (surface,) = (await page.state())["surfaces"]
    assert (surface["id"], surface["open"], surface["seq"]) == ("s1", True, answer["seq"])
    assert (await page.state("northwind/sam"))["surfaces"] == []


async def test_field_errors_leave_the_form_open(page: Page) -> None:
    assert await submitted(page, FieldErrors(fields={"comment": "Too long."})) == {
        "kind": "errors",
        "fields": {"comment": "Too long."},
    }
    assert (await page.state())["surfaces"][0]["open"]


async def test_a_form_is_replaced(page: Page) -> None:
    answer = await submitted(page, Replace(form=a_form(title="Next")))
    assert (answer["kind"], answer["form"]["title"]) == ("replace", "Next")
    (surface,) = (await page.state())["surfaces"]
    assert surface["form"]["title"] == "Next"


async def test_closing_takes_the_form_away_and_says_so(page: Page) -> None:
    answer = await submitted(page, Close(notice="Thank you."))
    assert answer["notice"]["markdown"] == "Thank you."
    state = await page.state()
    assert [(surface["id"], surface["open"], surface["form"]) for surface in state["surfaces"]] == [("s1", False, None)]
    assert [message["view"]["markdown"] for message in state["messages"]] == ["Thank you."]


async def test_closing_without_a_word_says_nothing(page: Page) -> None:
    assert await submitted(page, Close()) == {"kind": "close", "notice": None}
    assert (await page.state())["messages"] == []


NOW = Close(now=Notice(markdown="**FP-1: Nothing confirmed yet**"))


async def test_a_private_message_is_drawn_anew_where_something_was_clicked_in_it(page: Page) -> None:
    """It is one message still."""
    id = (await answered(page, Notice(markdown="**FP-1: What we know**")))["message"]
    answer = await answered(page, NOW, kind="click", message=id, value=ACTION)
    assert answer == {"kind": "close", "notice": None}
    (message,) = (await page.state())["messages"]
    assert (message["id"], message["view"]["markdown"]) == (id, "**FP-1: Nothing confirmed yet**")


async def test_a_private_message_is_drawn_anew_when_a_form_closes_that_was_opened_in_it(page: Page) -> None:
    """And the form is gone."""
    id = (await answered(page, Notice(markdown="**FP-1: What we know**")))["message"]
    await answered(page, a_form(), kind="click", message=id, value=ACTION)
    answer = await answered(page, NOW, kind="submit", surface="s1", message=id, action=ACTION, inputs={})
    assert answer == {"kind": "close", "notice": None}
    state = await page.state()
    assert [message["view"]["markdown"] for message in state["messages"]] == ["**FP-1: Nothing confirmed yet**"]
    assert not state["surfaces"][0]["open"]


async def test_what_is_gone_or_not_ones_own_is_not_drawn_over(page: Page) -> None:
    """It is a private message of its own then."""
    dismissed = (await answered(page, Notice(markdown="Only you.")))["message"]
    await page.act(kind="dismiss", message=dismissed)
    _, said = await page.act(kind="send", channel="service-desk", text="hello")
    for number, message in enumerate((dismissed, said["posted"], "999", "")):
        await answered(page, a_form(f"s{number}"))
        what = {"kind": "submit", "surface": f"s{number}", "message": message, "action": ACTION, "inputs": {}}
        answer = await answered(page, NOW, **what)
        assert answer["notice"]["markdown"] == "**FP-1: Nothing confirmed yet**"
        assert answer["notice"]["message"] not in (dismissed, said["posted"])


async def test_a_person_closes_a_form_and_core_is_not_asked(page: Page) -> None:
    await answered(page, a_form())
    asked = len(page.application.seen)
    assert await page.act(kind="close", surface="s1") == (200, {"kind": "nothing"})
    assert await page.act(kind="close", surface="s1") == (200, {"kind": "nothing"})
    assert not (await page.state())["surfaces"][0]["open"]
    assert len(page.application.seen) == asked


async def test_a_private_message_is_dismissed_by_the_one_who_sees_it(page: Page) -> None:
    id = (await answered(page, Notice(markdown="Only you.")))["message"]
    assert (await page.act("northwind/sam", kind="dismiss", message=id))[0] == 404
    assert await page.act(kind="dismiss", message=id) == (200, {"kind": "nothing"})
    assert (await page.state())["messages"][0]["deleted"]


async def test_what_everybody_sees_is_not_dismissed(page: Page) -> None:
    _, answer = await page.act(kind="send", channel="service-desk", text="hello")
    status, declined = await page.act(kind="dismiss", message=answer["posted"])
    assert (status, declined["error"]) == (403, "Only a private message can be dismissed.")


@pytest.mark.parametrize("error", [RuntimeError("secret: hunter2"), Unavailable("the disk is full")])
async def test_a_fault_is_one_sentence_with_a_reference_that_the_log_has_too(
    page: Page, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    page.application.replies = [error]
    status, answer = await page.act(kind="send", channel="service-desk", text="@FlowPilot Outlook hangs")
    assert status == 500
    assert answer["reference"] in answer["error"]
    assert str(error) not in json.dumps(answer)
    assert answer["reference"] in caplog.text
    (message,) = (await page.state())["messages"]
    assert message["text"] == "@FlowPilot Outlook hangs"


async def test_what_a_field_finds_is_given_to_it_and_to_nobody_else(page: Page) -> None:
    await answered(page, a_form())
    query, found = encode(FindPeople()), Options(items=(Option(value="u1", label="Zoe"),))
    answer = await answered(page, found, kind="find", surface="s1", value=query, text="zo")
    assert answer == {"kind": "options", "options": [{"value": "u1", "label": "Zoe"}]}
    assert page.application.seen[-1].command == FindPeople(text="zo")
    assert (await page.state())["messages"] == []
