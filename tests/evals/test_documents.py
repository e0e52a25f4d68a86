"""The evaluation of the documents, without asking anybody: all of it passes, and bad documents do not."""

import json
from collections import Counter
from dataclasses import replace

import pytest

from core.documents.bundle import DocumentKind
from core.documents.written import assembled
from core.fixes.model import FixStatus
from tests.evals import suite
from tests.evals.asking import by_rule
from tests.evals.cases import cases
from tests.evals.recordings import recordings
from tests.evals.situations import Situation, Written


async def test_every_draft_without_a_model_passes() -> None:
    assert suite.broken(await suite.drafts()) == []


async def test_recorded_answers_are_kept_repaired_or_replaced_as_they_deserve() -> None:
    report = await suite.recorded()
    assert suite.broken(report) == []
    assert Counter(case.output.came for case in report.cases).keys() == {"kept", "repaired", "replaced"}


async def test_the_rules_of_the_suite_see_every_recorded_slip_by_themselves() -> None:
    """Without the check that FlowPilot makes, whose blind spots they are there to find."""

    def as_it_is(given: Situation) -> Written:
        return Written(markdown=assembled(given.kind, given.bundle, given.answers[0]), came="kept")

    slips = [case for case in recordings() if case.metadata is not None and case.metadata.came == "replaced"]
    report = await suite.run("slips", slips, as_it_is)
    unseen = [
        case.name
        for case in report.cases
        if all(result.value for rule, result in case.assertions.items() if rule not in ("Handled", "Sound"))
    ]
    assert unseen == []


def test_the_cases_cover_every_outcome_for_both_notes_and_what_is_hard() -> None:
    found = {(case.inputs.kind, case.inputs.bundle.state) for case in cases()}
    states = {"none", "verifying", *(status.removeprefix("applied_") for status in FixStatus)}
    for kind in (DocumentKind.RESOLUTION, DocumentKind.ESCALATION):
        assert {state for of, state in found if of is kind} == states
    outcomes = {case.metadata.outcome for case in cases() if case.metadata is not None}
    assert outcomes >= {
        "no facts",
        "no fix",
        "low confidence",
        "sensitive parameters",
        "hostile text",
        "superseded",
        "people",
    }
    names = [case.name for case in (*cases(), *recordings())]
    assert len(names) == len(set(names))
    assert len(cases()) >= 40


@pytest.mark.parametrize("good", [True, False])
async def test_the_table_tells_what_passes_and_what_does_not(good: bool) -> None:
    case = next(case for case in cases() if case.name == "resolution pending")

    def task(given: Situation) -> Written:
        written = by_rule(given)
        return written if good else replace(written, markdown=written.markdown.replace("provisional", "final"))

    lines = list(suite.table(await suite.run("one", [case], task)))
    assert lines[2] == f"| resolution | pending | 1 | {int(good)} | {'100' if good else '0'} % |"
    assert any("resolution pending: Settled: not told as pending" in line for line in lines) is not good


async def test_a_case_that_could_not_be_evaluated_has_not_passed() -> None:
    def task(given: Situation) -> Written:
        raise ValueError("the line is cut")

    report = await suite.run("one", cases()[:1], task)
    assert "the line is cut" in suite.broken(report)[0]
    assert list(suite.table(report))[2].endswith("| 1 | 0 | 0 % |")


def test_good_answers_have_the_fields_that_models_are_asked_for() -> None:
    """So that a recording stays one of what is really asked."""
    for case in recordings():
        if case.metadata is not None and case.metadata.came == "kept":
            answer = json.loads(case.inputs.answers[0])
            assert all(isinstance(value, str | list) and value for value in answer.values()), case.name
