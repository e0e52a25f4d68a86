"""The documentation holds everything, with who did what and when."""

import re
from dataclasses import replace
from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.documents.drafts.text import flat
from core.documents.record import (
    RecordedFact,
    RecordedFix,
    RecordedNote,
    RecordedOutcome,
    RecordedScript,
    RecordedStep,
    SessionRecord,
    TimelineEntry,
    document,
)
from tests.unit.documents.bundles import NINE, TEXTS, TICKET

BARE = SessionRecord(ref="FP-12", title="VPN is down", status="active", started_at=NINE, zone=UTC)
FULL = SessionRecord(
    ref="FP-12",
    title="jane cannot print",
    status="resolved",
    owner="Anna Kovacs",
    participants=("Bob",),
    started_at=NINE,
    ended_at=NINE + timedelta(hours=1),
    zone=ZoneInfo("Europe/Budapest"),
    domain="printing",
    summary="Jobs stay in the queue",
    intake="hey\n## jane cannot print",
    ticket=TICKET,
    resolved_by="replaced the cable",
    steps=(
        RecordedStep(kind="question", text="Do others print?", answer="No", by="Anna Kovacs", at=NINE),
        RecordedStep(kind="action", text="Run `Get-Service Spooler`", skipped=True, by="Bob", at=NINE),
        RecordedStep(kind="verification", text="Print a test page"),
    ),
    facts=(RecordedFact(text="the spooler stops", source="engineer's note", by="Bob", at=NINE),),
    fixes=(
        RecordedFix(
            title="Restart the spooler.",
            description="On PRT01",
            cause="a corrupt job",
            confidence=0.85,
            state="success",
            decision="one-off",
            suggested_at=NINE,
            applied_at=NINE,
            applied_by="Bob",
            outcomes=(
                RecordedOutcome(status="failed", notes="too early", by="Bob", at=NINE),
                RecordedOutcome(status="worked", by="Anna Kovacs", at=NINE + timedelta(minutes=5)),
            ),
        ),
    ),
    scripts=(RecordedScript(name="Restart", parameters=(("computer", "PRT01"),), by="Bob", at=NINE),),
    notes=(
        RecordedNote(
            title="Resolution note",
            markdown="## Problem\n\nJobs stay.\n",
            where="ticket #4711, internal",
            by="Anna Kovacs",
            at=NINE,
        ),
    ),
    timeline=(
        TimelineEntry(at=NINE, who="Anna Kovacs", what="started the session", platform="Slack"),
        TimelineEntry(at=NINE, who="", what="asked for the outcome."),
    ),
)


def test_the_record_reads_as_a_whole() -> None:
    """Times in the given zone, corrected outcomes side by side, posted notes quoted."""
    assert document(FULL) == (
        "# FP-12: Jane cannot print\n\n"
        "- **Status:** resolved\n- **Owner:** Anna Kovacs\n- **With:** Bob\n"
        "- **Started:** 2026-03-02 10:00\n- **Ended:** 2026-03-02 11:00\n- **Area:** printing\n"
        "- **Ticket:** #4711\n- **What resolved it:** replaced the cable\n- **Times:** Europe/Budapest\n\n"
        "## Problem\n\nJobs stay in the queue.\n\nAs first reported: hey jane cannot print.\n\n"
        "On the ticket: Cannot print to HP-LJ-2. Company: Contoso. Contact: Jane Doe. Device: WS-114.\n\n"
        "## Steps\n\n"
        "1. Question: Do others print? **No** (Anna Kovacs, 2026-03-02 10:00)\n"
        "2. Action: Run `Get-Service Spooler`. **Skipped** (Bob, 2026-03-02 10:00)\n"
        "3. Verification: Print a test page. **Not answered yet**\n\n"
        "## Facts\n\n- The spooler stops. (engineer's note, Bob, 2026-03-02 10:00)\n\n"
        "## Fixes\n\n### 1. Restart the spooler (success)\n\n"
        "- Suggested (2026-03-02 10:00), confidence 85 %.\n- On PRT01.\n"
        "- Cause, if it holds: a corrupt job.\n- How it is run: one-off.\n"
        "- Applied (Bob, 2026-03-02 10:00).\n"
        "- Recorded as failed (Bob, 2026-03-02 10:00): too early.\n"
        "- Recorded as worked (Anna Kovacs, 2026-03-02 10:05).\n\n"
        "## Scripts\n\n- Restart: computer = PRT01 (Bob, 2026-03-02 10:00)\n\n"
        "## Notes posted\n\n### Resolution note (ticket #4711, internal, Anna Kovacs, 2026-03-02 10:00)\n\n"
        "> ## Problem\n>\n> Jobs stay.\n\n"
        "## Timeline\n\n"
        "- 2026-03-02 10:00, Anna Kovacs (Slack): Started the session\n"
        "- 2026-03-02 10:00, FlowPilot: Asked for the outcome\n"
    )


def test_an_empty_record_says_so_in_every_section() -> None:
    """Nothing is missing, it just has not happened."""
    text = document(BARE)
    assert text.count("None so far.") == 7
    assert "- **Owner:** nobody" in text


def test_stored_values_are_shown_in_words() -> None:
    """`applied_failed` and `engineer_note` are for tables."""
    outcome = RecordedOutcome(status="applied_failed", at=NINE)
    fix = replace(FULL.fixes[0], state="applied_pending", decision="one_off", outcomes=(outcome,))
    fact = replace(FULL.facts[0], source="engineer_note")
    text = document(replace(FULL, fixes=(fix,), facts=(fact,)))
    for words in ("(pending)", "How it is run: one off.", "Recorded as failed", "(engineer note, Bob"):
        assert words in text


def test_a_fix_that_was_set_aside_shows_when() -> None:
    """With or without having been applied."""
    fix = replace(FULL.fixes[0], state="dismissed", applied_at=None, outcomes=(), superseded_at=NINE)
    text = document(replace(FULL, fixes=(fix,)))
    assert "- Not applied.\n- No longer active (2026-03-02 10:00)." in text


@given(st.lists(TEXTS, max_size=4), TEXTS)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_hostile_text_adds_no_heading_and_loses_no_fact(texts: list[str], other: str) -> None:
    """The record is complete whatever was typed."""
    record = replace(
        BARE,
        title=other,
        intake=other,
        facts=tuple(RecordedFact(text=text, source=other, at=NINE) for text in texts),
        notes=(RecordedNote(title="Conclusion", markdown=other, at=NINE),),
        timeline=(TimelineEntry(at=NINE, who=other, what=other),),
    )
    text = document(record)
    lines = [line for line in text.split("\n") if re.match(r"[\s*+-]*#{1,6}\s", line)]
    assert len(lines) == 1 + 7 + 1
    assert [fact for fact in texts if flat(fact)[1:-1].rstrip(",; ") not in text] == []
