"""What is done with a fix, through commands (SPEC 4)."""

import pytest

from core.commands import (
    ConfirmOutcome,
    CorrectOutcome,
    DecideFix,
    OpenCorrection,
    OpenOutcome,
    RecordOutcome,
)
from core.fixes.model import Decision, Fix, FixStatus
from core.say import say
from core.views import Close, FieldErrors, Form, Nothing
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import apply, fix_in, kinds, outcome, resolved, started, suggested, the_fix

OPEN_ROWS = ["proposed", "verifying", "pending", "partial"]
OUTCOMES = [status for status in FixStatus if status is not FixStatus.PROPOSED]


def labels(desk: Desk, words: str) -> list[str]:
    return [button.label for button in buttons_of(desk.card(words))]


async def active(desk: Desk, fix: Fix) -> Fix | None:
    return await desk.look(lambda uow: uow.fixes.active(fix.session_id))


@pytest.mark.parametrize("status", OUTCOMES)
@pytest.mark.parametrize("row", [*OPEN_ROWS, "success", "failed", "dismissed"])
async def test_every_row_takes_or_tells(desk: Desk, row: str, status: FixStatus) -> None:
    """An open row takes any outcome; a closed one says what was recorded and by whom, and nothing changes."""
    session = await started(desk)
    fix = await fix_in(desk, session, row)
    assert fix is not None
    before = await desk.session(session.number), len(await kinds(desk, session))
    reply = await outcome(desk, fix, status, "some words", who="erin")
    after = await the_fix(desk, fix)
    if row in OPEN_ROWS:
        assert isinstance(reply, Close)
        assert after.status is status
        assert (await kinds(desk, session)).count("outcome_recorded") >= 1
    else:
        assert not notice_of(reply).error
        assert "Erin" in notice_of(reply).markdown
        assert after == fix
        assert (await desk.session(session.number), len(await kinds(desk, session))) == before


async def test_the_card_has_the_buttons_of_its_state(desk: Desk) -> None:
    """Apply only before it was applied; a final outcome leads on and can be corrected."""
    fix = await suggested(desk, await started(desk))
    assert labels(desk, "Empty the outbox")[0] == "Apply"
    await apply(desk, fix)
    await desk.work()
    assert "Apply" not in labels(desk, "Empty the outbox")
    await outcome(desk, fix, FixStatus.SUCCESS)
    await desk.work()
    assert labels(desk, "Empty the outbox") == ["Resolve…", "Correct…"]
    assert "Worked" in words_of(desk.card("Empty the outbox"))


async def test_a_new_suggestion_takes_the_place_of_a_proposed_one(desk: Desk) -> None:
    """Exactly one is active; the older says that it was replaced."""
    session = await started(desk)
    old = await suggested(desk, session)
    new = await suggested(desk, session, title="Rebuild the profile")
    assert (await the_fix(desk, old)).superseded_at is not None
    assert (await active(desk, new)) == await the_fix(desk, new)
    assert "Replaced" in words_of(desk.card("Empty the outbox"))


@pytest.mark.parametrize("row", ["verifying", "pending", "partial"])
async def test_a_new_suggestion_waits_behind_an_undecided_one(desk: Desk, row: str) -> None:
    """It is shown on the card; once the old one has its outcome it is replaced."""
    session = await started(desk)
    old = await fix_in(desk, session, row)
    assert old is not None
    new = await suggested(desk, session, title="Rebuild the profile")
    assert (await active(desk, new)) == await the_fix(desk, old)
    assert "Rebuild the profile" in words_of(desk.card("Empty the outbox"))
    await outcome(desk, old, FixStatus.FAILED)
    await desk.work()
    await desk.click("erin", desk.card("Empty the outbox"), "Replace?")
    assert (await active(desk, new)) == await the_fix(desk, new)
    assert (await the_fix(desk, old)).superseded_at is not None


