"""The other ways in, in a local Slack: slash commands, the home tab, edits, direct messages, files, a wrong secret."""

import json
from pathlib import Path

from tests.e2e.slack.conftest import Desk
from tests.e2e.slack.local_slack import BOT, ERIN, LocalSlack, local_slack, until
from tests.e2e.slack.running import Running

PROBLEM = f"<@{BOT}> The scanner at reception makes odd noises"


async def test_slash_commands_and_the_home_tab(desk: Desk) -> None:
    """A problem by command, the list of sessions, the form by /resolve, and the state on the home tab."""
    slack = desk.slack
    await slack.command(ERIN, "/flowpilot", "The scanner at reception makes odd noises")
    await slack.said("FP-1")
    await slack.command(ERIN, "/flowpilot", "list")
    listed = await slack.said("Sessions: open")
    assert listed["ephemeral_to"] == ERIN
    await slack.command(ERIN, "/resolve")
    await slack.modal("What resolved it?")
    await slack.submit(ERIN, resolved_by="Cleaned the rollers")
    await slack.modal("Cleaned the rollers")
    await slack.open_home(ERIN)
    home = json.dumps(await slack.home(ERIN, "FP-1"), ensure_ascii=False)
    assert "My open sessions" in home
    assert "Waiting to be claimed" in home


async def test_a_question_is_a_chat_that_becomes_a_session(desk: Desk) -> None:
    """The question opens a thread, which goes on without a mention; the button stands on the latest answer."""
    slack = desk.slack
    await slack.command(ERIN, "/flowpilot", "ask How do I free a full mailbox?")
    head = await slack.said("Erin Engineer asks")
    await slack.said("Mailbox full")
    await slack.say(ERIN, "And how do I get the VPN to work at home?", thread=head["ts"])
    await slack.said("VPN")
    assert desk.bot.rows("select status from sessions") == [("chat",)]
    await slack.press(ERIN, "Make this a session")
    assert (await slack.said("FP-1 (active)"))["thread_ts"] == head["ts"]
    await slack.said("became FP-1")


async def test_an_edit_reaches_the_session(desk: Desk) -> None:
    """What was said is what it says now."""
    await desk.slack.say(ERIN, PROBLEM)
    head = await desk.slack.said("FP-1")
    ts = await desk.slack.say(ERIN, "// It began on Monday", thread=head["thread_ts"])
    await until(lambda: _words(desk, "Monday"), "the words to be kept")
    await desk.slack.edit(ERIN, ts, "// It began on Tuesday")
    await until(lambda: _words(desk, "Tuesday"), "the words to be changed")
    assert await _words(desk, "Monday") is None


async def test_a_wrong_signing_secret_is_refused_and_nothing_is_stored(tmp_path: Path) -> None:
    """The local Slack logs the 401; the database has heard nothing."""
    bot = Running(tmp_path)
    async with local_slack(tmp_path, "events", f"{bot.url}/slack/events") as slack:
        bot.start(slack.api, "http", SLACK_SIGNING_SECRET="another-signing-secret")
        try:
            await slack.say(ERIN, PROBLEM)
            await _logged(slack, "HTTP 401")
            assert bot.rows("select key from inbox") == []
            assert bot.rows("select id from sessions") == []
        finally:
            assert bot.stop() == 0, bot.log.read_text()


async def _words(desk: Desk, words: str) -> bool | None:
    return bool(desk.bot.rows("select id from messages where text like ?", f"%{words}%")) or None


async def _logged(slack: LocalSlack, words: str) -> None:
    """Wait until the local Slack has logged it; what it has logged instead is told."""
    seen = ""

    async def look() -> bool:
        nonlocal seen
        seen = json.dumps([[entry["direction"], entry["summary"]] for entry in (await slack.state())["log"]])
        return words in seen

    try:
        await until(look, f"{words!r} in the log")
    except AssertionError as error:
        raise AssertionError(f"{error}: {seen}") from error
