"""Nudges and follow-ups: when they come, how often, and that they die with their reason (SPEC 4)."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from core.commands import ClaimSession, OpenOutcome, OpenResolve, RecordOutcome, StillChecking
from core.errors import InvalidInput
from core.fixes.look_again import look_again_at
from core.fixes.model import FixStatus
from core.views import Choice, Close, FieldErrors, Input
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import apply, fix_in, kinds, outcome, preview, started, suggested, the_fix

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


async def asked(desk: Desk, words: str, **how_long: float) -> int:
    desk.clock.pass_by(**how_long)
    await desk.work()
    return sum(words in words_of(post.card) for post in desk.platform.posts)


async def test_one_nudge_after_fifteen_minutes(desk: Desk) -> None:
    """Quiet for a quarter of an hour, then once, and never again."""
    fix = await suggested(desk, await started(desk))
    await apply(desk, fix)
    assert await asked(desk, "Any word on", minutes=14, seconds=59) == 0
    assert await asked(desk, "Any word on", seconds=1) == 1
    assert await asked(desk, "Any word on", hours=5) == 1


async def test_no_nudge_when_there_was_a_word(desk: Desk) -> None:
    """The reason is gone, so is the timer."""
    fix = await fix_in(desk, await started(desk), "verifying")
    assert fix is not None
    await outcome(desk, fix, FixStatus.PARTIAL, "the phone")
    assert await asked(desk, "Any word on", hours=1) == 0


async def test_still_checking_records_pending_and_asks_again(desk: Desk) -> None:
    """With a reason, and a follow-up in an hour."""
    session = await started(desk)
    fix = await fix_in(desk, session, "verifying")
    assert fix is not None
    await asked(desk, "Any word on", minutes=15)
    await desk.click("erin", desk.card("Any word on"), "Still checking")
    assert ((await the_fix(desk, fix)).status, (await the_fix(desk, fix)).notes) == (
        FixStatus.PENDING,
        "Still checking.",
    )
    await desk.work()
    assert "Any word on" not in desk.said(), "the nudge has its answer"
    assert await asked(desk, "Did it hold?", hours=1) == 1


async def test_a_stale_still_checking_overwrites_nothing(desk: Desk) -> None:
    """Somebody said more meanwhile."""
    session = await started(desk)
    fix = await fix_in(desk, session, "verifying")
    assert fix is not None
    await outcome(desk, fix, FixStatus.PENDING, "the vendor calls back")
    told = await desk.send("erin", StillChecking(session_id=session.id, fix_id=fix.id))
    assert "the vendor calls back" in notice_of(told).markdown
    assert (await the_fix(desk, fix)).notes == "the vendor calls back"


@pytest.mark.parametrize(("choice", "hours"), [("1h", 1), ("4h", 4), ("tomorrow", 24)])
async def test_did_it_hold_is_asked_when_it_was_wanted(desk: Desk, choice: str, hours: int) -> None:
    """It is 9 o'clock at the desk, in UTC."""
    fix = await suggested(desk, await started(desk))
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again=choice)
    assert await asked(desk, "Did it hold?", hours=hours, seconds=-1) == 0
    assert await asked(desk, "Did it hold?", seconds=1) == 1


async def test_not_again_means_never(desk: Desk) -> None:
    """The engineer asked for no follow-up."""
    fix = await suggested(desk, await started(desk))
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again="")
    assert await asked(desk, "Did it hold?", days=5) == 0


async def test_it_is_asked_three_times_at_most(desk: Desk) -> None:
    """Then it is left to people; being asked changes no note."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again="1h")
    version = (await desk.session(session.number)).state_version
    for _ in range(8):
        await asked(desk, "Did it hold?", hours=4)
    assert (await kinds(desk, session)).count("followed_up") == 3
    assert (await desk.session(session.number)).state_version == version


async def test_a_follow_up_dies_with_its_reason(desk: Desk) -> None:
    """Another reason has another time; an outcome ends it."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again="1h")
    desk.clock.pass_by(minutes=30)
    await outcome(desk, fix, FixStatus.PENDING, "the new disk", look_again="4h")
    assert await asked(desk, "Did it hold?", hours=1) == 0
    assert await asked(desk, "the new disk", hours=3) >= 1
    await outcome(desk, fix, FixStatus.SUCCESS)
    await desk.work()
    assert "Did it hold?" not in desk.said(), "the question has its answer"
    assert (await kinds(desk, session)).count("followed_up") == 1


