"""A whole session with a model in a local Slack, from a mention to the note on the ticket."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.e2e.models.aimock import Aimock, aimock
from tests.e2e.models.script import ENDS, FIXTURES, PROBLEM, QUESTION
from tests.e2e.slack.local_slack import BOT, ERIN, LocalSlack, local_slack
from tests.e2e.slack.running import Running


class Desk:
    """The workspace, the bot in it, and what thinks for it."""

    def __init__(self, slack: LocalSlack, bot: Running, model: Aimock) -> None:
        self.slack = slack
        self.bot = bot
        self.model = model


@pytest.fixture(params=["http", "socket"])
async def desk(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Desk]:
    """Over each of the two ways in."""
    bot = Running(tmp_path)
    mode = "events" if request.param == "http" else "socket"
    with aimock(tmp_path, FIXTURES) as model:
        async with local_slack(tmp_path, mode, f"{bot.url}/slack/events") as slack:
            bot.start(slack.api, request.param, **model.settings)
            try:
                yield Desk(slack, bot, model)
            finally:
                assert bot.stop() == 0, bot.log.read_text()


async def test_from_first_words_to_the_note_that_the_model_wrote(desk: Desk) -> None:
    """Nothing streams there: the answer is posted when it is done, and once."""
    slack = desk.slack
    await slack.say(ERIN, f"<@{BOT}> {PROBLEM}")
    await slack.said(ENDS)
    await slack.said(QUESTION)
    await slack.press(ERIN, "Yes")
    await slack.said("Empty the outbox")
    await slack.press(ERIN, "Worked")
    await slack.press(ERIN, "Resolve…")
    await slack.modal("The stuck message was deleted, and mail is sent again.")
    assert await slack.submit(ERIN) is None
    await slack.no_modal()
    await slack.said("status Resolved, verified")
    notes = desk.bot.rows("select text from local_notes where text like '%ref %'")
    assert len(notes) == 1
    assert "The stuck message was deleted, and mail is sent again." in notes[0][0]
    said = [message for message in await slack.messages() if ENDS in str(message.get("blocks"))]
    assert len(said) == 1
    assert "[QUESTIONS" not in str(await slack.messages())
    assert [asked["response"]["status"] for asked in desk.model.asked()] == [200] * 3
