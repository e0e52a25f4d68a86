"""The bundle: what of a session's facts and fixes reaches the documents."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from core.documents.bundle import Bundle, assuming, bundle_from
from core.facts.model import Fact, SourceType
from core.fixes.model import Fix, FixStatus, apply, record, supersede
from tests.unit.documents.bundles import BARE, NINE, with_fix


def at(minutes: int) -> datetime:
    return NINE + timedelta(minutes=minutes)


def fix(title: str, minutes: int = 0) -> Fix:
    return Fix(
        id=title,
        account_id="a",
        session_id="s",
        title=title,
        description="",
        confidence=0.7,
        created_at=at(minutes),
    )


def fact(text: str, minutes: int = 0, source: SourceType = SourceType.CHECK, step: str | None = None) -> Fact:
    return Fact(
        id=text,
        account_id="a",
        session_id="s",
        text=text,
        source_type=source,
        step_id=step,
        created_by="u",
        created_at=at(minutes),
    )


def bundle(*fixes: Fix) -> Bundle:
    return bundle_from(title="t", status="active", fixes=fixes)


def test_every_applied_fix_but_the_active_one_is_tried_in_the_order_of_applying() -> None:
    """Superseded fixes keep their place in the history."""
    first = record(apply(fix("first"), by="u", at=at(9)), FixStatus.FAILED, by="u", at=at(10))
    second = record(apply(fix("second", 1), by="u", at=at(5)), FixStatus.FAILED, by="u", at=at(6))
    built = bundle(supersede(first, at=at(11)), supersede(second, at=at(11)), fix("third", 12))
    assert [tried.title for tried in built.tried] == ["second", "first"]
    assert all(tried.superseded for tried in built.tried)
    assert built.active is not None
    assert built.active.title == "third"


def test_a_superseded_proposal_is_left_out() -> None:
    """What was never applied was never tried."""
    built = bundle(supersede(fix("old"), at=at(2)), fix("new", 2))
    assert built.tried == ()
    assert built.active is not None


def test_the_last_dismissed_fix_stands_while_nothing_newer_exists() -> None:
    """It is the active one of the bundle, with its status."""
    dismissed = record(fix("set aside"), FixStatus.DISMISSED, notes="no window", by="u", at=at(3))
    built = bundle(dismissed)
    assert built.active is not None
    assert (built.active.title, built.state, built.active.notes) == ("set aside", "dismissed", "no window")
    newer = bundle(dismissed, fix("newer", 4))
    assert newer.active is not None
    assert (newer.active.title, newer.tried) == ("newer", ())


def test_a_dismissed_fix_is_never_tried_even_if_it_was_applied() -> None:
    """The law lists dismissed fixes nowhere but as set aside."""
    dismissed = record(apply(fix("old"), by="u", at=at(1)), FixStatus.DISMISSED, by="u", at=at(3))
    assert bundle(dismissed, fix("new", 4)).tried == ()
    assert bundle(dismissed).applied_fixes == ()


def test_a_fix_that_waits_behind_replace_is_left_out() -> None:
    """It is not active before the old one has its outcome."""
    applied = apply(fix("now"), by="u", at=at(1))
    built = bundle(applied, replace(fix("later", 2), waiting=True))
    assert built.active is not None
    assert (built.active.title, built.state) == ("now", "verifying")


def test_deleted_facts_are_left_out_and_the_rest_come_in_order() -> None:
    """Facts carry the question they were learned from."""
    facts = [fact("b", 2), replace(fact("gone"), deleted_at=at(5)), fact("a", 1, SourceType.QUESTION, "step")]
    built = bundle_from(title="t", status="active", facts=facts, questions={"step": "Which?"})
    assert [(f.text, f.question) for f in built.facts] == [("a", "Which?"), ("b", "")]


def test_engineer_notes_default_to_the_facts_that_engineers_noted() -> None:
    """Notes given by the caller win."""
    facts = [fact("seen"), fact("noted", source=SourceType.NOTE)]
    assert bundle_from(title="t", status="active", facts=facts).engineer_notes == ("noted",)
    given = bundle_from(title="t", status="active", facts=facts, engineer_notes=["other"])
    assert given.engineer_notes == ("other",)


@pytest.mark.parametrize("status", [FixStatus.PROPOSED, FixStatus.PENDING, FixStatus.PARTIAL])
def test_assuming_success_counts_the_fix_as_applied_and_drops_its_old_notes(status: FixStatus) -> None:
    """Resolve previews the note as if the outcome were recorded."""
    applied = status is not FixStatus.PROPOSED
    assumed = assuming(with_fix(status, "waiting for a reboot", applied=applied), FixStatus.SUCCESS)
    assert assumed.active is not None
    assert (assumed.state, assumed.active.applied, assumed.active.notes) == ("success", True, "")


def test_assuming_changes_nothing_without_a_fix_or_with_the_same_status() -> None:
    """There is nothing to assume."""
    assert assuming(BARE, FixStatus.SUCCESS) is BARE
    pending = with_fix(FixStatus.PENDING, "a part")
    assert assuming(pending, FixStatus.PENDING) is pending


def test_assuming_that_a_proposal_is_dismissed_does_not_apply_it() -> None:
    """Dismissing stamps no time of applying."""
    assumed = assuming(with_fix(FixStatus.PROPOSED, applied=False), FixStatus.DISMISSED)
    assert assumed.active is not None
    assert (assumed.state, assumed.active.applied) == ("dismissed", False)
