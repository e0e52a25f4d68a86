"""Handing a session over: the intercept, the package, claims, and the way back (SPEC 5)."""

import asyncio

import pytest

from core.commands import (
    AnswerIntercept,
    ClaimSession,
    OpenRetarget,
    PostEscalation,
    ReceiveMessage,
    RetargetEscalation,
    ReturnSession,
    WithdrawEscalation,
)
from core.escalation.model import Escalation, EscalationStatus
from core.fixes.model import FixStatus
from core.sessions.model import Session, SessionStatus
from core.views import Close, FieldErrors, Notice, Person
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import (
    WHY,
    apply,
    escalated,
    fix_in,
    kinds,
    preview,
    resolved,
    started,
    the_fix,
    told_to,
    user_id,
)


async def latest(desk: Desk, session: Session) -> Escalation:
    found = await desk.look(lambda uow: uow.escalations.latest(session.id))
    assert found is not None
    return found


async def test_posting_hands_over_in_one_go(desk: Desk) -> None:
    """Turns stop, the package is in the thread as it was shown, and a card to claim."""
    session = await started(desk)
    form = await escalated(desk, session)
    package = (await latest(desk, session)).package
    assert package in words_of(form)
    assert package in desk.said()
    assert [button.label for button in buttons_of(desk.card("**Why**"))] == ["Claim", "Aim elsewhere…", "Withdraw"]
    before = len(desk.platform.posts)
    await desk.say("erin", "It is worse now")
    await desk.work()
    assert len(desk.platform.posts) == before
    assert (await desk.session(session.number)).status is SessionStatus.ESCALATED


@pytest.mark.parametrize("state", ["verifying", "pending", "partial"])
async def test_an_undecided_fix_is_asked_about_first(desk: Desk, state: str) -> None:
    """Escalating anyway leaves it as it is."""
    session = await started(desk)
    fix = await fix_in(desk, session, state)
    form = form_of(await desk.say("erin", "escalate"))
    assert "still needs an outcome" in words_of(form)
    form = form_of(await desk.submit("erin", form, outcome="anyway"))
    assert "Why escalate?" in words_of(form)
    assert fix is not None
    assert await the_fix(desk, fix) == fix


@pytest.mark.parametrize("state", ["none", "proposed", "success", "failed", "dismissed"])
async def test_without_an_undecided_fix_nothing_is_asked(desk: Desk, state: str) -> None:
    """The form opens at the reason."""
    session = await started(desk)
    await fix_in(desk, session, state)
    assert "Why escalate?" in words_of(form_of(await desk.say("erin", "escalate")))


@pytest.mark.parametrize("status", ["applied_failed", "applied_partial", "applied_pending", "dismissed"])
async def test_any_answer_passes(desk: Desk, status: str) -> None:
    """It is recorded, and the reason is asked."""
    session = await started(desk)
    fix = await fix_in(desk, session, "verifying")
    form = form_of(await desk.say("erin", "escalate"))
    form = form_of(await desk.submit("erin", form, outcome=status, notes="the vendor has it"))
    assert "Why escalate?" in words_of(form)
    assert fix is not None
    assert (await the_fix(desk, fix)).status == status


async def test_worked_offers_resolve_instead(desk: Desk) -> None:
    """Escalating all the same stays possible."""
    session = await started(desk)
    await fix_in(desk, session, "verifying")
    form = form_of(await desk.say("erin", "escalate"))
    offered = form_of(await desk.submit("erin", form, outcome="applied_success"))
    assert [button.label for button in buttons_of(offered)] == ["Resolve instead…", "Escalate all the same"]
    assert form_of(await desk.click("erin", offered, "Resolve instead…")).title == f"Resolve {session.ref}"
    assert "Why escalate?" in words_of(form_of(await desk.click("erin", offered, "Escalate all the same")))