@pytest.mark.parametrize("status", [FixStatus.FAILED, FixStatus.SUCCESS, FixStatus.DISMISSED])
@pytest.mark.parametrize("row", ["verifying", "pending", "partial"])
async def test_replacing_asks_for_the_outcome_of_the_old_one_first(desk: Desk, row: str, status: FixStatus) -> None:
    """And does nothing until there is one."""
    session = await started(desk)
    old = await fix_in(desk, session, row)
    assert old is not None
    new = await suggested(desk, session, title="Rebuild the profile")
    form = form_of(await desk.click("erin", desk.card("Empty the outbox"), "Replace?"))
    assert "**Empty the outbox** still needs an outcome." in words_of(form)
    assert (await active(desk, new)) == await the_fix(desk, old)
    for wrong in ("", "applied_pending", "worked"):
        reply = await desk.submit("erin", form, outcome=wrong)
        assert isinstance(reply, FieldErrors | Form)
    assert (await active(desk, new)) == await the_fix(desk, old)
    assert isinstance(await desk.submit("erin", form, outcome=status, notes="same error"), Close)
    before, after = await the_fix(desk, old), await the_fix(desk, new)
    assert (before.status, before.notes, before.active) == (status, "same error", False)
    assert await active(desk, new) == after
    await desk.work()
    assert "Apply" in labels(desk, "Rebuild the profile")
    assert "waits" not in words_of(desk.card("Empty the outbox"))
    assert notice_of(await desk.submit("erin", form, outcome=status)).error, "it waits no longer"


async def test_dismissing_brings_the_waiting_one_forward(desk: Desk) -> None:
    """The place is free."""
    session = await started(desk)
    old = await fix_in(desk, session, "verifying")
    new = await suggested(desk, session, title="Rebuild the profile")
    assert old is not None
    await outcome(desk, old, FixStatus.DISMISSED)
    assert (await the_fix(desk, new)).active


async def test_only_the_newest_suggestion_waits(desk: Desk) -> None:
    """An older one that waited is let go, also when the newest takes the place of a settled fix."""
    session = await started(desk)
    first = await fix_in(desk, session, "verifying")
    second = await suggested(desk, session, title="Rebuild the profile")
    third = await suggested(desk, session, title="Reinstall Outlook")
    assert first is not None
    assert (await the_fix(desk, second)).superseded_at is not None
    await outcome(desk, first, FixStatus.FAILED)
    fourth = await suggested(desk, session, title="Replace the machine")
    assert (await the_fix(desk, third)).superseded_at is not None
    assert (await the_fix(desk, fourth)).active
    assert await desk.look(lambda uow: uow.fixes.waiting(session.id)) is None


async def test_dismissing_is_one_act_done_once(desk: Desk) -> None:
    """As decision or as outcome: a second one changes nothing."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await desk.send("erin", DecideFix(session_id=session.id, fix_id=fix.id, decision=Decision.DISMISSED))
    gone = await the_fix(desk, fix)
    assert (gone.status, gone.decision) == (FixStatus.DISMISSED, Decision.DISMISSED)
    assert await active(desk, fix) is None
    again = await outcome(desk, fix, FixStatus.DISMISSED)
    assert "Set aside (Erin)" in notice_of(again).markdown
    assert notice_of(await desk.say("erin", "dismiss")).error
    assert (await kinds(desk, session)).count("outcome_recorded") == 1


@pytest.mark.parametrize("decision", [Decision.ONE_OFF, Decision.DRAFT_TEMPLATE, Decision.BUILD_TEMPLATE])
async def test_a_decision_leaves_the_status_alone(desk: Desk, decision: Decision) -> None:
    """How it will be run is another matter."""
    session = await started(desk)
    fix = await suggested(desk, session)
    word = {"one_off": "one-off", "draft_template": "draft", "build_template": "build"}[decision]
    told = notice_of(await desk.say("erin", f"decide {word}")).markdown
    assert told.startswith("Noted for **Empty the outbox**: "), "its card may be out of sight"
    decided = await the_fix(desk, fix)
    assert (decided.decision, decided.status, decided.applied_at) == (decision, FixStatus.PROPOSED, None)
    assert "fix_decided" in await kinds(desk, session)


async def test_pending_and_partial_without_words_are_asked_for_them(desk: Desk) -> None:
    """Typed they open the form, from a form they mark the field."""
    session = await started(desk)
    fix = await suggested(desk, session)
    for word, status in (("pending", FixStatus.PENDING), ("partial", FixStatus.PARTIAL)):
        form = form_of(await desk.say("erin", word))
        assert isinstance(form, Form)
        reply = await outcome(desk, fix, status, "  ")
        assert isinstance(reply, FieldErrors)
        assert set(reply.fields) == {"notes"}
    assert (await the_fix(desk, fix)).status is FixStatus.PROPOSED
    await desk.say("erin", "partial: the phone still fails")
    assert (await the_fix(desk, fix)).notes == "the phone still fails"


@pytest.mark.parametrize("row", ["none", "dismissed"])
@pytest.mark.parametrize("typed", ["worked", "failed: same error", "pending"])
async def test_a_typed_outcome_without_a_fix_is_told_what_to_do_instead(desk: Desk, row: str, typed: str) -> None:
    """Kindly and privately; nothing is recorded."""
    session = await started(desk)
    await fix_in(desk, session, row)
    before = await kinds(desk, session)
    told = notice_of(await desk.say("erin", typed))
    assert not told.error
    assert "No fix is suggested in FP-1" in told.markdown
    assert await kinds(desk, session) == before
    assert form_of(await desk.click("erin", told, "Resolve…")).title == "Resolve FP-1"


@pytest.mark.parametrize(
    ("end", "says", "offered"),
    [
        ("resolve", "FP-1 is resolved.", ["It came back"]),
        ("abandon", "FP-1 is abandoned. Mention me", []),
        ("pause", "FP-1 is paused", ["Resolve…", "Resume"]),
    ],
)
async def test_a_typed_outcome_on_a_session_that_rests_is_told_what_to_do_instead(
    desk: Desk, end: str, says: str, offered: list[str]
) -> None:
    """The next step is a button, where there is one."""
    session = await started(desk)
    if end == "resolve":
        await resolved(desk, session)
    else:
        await desk.say("erin", end)
    told = notice_of(await desk.say("erin", "worked", mention=True))
    assert not told.error
    assert told.markdown.startswith(says)
    assert [button.label for button in buttons_of(told)] == offered


async def test_secrets_in_an_outcome_are_redacted(desk: Desk) -> None:
    """Before they are stored."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await outcome(desk, fix, FixStatus.FAILED, "password: Hunter2!Hunter2! was refused")
    assert "Hunter2" not in (await the_fix(desk, fix)).notes


