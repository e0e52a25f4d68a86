"""A session's later life: abandoned, rated, back again, documented (SPEC 2)."""

import pytest

from core.commands import AbandonSession, OpenRating, RateSession, ReopenSession
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from core.fixes.suggest import suggest_fix
from core.sessions.model import SessionStatus
from core.turns.model import NewFix
from core.views import Close, FieldErrors, File, Nothing
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import apply, escalated, fix_in, kinds, outcome, resolved, started, suggested


async def later(desk: Desk, **how_long: float) -> None:
    desk.clock.pass_by(**how_long)
    await desk.work()


async def test_a_quiet_session_is_reminded_of_and_then_abandoned(desk: Desk) -> None:
    """The reminder a day before, the end after fourteen days."""
    session = await started(desk)
    await later(desk, days=12, hours=23)
    assert "reminded" not in await kinds(desk, session)
    await later(desk, hours=1)
    assert "has been quiet" in desk.said()
    assert (await desk.session()).status is SessionStatus.ACTIVE
    await later(desk, days=1)
    assert (await desk.session()).status is SessionStatus.ABANDONED
    assert (await kinds(desk, session)).count("reminded") == 1
    assert desk.said().count("closed as abandoned") == 1


async def test_an_abandoned_session_says_so_in_its_thread(desk: Desk) -> None:
    """Its card may be far up, and it is final."""
    session = await started(desk)
    await desk.say("erin", "abandon")
    await desk.work()
    assert f"{session.ref} is closed as abandoned. Mention me with a problem to start another." in desk.said()


