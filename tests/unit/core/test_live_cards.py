"""Cards follow the session's state, and what an old card still offers is answered in a friendly way (SPEC 4, 5)."""

import pytest

from core.commands import (
    ApplyFix,
    ClaimSession,
    OpenOutcome,
    OpenRetarget,
    PauseSession,
    ResumeSession,
    WithdrawEscalation,
)
from core.errors import Unavailable
from core.fixes.model import Fix, FixStatus
from core.fixes.suggest import suggest_fix
from core.people.model import ConversationRef
from core.ports import UnitOfWork
from core.say import POST
from core.sessions.model import Session, SessionStatus
from core.turns.model import Answer
from core.views import Card, Close
from core.work.deliver import post
from tests.fakes.platform import FakePlatform, buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import (
    NEW_FIX,
    WHY,
    apply,
    escalated,
    fix_in,
    outcome,
    preview,
    resolved,
    started,
    suggested,
    the_fix,
)


def labels(desk: Desk, words: str) -> list[str]:
    return [button.label for button in buttons_of(desk.card(words))]


@pytest.mark.parametrize("way", ["pause", "abandon"])
async def test_cards_lose_their_buttons_and_get_them_back(desk: Desk, way: str) -> None:
    """Fix, nudge, step and offer; a resumed session's fix can be answered again."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await apply(desk, fix)
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert "Still checking" in labels(desk, "Any word on")
    stale = desk.card("Any word on")
    await desk.say("erin", way)
    await desk.work()
    shown = [button.label for post in desk.platform.posts for button in buttons_of(post.card)]
    assert not {"Worked", "Still checking", "Use this flow", "Skip"} & set(shown), shown
    told = notice_of(await desk.click("erin", stale, "Worked"))
    assert not told.error
    assert f"FP-1 is {way}" in told.markdown
    assert (await the_fix(desk, fix)).verifying
    if way == "pause":
        await desk.send("erin", ResumeSession(session_id=session.id))
        await desk.work()
        assert "Worked" in labels(desk, "Confidence 80 %")
        assert "Still checking" in labels(desk, "Any word on")


async def test_a_paused_sessions_card_offers_every_way_on(desk: Desk) -> None:
    """Escalating needs no resume first."""
    session = await started(desk)
    await desk.say("erin", "pause")
    await desk.work()
    card = desk.card("FP-1 · ")
    assert [button.label for button in buttons_of(card)] == ["Resume", "What we know", "Resolve…", "Escalate…"]
    form = form_of(await desk.click("erin", card, "Escalate…"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason=WHY, person="", urgency="normal")))
    assert isinstance(await desk.submit("erin", form), Close)
    assert (await desk.session(session.number)).status is SessionStatus.ESCALATED


async def paused_and_resumed(desk: Desk, session: Session) -> set[str]:
    """Pause and resume; what could be clicked meanwhile."""
    await desk.say("erin", "pause")
    await desk.work()
    meanwhile = {button.label for post in desk.platform.posts for button in buttons_of(post.card)}
    await desk.send("erin", ResumeSession(session_id=session.id))
    await desk.work()
    return meanwhile


async def test_offered_flows_come_back_after_a_pause(desk: Desk) -> None:
    """With the words of the answer; not once one is used."""
    session = await started(desk)
    (offer,) = (post for post in desk.platform.posts if "Use this flow" in [b.label for b in buttons_of(post.card)])
    before = offer.card
    assert "Use this flow" not in await paused_and_resumed(desk, session)
    assert offer.card == before
    await desk.click("erin", offer.card, "Use this flow")
    await desk.work()
    await paused_and_resumed(desk, session)
    assert list(buttons_of(offer.card)) == []


async def test_a_proposed_outcome_waits_through_a_pause(scripted: Desk, model: ScriptedModel) -> None:
    """It can be confirmed afterwards; once answered, it stays answered."""
    desk = scripted
    session = await started(desk)
    fix = await suggested(desk, session)
    model.answers = [Answer(prose="Good.", outcome=FixStatus.PENDING)]
    await desk.say("erin", "It seems to send, the user has to check")
    await desk.work()
    before = desk.card("Confirm outcome?")
    assert "Confirm" not in await paused_and_resumed(desk, session)
    assert desk.card("Confirm outcome?") == before
    await desk.click("erin", before, "Confirm")
    await desk.work()
    assert (await the_fix(desk, fix)).status is FixStatus.PENDING
    await paused_and_resumed(desk, session)
    assert "Confirm outcome?" not in desk.said()


async def test_an_outcome_of_a_closed_session_is_told_what_was_recorded(desk: Desk) -> None:
    """By whom, with nothing changed."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.FAILED, "same error")
    await resolved(desk, session)
    for late in (
        ApplyFix(session_id=session.id, fix_id=fix.id),
        OpenOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.PENDING),
    ):
        told = notice_of(await desk.send("erin", late))
        assert not told.error
        assert "FP-1 is resolved" in told.markdown
        assert "Didn’t work (Erin): same error" in told.markdown


