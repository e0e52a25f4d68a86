"""Whatever a session holds, the deterministic drafts keep every rule."""

import re
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.documents.bundle import Bundle, BundleFact, DocumentKind, Said, assuming
from core.documents.check import check
from core.documents.drafts import draft
from core.documents.rules.structure import headings
from core.facts.model import MAX_FACT, SourceType
from core.fixes.model import FixStatus
from tests.unit.documents.bundles import BUNDLES, CHECKS, EARLIER, FACTS, FIX, NAMES, TICKET, TYPICAL

PROPERTY = settings(
    max_examples=25,
    derandomize=True,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
STATES = [(status, applied) for status, applied in product(FixStatus, (True, False))]


@PROPERTY
@given(st.sampled_from(DocumentKind), BUNDLES)
def test_every_draft_of_every_bundle_passes(kind: DocumentKind, bundle: Bundle) -> None:
    """Hostile text, emoji, right-to-left text, markdown and very long text included."""
    text = draft(kind, bundle, NAMES)
    assert check(kind, text, bundle, NAMES) == ()
    assert draft(kind, bundle, NAMES) == text


@PROPERTY
@given(st.sampled_from([DocumentKind.RESOLUTION, DocumentKind.ESCALATION]), BUNDLES)
def test_the_only_headings_are_the_documents_own(kind: DocumentKind, bundle: Bundle) -> None:
    """Counted by another rule than the check's."""
    lines = [line for line in draft(kind, bundle).split("\n") if re.match(r"[\s>*+-]*#{1,6}\s", line)]
    assert lines == [f"## {name}" for name in headings(kind, bundle)]


@PROPERTY
@given(BUNDLES, st.sampled_from(FixStatus))
def test_a_note_previewed_as_another_outcome_passes(bundle: Bundle, status: FixStatus) -> None:
    """Resolve drafts for the outcome that it will record."""
    assumed = assuming(bundle, status)
    note = draft(DocumentKind.RESOLUTION, assumed, NAMES)
    assert check(DocumentKind.RESOLUTION, note, assumed, NAMES) == ()


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize(("status", "applied"), STATES)
def test_the_whole_matrix_passes(kind: DocumentKind, status: FixStatus, applied: bool) -> None:
    """Outcome by facts, ticket, earlier fixes, account and confidence."""
    fix = replace(FIX, status=status, applied=applied or status not in (FixStatus.PROPOSED, FixStatus.DISMISSED))
    for facts, ticket, tried, account, confidence in product(
        ((), FACTS), (None, TICKET), ((), (EARLIER,)), ("", "rebooted the laptop"), (0.5, 0.9)
    ):
        bundle = replace(
            TYPICAL,
            active=replace(fix, confidence=confidence),
            facts=facts,
            checks=CHECKS if facts else (),
            ticket=ticket,
            tried=tried,
            resolved_by=account,
        )
        assert check(kind, draft(kind, bundle), bundle) == ()


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("words", [14, 15, 16, 60])
def test_a_problem_told_at_length_is_not_quoted(kind: DocumentKind, words: int) -> None:
    """Title and summary may be the engineer's own first message."""
    told = " ".join(f"{'abcdefghij'[number % 10]}x{'klmnopqrst'[number // 10]}" for number in range(words))
    bundle = replace(TYPICAL, ticket=None, title=told, summary=told, intake=f"hello, {told} since today")
    text = draft(kind, bundle)
    assert check(kind, text, bundle) == ()
    assert (told[3:] in text) is (words < 15)


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_fact_of_full_length_that_was_said_in_chat_stays_whole(kind: DocumentKind) -> None:
    """Facts are never shortened."""
    text = ("word " * MAX_FACT)[: MAX_FACT - 1] + "x"
    fact = BundleFact(text=text, source_type=SourceType.NOTE)
    bundle = replace(TYPICAL, facts=(fact,), transcript=(Said(who="engineer", text=text, number=1),))
    drafted = draft(kind, bundle)
    assert text[1:] in drafted
    assert check(kind, drafted, bundle) == ()


@pytest.mark.parametrize("kind", DocumentKind)
def test_code_paths_and_commands_stay_verbatim(kind: DocumentKind) -> None:
    """However the line around them is tidied."""
    facts = tuple(
        BundleFact(text=text, source_type=SourceType.CHECK)
        for text in [
            r"`Get-WinEvent -LogName System | ? Id -eq 7031` lists PRT01\spool$ and \\prt01\print$",
            "event ID 7031, error 0x80070005 and ERR_TIMED_OUT from https://prt01.contoso.com/a?b=1&c=2",
            "gpupdate /force works on 10.0.0.5, and KB5034441 is installed",
        ]
    )
    bundle = replace(TYPICAL, facts=facts)
    text = draft(kind, bundle, NAMES)
    assert [fact.text for fact in facts if fact.text[1:] not in text] == []
    assert check(kind, text, bundle, NAMES) == ()


@pytest.mark.parametrize("kind", DocumentKind)
def test_people_the_bot_and_sessions_are_not_named(kind: DocumentKind) -> None:
    """Unless the ticket itself speaks of such a thing."""
    told = "Anna Kovacs saw in FP-7 that FlowPilot restarted it. Ops-Bob agrees with the bot"
    fact = BundleFact(text=told, source_type=SourceType.NOTE)
    bundle = replace(TYPICAL, facts=(fact,))
    text = draft(kind, bundle, NAMES)
    assert "- An engineer saw in an earlier session that the support desk restarted it. An engineer agrees" in text
    assert check(kind, text, bundle, NAMES) == ()
    printer = replace(TYPICAL, ticket=replace(TICKET, device="FP-7"), facts=(replace(fact, text="FP-7 is offline"),))
    assert "FP-7 is offline." in draft(kind, printer, NAMES)
    assert check(kind, draft(kind, printer, NAMES), printer, NAMES) == ()
