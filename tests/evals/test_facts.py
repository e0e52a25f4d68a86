"""The evaluation of facts, without asking anybody: recorded answers end as they deserve, and the rules see each slip."""

import json
from collections import Counter

from core.sessions.model import StepKind
from tests.evals import suite
from tests.evals.facts import suite as facts
from tests.evals.facts.cases import Answered, Fact, cases, recordings


async def test_recorded_answers_are_kept_repaired_or_left_out_as_they_deserve() -> None:
    report = await facts.recorded()
    assert suite.broken(report) == []
    assert Counter(case.output.came for case in report.cases).keys() == set(facts.WAYS)


async def test_the_rules_see_every_recorded_slip_by_themselves() -> None:
    """Without the check that FlowPilot makes. An answer that is no statement of the step cannot be taken as one."""

    def as_it_is(given: Answered) -> Fact:
        return Fact(statement=json.loads(given.answers[0])["statements"][0]["statement"], came="kept")

    slips = [case for case in recordings() if case.metadata is not None and case.metadata.came == "repaired"]
    told = [case for case in slips if case.metadata is not None and "no statement" not in case.metadata.told]
    report = await facts.run("slips", told, as_it_is)
    own = ("Statement", "Grounded", "Withheld")
    unseen = [case.name for case in report.cases if all(case.assertions[rule].value for rule in own)]
    assert unseen == []
    assert len(slips) > len(told) > 8


def test_the_cases_cover_every_kind_of_step_and_answers_that_confirm_nothing() -> None:
    assert {case.inputs.kind for case in cases()} == set(StepKind)
    outcomes = {case.metadata.outcome for case in cases() if case.metadata is not None}
    assert outcomes >= {"yes", "no", "not sure", "hostile"}
    names = [case.name for case in (*cases(), *recordings())]
    assert len(names) == len(set(names))


async def test_the_table_tells_how_the_facts_came() -> None:
    wanted = [case for case in recordings() if (case.name or "").startswith("question: a value")]
    lines = list(suite.table(await facts.recorded(wanted), "step", facts.WAYS))
    assert lines[0] == "| step | outcome | cases | passed | rate | kept | repaired | left out |"
    assert lines[2] == "| question | a value | 5 | 5 | 100 % | 1 | 2 | 2 |"
