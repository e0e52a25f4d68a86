"""The conclusion: where a session stands, and what comes next."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from core.documents.bundle import Bundle, BundleEscalation, BundleFact, DocumentKind, ScriptRun
from core.documents.drafts import draft
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from tests.unit.documents.bundles import BARE, EARLIER, NAMES, NINE, TYPICAL, with_fix

ALWAYS = ["Subject", "Outcome", "Problem Description", "Steps Taken", "Current Status", "Key Findings"]


def conclusion(bundle: Bundle) -> str:
    return draft(DocumentKind.CONCLUSION, bundle, NAMES)


def labels(text: str) -> list[str]:
    return re.findall(r"^\*\*(.+?):\*\*", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("status", "last"),
    [
        ("active", []),
        ("paused", ["Next Steps (for resumption)"]),
        ("escalated", ["Escalation Details"]),
        ("resolved", []),
        ("abandoned", []),
    ],
)
def test_the_labels_follow_the_status(status: str, last: list[str]) -> None:
    """Next steps only when paused, escalation details only when escalated."""
    assert labels(conclusion(replace(TYPICAL, status=status))) == ALWAYS + last


def test_engineer_notes_appear_only_when_there_are_any() -> None:
    """Between the status and the findings."""
    text = conclusion(replace(TYPICAL, engineer_notes=("Jane is out until Monday",)))
    assert labels(text) == [*ALWAYS[:-1], "Engineer Notes", ALWAYS[-1]]
    assert "**Engineer Notes:**\n\n- Jane is out until Monday.\n" in text


def test_the_steps_are_numbered_in_the_order_in_which_they_happened() -> None:
    """Each with its finding; applied fixes and scripts among them."""
    script = ScriptRun(name="Restart-Spooler", at=NINE + timedelta(minutes=7))
    bundle = replace(with_fix(FixStatus.PENDING, "a reboot"), tried=(EARLIER,), scripts=(script,))
    steps = conclusion(bundle).split("**Steps Taken:**\n\n")[1].split("\n\n")[0]
    assert steps.splitlines() == [
        "1. Do other printers have the problem? No.",
        "2. Run `Get-Service Spooler` on PRT01. Result: Stopped.",
        "3. Script generated: Restart-Spooler.",
        "4. “Reinstall the printer driver” was applied and did not work. Reason: same symptom after a reboot.",
        "5. “Clear the print queue and restart the spooler on PRT01” has been applied and its result is awaited. "
        "Awaited: a reboot.",
    ]


@pytest.mark.parametrize(
    ("bundle", "outcome"),
    [
        (replace(BARE, status="paused"), "Paused; no fix has been suggested yet."),
        (replace(BARE, status="paused", tried=(EARLIER,)), "Paused; no fix is in hand; what was applied is listed below."),
        (replace(with_fix(FixStatus.PENDING, "x"), status="paused"), "Paused; a fix is applied, its result is awaited."),
        (replace(with_fix(FixStatus.FAILED), status="escalated"), "Escalated; the fix that was applied did not work."),
        (with_fix(FixStatus.PROPOSED, applied=False), "In progress; a fix is suggested, not applied."),
        (
            replace(with_fix(FixStatus.SUCCESS), status="resolved"),
            "Resolved; the fix is applied and confirmed to have worked.",
        ),
        (
            replace(with_fix(FixStatus.PENDING, "x"), status="resolved"),
            "Provisional; a fix is applied, its result is awaited.",
        ),
        (
            replace(with_fix(FixStatus.PARTIAL, "x"), status="resolved"),
            "Closed with work left; a fix is applied and worked only in part.",
        ),
        (replace(BARE, status="resolved", resolved_by="user rebooted"), "Resolved as follows: user rebooted."),
        (
            replace(with_fix(FixStatus.DISMISSED, applied=False), status="resolved"),
            "Closed without a confirmed fix; the suggested fix was set aside.",
        ),
        (replace(BARE, status="abandoned"), "Abandoned; no fix has been suggested yet."),
    ],
)  # fmt: skip
def test_the_outcome_tells_status_and_fix_in_one_line(bundle: Bundle, outcome: str) -> None:
    """A resolved session claims a success only when one is recorded."""
    assert f"\n**Outcome:** {outcome}\n" in conclusion(bundle)


def test_an_escalation_shows_its_reason_and_names_no_engineer() -> None:
    """The person stands on the card, not in the document."""
    escalation = BundleEscalation(reason="needs server access", to="Anna Kovacs", urgency="urgent")
    text = conclusion(replace(TYPICAL, status="escalated", escalation=escalation))
    assert "- Reason: needs server access.\n- Escalated to: an engineer.\n- Urgency: urgent." in text


def test_an_escalation_without_details_says_so() -> None:
    """No label stands alone."""
    assert "**Escalation Details:**\n\nNo reason was recorded." in conclusion(replace(BARE, status="escalated"))


def test_findings_do_not_repeat_the_engineer_notes() -> None:
    """A note is a fact too."""
    noted = BundleFact(text="Jane is out", source_type=SourceType.NOTE)
    text = conclusion(replace(BARE, facts=(noted,), engineer_notes=("Jane is out",)))
    assert text.count("Jane is out") == 1
    assert "Nothing is confirmed beyond the notes above." in text


def test_with_nothing_done_it_is_still_whole() -> None:
    """The barest session, paused."""
    assert conclusion(replace(BARE, status="paused")) == (
        "**Subject:** VPN is down\n\n"
        "**Outcome:** Paused; no fix has been suggested yet.\n\n"
        "**Problem Description:** VPN is down.\n\n"
        "**Steps Taken:**\n\nNo steps have been taken yet.\n\n"
        "**Current Status:** No fix is suggested at the moment.\n\n"
        "**Key Findings:**\n\nNothing confirmed yet.\n\n"
        "**Next Steps (for resumption):**\n\n"
        "1. Reproduce the problem with the user, and note the exact message and the time.\n"
        "2. Establish what changed shortly before the problem began.\n"
        "3. Check whether anyone else, or another device, is affected.\n"
    )