async def test_a_proposed_outcome_is_recorded_when_confirmed_and_not_before(desk: Desk) -> None:
    """The model's reading is a question only; once answered, its card says so."""
    session = await started(desk)
    fix = await suggested(desk, session)
    await desk.change(lambda uow: say(uow, session, "confirm", fix.id, status="applied_success", notes="works now"))
    await desk.work()
    assert (await the_fix(desk, fix)).status is FixStatus.PROPOSED
    card = desk.card("Confirm outcome?")
    assert isinstance(next(buttons_of(card)).action, ConfirmOutcome)
    await desk.click("erin", card, "Confirm")
    await desk.work()
    recorded = await the_fix(desk, fix)
    assert (recorded.status, recorded.notes) == (FixStatus.SUCCESS, "works now")
    assert "Confirm outcome?" not in desk.said()


async def test_a_correction_stands_beside_what_it_corrects(desk: Desk) -> None:
    """Both are in the timeline and in the documentation."""
    session = await started(desk)
    fix = await fix_in(desk, session, "success")
    assert fix is not None
    form = form_of(await desk.click("erin", desk.card("Empty the outbox"), "Correct…"))
    await desk.submit("erin", form, status="applied_failed", notes="it came back at once")
    after = await the_fix(desk, fix)
    assert (after.status, after.notes) == (FixStatus.FAILED, "it came back at once")
    said = await kinds(desk, session)
    assert said.index("outcome_recorded") < said.index("outcome_corrected")
    document = words_of(notice_of(await desk.say("erin", "doc")))
    assert document.casefold().count("worked") >= 2


async def test_a_correction_is_for_the_recorder_or_an_admin_and_ten_minutes(desk: Desk) -> None:
    """Others are told so before they type; later nobody may."""
    session = await started(desk)
    fix = await fix_in(desk, session, "failed")
    assert fix is not None
    await desk.say("sam", f"join {session.ref}")
    await desk.type("sam", f"join {session.ref}")
    opening = OpenCorrection(session_id=session.id, fix_id=fix.id)
    correcting = CorrectOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.SUCCESS)
    assert "recorded it" in notice_of(await desk.send("sam", opening)).markdown
    assert notice_of(await desk.send("sam", correcting)).error
    assert isinstance(await desk.send("adam", correcting), Close)
    desk.clock.pass_by(minutes=11)
    back = CorrectOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.FAILED)
    assert "10 minutes" in notice_of(await desk.send("adam", back)).markdown
    assert (await the_fix(desk, fix)).status is FixStatus.SUCCESS


