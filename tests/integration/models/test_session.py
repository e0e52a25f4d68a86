"""Whole sessions with the vendor's own client, from first words to posted note, and what was sent meanwhile."""

import json
from collections.abc import AsyncIterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from adapters.models.anthropic.client import connect
from core.commands import ApplyFix, OpenPreview, RecordOutcome
from core.fixes.model import FixStatus
from core.prompts import Purpose
from core.sessions.model import SessionStatus
from core.thinking.asking import Asker
from core.thinking.breaker import Breaker
from core.thinking.thinker import ThinkingModel
from tests.fakes.messages_api import KEY, MessagesApi, Trouble, messages_api
from tests.fakes.platform import words_of
from tests.support.desk import Desk, desk_at, form_of
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


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with messages_api() as listening:
        yield listening


@pytest.fixture
async def desk(api: MessagesApi, tmp_path: Path) -> AsyncIterator[Desk]:
    async with connect(KEY, api.base_url) as provider:
        models = dict.fromkeys(Purpose, "claude-sonnet-5-5")
        asker = Asker(provider=provider, models=models, breaker=Breaker(after=10_000), pause=_at_once)
        async with desk_at(tmp_path, model=ThinkingModel(asker)) as opened:
            yield opened


async def _at_once(seconds: float) -> None:
    """Nobody waits in these tests."""


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


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(kind="status", status=529, type="overloaded_error"),
        Trouble(kind="mid", type="overloaded_error"),
        Trouble(kind="cut"),
        Trouble(kind="html"),
        Trouble(kind="garbage"),
    ],
    ids=lambda trouble: trouble.kind,
)
async def test_a_fault_that_passes_is_not_seen_in_the_thread(desk: Desk, api: MessagesApi, trouble: Trouble) -> None:
    api.troubles, api.answers = [trouble], ["Look at the outbox."] * 2
    await desk.say("erin", "Outlook does not send", mention=True)
    await desk.work()
    assert desk.said().count("Look at the outbox.") == 1
    assert "failed" not in desk.said()


@pytest.mark.parametrize("kind", ["mid", "html", "garbage", "cut", "silent"])
async def test_a_fault_that_stays_is_one_sentence_and_a_way_on(desk: Desk, api: MessagesApi, kind: str) -> None:
    api.troubles = [Trouble(kind=kind, type="overloaded_error")] * 60
    api.reply = lambda body: "Half of an answer that nobody sees the end of."
    await desk.say("erin", "Outlook does not send", mention=True)
    for _ in range(3):
        await desk.work()
        desk.clock.pass_by(minutes=10)
    card = desk.card("Answering failed.")
    assert words_of(card).count("Answering failed.") == 1
    api.troubles, api.answers = [], ["Look at the outbox."]
    desk.clock.pass_by(minutes=10)
    await desk.click("erin", card, "Retry")
    await desk.work()
    assert "Look at the outbox." in desk.said()


async def test_a_wrong_key_is_said_at_once(desk: Desk, api: MessagesApi) -> None:
    api.troubles = [Trouble(kind="status", status=401, type="authentication_error")]
    await desk.say("erin", "Outlook does not send", mention=True)
    await desk.work()
    assert "an admin has to check ANTHROPIC_API_KEY" in desk.said()
    assert len(api.requests) == 1
