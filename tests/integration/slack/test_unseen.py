"""A public channel that FlowPilot is not in, such as that for escalations: it may post there, and cannot read there."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.people.system import system_actor
from tests.fakes.clock import FakeClock
from tests.fakes.slack_api import BOT, SlackApi
from tests.integration.slack.desk import SlackDesk, button_in, slack_desk

AWAY = "C0ESC"


async def escalate(desk: SlackDesk, meanwhile: Callable[[], object] = lambda: None) -> None:
    """Escalate to the account's channel for that, which was looked at when it was set; nothing is delivered yet. `meanwhile`:
    what happens after the look."""
    room = desk.api.room(AWAY, "U0SAM")
    room.members.discard(BOT)
    room.public = True

    def put(transaction: Any) -> None:
        account = transaction.directory.accounts()[0]
        workspace = transaction.directory.workspace("slack", desk.api.team)
        uow = transaction.unit(system_actor(account.id), desk.system.outside.clock.now(), desk.system.application.rules)
        kept = uow.accounts.get()
        channel = {"escalation_channel": f"{workspace.id}/{AWAY}"}
        uow.accounts.save(replace(kept, settings={**kept.settings, **channel}))

    await desk.system.store.write(put)
    await desk.system.slack.events.meet(AWAY)  # type: ignore[union-attr]
    await desk.arrivals()
    meanwhile()
    await desk.until_the_fix()
    await desk.click(desk.button("Escalate…"))
    await desk.work()
    await desk.submit(desk.view(), reason="Needs rights")
    await desk.work()
    await desk.submit(desk.view())


def dead(folder: Path) -> list[str]:
    """Why posts were given up."""
    with closing(sqlite3.connect(folder / "flowpilot.db")) as database:
        return [why for (why,) in database.execute("SELECT error FROM work WHERE kind = 'post' AND state = 'dead'")]


def limited(api: SlackApi) -> None:
    """Slack asks to slow down at the post there."""
    api.fail(f"chat.postMessage {AWAY}", retry_after=1)


def lost(api: SlackApi) -> None:
    """Slack posts there, and its answer is lost."""
    api.lose(f"chat.postMessage {AWAY}")


async def later(desk: SlackDesk, clock: FakeClock) -> None:
    """Time enough for another try."""
    for _ in range(3):
        clock.pass_by(minutes=1)
        await desk.work()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


async def test_a_post_that_slack_did_not_take_yet_goes_out_again(tmp_path: Path, clock: FakeClock) -> None:
    """It is known not to stand there, so that nothing need be looked up."""
    async with slack_desk(tmp_path, clock=clock) as desk:
        await escalate(desk)
        limited(desk.api)
        await later(desk, clock)
        assert len(desk.api.posted(AWAY)) == 1
        assert dead(tmp_path) == []


async def test_a_post_that_may_stand_where_nobody_can_look_is_not_repeated(tmp_path: Path, clock: FakeClock) -> None:
    """The owner is told what to do; after the invitation Retry finds it."""
    async with slack_desk(tmp_path, clock=clock) as desk:
        await escalate(desk)
        lost(desk.api)
        await later(desk, clock)
        assert len(desk.api.posted(AWAY)) == 1
        assert dead(tmp_path)[0].endswith("Invite it there, then retry; what stands is found and not posted twice.")
        assert "Invite it there, then retry" in desk.said("D0ERIN")
        desk.api.rooms[AWAY].members.add(BOT)
        await desk.click(button_in(desk.api.posted("D0ERIN")[-1], "Retry"))
        await later(desk, clock)
        assert len(desk.api.posted(AWAY)) == 1
        assert dead(tmp_path) == []


async def test_what_was_posted_there_is_kept_up_to_date(tmp_path: Path, clock: FakeClock) -> None:
    """Another process does not know whether messages continue the card: the card itself changes all the same."""
    async with slack_desk(tmp_path, clock=clock) as desk:
        await escalate(desk)
        await later(desk, clock)
        (posted,) = desk.api.posted(AWAY)
        desk.system.outside.platforms["slack"]._grown.forget(posted["ts"])  # type: ignore[attr-defined]
        await desk.click(button_in(posted, "Claim"), user={"id": "U0SAM", "name": "sam"})
        await later(desk, clock)
        assert "Claimed by Sam Engineer" in str(desk.api.posted(AWAY)[0]["blocks"])


@pytest.mark.parametrize("minutes", [50, 70])
async def test_who_joins_there_is_not_heard_of(tmp_path: Path, clock: FakeClock, minutes: int) -> None:
    """So what was seen there counts for an hour; then the card with its reason stands there no more, and it is looked at anew."""

    def joined() -> None:
        clock.pass_by(minutes=minutes)
        desk.api.rooms[AWAY].members.add("U0GUS")

    async with slack_desk(tmp_path, clock=clock) as desk:
        await escalate(desk, joined)
        await desk.work()
        assert ("Needs rights" in desk.said(AWAY)) is (minutes < 60)
        with closing(sqlite3.connect(tmp_path / "flowpilot.db")) as database:
            known = database.execute("SELECT guests FROM channels WHERE channel = ?", [AWAY]).fetchone()
        assert known == ((0,) if minutes < 60 else (1,))