@pytest.mark.parametrize("outcome", ["", "solved", "proposed"])
async def test_an_answer_that_is_none_marks_the_field(desk: Desk, outcome: str) -> None:
    """And records nothing."""
    session = await started(desk)
    fix = await fix_in(desk, session, "verifying")
    form = form_of(await desk.say("erin", "escalate"))
    answer = AnswerIntercept(session_id=session.id, surface=form.surface, outcome=outcome)
    assert isinstance(await desk.send("erin", answer), FieldErrors)
    assert fix is not None
    assert await the_fix(desk, fix) == fix


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("reason", "  "),
        ("person", "erin"),
        ("person", "Vera"),
        ("person", "nobody"),
        ("urgency", "now"),
        ("queue", "x"),
    ],
)
async def test_wrong_details_mark_their_field(desk: Desk, field: str, wrong: str) -> None:
    """A reason is required; nobody escalates to themselves, or to one who cannot take it."""
    session = await started(desk)
    form = form_of(await desk.say("erin", "escalate"))
    value = await user_id(desk, wrong.capitalize()) if wrong in ("erin", "Vera") else wrong
    reply = await desk.submit("erin", form, **{"reason": WHY, field: value})
    assert isinstance(reply, FieldErrors)
    assert set(reply.fields) == {field}
    people = next(block for block in form.body if isinstance(block, Person)).people
    assert "Erin" not in [option.label for option in people]
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_the_reason_cannot_be_skipped(desk: Desk) -> None:
    """A button that goes straight to the end is led back."""
    session = await started(desk)
    form = form_of(await desk.say("erin", "escalate"))
    reply = await desk.send("erin", PostEscalation(session_id=session.id, surface=form.surface))
    assert "Why escalate?" in words_of(form_of(reply))
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_the_first_claim_wins(desk: Desk) -> None:
    """All at once: one has it, the others are told who."""
    session = await started(desk)
    await escalated(desk, session)
    claims = [desk.send(who, ClaimSession(session_id=session.id)) for who in ("sam", "adam", "olivia")]
    replies = [notice_of(reply) for reply in await asyncio.gather(*claims)]
    won = [reply for reply in replies if "is yours" in reply.markdown]
    lost = [reply for reply in replies if "already" in reply.markdown]
    assert (len(won), len(lost)) == (1, 2)
    after = await desk.session(session.number)
    owner = await desk.look(lambda uow: uow.users.get(after.owner_id))
    assert owner is not None
    assert all(owner.name in reply.markdown for reply in lost)
    assert after.status is SessionStatus.ACTIVE
    assert (await latest(desk, session)).package in words_of(won[0])
    await desk.work()
    assert f"Claimed by {owner.name}" in desk.said()
    again = notice_of(await desk.send(owner.name.lower(), ClaimSession(session_id=session.id)))
    assert "You have" in again.markdown


async def test_who_escalated_cannot_claim(desk: Desk) -> None:
    """Nobody escalates to themselves; they withdraw."""
    session = await started(desk)
    await escalated(desk, session)
    assert "Withdraw" in notice_of(await desk.say("erin", "claim")).markdown


async def test_aimed_at_a_person_others_confirm(desk: Desk) -> None:
    """The person gets a briefing; anybody else may take it, knowing what they do."""
    session = await started(desk)
    await escalated(desk, session, to="Sam")
    assert "is escalated to you" in told_to(desk, "sam")
    asked = notice_of(await desk.send("adam", ClaimSession(session_id=session.id)))
    assert "aimed at Sam" in asked.markdown
    assert (await desk.session(session.number)).status is SessionStatus.ESCALATED
    assert "is yours" in notice_of(await desk.click("adam", asked, "Claim it all the same")).markdown


async def test_the_person_aimed_at_claims_at_once(desk: Desk) -> None:
    """From wherever they are; that thread becomes one of the session's."""
    session = await started(desk)
    await escalated(desk, session, to="Sam")
    claimed = await desk.send("sam", ClaimSession(session_id=session.id), thread="77", channel="escalations")
    assert "is yours" in notice_of(claimed).markdown
    threads = await desk.look(lambda uow: uow.conversations.of(session.id))
    assert [(thread.channel, thread.thread) for thread in threads] == [("desk", "1"), ("escalations", "77")]
    await desk.work()
    taken = [post.to.thread for post in desk.platform.posts if "has taken over" in words_of(post.card)]
    assert sorted(taken) == ["1", "77"]
    before = len(desk.platform.posts)
    await desk.say("sam", "I look at the server", thread="1")
    await desk.work()
    assert len(desk.platform.posts) > before, "the claimer's words are turns"


