"""What cannot be said to one person, shown in a form or brought up to date: somebody is told, and may try again."""

from collections.abc import Callable

import pytest

from core.commands import StartSession
from core.errors import Fault, Rejected, Unavailable
from core.views import Card, Notice
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of
from tests.unit.core.walking import escalated, started

WORDS = "The workspace’s settings do not let FlowPilot post there."
SHUT = Rejected(WORDS)


def at(call: str, error: Fault, times: int) -> Callable[[str], None]:
    """Trouble at the first calls of that name."""
    left = [times]

    def trouble(name: str) -> None:
        if name == call and left[0]:
            left[0] -= 1
            raise error

    return trouble


async def with_guests(desk: Desk) -> None:
    """A session of Erin's in whose thread guests read along, with Sam taking part, about to be escalated."""
    await desk.send("erin", StartSession(text="Printer jams"), guests=True)
    await desk.work()
    await desk.say("sam", "join", mention=True)
    await desk.work()


def retry(view: Card | Notice) -> bool:
    """Whether it can be tried again from there."""
    return [button.label for button in buttons_of(view)] == ["Retry"]


async def test_what_cannot_be_said_to_a_person_is_told_to_the_owner_once(desk: Desk) -> None:
    """An escalation's package and card reach nobody: its owner hears of it, and one Retry says all of it."""
    await with_guests(desk)
    session = await desk.session(1)
    desk.platform.trouble = at("tell", SHUT, 6)  # the package for who takes part, the card for who may claim
    await escalated(desk, session)
    (told,) = [(who, view) for who, view in desk.platform.told if "failed" in words_of(view)]
    assert told[0] == "erin"
    assert f"**A private message about FP-1 failed.** {WORDS}" in words_of(told[1])
    assert len(desk.platform.told) == 1
    await desk.click("erin", told[1], "Retry")
    await desk.work()
    assert len(desk.platform.told) == 7


async def test_what_the_owner_cannot_be_told_stands_in_the_thread(desk: Desk) -> None:
    """Nothing of what was to be said is in it."""
    await with_guests(desk)
    session = await desk.session(1)
    desk.platform.trouble = at("tell", SHUT, 7)
    await escalated(desk, session)
    assert desk.platform.told == []
    (said,) = [post.card for post in desk.platform.posts if "failed" in words_of(post.card)]
    assert words_of(said) == f"**A private message about FP-1 failed.** {WORDS}\n[Retry]"


async def test_where_neither_thread_nor_owner_takes_anything_it_ends(desk: Desk) -> None:
    """The log and `flowpilot deliveries` have it; nothing goes round in a circle."""
    await with_guests(desk)
    session = await desk.session(1)
    desk.platform.trouble = lambda call: at(call, SHUT, 1)(call) if call in ("tell", "post") else None
    await escalated(desk, session)
    desk.platform.trouble = lambda call: None
    before = len(desk.platform.posts), len(desk.platform.told)
    await desk.work()
    assert (len(desk.platform.posts), len(desk.platform.told)) == before


async def test_a_form_that_cannot_be_filled_is_told_to_who_waits_for_it(desk: Desk) -> None:
    """Retry fills it while it is open."""
    session = await started(desk)
    desk.platform.trouble = at("fill", SHUT, 1)
    form = form_of(await desk.say("erin", "preview escalation"))
    await desk.work()
    ((who, view),) = desk.platform.told
    assert (who, words_of(view)) == ("erin", f"**Filling the form failed.** {WORDS}\n[Retry]")
    await desk.click("erin", view, "Retry")
    await desk.work()
    assert form.surface in desk.platform.filled
    assert session.number == 1


@pytest.mark.parametrize(("error", "said"), [(Unavailable("Slack cannot be reached."), 1), (SHUT, 0)])
async def test_a_card_that_stays_behind_is_said_in_the_thread(desk: Desk, error: Fault, said: int) -> None:
    """Once, and Retry brings it up to date; a message that somebody deleted is no such thing."""
    await started(desk)
    desk.platform.trouble = at("update", error, 100)
    await desk.say("erin", "pause", mention=True)
    for _ in range(60):
        await desk.work()
        desk.clock.pass_by(minutes=1)
    cards = [post.card for post in desk.platform.posts if "up to date failed" in words_of(post.card)]
    assert len(cards) == said
    assert all(retry(card) for card in cards)
