"""The escalation package: by outcome, with SPEC 5's fixed sentences."""

from dataclasses import replace

import pytest

from core.documents.bundle import Bundle, Check, DocumentKind, ScriptRun
from core.documents.drafts import draft
from core.fixes.model import FixStatus
from tests.unit.documents.bundles import BARE, EARLIER, FACTS, FIX, NAMES, NINE, TYPICAL, with_fix

NAME = "“Clear the print queue and restart the spooler on PRT01”"
NO_HYPOTHESIS = "No leading hypothesis yet — symptoms are still being narrowed."


def package(bundle: Bundle) -> dict[str, str]:
    text = draft(DocumentKind.ESCALATION, bundle, NAMES)
    parts = [part.partition("\n") for part in text.split("## ")[1:]]
    return {heading: body.strip() for heading, _, body in parts}


def proposed(confidence: float) -> Bundle:
    return replace(TYPICAL, active=replace(FIX, confidence=confidence))


def test_the_headings_are_exact_and_in_order() -> None:
    """As SPEC 5 names them."""
    assert list(package(TYPICAL)) == [
        "Problem",
        "What we've confirmed",
        "What we've tried",
        "Current hypothesis",
        "Suggested next steps",
    ]


def test_with_nothing_done_the_fixed_sentences_stand() -> None:
    """Word for word, and alone."""
    parts = package(BARE)
    assert parts["What we've confirmed"] == "Nothing confirmed yet."
    assert parts["What we've tried"] == "No diagnostic actions run yet."
    assert parts["Current hypothesis"] == NO_HYPOTHESIS


@pytest.mark.parametrize(
    ("bundle", "tried", "hypothesis", "first"),
    [
        (
            with_fix(FixStatus.FAILED, "the queue fills up again"),
            f"- {NAME} was applied and did not work. Reason: the queue fills up again.",
            "The hypothesis did not hold.",
            f"Find out why {NAME} did not hold, and what that rules out.",
        ),
        (
            with_fix(FixStatus.PARTIAL, "two more workstations"),
            f"- {NAME} has been applied and worked only in part. Still open: two more workstations.",
            "The leading hypothesis is confirmed only in part.",
            f"Finish or verify {NAME}. Still open: two more workstations.",
        ),
        (
            with_fix(FixStatus.PENDING, "waiting on a reboot tonight"),
            f"- {NAME} has been applied and its result is awaited. Awaited: a reboot tonight.",
            "This is the leading hypothesis, not confirmed yet.",
            f"Confirm whether {NAME} has worked. Awaited: a reboot tonight.",
        ),
        (
            with_fix(FixStatus.PROPOSED),
            f"- {NAME} has been applied; its result is not known yet.",
            "This is the leading hypothesis, not confirmed yet.",
            f"Confirm with the user whether {NAME} has worked.",
        ),
        (
            with_fix(FixStatus.SUCCESS),
            f"- {NAME} was applied and is recorded as having worked.",
            "This is an unusual escalation: the fix is recorded as a success.",
            "Confirm with the user that the problem is really gone, and what is still open.",
        ),
        (
            with_fix(FixStatus.DISMISSED, "no maintenance window", applied=False),
            "",
            f"{NAME} was set aside without being applied. Reason: no maintenance window. {NO_HYPOTHESIS}",
            "Establish what changed shortly before the problem began.",
        ),
        (
            proposed(0.85),
            "",
            f"{NAME} is suggested (confidence 85 %) and has not been applied.",
            f"Try {NAME} first (confidence 85 %), and verify the result with the user.",
        ),
        (
            proposed(0.8),
            "",
            f"{NAME} is suggested (confidence 80 %) and has not been applied.",
            "Look for evidence that confirms or rules out the hypothesis before applying anything.",
        ),
        (
            proposed(0.6),
            "",
            f"{NAME} is suggested (confidence 60 %) and has not been applied.",
            "Look for evidence that confirms or rules out the hypothesis before applying anything.",
        ),
        (proposed(0.59), "", NO_HYPOTHESIS, "Establish what changed shortly before the problem began."),
        (
            replace(TYPICAL, active=None),
            "",
            NO_HYPOTHESIS,
            "Establish what changed shortly before the problem began.",
        ),
    ],
    ids=[
        "failed", "partial", "pending", "verifying", "success", "dismissed", "above 80", "80", "60", "below 60", "none",
    ],
)  # fmt: skip
def test_each_outcome_has_its_place(bundle: Bundle, tried: str, hypothesis: str, first: str) -> None:
    """What was applied is tried, what was not stands under the hypothesis, and the first step follows from it."""
    parts = package(bundle)
    if tried:
        assert tried in parts["What we've tried"].splitlines()
    else:
        assert NAME not in parts["What we've tried"]
    assert parts["Current hypothesis"].startswith(hypothesis)
    assert parts["Suggested next steps"].startswith(f"1. {first}")


@pytest.mark.parametrize("confidence", [0.0, 0.5, 0.7, 0.9])
@pytest.mark.parametrize("status", FixStatus)
@pytest.mark.parametrize("hints", [(), ("Check the switch",), ("a?", "b?", "c?", "d?", "e?")])
@pytest.mark.parametrize("facts", [(), FACTS])
def test_there_are_always_two_to_four_next_steps(
    confidence: float, status: FixStatus, hints: tuple[str, ...], facts: tuple[()]
) -> None:
    """Whatever the outcome, and however many steps were left open."""
    fix = replace(FIX, status=status, confidence=confidence, applied=True)
    parts = package(replace(TYPICAL, active=fix, next_steps=hints, facts=facts))
    assert 2 <= len(parts["Suggested next steps"].splitlines()) <= 4


def test_every_applied_fix_is_tried_superseded_ones_too() -> None:
    """In order, after the checks and the scripts."""
    script = ScriptRun(name="Restart-Spooler", parameters=(("computer", "PRT01"), ("password", "•••")))
    bundle = replace(with_fix(FixStatus.FAILED), tried=(EARLIER,), scripts=(script,))
    assert package(bundle)["What we've tried"].splitlines() == [
        "- Run `Get-Service Spooler` on PRT01. Result: Stopped.",
        "- Script generated: Restart-Spooler (computer = PRT01, password = •••).",
        "- “Reinstall the printer driver” was applied and did not work. Reason: same symptom after a reboot.",
        f"- {NAME} was applied and did not work.",
    ]


def test_a_question_is_no_diagnostic_action() -> None:
    """Its answer stands among the facts."""
    asked = Check(text="Who is affected?", finding="Jane", kind="question", at=NINE)
    assert package(replace(BARE, checks=(asked,)))["What we've tried"] == "No diagnostic actions run yet."


def test_a_weak_suggestion_is_named_as_a_weak_candidate_only() -> None:
    """The next engineer should know it, and not lean on it."""
    parts = package(proposed(0.4))
    assert f"The only candidate is weak: {NAME} is suggested (confidence 40 %)" in parts["Current hypothesis"]
    assert NAME not in parts["Suggested next steps"]


def test_the_ticket_is_named_for_colleagues() -> None:
    """With its own words where they differ."""
    assert "Ticket: #4711. Area: printing." in package(TYPICAL)["Problem"]