@pytest.mark.parametrize("way", ["return", "withdraw"])
async def test_it_goes_back_to_the_previous_owner(desk: Desk, way: str) -> None:
    """Active again, and Erin's."""
    session = await started(desk)
    await escalated(desk, session)
    if way == "return":
        await desk.send("sam", ClaimSession(session_id=session.id))
        assert notice_of(await desk.send("erin", ReturnSession(session_id=session.id))).error
        await desk.send("sam", ReturnSession(session_id=session.id))
    else:
        await desk.send("erin", WithdrawEscalation(session_id=session.id))
    after = await desk.session(session.number)
    assert (after.status, after.owner_id) == (SessionStatus.ACTIVE, session.owner_id)
    assert (await latest(desk, session)).status == f"{way}ed".replace("withdrawed", "withdrawn")
    assert notice_of(await desk.send("adam", ClaimSession(session_id=session.id))).error


async def test_what_was_never_claimed_is_not_returned(desk: Desk) -> None:
    """Nor an old claim after a new escalation, whose card no longer offers it."""
    session = await started(desk)
    assert notice_of(await desk.say("erin", "return")).error
    await escalated(desk, session)
    await desk.send("sam", ClaimSession(session_id=session.id))
    first = await latest(desk, session)
    await desk.work()
    await escalated(desk, session)
    assert (await desk.look(lambda uow: uow.escalations.get(first.id))).status is EscalationStatus.CLOSED  # type: ignore[union-attr]
    assert "Return" not in desk.said()


async def test_aiming_elsewhere(desk: Desk) -> None:
    """The new person is briefed, the reminders start anew, and nobody aims at themselves."""
    session = await started(desk)
    await escalated(desk, session, to="Sam")
    desk.clock.pass_by(minutes=14)
    form = form_of(await desk.send("erin", OpenRetarget(session_id=session.id)))
    assert isinstance(await desk.submit("erin", form, person=await user_id(desk, "Erin")), FieldErrors)
    assert isinstance(await desk.submit("erin", form, person=await user_id(desk, "Adam")), Close)
    await desk.work()
    assert "is escalated to you" in told_to(desk, "adam")
    assert (await kinds(desk, session))[-1] == "retargeted"
    desk.clock.pass_by(minutes=14)
    await desk.work()
    assert "still unclaimed" not in desk.said()
    desk.clock.pass_by(minutes=1)
    await desk.work()
    assert "still unclaimed" in desk.said()
    assert isinstance(await desk.send("erin", RetargetEscalation(session_id=session.id, urgency="soon")), FieldErrors)


@pytest.mark.parametrize(("urgency", "minutes"), [("normal", 15), ("urgent", 5)])
async def test_nobody_claims(desk: Desk, urgency: str, minutes: int) -> None:
    """A reminder in the thread, then the admins, then no more."""
    session = await started(desk)
    await escalated(desk, session, urgency=urgency)
    desk.clock.pass_by(minutes=minutes, seconds=-1)
    await desk.work()
    assert "still unclaimed" not in desk.said()
    desk.clock.pass_by(seconds=1)
    await desk.work()
    assert desk.said().count("still unclaimed") == 1
    assert "still unclaimed" not in told_to(desk, "adam")
    for _ in range(4):
        desk.clock.pass_by(minutes=minutes)
        await desk.work()
    assert told_to(desk, "adam").count("still unclaimed") == told_to(desk, "olivia").count("still unclaimed") == 1
    assert told_to(desk, "sam") == ""
    await desk.send("sam", ClaimSession(session_id=session.id))
    await desk.work()
    assert "still unclaimed" not in desk.said()


async def test_where_guests_read_along_the_thread_gets_one_line(desk: Desk) -> None:
    """Package, reason and the card to claim go privately to engineers."""
    start = ReceiveMessage(ref="g1", text="Outlook does not send since Monday", mentioned=True)
    await desk.send("erin", start, guests=True)
    await desk.work()
    session = await desk.session(1)
    before = len(desk.platform.posts)
    await escalated(desk, session)
    thread = [words_of(post.card) for post in desk.platform.posts[before:]]
    assert thread[0] == "FP-1 was escalated."
    assert not any("What we've tried" in words or WHY in words for words in thread)
    assert "What we've tried" in told_to(desk, "erin")
    assert WHY in told_to(desk, "sam")
    assert told_to(desk, "gus") == told_to(desk, "vera") == ""
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert WHY not in desk.said()


