"""A whole session in Slack with Claude's own client: the answer streams into the thread, and the note is the model's."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.fakes.messages_api import KEY, MessagesApi, messages_api
from tests.integration.slack.desk import SlackDesk, slack_desk

FIX = {
    "title": "Empty the outbox",
    "description": "Delete the stuck message and send again.",
    "confidence_pct": 85,
    "cause": "A stuck message blocked the outbox.",
}
NOTE = {
    "problem": "Outlook did not open.",
    "what_we_confirmed": ["A message was stuck in the outbox."],
    "root_cause": "A stuck message blocked the outbox.",
    "resolution": "The stuck message was deleted.",
}
BEGINS, ENDS = "Open the outbox first, for", "before anything else is changed."
ANSWERS = (
    f'{BEGINS} one message holds up all others, {ENDS}\n[QUESTIONS][{{"text": "Is one stuck?", "options": ["Yes"]}}][/QUESTIONS]',
    '[PROMOTE][{"text": "A message is stuck in the outbox", "source": "s1"}][/PROMOTE]'
    f"That is it.\n[SUGGEST_FIX]{json.dumps(FIX)}[/SUGGEST_FIX]",
)


@pytest.fixture
async def api() -> AsyncIterator[MessagesApi]:
    async with messages_api() as listening:
        yield listening


@pytest.fixture
async def desk(api: MessagesApi, tmp_path: Path) -> AsyncIterator[SlackDesk]:
    """One workspace, with a model."""
    async with slack_desk(tmp_path, anthropic_api_key=KEY, anthropic_base_url=api.base_url) as desk:
        yield desk


async def test_from_first_words_to_the_note_that_the_model_wrote(desk: SlackDesk, api: MessagesApi) -> None:
    """What was seen while it was made is the message that stands in the end; no block shows at any time."""
    seen: list[str] = []

    async def until_it_is_seen(text: str) -> None:
        if text != ANSWERS[0][: len(text)] or len(text) < len(BEGINS) + 10 or seen:
            return
        async with asyncio.timeout(10):
            while True:
                if BEGINS in desk.said():
                    break
                await asyncio.sleep(0.01)
        seen.append(desk.said())

    api.pace = until_it_is_seen
    api.answers, api.reply = list(ANSWERS), lambda body: json.dumps(NOTE)
    await desk.event("app_mention")
    desk.api.rooms["C0DESK"].messages.insert(0, {"ts": "1715000000.000100", "user": "U0ERIN", "text": "Outlook"})
    await desk.work()
    assert ENDS not in seen[0]
    assert [BEGINS in json.dumps(message) for message in desk.api.posted("C0DESK")].count(True) == 1
    assert ENDS in desk.said()
    assert "[QUESTIONS" not in desk.said()
    await desk.click(desk.button("Yes"))
    await desk.work()
    await desk.click(desk.button("Worked"))
    await desk.work()
    await desk.click(desk.button("Resolve…"))
    await desk.work()
    form = desk.view()
    assert "The stuck message was deleted." in json.dumps(form)
    await desk.submit(form)
    await desk.work()
    assert "The stuck message was deleted." in desk.said()
    assert [status for _, status, _ in await desk.sessions()] == ["resolved"]
