"""Who is told of an escalation, and reminded of it (SPEC 5)."""

from dataclasses import replace

import pytest

from core.commands import ClaimSession, OpenRetarget, ReceiveMessage
from core.sessions.model import Session
from core.views import Close
from tests.fakes.platform import words_of
from tests.support.desk import Desk, form_of
from tests.unit.core.walking import WHY, escalated, started, told_to, user_id


async def in_a_channel_with_guests(desk: Desk) -> Session:
    start = ReceiveMessage(ref="g1", text="Outlook does not send since Monday", mentioned=True)
    await desk.send("erin", start, guests=True)
    await desk.work()
    return await desk.session(1)


async def test_where_guests_read_along_those_who_may_claim_are_reminded(desk: Desk) -> None:
    """Privately, as they were told of it; not only those who have handed over."""
    session = await in_a_channel_with_guests(desk)
    await escalated(desk, session)
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert "still unclaimed" in told_to(desk, "sam")
    assert "still unclaimed" not in desk.said()
    assert told_to(desk, "gus") == told_to(desk, "vera") == ""


@pytest.mark.parametrize("to", ["Sam", ""])
async def test_where_guests_read_along_aiming_elsewhere_tells_whom_it_is_aimed_at(desk: Desk, to: str) -> None:
    """A person, or everybody who may claim; they are reminded, too."""
    session = await in_a_channel_with_guests(desk)
    await escalated(desk, session, to="Adam")
    assert told_to(desk, "sam") == ""
    form = form_of(await desk.send("erin", OpenRetarget(session_id=session.id)))
    person = await user_id(desk, to) if to else ""
    assert isinstance(await desk.submit("erin", form, person=person), Close)
    await desk.work()
    assert WHY in told_to(desk, "sam")
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert "still unclaimed" in told_to(desk, "sam")
    assert ("still unclaimed" in told_to(desk, "olivia")) is (to == "")


async def test_the_reminder_stands_in_the_escalation_channel_too(desk: Desk) -> None:
    """Under the card with *Claim*, and it goes when somebody claims."""
    await set_channel(desk, "escalations")
    session = await started(desk)
    await escalated(desk, session)
    desk.clock.pass_by(minutes=15)
    await desk.work()
    reminded = [post for post in desk.platform.posts if "still unclaimed" in words_of(post.card)]
    card = next(post for post in desk.platform.posts if post.to.channel == "escalations")
    assert WHY in words_of(card.card)
    assert sorted(post.to.channel for post in reminded) == ["desk", "escalations"]
    assert [post.to.thread for post in reminded if post.to.channel == "escalations"] == [card.ref]
    await desk.send("sam", ClaimSession(session_id=session.id))
    await desk.work()
    assert "still unclaimed" not in desk.said()


async def set_channel(desk: Desk, channel: str) -> None:
    form = form_of(await desk.type("adam", "settings"))
    assert isinstance(await desk.submit("adam", form, escalation_channel=channel), Close)


async def test_in_an_escalation_channel_with_guests_stands_one_line(desk: Desk) -> None:
    """The card with its reason goes privately to those who may claim."""
    start = ReceiveMessage(ref="g1", text="Printer of a customer", mentioned=True)
    await desk.send("sam", start, channel="escalations", thread="9", guests=True)
    await desk.work()
    await set_channel(desk, "escalations")
    await desk.send("erin", replace(start, ref="g2", text="Outlook does not send since Monday"))
    await desk.work()
    session = await desk.session(2)
    await escalated(desk, session)
    there = [words_of(post.card) for post in desk.platform.posts if post.to.channel == "escalations"]
    assert there[-1] == f"{session.ref} was escalated."
    assert all(WHY not in words for words in there)
    assert WHY in told_to(desk, "sam")
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert [
        post for post in desk.platform.posts if "unclaimed" in words_of(post.card) and post.to.channel != "desk"
    ] == []
