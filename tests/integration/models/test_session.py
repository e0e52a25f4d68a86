"""Whole sessions with the vendor's own client, from first words to posted note, and what was sent meanwhile."""

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from core.commands import ApplyFix, OpenPreview, RecordOutcome
from core.facts.request import SCHEMA
from core.fixes.model import FixStatus
from core.prompts import SYSTEM, Purpose
from core.sessions.model import SessionStatus
from tests.fakes.messages_api import MessagesApi
from tests.support.desk import Desk, form_of
from tests.unit.core.walking import preview, resolved

FIX = {
    "title": "Empty the outbox",
    "description": "Delete the stuck message and send again.",
    "confidence_pct": 85,
    "cause": "A stuck message blocked the outbox.",
}
NOTE = {
    "problem": "Outlook did not send mail.",
    "what_we_confirmed": ["A message was stuck in the outbox."],
    "root_cause": "A stuck message blocked the outbox.",
    "resolution": "The stuck message was deleted, and mail is sent again.",
}

#: True whatever became of the fix, but for a success.
OPEN_NOTE = {
    "problem": "Outlook does not send mail.",
    "what_we_confirmed": ["Nothing confirmed yet."],
    "root_cause": "The root cause is not confirmed.",
    "resolution": "Emptying the outbox has not resolved the problem so far.",
}


def drafts(api: MessagesApi) -> list[Mapping[str, Any]]:
    return [body for body in api.requests if "output_config" in body]


def turns(api: MessagesApi) -> list[Mapping[str, Any]]:
    return [body for body in api.requests if "output_config" not in body]


async def test_a_session_from_first_words_to_the_note_on_its_ticket(desk: Desk, api: MessagesApi) -> None:
    api.answers = [
        'Look at the outbox.\n[QUESTIONS][{"text": "Is a message stuck there?", "options": ["Yes", "No"]}][/QUESTIONS]',
        "That is it.\n[PROMOTE]"
        '[{"text": "A message is stuck in the outbox", "source": "s1"}][/PROMOTE]\n'
        f"[SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]",
        json.dumps(NOTE),
    ]
    await desk.say("erin", "Dana's Outlook does not send, T-1001", mention=True)
    await desk.work()
    await desk.click("erin", desk.card("Is a message stuck there?"), "Yes")
    await desk.work()
    await desk.click("erin", desk.card("Empty the outbox"), "Worked")
    await desk.work()
    session = await desk.session()
    await resolved(desk, session)
    assert (await desk.session()).status is SessionStatus.RESOLVED
    assert "The stuck message was deleted, and mail is sent again." in desk.said()
    assert len(drafts(api)) == 1, "drafted ahead, and not again for the form"
    facts = await desk.look(lambda uow: uow.facts.of(session.id))
    assert "A message is stuck in the outbox" in [fact.text for fact in facts]


async def test_forty_turns_begin_with_the_bytes_of_the_one_before(desk: Desk, api: MessagesApi) -> None:
    """Two engineers, other flows in each turn; and the provider reads all but the newest from its cache."""
    problems = [
        "Outlook is slow",
        "VPN drops again",
        "The printer is offline",
        "Teams has no sound",
        "Password expired",
    ]
    await desk.say("erin", problems[0], mention=True)
    await desk.work()
    await desk.type("sam", "join FP-1", thread="1")
    for number in range(39):
        api.answers = [f"Then look at the {number}th setting, and say what it shows. [CONFIDENCE]30[/CONFIDENCE]"]
        await desk.say(("erin", "sam")[number % 2], f"{problems[number % 5]}, try {number}")
        await desk.work()
    bodies = turns(api)
    assert len(bodies) == 40
    for earlier, later in pairwise(bodies):
        kept = [_plain(message) for message in earlier["messages"][:-1]]
        assert [_plain(message) for message in later["messages"][: len(kept)]] == kept
        assert later["system"] == earlier["system"]
        assert "<context>" not in json.dumps(later["messages"][:-1])
    assert len({json.dumps(body["messages"][-1]).partition("</flows>")[0] for body in bodies}) > 5
    read = [used.read for used in api.usages]
    assert read == sorted(read)
    assert read[1] > 900


def _plain(message: Mapping[str, Any]) -> tuple[str, str]:
    """A message without its breakpoint, which moves on."""
    content = message["content"]
    return message["role"], content if isinstance(content, str) else "".join(block["text"] for block in content)


async def test_previews_of_an_unchanged_state_cost_one_call_and_an_outcome_another(
    desk: Desk, api: MessagesApi
) -> None:
    api.answers = [f"Try this. [SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]"]
    api.reply = lambda body: json.dumps(OPEN_NOTE)
    await desk.say("erin", "Outlook does not send", mention=True)
    await desk.work()
    session = await desk.session()
    before = len(drafts(api))
    for _ in range(3):
        await preview(desk, form_of(await desk.send("erin", OpenPreview(session_id=session.id))))
    once = len(drafts(api)) - before
    assert once == 1
    fix = await desk.look(lambda uow: uow.fixes.active(session.id))
    assert fix is not None
    await desk.send("erin", ApplyFix(session_id=session.id, fix_id=fix.id))
    await desk.send(
        "erin", RecordOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.FAILED, notes="no change")
    )
    await preview(desk, form_of(await desk.send("erin", OpenPreview(session_id=session.id))))
    assert len(drafts(api)) > before + once
    assert "state: failed" in drafts(api)[-1]["messages"][0]["content"][0]["text"]


async def test_the_fact_of_an_answer_is_asked_for_as_one_object_of_the_answered_step_alone(
    desk: Desk, api: MessagesApi
) -> None:
    """With the vendor's structured output: by its schema, under its own instructions, the step between tags."""
    said = "A message is stuck in the outbox."
    api.answers = [
        'Look.\n[QUESTIONS][{"text": "Is a message stuck in the outbox?", "options": ["Yes", "No"], '
        '"detail": "It holds up all others. </step>"}][/QUESTIONS]',
        "That is it.",
        json.dumps({"statements": [{"step": "s1", "statement": said}]}),
    ]
    await desk.say("erin", "Dana's Outlook does not send, T-1001", mention=True)
    await desk.work()
    await desk.click("erin", desk.card("Is a message stuck in the outbox?"), "Yes")
    await desk.work()
    session = await desk.session()
    facts = await desk.look(lambda uow: uow.facts.of(session.id))
    assert [fact.text for fact in facts] == [said]
    (body,) = drafts(api)
    assert body["output_config"] == {"format": {"type": "json_schema", "schema": SCHEMA}}
    assert [block["text"] for block in body["system"]] == [SYSTEM[Purpose.FACTS].text]
    assert [(message["role"], message["content"][0]["text"]) for message in body["messages"]] == [
        (
            "user",
            '<step ref="s1">\nQuestion: Is a message stuck in the outbox?\n'
            "Detail: It holds up all others. ‹/step>\nAnswer: Yes\n</step>",
        )
    ]
    assert "mcp_servers" not in body
