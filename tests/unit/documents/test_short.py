"""However much a session holds, its documents stay within what a ticket takes (SPEC 5)."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.documents.bundle import Bundle, BundleFact, BundleFix, Check, DocumentKind, ScriptRun
from core.documents.check import check
from core.documents.drafts import draft
from core.documents.model import MAX_NOTE
from core.documents.rules.sources import input_text
from core.documents.rules.structure import headings, parse, structure
from core.facts.model import MAX_FACT, SourceType
from core.fixes.model import MAX_NOTES, FixStatus
from core.text.grounding import inventions
from core.text.neutralise import neutralise
from tests.unit.documents.bundles import BUNDLES, EARLIER, FIX, NAMES, NINE, TEXTS, TYPICAL
from tests.unit.documents.test_properties import PROPERTY

#: Much of everything: how long a text is at most, and how many of them there are.
_MUCH = st.sampled_from([(30_000, 1), (3_000, 8), (120, 300)])


def _swollen(bundle: Bundle, text: str, many: int) -> Bundle:
    """The bundle with that text wherever people write, and with its lists so many times over."""

    def fix(each: BundleFix) -> BundleFix:
        return replace(each, title=text or each.title, description=text, cause=text, notes=text)

    return replace(
        bundle,
        summary=text,
        domain=text,
        facts=(*bundle.facts, BundleFact(text=text, source_type=SourceType.NOTE)) * many,
        checks=(*bundle.checks, Check(text=text, finding=text, kind="action", at=NINE)) * many,
        scripts=(ScriptRun(name=text, parameters=((text, text),) * many),),
        tried=tuple(map(fix, bundle.tried)) * many,
        active=None if bundle.active is None else fix(bundle.active),
        resolved_by=text if bundle.resolved_by else "",
        engineer_notes=bundle.engineer_notes * many,
        next_steps=(*bundle.next_steps, text),
    )


@settings(PROPERTY, max_examples=6)
@given(st.sampled_from(DocumentKind), BUNDLES, TEXTS, _MUCH)
def test_no_draft_is_longer_than_a_ticket_takes(
    kind: DocumentKind, bundle: Bundle, text: str, much: tuple[int, int]
) -> None:
    """As it is stored, made inert; with all of its headings, and something below each."""
    length, many = much
    swollen = _swollen(bundle, " ".join([text] * (length // max(1, len(text)) + 1))[:length], many)
    drafted = draft(kind, swollen, NAMES)
    assert len(neutralise(drafted)) <= MAX_NOTE
    assert list(structure(kind, parse(kind, drafted), swollen)) == []


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_session_of_two_pasted_traces_is_told_in_full(kind: DocumentKind) -> None:
    """What an outcome's notes can hold is not shortened again."""
    trace = " ".join(f"at Module{number}.Call" for number in range(100))[:MAX_NOTES]
    tried = tuple(replace(EARLIER, title=f"Fix {number}", notes=trace) for number in range(2))
    bundle = replace(TYPICAL, tried=tried)
    text = draft(kind, bundle, NAMES)
    assert text.count(trace) == 2
    assert check(kind, text, bundle, NAMES) == ()


@pytest.mark.parametrize("kind", DocumentKind)
@pytest.mark.parametrize("status", [FixStatus.PROPOSED, FixStatus.PARTIAL, FixStatus.SUCCESS])
def test_a_session_of_very_many_facts_keeps_every_rule(kind: DocumentKind, status: FixStatus) -> None:
    """Each is shortened before any is left out; the outcome's own sentences stay."""
    facts = tuple(
        BundleFact(
            text=(f"Host SRV-{number} answers on 10.0.0.{number} " + "very slowly " * 90)[:MAX_FACT],
            source_type=SourceType.CHECK,
        )
        for number in range(1, 41)
    )
    applied = status not in (FixStatus.PROPOSED, FixStatus.DISMISSED)
    bundle = replace(TYPICAL, facts=facts, active=replace(FIX, status=status, applied=applied, notes="the vendor"))
    text = draft(kind, bundle, NAMES)
    assert len(text) <= MAX_NOTE
    assert all(f"SRV-{number} " in text for number in range(1, 41))
    assert check(kind, text, bundle, NAMES) == ()


def test_where_lines_are_left_out_the_document_says_how_many() -> None:
    """The first and the last are there."""
    facts = tuple(BundleFact(text=f"Host {number} is down", source_type=SourceType.CHECK) for number in range(5_000))
    text = draft(DocumentKind.ESCALATION, replace(TYPICAL, facts=facts), NAMES)
    shown = text.count(" is down.")
    assert "- Host 0 is down." in text
    assert "- Host 4999 is down." in text
    assert f"- …and {5_000 - shown} more." in text
    assert 20_000 < len(text) <= MAX_NOTE


@pytest.mark.parametrize("kind", DocumentKind)
def test_a_cut_invents_nothing(kind: DocumentKind) -> None:
    """A path or a host that would be cut in its middle goes whole, or is no longer one."""
    fact = BundleFact(
        text="see `C:\\Program Files\\Contoso\\log.txt` on dc01.contoso.com " * 40, source_type=SourceType.NOTE
    )
    bundle = replace(TYPICAL, facts=(fact,) * 60)
    text = draft(kind, bundle, NAMES)
    assert len(text) <= MAX_NOTE
    assert list(inventions(text, input_text(bundle, NAMES))) == []


def test_a_model_s_document_that_is_too_long_is_not_shown() -> None:
    """It is repaired, or replaced."""
    text = draft(DocumentKind.ESCALATION, TYPICAL, NAMES)
    long = text.replace("## What we've tried\n\n", "## What we've tried\n\n" + "- Did a thing.\n" * 3_000)
    assert "It is longer than 30,000 characters." in check(DocumentKind.ESCALATION, long, TYPICAL, NAMES)
    assert headings(DocumentKind.ESCALATION, TYPICAL) == tuple(
        name for name, _ in parse(DocumentKind.ESCALATION, long).sections
    )
