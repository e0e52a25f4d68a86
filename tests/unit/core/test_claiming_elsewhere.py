"""Who claims in another thread can work there: the session's cards are shown in it (SPEC 1 and 5)."""

import pytest

from core.commands import ClaimSession, ReturnSession
from core.sessions.model import Session
from core.views import Close
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of
from tests.unit.core.walking import WHY, escalated, fix_in, preview, started

FIX = "Fix: Empty the outbox"


async def handed_over(desk: Desk, session: Session) -> None:
    """Escalated, whatever its fix's outcome."""
    form = form_of(await desk.type("erin", f"escalate {session.ref}"))
    if "still needs an outcome" in words_of(form):
        form = form_of(await desk.submit("erin", form, outcome="anyway"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason=WHY)))
    assert isinstance(await desk.submit("erin", form), Close)
    await desk.work()


async def claimed(desk: Desk, session: Session, *, thread: str = "77", channel: str = "escalations") -> None:
    """Sam claims it in that thread."""
    await desk.send("sam", ClaimSession(session_id=session.id), thread=thread, channel=channel)
    await desk.work()


def shown_in(desk: Desk, thread: str) -> list[tuple[str, set[str]]]:
    """The cards of a thread: the first words, and the buttons."""
    cards = [post.card for post in desk.platform.posts if post.to.thread == thread]
    return [(words_of(card).splitlines()[0], {button.label for button in buttons_of(card)}) for card in cards]


async def in_flow(desk: Desk) -> tuple[Session, str, set[str]]:
    """A session with an open step: its question and its buttons."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    await desk.click("erin", desk.card("[Use this flow]"), "Use this flow")
    await desk.work()
    (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
    return session, f"**{step.text}**", {option.label for option in step.options}


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("proposed", {"Apply", "Worked"}),
        ("verifying", {"Worked", "Partly…"}),
        ("success", {"Resolve…"}),
        ("failed", {"Escalate…"}),
    ],
)
async def test_who_claims_elsewhere_has_the_session_and_its_fix_there(
    desk: Desk, state: str, offered: set[str]
) -> None:
    """With the buttons of its state; they work, and the card of the home thread follows."""
    session = await started(desk)
    await fix_in(desk, session, state)
    await handed_over(desk, session)
    await claimed(desk, session)
    there = dict(shown_in(desk, "77"))
    assert there[f"FP-1 · {session.title}"] == {"What we know", "Resolve…", "Escalate…", "Pause"}
    assert there[FIX] >= offered
    if state == "proposed":
        card = next(post.card for post in desk.platform.posts if post.to.thread == "77" and post.card.title == FIX)
        await desk.click("sam", card, "Apply", thread="77")
        await desk.work()
        assert ["Apply" in labels for title, labels in shown_in(desk, "1") if title == FIX] == [False]


async def test_who_claims_elsewhere_has_the_open_step_there(desk: Desk) -> None:
    """With its options; without a fix there is no card of one."""
    session, question, options = await in_flow(desk)
    await handed_over(desk, session)
    await claimed(desk, session)
    assert dict(shown_in(desk, "77"))[question] >= options
    assert FIX not in dict(shown_in(desk, "77"))


async def test_the_home_thread_gets_no_card_a_second_time(desk: Desk) -> None:
    """Only the line that says who has taken over."""
    session, _, _ = await in_flow(desk)
    await fix_in(desk, session, "proposed")
    await handed_over(desk, session)
    before = [first for first, _ in shown_in(desk, "1")]
    await claimed(desk, session)
    assert [first for first, _ in shown_in(desk, "1")] == [*before, "Sam has taken over FP-1."]


async def test_a_claim_in_the_home_thread_posts_no_card(desk: Desk) -> None:
    """They stand there."""
    session = await started(desk)
    await fix_in(desk, session, "proposed")
    await escalated(desk, session)
    before = [first for first, _ in shown_in(desk, "1")]
    await claimed(desk, session, thread="1", channel="desk")
    assert [first for first, _ in shown_in(desk, "1")] == [*before, "Sam has taken over FP-1."]


async def test_a_second_claim_in_the_same_thread_posts_no_card_again(desk: Desk) -> None:
    """It was returned, and escalated once more."""
    session = await started(desk)
    await fix_in(desk, session, "proposed")
    await handed_over(desk, session)
    await claimed(desk, session)
    await desk.send("sam", ReturnSession(session_id=session.id))
    await handed_over(desk, session)
    await claimed(desk, session)
    there = [first for first, _ in shown_in(desk, "77")]
    assert there.count("Sam has taken over FP-1.") == 2
    assert there.count(FIX) == 1