async def test_a_pause_puts_reminders_off_until_it_ends(desk: Desk) -> None:
    """Nobody is asked during a pause; afterwards at once, and once."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again="1h")
    await desk.say("erin", "pause")
    assert await asked(desk, "Did it hold?", hours=20) == 0
    await desk.say("erin", "resume")
    assert await asked(desk, "Did it hold?", seconds=1) == 1
    assert await asked(desk, "Did it hold?", hours=1) == 1


async def test_a_nudge_waits_for_the_end_of_a_pause(desk: Desk) -> None:
    """The engineer had stopped working on it."""
    await fix_in(desk, await started(desk), "verifying")
    await desk.say("erin", "pause")
    assert await asked(desk, "Any word on", hours=1) == 0
    await desk.say("erin", "resume")
    assert await asked(desk, "Any word on", seconds=1) == 1


async def test_escalating_ends_a_pause_for_reminders_and_minutes(desk: Desk) -> None:
    """Whoever claims is asked what the pause had put off, and works from then on."""
    session = await started(desk, "Outlook does not send, T-1001")
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again="1h")
    await desk.say("erin", "pause")
    assert await asked(desk, "Did it hold?", hours=20) == 0
    form = form_of(await desk.say("erin", "escalate"))
    form = form_of(await desk.submit("erin", form, outcome="anyway"))
    form = await preview(desk, form_of(await desk.submit("erin", form, reason="It needs a colleague")))
    assert isinstance(await desk.submit("erin", form), Close)
    assert await asked(desk, "Did it hold?", seconds=1) == 1
    await desk.send("sam", ClaimSession(session_id=session.id))
    for _ in range(8):
        desk.clock.pass_by(minutes=5)
        await desk.say("sam", "Still looking at the server")
    form = await preview(desk, form_of(await desk.send("sam", OpenResolve(session_id=session.id))))
    (minutes,) = [int(block.value) for block in form.body if isinstance(block, Input) and block.name == "minutes"]
    assert minutes >= 35


async def test_nothing_is_asked_of_a_closed_session(desk: Desk) -> None:
    """It is over."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.PENDING, "the vendor", look_again="1h")
    await desk.say("erin", "abandon")
    assert await asked(desk, "Did it hold?", hours=2) == 0


async def test_typed_pending_is_followed_up_like_the_forms_own_choice(desk: Desk) -> None:
    """Four hours, as the form proposes."""
    await suggested(desk, await started(desk))
    await desk.say("erin", "pending: the vendor calls back")
    assert await asked(desk, "Did it hold?", hours=3, minutes=59) == 0
    assert await asked(desk, "Did it hold?", minutes=1) == 1


async def test_the_form_asks_when_and_takes_a_date(desk: Desk) -> None:
    """1 h, 4 h, tomorrow, or a day; a wrong day marks its field and records nothing."""
    session = await started(desk)
    fix = await suggested(desk, session)
    opening = OpenOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.PENDING)
    form = form_of(await desk.send("erin", opening))
    (choice,) = [block for block in form.body if isinstance(block, Choice)]
    assert [option.value for option in choice.options] == ["1h", "4h", "tomorrow", ""]
    for wrong in ("soon", "2026-03-01", "2026-13-01"):
        reply = await desk.submit("erin", form, notes="the vendor", look_again_on=wrong)
        assert isinstance(reply, FieldErrors)
        assert set(reply.fields) == {"look_again_on"}
    assert (await the_fix(desk, fix)).status is FixStatus.PROPOSED
    await desk.submit("erin", form, notes="the vendor", look_again_on="2026-03-05")
    assert await asked(desk, "Did it hold?", days=2, hours=23) == 0
    assert await asked(desk, "Did it hold?", hours=1) == 1
    assert next(buttons_of(desk.card("Did it hold?"))).label == "Worked"


async def test_a_wrong_choice_in_a_tampered_form_is_refused(desk: Desk) -> None:
    """And records nothing."""
    session = await started(desk)
    fix = await suggested(desk, session)
    wrong = RecordOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.PENDING, notes="x", look_again="99h")
    assert isinstance(await desk.send("erin", wrong), FieldErrors)
    assert (await the_fix(desk, fix)).status is FixStatus.PROPOSED


@pytest.mark.parametrize(
    ("zone", "now", "due"),
    [
        ("UTC", NOON, datetime(2026, 3, 3, 9, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 3, 28, 12, tzinfo=UTC), datetime(2026, 3, 29, 7, tzinfo=UTC)),
        ("Europe/Berlin", datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC)),
        ("America/New_York", datetime(2026, 3, 8, 3, tzinfo=UTC), datetime(2026, 3, 8, 13, tzinfo=UTC)),
        ("Pacific/Auckland", datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 3, 3, 20, tzinfo=UTC)),
        ("No/Such_Place", NOON, datetime(2026, 3, 3, 9, tzinfo=UTC)),
    ],
)
def test_tomorrow_is_nine_in_the_engineers_zone(zone: str, now: datetime, due: datetime) -> None:
    """Also on the days on which clocks change; where the zone is unknown, in UTC."""
    assert look_again_at("tomorrow", now=now, zone=zone) == due
    if zone != "No/Such_Place":
        assert due.astimezone(ZoneInfo(zone)).hour == 9


def test_a_day_of_today_before_nine_is_still_to_come() -> None:
    """And after nine it is not."""
    early = datetime(2026, 3, 2, 8, tzinfo=UTC)
    assert look_again_at("2026-03-02", now=early, zone="UTC") == datetime(2026, 3, 2, 9, tzinfo=UTC)
    with pytest.raises(InvalidInput):
        look_again_at("", "2026-03-02", now=NOON, zone="UTC")


def test_the_first_day_of_all_is_told_to_be_none() -> None:
    """In zones east of Greenwich it begins before time does."""
    with pytest.raises(InvalidInput):
        look_again_at("0001-01-01", now=NOON, zone="Pacific/Auckland")
