"""What is kept until Slack has said who it is from, and Slack does not say it."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.work.model import MAX_ATTEMPTS
from tests.integration.slack.desk import THREAD, SlackDesk
from tests.integration.slack.many import Clock
from tests.integration.slack.test_first_contact import rows, slow

TOLD = "I could not find out who you are"


def refuse(desk: SlackDesk, method: str = "users.info") -> None:
    """Whoever asks, Slack says no for good."""
    for _ in range(4):
        desk.api.fail(method, "missing_scope")


def revive(folder: Path) -> None:
    """What an operator does to what was given up."""
    with closing(sqlite3.connect(folder / "flowpilot.db")) as database:
        database.execute("UPDATE work SET state = 'open', attempts = 0 WHERE kind = 'arrive' AND state = 'dead'")
        database.commit()


async def patience(desk: SlackDesk, clock: Clock) -> None:
    """Until everything was tried as often as it is."""
    for _ in range(MAX_ATTEMPTS):
        clock.ahead += timedelta(minutes=6)
        desk.system.outside.platforms["slack"]._web._pacing._lanes.clear()  # type: ignore[attr-defined]
        await desk.arrivals()


@pytest.mark.parametrize("why", ["refused", "tried too often"])
async def test_whose_words_are_given_up_is_told_to_say_them_again(desk: SlackDesk, clock: Clock, why: str) -> None:
    """Once, privately; nobody need know who they are for that."""
    if why == "refused":
        refuse(desk)
    else:
        for _ in range(4 * MAX_ATTEMPTS):
            desk.api.fail("users.info", retry_after=1)
    await desk.command("/flowpilot", "VPN down")
    await patience(desk, clock)
    assert await desk.sessions() == []
    ((answer,),) = desk.api.answers.values()
    assert TOLD in str(answer)


async def test_what_was_given_up_is_done_when_slack_brings_it_again(desk: SlackDesk, tmp_path: Path) -> None:
    """It counts as failed, not as taken."""
    refuse(desk)
    await desk.event("app_mention", id="Ev1")
    assert TOLD in desk.whispered()
    desk.api._next.clear()
    await desk.event("app_mention", id="Ev1", headers={"X-Slack-Retry-Num": "1"})
    assert len(await desk.sessions()) == 1
    revive(tmp_path)
    await desk.arrivals()
    assert len(await desk.sessions()) == 1


async def test_what_was_given_up_is_done_when_an_operator_tries_it_again(desk: SlackDesk, tmp_path: Path) -> None:
    """And then a repeat of it changes nothing."""
    refuse(desk)
    await desk.event("app_mention", id="Ev1")
    desk.api._next.clear()
    revive(tmp_path)
    await desk.arrivals()
    await desk.event("app_mention", id="Ev1")
    assert len(await desk.sessions()) == 1


async def test_what_people_say_to_each_other_is_given_up_in_silence(desk: SlackDesk) -> None:
    """In the thread of a session their words are missed; elsewhere nobody waits for them, nor do changes."""
    refuse(desk)
    await desk.say("lunch?", user="U0SAM")
    message: dict[str, Any] = {"type": "message", "user": "U0SAM", "text": "lunch", "ts": "1715000900.000100"}
    message |= {"edited": {"user": "U0SAM", "ts": "1715000901.000100"}, "thread_ts": THREAD}
    await desk.event("message", subtype="message_changed", message=message, previous_message={"text": "?"})
    assert TOLD not in desk.whispered()
    desk.api._next.clear()
    await desk.event("app_mention")
    refuse(desk)
    desk.api.users["U0NEW"] = desk.api.users["U0SAM"]
    desk.api.rooms["C0DESK"].members.add("U0NEW")
    await desk.say("It is on my PC, too", user="U0NEW")
    assert TOLD in desk.whispered()


async def test_what_was_done_is_not_given_up(desk: SlackDesk, tmp_path: Path) -> None:
    """A process that dies again and again before it has recorded that costs a row, and no second session."""
    async with slow(desk):
        await desk.event("app_mention", id="Ev1")
        ((row,),) = rows(tmp_path, "SELECT payload FROM work WHERE kind = 'arrive'")
    with closing(sqlite3.connect(tmp_path / "flowpilot.db")) as database:
        again = "UPDATE work SET state = 'open', payload = ?, attempts = ? WHERE kind = 'arrive'"
        database.execute(again, (row, MAX_ATTEMPTS))
        database.commit()
    await desk.arrivals()
    assert rows(tmp_path, "SELECT state FROM work WHERE kind = 'arrive'") == [("dead",)]
    await desk.event("app_mention", id="Ev1")
    assert (len(await desk.sessions()), TOLD in desk.whispered()) == (1, False)


@pytest.mark.parametrize("way", ["said", "ordered"])
async def test_what_is_done_late_acts_on_nothing_that_is_there_by_now(
    desk: SlackDesk, clock: Clock, tmp_path: Path, way: str
) -> None:
    """Days later an operator tries it again; whoever wrote it is told to do it again."""
    refuse(desk)
    if way == "said":
        await desk.event("app_mention", text="<@U0FLOWPILOT> pause", ts="1715000900.000100", thread_ts=THREAD)
    else:
        await desk.command("/flowpilot", "pause FP-1")
    desk.api._next.clear()
    clock.ahead += timedelta(days=2)
    await desk.event("app_mention", user="U0SAM")
    revive(tmp_path)
    await desk.arrivals()
    assert [status for _, status, _ in await desk.sessions()] == ["active"]
    assert "That was a while ago; do it again." in desk.whispered()


@pytest.mark.parametrize("text", ["VPN down", "ask how is MFA reset?", "list"])
async def test_a_problem_is_taken_however_late(desk: SlackDesk, clock: Clock, tmp_path: Path, text: str) -> None:
    """And a question, and what only reads is answered."""
    refuse(desk)
    await desk.command("/flowpilot", text)
    desk.api._next.clear()
    clock.ahead += timedelta(days=2)
    revive(tmp_path)
    await desk.arrivals()
    assert len(await desk.sessions()) == (0 if text == "list" else 1)
    assert "a while ago" not in desk.whispered()