@pytest.mark.parametrize("act", ["message", "click", "fact"])
async def test_whoever_acts_puts_the_end_off(desk: Desk, act: str) -> None:
    """Words or clicks, before the reminder or after it."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await later(desk, days=13)
    if act == "message":
        await desk.say("erin", "Still on it")
    elif act == "click":
        await apply(desk, fix)
    else:
        await desk.say("erin", "fact: the outbox is full")
    await later(desk, days=12)
    await later(desk, hours=23)
    assert (await desk.session()).status is SessionStatus.ACTIVE
    await later(desk, hours=2)
    assert (await kinds(desk, session)).count("reminded") == 2
    await later(desk, days=1, hours=2)
    assert (await desk.session()).status is SessionStatus.ABANDONED


async def test_an_escalated_session_is_not_abandoned_and_the_timer_goes_on_after_a_claim(desk: Desk) -> None:
    """It waits for somebody; afterwards quiet counts again."""
    session = await started(desk)
    form = form_of(await desk.say("erin", "escalate"))
    form = form_of(await desk.submit("erin", form, reason="rights"))
    await desk.work()
    await desk.submit("erin", desk.platform.filled[form.surface])
    for _ in range(3):
        await later(desk, days=13, hours=1)
    assert (await desk.session()).status is SessionStatus.ESCALATED
    await desk.type("sam", f"claim {session.ref}")
    for _ in range(5):
        await later(desk, days=13, hours=1)
    assert (await desk.session()).status is SessionStatus.ABANDONED


async def test_a_paused_session_is_abandoned_too(desk: Desk) -> None:
    """Nobody came back."""
    await started(desk)
    await desk.say("erin", "pause")
    for _ in range(3):
        await later(desk, days=13)
    assert (await desk.session()).status is SessionStatus.ABANDONED


async def test_a_closed_session_stays_closed(desk: Desk) -> None:
    """Resolved and abandoned are final."""
    session = await started(desk)
    await desk.send("erin", AbandonSession(session_id=session.id))
    for words in ("resume", "pause", "resolve", "escalate", "claim", "withdraw", "join"):
        assert notice_of(await desk.type("erin", f"{words} {session.ref}")).error, words
    assert (await desk.session()).status is SessionStatus.ABANDONED


async def test_a_resolved_session_is_rated(desk: Desk) -> None:
    """From 1 to 5 with an optional comment; the buttons then say so."""
    session = await started(desk)
    await resolved(desk, session)
    form = form_of(await desk.click("erin", desk.card("Nothing was posted outside"), "4 ★"))
    assert isinstance(await desk.submit("erin", form, comment="quick"), Close)
    rated = await desk.session()
    assert (rated.rating, rated.rating_comment) == (4, "quick")
    await desk.work()
    assert "Rated 4 of 5" in desk.said()
    for score in (0, 6, -1):
        for command in (OpenRating, RateSession):
            assert isinstance(await desk.send("erin", command(session_id=session.id, score=score)), FieldErrors)
    assert notice_of(await desk.type("sam", "rate 5", thread="1")).error, "only who took part"


async def test_it_came_back_is_offered_once(desk: Desk) -> None:
    """To who took part; thanks are not answered every time."""
    session = await started(desk)
    await resolved(desk, session)
    await desk.say("sam", "nice")
    await desk.work()
    assert "Is the problem back?" not in desk.said()
    for words in ("thanks", "worked", "bye"):
        assert isinstance(await desk.say("erin", words), Nothing)
    await desk.work()
    assert desk.said().count("Is the problem back?") == 1


async def test_it_came_back_carries_facts_and_fix(desk: Desk) -> None:
    """Into a new session of the same thread, under its own number."""
    session = await started(desk)
    await desk.say("erin", "fact: the outbox holds a 40 MB message")
    await fix_in(desk, session, "success")
    await resolved(desk, session)
    await desk.say("erin", "it does it again")
    await desk.work()
    await desk.click("erin", desk.card("Is the problem back?"), "It came back")
    await desk.work()
    fresh = await desk.session(2)
    assert (fresh.carried_from, fresh.status) == (session.id, SessionStatus.ACTIVE)
    facts = await desk.look(lambda uow: uow.facts.of(fresh.id))
    assert [fact.text for fact in facts] == [
        "the outbox holds a 40 MB message",
        "The problem came back after FP-1 was resolved.",
    ]
    fix = await desk.look(lambda uow: uow.fixes.active(fresh.id))
    assert fix is not None
    assert (fix.title, fix.status, fix.applied_at) == ("Empty the outbox", FixStatus.PROPOSED, None)
    again = notice_of(await desk.send("erin", ReopenSession(session_id=session.id)))
    assert "FP-2 is open" in again.markdown
    assert notice_of(await desk.send("erin", ReopenSession(session_id=fresh.id))).error


async def test_it_came_back_keeps_the_ticket_and_the_flow_and_is_used_once(desk: Desk) -> None:
    """The note of the second time goes to the same ticket, and a fix that fails leads on in its flow."""
    await desk.say("erin", "Outlook is slow T-1001", mention=True)
    await desk.work()
    session = await desk.session()
    flow = (await desk.look(lambda uow: uow.flows.all()))[0]
    new = NewFix(title="Empty the outbox", description="Empty it.", confidence=0.7, flow_id=flow.id, node="some-node")
    fix = await desk.change(lambda uow: suggest_fix(uow, uow.sessions.get(session.id) or session, new))
    await apply(desk, fix)
    await outcome(desk, fix, FixStatus.SUCCESS)
    await resolved(desk, session)
    await desk.say("erin", "it does it again")
    await desk.work()
    await desk.click("erin", desk.card("Is the problem back?"), "It came back")
    await desk.work()
    before, fresh = await desk.session(), await desk.session(2)
    assert fresh.ticket_number == "T-1001"
    assert (fresh.ticket_id, fresh.ticket_url) == (before.ticket_id, before.ticket_url)
    ticket = await desk.look(lambda uow: uow.tickets.get(fresh.id))
    assert ticket == await desk.look(lambda uow: uow.tickets.get(before.id)) is not None
    carried = await desk.look(lambda uow: uow.fixes.active(fresh.id))
    assert carried is not None
    assert (carried.flow_id, carried.node) == (flow.id, "some-node")
    assert "Is the problem back?" not in desk.said()
    assert not list(buttons_of(desk.card("The problem of FP-1 came back: FP-2.")))


async def test_where_the_chat_is_the_thread_a_later_problem_starts_a_session(desk: Desk) -> None:
    """The first message offers both; nobody is locked out of a personal chat by a resolved session."""
    await desk.say("erin", "Outlook is slow", direct=True)
    await desk.work()
    await resolved(desk, await desk.session())
    await desk.say("erin", "The printer is offline", direct=True)
    await desk.work()
    card = desk.card("Is the problem back?")
    assert [button.label for button in buttons_of(card)] == ["It came back", "Something else"]
    await desk.click("erin", card, "Something else")
    assert (await desk.session(2)).title == "The printer is offline"
    await desk.say("erin", "abandon", direct=True)
    await desk.say("erin", "VPN drops", direct=True)
    assert (await desk.session(3)).title == "VPN drops"


async def test_leaving(desk: Desk) -> None:
    """The owner stays; who left is context again."""
    session = await started(desk)
    await desk.type("sam", f"join {session.ref}")
    assert notice_of(await desk.say("erin", "leave")).error
    await desk.say("sam", "leave")
    await desk.work()
    assert "Sam left FP-1." in desk.said()
    assert [user.name for user in await desk.look(lambda uow: uow.sessions.participants(session.id))] == ["Erin"]
    before = await kinds(desk, session)
    assert "do not take part" in notice_of(await desk.type("adam", f"leave {session.ref}")).markdown
    assert await kinds(desk, session) == before


async def test_the_documentation_is_there_at_any_time(desk: Desk) -> None:
    """Markdown with what happened, by whom; also of a closed session, also for a viewer."""
    session = await started(desk)
    await desk.say("erin", "fact: the outbox is full")
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.FAILED, "same error")
    await desk.say("erin", "abandon")
    document = notice_of(await desk.type("vera", f"doc {session.ref}"))
    (file,) = [block for block in document.body if isinstance(block, File)]
    assert file.name == "FP-1.md"
    for words in ("the outbox is full", "Empty the outbox", "same error", "Erin", "abandoned"):
        assert words in file.content, words


@pytest.mark.parametrize(
    ("text", "notice"),
    [
        ("fact: the outbox is full", "Added to what we know."),
        ("fact:  THE  outbox is full. ", "That is known already."),
    ],
)
async def test_exact_repeats_are_not_added_twice(desk: Desk, text: str, notice: str) -> None:
    """But for case, blanks and a full stop."""
    session = await started(desk)
    if "THE" in text:
        await desk.say("erin", "fact: the outbox is full")
    assert await desk.say("erin", text) == Close(notice=notice)
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    assert (fact.text, fact.source_type) == ("the outbox is full", SourceType.NOTE)


async def test_facts_are_edited_and_deleted_softly(desk: Desk) -> None:
    """An engineer's own note in place; what came from an answer by changing the answer."""
    session = await started(desk)
    await desk.say("erin", "fact: the outbox is full, password: Hunter2!Hunter2!")
    listed = notice_of(await desk.say("erin", "facts"))
    assert "Hunter2" not in words_of(listed)
    form = form_of(await desk.click("erin", listed, "Edit"))
    assert isinstance(await desk.submit("erin", form, text="x" * 1001), FieldErrors)
    assert isinstance(await desk.submit("erin", form, text="  "), FieldErrors)
    await desk.submit("erin", form, text="the outbox holds one large message")
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    assert (fact.text, fact.updated_at is not None) == ("the outbox holds one large message", True)
    await desk.click("erin", listed, "Delete")
    assert await desk.look(lambda uow: uow.facts.of(session.id)) == []
    assert (await desk.look(lambda uow: uow.facts.get(fact.id))).deleted_at is not None  # type: ignore[union-attr]
    assert notice_of(await desk.click("erin", listed, "Delete")).error
    assert notice_of(await desk.click("erin", listed, "Edit")).error
    assert (await kinds(desk, session))[-3:] == ["fact_added", "fact_edited", "fact_deleted"]


async def test_a_conclusion_is_of_where_the_session_stands(desk: Desk) -> None:
    """One that was posted while it went on is not posted again for the pause, nor that for the escalation."""
    session = await started(desk)
    await desk.say("erin", "conclude")
    await desk.work()
    assert "Next Steps (for resumption)" not in desk.said()
    await desk.say("erin", "pause")
    await desk.work()
    assert "**Outcome:** Paused" in desk.said()
    assert "Next Steps (for resumption)" in desk.said()
    await escalated(desk, session)
    await desk.say("erin", "conclude")
    await desk.work()
    assert "**Escalation Details:**" in desk.said()