async def test_after_a_claim_the_old_card_says_who_has_it(desk: Desk) -> None:
    """Withdraw and Aim elsewhere come too late."""
    session = await started(desk)
    await escalated(desk, session)
    await desk.send("sam", ClaimSession(session_id=session.id))
    for late in (WithdrawEscalation(session_id=session.id), OpenRetarget(session_id=session.id)):
        told = notice_of(await desk.send("erin", late))
        assert not told.error
        assert "Sam has FP-1 already" in told.markdown
    await desk.send("sam", PauseSession(session_id=session.id))
    await desk.work()
    assert labels(desk, "**Why**") == []


async def test_a_second_tab_is_told_who_resolved(desk: Desk) -> None:
    """Its form closes."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    form = await preview(desk, form_of(await desk.say("erin", "resolve")))
    assert isinstance(await desk.submit("erin", form), Close)
    again = await desk.submit("erin", form)
    assert isinstance(again, Close)
    assert again.notice == "FP-1 is resolved already (Erin)."


async def test_a_second_tab_is_told_who_escalated(desk: Desk) -> None:
    """Its form closes, and nothing is posted twice."""
    session = await started(desk)
    form = form_of(await desk.say("erin", "escalate"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason=WHY)))
    await escalated(desk, session)
    again = await desk.submit("erin", form)
    assert isinstance(again, Close)
    assert again.notice == "FP-1 is escalated already (Erin)."
    assert (await desk.session()).status is SessionStatus.ESCALATED


async def test_a_card_on_its_way_to_another_thread_is_brought_up_to_date_when_it_has_arrived(desk: Desk) -> None:
    """The update that a click queued found it nowhere yet."""
    session = await started(desk)
    await escalated(desk, session)
    await desk.send("sam", ClaimSession(session_id=session.id), thread="77", channel="escalations")
    await desk.work()

    def suggest(uow: UnitOfWork) -> Fix:
        current = uow.sessions.get(session.id)
        assert current is not None
        return suggest_fix(uow, current, NEW_FIX)

    fix = await desk.change(suggest)
    rows = await desk.look(lambda uow: uow.work.open_for(fix.id, [POST]))
    threads = {thread.id: thread for thread in await desk.look(lambda uow: uow.conversations.of(session.id))}
    (there,) = (row for row in rows if threads[row.payload["conversation"]].thread == "77")
    posted = await post(desk.worker, there)
    await apply(desk, fix, who="sam")
    await desk.work()
    assert "Apply" in {button.label for shown in desk.platform.posts for button in buttons_of(shown.card)}
    await desk.change(posted)
    await desk.work()
    cards = [shown.card for shown in desk.platform.posts if shown.to.thread == "77"]
    offered = [[button.label for button in buttons_of(card)] for card in cards if NEW_FIX.title in words_of(card)]
    assert len(offered) > 1
    assert all("Worked" in labels and "Apply" not in labels for labels in offered)


async def test_a_thread_that_does_not_answer_holds_up_no_other(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each thread's cards are brought up to date in its own lane."""
    session = await started(desk)
    await escalated(desk, session)
    await desk.send("sam", ClaimSession(session_id=session.id), thread="77", channel="escalations")
    fix = await suggested(desk, session)

    async def away(to: ConversationRef, ref: str, card: Card) -> None:
        if to.channel == "escalations":
            raise Unavailable("away")
        await FakePlatform.update(desk.platform, to, ref, card)

    monkeypatch.setattr(desk.platform, "update", away)
    await apply(desk, fix, who="sam")
    await desk.work()

    def offered(thread: str) -> set[str]:
        cards = [post.card for post in desk.platform.posts if post.to.thread == thread]
        return {button.label for card in cards if NEW_FIX.title in words_of(card) for button in buttons_of(card)}

    assert ("Apply" in offered("1"), "Apply" in offered("77")) == (False, True)
    monkeypatch.undo()
    desk.clock.pass_by(minutes=1)
    await desk.work()
    assert "Apply" not in offered("77")
