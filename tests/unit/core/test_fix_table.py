"""SPEC 4's table of statuses, cell by cell and over any sequence of operations."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from core.errors import FixSuperseded, FlowPilotError, IllegalOutcome, InvalidInput, OutcomeAlreadyFinal
from core.fixes import model
from core.fixes.model import CORRECTION_WINDOW, Decision, Fix, FixStatus

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=3)
NEW = Fix(id="f", account_id="a", session_id="s", title="t", description="d", confidence=0.5, created_at=NOON)
OUTCOMES = [status for status in FixStatus if status is not FixStatus.PROPOSED]
NOTES = {FixStatus.PENDING: "the vendor", FixStatus.PARTIAL: "the phone"}


def record(fix: Fix, status: FixStatus, at: datetime = NOON) -> Fix:
    return model.record(fix, status, notes=NOTES.get(status, ""), by="erin", at=at)


ROWS = {
    "proposed": NEW,
    "verifying": model.apply(NEW, by="erin", at=NOON),
    "pending": record(NEW, FixStatus.PENDING),
    "partial": record(NEW, FixStatus.PARTIAL),
    "success": record(NEW, FixStatus.SUCCESS),
    "failed": record(NEW, FixStatus.FAILED),
    "dismissed": record(NEW, FixStatus.DISMISSED),
    "superseded": model.supersede(NEW, at=NOON),
}
CLOSED = {
    "success": OutcomeAlreadyFinal,
    "failed": OutcomeAlreadyFinal,
    "dismissed": FixSuperseded,
    "superseded": FixSuperseded,
}


@pytest.mark.parametrize("status", OUTCOMES)
@pytest.mark.parametrize("row", ROWS)
def test_each_cell_gives_the_outcome_or_its_named_refusal(row: str, status: FixStatus) -> None:
    """From an open row every outcome is taken; from a closed one none is, and the value stays as it was."""
    fix = ROWS[row]
    before = replace(fix)
    if row in CLOSED:
        with pytest.raises(CLOSED[row]):
            record(fix, status, LATER)
    else:
        after = record(fix, status, LATER)
        assert (after.status, after.outcome_by, after.outcome_at) == (status, "erin", LATER)
        assert after.verified_at == (LATER if status.final else None)
        assert after.active is (status is not FixStatus.DISMISSED)
        expected = fix.applied_at if status is FixStatus.DISMISSED else fix.applied_at or LATER
        assert after.applied_at == expected
    assert fix == before


@pytest.mark.parametrize("row", ROWS)
def test_apply_is_for_a_proposed_fix_alone(row: str) -> None:
    """Apply stamps who and when once; everywhere else it is refused by name."""
    fix = ROWS[row]
    if row == "proposed":
        applied = model.apply(fix, by="sam", at=LATER)
        assert (applied.applied_at, applied.applied_by, applied.state) == (LATER, "sam", "verifying")
    else:
        with pytest.raises(CLOSED.get(row, IllegalOutcome)):
            model.apply(fix, by="sam", at=LATER)


@pytest.mark.parametrize("row", ["verifying", "pending", "partial"])
def test_an_undecided_fix_is_never_superseded(row: str) -> None:
    """Its outcome comes first."""
    with pytest.raises(IllegalOutcome):
        model.supersede(ROWS[row], at=LATER)


@pytest.mark.parametrize("row", ["proposed", "success", "failed", "superseded", "dismissed"])
def test_a_settled_or_proposed_fix_is_superseded_once(row: str) -> None:
    """The first stamp stays."""
    gone = model.supersede(ROWS[row], at=LATER)
    assert gone.superseded_at == (ROWS[row].superseded_at or LATER)
    assert not gone.active


@pytest.mark.parametrize("status", [FixStatus.PENDING, FixStatus.PARTIAL])
@pytest.mark.parametrize("notes", ["", "   ", "\n\t"])
def test_pending_and_partial_need_their_words(status: FixStatus, notes: str) -> None:
    """The error names the field."""
    with pytest.raises(InvalidInput) as error:
        model.record(NEW, status, notes=notes, by="erin", at=NOON)
    assert set(error.value.fields) == {"notes"}


def test_failed_takes_a_reason_and_does_not_need_one() -> None:
    """Asked for, not required."""
    assert model.record(NEW, FixStatus.FAILED, notes=" same error ", by="e", at=NOON).notes == "same error"
    assert model.record(NEW, FixStatus.FAILED, by="e", at=NOON).notes == ""


def test_dismissing_is_decision_and_outcome_at_once() -> None:
    """One act, whichever way it is done."""
    gone = ROWS["dismissed"]
    assert (gone.status, gone.decision, gone.superseded_at) == (FixStatus.DISMISSED, Decision.DISMISSED, NOON)


def test_proposed_is_no_outcome() -> None:
    """Nobody records that."""
    with pytest.raises(IllegalOutcome):
        record(NEW, FixStatus.PROPOSED)


def test_a_waiting_fix_takes_no_outcome() -> None:
    """It stands behind another one."""
    waiting = replace(NEW, waiting=True)
    with pytest.raises(IllegalOutcome):
        model.apply(waiting, by="e", at=NOON)
    with pytest.raises(IllegalOutcome):
        record(waiting, FixStatus.SUCCESS)


@pytest.mark.parametrize("row", ["success", "failed"])
@pytest.mark.parametrize("status", OUTCOMES)
def test_a_final_outcome_is_corrected_to_any_other(row: str, status: FixStatus) -> None:
    """By its recorder within the window; verified only where the new one is final."""
    fix = ROWS[row]
    words = NOTES.get(status, "")
    if status is fix.status:
        with pytest.raises(IllegalOutcome):
            model.correct(fix, status, notes=words, by="erin", by_admin=False, at=LATER)
        return
    after = model.correct(fix, status, notes=words, by="erin", by_admin=False, at=NOON + CORRECTION_WINDOW)
    assert after.status is status
    assert (after.verified_at is not None) is status.final


@pytest.mark.parametrize(
    ("by", "admin", "minutes", "error"),
    [
        ("sam", False, 1, IllegalOutcome),
        ("erin", False, 10.1, OutcomeAlreadyFinal),
        ("adam", True, 10.1, OutcomeAlreadyFinal),
        ("adam", True, 9, None),
        ("erin", False, 10, None),
    ],
)
def test_corrections_are_for_the_recorder_or_an_admin_within_ten_minutes(
    by: str, admin: bool, minutes: float, error: type[FlowPilotError] | None
) -> None:
    """Anybody else, and any later time, is refused by name."""
    at = NOON + timedelta(minutes=minutes)
    if error is None:
        assert model.correct(ROWS["failed"], FixStatus.SUCCESS, by=by, by_admin=admin, at=at).outcome_by == by
    else:
        with pytest.raises(error):
            model.correct(ROWS["failed"], FixStatus.SUCCESS, by=by, by_admin=admin, at=at)


@pytest.mark.parametrize("row", ["proposed", "verifying", "pending", "partial", "dismissed", "superseded"])
def test_only_final_outcomes_are_corrected(row: str) -> None:
    """A gone fix is named as such, an open one has nothing to correct."""
    with pytest.raises(FixSuperseded if row in CLOSED else IllegalOutcome):
        model.correct(ROWS[row], FixStatus.SUCCESS, by="erin", by_admin=True, at=NOON)


@pytest.mark.parametrize("row", ["success", "failed"])
def test_the_words_of_a_final_outcome_are_corrected_alone(row: str) -> None:
    """Its status stays."""
    after = model.correct(ROWS[row], ROWS[row].status, notes=" other words ", by="erin", by_admin=False, at=LATER)
    assert (after.status, after.notes, after.active) == (ROWS[row].status, "other words", True)


#: Fixes that were suggested after another one had its outcome.
PROPOSAL = replace(NEW, id="newer")
OVERTAKING = {
    "verifying": model.apply(PROPOSAL, by="erin", at=NOON),
    "failed": record(PROPOSAL, FixStatus.FAILED),
    "failed and superseded": model.supersede(record(PROPOSAL, FixStatus.FAILED), at=NOON),
}
DISMISSED = record(PROPOSAL, FixStatus.DISMISSED)


@pytest.mark.parametrize("newer", [[PROPOSAL], [model.supersede(PROPOSAL, at=NOON), PROPOSAL], [DISMISSED]])
@pytest.mark.parametrize("status", OUTCOMES)
@pytest.mark.parametrize("row", ["success", "failed"])
def test_behind_mere_proposals_a_final_outcome_is_corrected(row: str, status: FixStatus, newer: list[Fix]) -> None:
    """The fix is active again where it holds or may yet; else it stays superseded, since when it was."""
    fix = model.supersede(ROWS[row], at=NOON)
    assert model.correctable(fix, at=LATER, newer=newer)
    after = model.correct(fix, status, notes="words", by="erin", by_admin=False, at=LATER, newer=newer)
    assert after.status is status
    assert after.active is (status in (FixStatus.SUCCESS, FixStatus.PENDING, FixStatus.PARTIAL))
    assert after.superseded_at == (None if after.active else NOON)
    at = NOON + CORRECTION_WINDOW + timedelta(seconds=1)
    with pytest.raises(OutcomeAlreadyFinal):
        model.correct(fix, status, notes="words", by="erin", by_admin=True, at=at, newer=newer)


@pytest.mark.parametrize("became", OVERTAKING)
@pytest.mark.parametrize("row", ["success", "failed"])
def test_behind_a_fix_that_was_tried_the_outcome_stands(row: str, became: str) -> None:
    """That one is named; a proposal after it changes nothing."""
    fix, newer = model.supersede(ROWS[row], at=NOON), [OVERTAKING[became], PROPOSAL]
    assert model.overtaken_by(fix, newer) is OVERTAKING[became]
    assert not model.correctable(fix, at=NOON, newer=newer)
    with pytest.raises(FixSuperseded):
        model.correct(fix, FixStatus.PENDING, notes="words", by="erin", by_admin=True, at=NOON, newer=newer)


class Fixes(RuleBasedStateMachine):
    """A session's fixes under any sequence of operations, as core.fixes uses the model."""

    def __init__(self) -> None:
        super().__init__()
        self.fixes: list[Fix] = []
        self.now = NOON

    def _active(self) -> Fix | None:
        return next((fix for fix in self.fixes if fix.active), None)

    def _put(self, old: Fix, new: Fix) -> None:
        self.fixes[self.fixes.index(old)] = new

    @rule(minutes=st.integers(0, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def suggest(self) -> None:
        active = self._active()
        undecided = active is not None and active.undecided
        if active is not None and not undecided:
            self._put(active, model.supersede(active, at=self.now))
        self.fixes = [
            replace(fix, superseded_at=fix.superseded_at or self.now) if fix.waiting else fix for fix in self.fixes
        ]
        number = str(len(self.fixes))
        self.fixes.append(replace(NEW, id=number, waiting=undecided, created_at=self.now))

    @precondition(lambda self: self.fixes)
    @rule(data=st.data(), status=st.sampled_from(FixStatus), notes=st.sampled_from(["", "words"]))
    def record(self, data: st.DataObject, status: FixStatus, notes: str) -> None:
        fix = data.draw(st.sampled_from(self.fixes))
        open_row = fix.active and not fix.status.final
        legal = open_row and status is not FixStatus.PROPOSED
        legal = legal and (bool(notes) or status not in (FixStatus.PENDING, FixStatus.PARTIAL))
        try:
            after = model.record(fix, status, notes=notes, by="erin", at=self.now)
        except FlowPilotError:
            assert not legal
        else:
            assert legal
            self._put(fix, after)

    @precondition(lambda self: self.fixes)
    @rule(data=st.data())
    def apply(self, data: st.DataObject) -> None:
        fix = data.draw(st.sampled_from(self.fixes))
        try:
            after = model.apply(fix, by="erin", at=self.now)
        except FlowPilotError:
            assert not fix.active or fix.status is not FixStatus.PROPOSED or fix.applied_at is not None
        else:
            self._put(fix, after)

    @precondition(lambda self: self.fixes)
    @rule(data=st.data(), status=st.sampled_from(OUTCOMES), notes=st.sampled_from(["words", "others"]))
    def correct(self, data: st.DataObject, status: FixStatus, notes: str) -> None:
        fix = data.draw(st.sampled_from(self.fixes))
        newer = self.fixes[self.fixes.index(fix) + 1 :]
        in_time = fix.outcome_at is not None and self.now - fix.outcome_at <= CORRECTION_WINDOW
        in_place = fix.active or not any(other.tried for other in newer)
        legal = fix.status.final and in_time and in_place and (status, notes) != (fix.status, fix.notes)
        try:
            after = model.correct(fix, status, notes=notes, by="erin", by_admin=False, at=self.now, newer=newer)
        except FlowPilotError:
            assert not legal
        else:
            assert legal
            for other in newer if after.active and not fix.active else ():
                if other.superseded_at is None:
                    self._put(other, model.supersede(other, at=self.now))
            self._put(fix, after)

    @invariant()
    def at_most_one_is_active(self) -> None:
        assert sum(fix.active for fix in self.fixes) <= 1
        assert sum(fix.waiting and fix.superseded_at is None for fix in self.fixes) <= 1

    @invariant()
    def stamps_fit_the_status(self) -> None:
        for fix in self.fixes:
            assert (fix.verified_at is not None) == fix.status.final
            if fix.status not in (FixStatus.PROPOSED, FixStatus.DISMISSED):
                assert fix.applied_at is not None
                assert fix.outcome_at is not None
            if fix.status is FixStatus.DISMISSED:
                assert fix.superseded_at is not None


TestAnySequence = Fixes.TestCase
TestAnySequence.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