async def test_correcting_to_dismissed_brings_the_waiting_one_forward(desk: Desk) -> None:
    """As dismissing does."""
    session = await started(desk)
    old = await fix_in(desk, session, "verifying")
    new = await suggested(desk, session, title="Rebuild the profile")
    assert old is not None
    await outcome(desk, old, FixStatus.FAILED)
    await desk.send("erin", CorrectOutcome(session_id=session.id, fix_id=old.id, status=FixStatus.DISMISSED))
    assert (await the_fix(desk, new)).active


async def test_a_stale_card_refreshes_itself(desk: Desk) -> None:
    """Somebody else answered: the click is told what was recorded by whom, and the card stands corrected."""
    session = await started(desk)
    fix = await suggested(desk, session)
    stale = desk.card("Empty the outbox")
    await desk.type("sam", f"join {session.ref}")
    await outcome(desk, fix, FixStatus.FAILED, "same error", who="sam")
    for label in ("Apply", "Worked", "Didn’t work…", "Dismiss"):
        told = notice_of(await desk.click("erin", stale, label))
        assert not told.error
        assert "Didn’t work (Sam): same error" in told.markdown
    await desk.work()
    assert "Didn’t work (Sam)" in words_of(desk.card("Empty the outbox"))


async def test_fixes_of_other_sessions_are_not_found(desk: Desk) -> None:
    """An id of another session is as missing as none."""
    one, two = await started(desk), await started(desk, "The printer is offline", thread="2")
    fix = await suggested(desk, one)
    reply = await desk.send("erin", RecordOutcome(session_id=two.id, fix_id=fix.id, status=FixStatus.SUCCESS))
    assert notice_of(reply).error
    assert (await the_fix(desk, fix)).status is FixStatus.PROPOSED
    assert notice_of(
        await desk.send("erin", OpenOutcome(session_id=two.id, fix_id="gone", status=FixStatus.FAILED))
    ).error


async def test_an_admin_acts_without_joining(desk: Desk) -> None:
    """Admins and owners may act on any session of the account."""
    fix = await suggested(desk, await started(desk))
    assert isinstance(await apply(desk, fix, who="olivia"), Nothing)
    assert (await the_fix(desk, fix)).verifying


@pytest.mark.parametrize(("choice", "hours"), [({}, 4), ({"look_again": "1h"}, 1)])
async def test_a_correction_to_pending_is_followed_up(desk: Desk, choice: dict[str, str], hours: int) -> None:
    """As any pending outcome is."""
    session = await started(desk)
    fix = await fix_in(desk, session, "success")
    assert fix is not None
    form = form_of(await desk.send("erin", OpenCorrection(session_id=session.id, fix_id=fix.id)))
    await desk.submit("erin", form, status=FixStatus.PENDING, notes="the vendor", **choice)
    desk.clock.pass_by(hours=hours, seconds=-1)
    await desk.work()
    assert "Did it hold?" not in desk.said()
    desk.clock.pass_by(seconds=1)
    await desk.work()
    assert desk.said().count("Did it hold?") == 1


async def test_another_word_on_what_is_recorded_says_that_it_changes_nothing(desk: Desk) -> None:
    """And how it is changed, as long as it can be."""
    session = await started(desk)
    await fix_in(desk, session, "success")
    told = notice_of(await desk.say("erin", "failed: the same error"))
    recorded = "It is recorded already: Worked (Erin). Nothing was changed."
    assert told.markdown == f"{recorded} *Correct…* on its card changes it."
    desk.clock.pass_by(minutes=11)
    assert notice_of(await desk.say("erin", "failed: the same error")).markdown == recorded


async def test_after_ten_minutes_the_correction_is_not_opened(desk: Desk) -> None:
    """The click on an old card is told what stands."""
    session = await started(desk)
    fix = await fix_in(desk, session, "success")
    assert fix is not None
    desk.clock.pass_by(minutes=11)
    told = notice_of(await desk.click("erin", desk.card("Empty the outbox"), "Correct…"))
    assert not told.error
    assert "Worked (Erin)" in told.markdown
    await desk.work()
    assert labels(desk, "Empty the outbox") == ["Resolve…"]
