"""Private messages in Slack that take the place of what they were before: the list of what we know."""

import json
from typing import Any

from core.codec import encode
from core.commands import ListFacts
from tests.integration.slack.desk import SlackDesk, button_in
from tests.integration.slack.test_stacked import from_home, on_top

WITHIN = {"type": "message", "message_ts": "1715000009.000100", "channel_id": "C0DESK", "is_ephemeral": True}
LIST = encode(ListFacts(session_id="FP-1"))


async def noted(desk: SlackDesk) -> None:
    """A session with a fact in it."""
    await desk.event("app_mention")
    await desk.work()
    await desk.say("fact: the mailbox is full")


async def listed(desk: SlackDesk) -> dict[str, Any]:
    """The list as it was whispered."""
    await desk.click(LIST, response_url=desk.response_url("asked"))
    (answer,) = desk.api.answers["asked"]
    assert "the mailbox is full" in json.dumps(answer)
    return answer


async def test_a_fact_that_is_deleted_is_gone_from_the_list(desk: SlackDesk) -> None:
    """The list takes its own place, by the address that came with the click."""
    await noted(desk)
    delete = button_in(await listed(desk), "Delete")
    await desk.click(delete, container=WITHIN, response_url=desk.response_url("list"))
    (answer,) = desk.api.answers["list"]
    assert answer["replace_original"] is True
    assert "Nothing confirmed yet" in json.dumps(answer)
    assert "the mailbox is full" not in json.dumps(answer)


async def test_a_fact_that_is_edited_stands_in_the_list_when_the_form_closes(desk: SlackDesk) -> None:
    """By the address of the list, which the form has kept."""
    await noted(desk)
    edit = button_in(await listed(desk), "Edit")
    await desk.click(edit, container=WITHIN, response_url=desk.response_url("list"))
    assert await desk.submit(desk.view(), text="The archive is full") == (200, {"response_action": "clear"})
    (answer,) = desk.api.answers["list"]
    assert answer["replace_original"] is True
    assert "The archive is full" in json.dumps(answer)


async def test_a_list_that_takes_no_change_any_more_is_whispered_anew(desk: SlackDesk) -> None:
    """Slack takes half an hour of changes."""
    await noted(desk)
    edit = button_in(await listed(desk), "Edit")
    await desk.click(edit, container=WITHIN, response_url=desk.response_url("expired-1"))
    await desk.submit(desk.view(), text="The archive is full")
    assert "The archive is full" in json.dumps(desk.api.whispers[-1])


async def test_nothing_that_others_see_is_replaced(desk: SlackDesk) -> None:
    """A click on a message that is not private says so."""
    await noted(desk)
    delete = button_in(await listed(desk), "Delete")
    await desk.click(delete, response_url=desk.response_url("thread"))
    (answer,) = desk.api.answers["thread"]
    assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)


async def test_a_list_in_a_modal_is_changed_in_its_place(desk: SlackDesk) -> None:
    """After the form that took its place, too; nothing is whispered."""
    await noted(desk)
    whispered = desk.whispered()
    await from_home(desk, ListFacts(session_id="FP-1"))
    await desk.click(button_in(desk.api.views[desk.api.stack[-1]], "Edit"), modal=desk.api.views[desk.api.stack[-1]])
    status, answer = await desk.submit(desk.api.views[desk.api.stack[-1]], text="The archive is full")
    assert (status, answer["response_action"]) == (200, "update")
    assert "The archive is full" in json.dumps(answer["view"])
    desk.api.views[desk.api.stack[-1]] = {**answer["view"], "external_id": desk.api.stack[-1]}
    await desk.click(button_in(answer["view"], "Delete"), modal=desk.api.views[desk.api.stack[-1]])
    assert "Nothing confirmed yet" in on_top(desk)
    assert len(desk.api.stack) == 1
    assert desk.whispered() == whispered