async def test_guests_who_come_later_are_kept_out_as_well(desk: Desk) -> None:
    """The session began among engineers; then a guest wrote in its thread."""
    session = await started(desk)
    await desk.send("gus", ReceiveMessage(ref="g1", text="Any news?"), guests=True)
    await escalated(desk, session)
    assert WHY not in desk.said()
    assert "FP-1 was escalated." in desk.said()


async def test_resolving_closes_the_escalation(desk: Desk) -> None:
    """Nobody claims what is done."""
    session = await started(desk)
    await escalated(desk, session)
    await resolved(desk, session)
    assert (await latest(desk, session)).status is EscalationStatus.CLOSED
    late = await desk.send("sam", ClaimSession(session_id=session.id))
    assert isinstance(late, Notice)
    assert late.error


async def test_the_intercept_does_not_set_a_flow_going(desk: Desk) -> None:
    """The engineer hands over: a failed fix leads to no further step."""
    session = await started(desk)
    fix = await fix_in(desk, session, "verifying")
    form = form_of(await desk.say("erin", "escalate"))
    await desk.submit("erin", form, outcome=FixStatus.FAILED)
    assert fix is not None
    assert await desk.look(lambda uow: uow.steps.open_in(session.id)) == []


async def test_a_fix_applied_meanwhile_is_asked_about_all_the_same(desk: Desk) -> None:
    """The form was opened before the fix was applied: details and post lead back to the question, once."""
    session = await started(desk)
    fix = await fix_in(desk, session, "proposed")
    assert fix is not None
    form = form_of(await desk.say("erin", "escalate"))
    other = form_of(await desk.say("erin", "escalate"))
    other = await preview(desk, form_of(await desk.submit("erin", other, reason=WHY)))
    await apply(desk, fix)
    assert "still needs an outcome" in words_of(form_of(await desk.submit("erin", form, reason=WHY)))
    asked = form_of(await desk.submit("erin", other))
    assert "still needs an outcome" in words_of(asked)
    assert (await desk.session()).status is SessionStatus.ACTIVE
    details = form_of(await desk.submit("erin", asked, outcome="anyway"))
    shown = await preview(desk, form_of(await desk.submit("erin", details)))
    assert isinstance(await desk.submit("erin", shown), Close)
    assert (await desk.session()).status is SessionStatus.ESCALATED


async def test_pending_before_an_escalation_is_followed_up(desk: Desk) -> None:
    """When the engineer chose."""
    session = await started(desk)
    await fix_in(desk, session, "verifying")
    form = form_of(await desk.say("erin", "escalate"))
    await desk.submit("erin", form, outcome=FixStatus.PENDING, notes="the vendor", look_again="1h")
    desk.clock.pass_by(hours=1)
    await desk.work()
    assert desk.said().count("Did it hold?") == 1


@pytest.mark.parametrize("way", ["claim", "withdraw", "return", "resume"])
async def test_who_goes_on_has_the_thread_again(desk: Desk, way: str) -> None:
    """Another problem had begun in it while the session was escalated, and is over."""
    session = await started(desk)
    await escalated(desk, session)
    asked = notice_of(await desk.type("erin", "The printer is offline", thread="1"))
    await desk.click("erin", asked, "Pause FP-1, start this")
    await desk.work()
    if way in ("return", "resume"):  # claimed while the thread is another's
        await desk.send("sam", ClaimSession(session_id=session.id))
        assert notice_of(await desk.type("sam", "resume FP-1", thread="1")).error
    await resolved(desk, await desk.session(2))
    if way == "withdraw":
        await desk.send("erin", WithdrawEscalation(session_id=session.id))
    else:
        await desk.type("sam", f"{way} FP-1", thread="1")
    who = "erin" if way in ("withdraw", "return") else "sam"
    await desk.say(who, "I look at the mail server now")
    said = await desk.look(lambda uow: uow.messages.recent(session.id, 50))
    assert said[-1].text == "I look at the mail server now"
    assert (await desk.session(1)).status is SessionStatus.ACTIVE
