"""The data sets, their runs, and the table of what passes."""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from pydantic_evals import Dataset
from pydantic_evals.reporting import EvaluationReport, ReportCase

from tests.evals import outcomes, rules
from tests.evals.asking import by_recording, by_rule
from tests.evals.cases import cases
from tests.evals.recordings import recordings
from tests.evals.situations import Expected, Situation, SituationCase, Written

__all__ = ["RULES", "Report", "broken", "drafts", "recorded", "run", "table"]

Report = EvaluationReport[Situation, Written, Expected]
#: Of documents or of facts.
AnyReport = EvaluationReport[Any, Any, Expected]
Reported = ReportCase[Any, Any, Expected]
#: How a document of a model may come, as the table counts it.
WAYS = ("kept", "repaired", "replaced")
Task = Callable[[Situation], Awaitable[Written]] | Callable[[Situation], Written]

#: Asked of every document.
RULES: tuple[rules.Rule, ...] = (
    rules.Headings(),
    rules.Clean(),
    rules.Grounded(),
    rules.Private(),
    rules.Retold(),
    rules.Withheld(),
    rules.Inert(),
    rules.Sound(),
    rules.AsAsked(),
    rules.Handled(),
    outcomes.Settled(),
    outcomes.Applied(),
    outcomes.Cause(),
    outcomes.Tried(),
    outcomes.FixedSentences(),
    outcomes.Hypothesis(),
    outcomes.NextSteps(),
    outcomes.Steps(),
)


async def run(name: str, of: Sequence[SituationCase], task: Task, *, at_once: int = 1) -> Report:
    """Evaluate the cases, `at_once` at a time."""
    dataset = Dataset[Situation, Written, Expected](name=name, cases=of, evaluators=RULES)
    return await dataset.evaluate(task, name=name, max_concurrency=at_once, progress=False)


async def drafts(of: Sequence[SituationCase] | None = None) -> Report:
    """The documents that need no model."""
    return await run("drafts", cases() if of is None else of, by_rule)


async def recorded(of: Sequence[SituationCase] | None = None) -> Report:
    """Answers as a model may give them, good and bad."""
    return await run("recorded", recordings() if of is None else of, by_recording)


def broken(report: AnyReport) -> list[str]:
    """What did not pass: case, rule and reason; and cases that could not be evaluated."""
    found = [f"{case.name}: {rule}: {reason}" for case in report.cases for rule, reason in _breaches(case)]
    found += [
        f"{case.name}: {fault.name}: {fault.error_message}"
        for case in report.cases
        for fault in case.evaluator_failures
    ]
    return found + [f"{failure.name}: {failure.error_message}" for failure in report.failures]


def table(report: AnyReport, what: str = "document", ways: Sequence[str] = WAYS) -> Iterator[str]:
    """A markdown table by what is evaluated and its outcome, and what did not pass below it."""
    ways = ways if any(case.output.came != "drafted" for case in report.cases) else ()
    yield _row(what, "outcome", "cases", "passed", "rate", *ways)
    yield _row(*("---" for _ in range(5 + len(ways))))
    rows: dict[tuple[str, str], list[Reported | None]] = {}
    for case in report.cases:
        rows.setdefault(_group(case.inputs.kind, case.metadata), []).append(case)
    for failure in report.failures:
        rows.setdefault(_group(failure.inputs.kind, failure.metadata), []).append(None)
    for (kind, outcome), found in sorted(rows.items()):
        yield _line(kind, outcome, found, ways)
    yield _line("**all**", "", [case for found in rows.values() for case in found], ways)
    wrong = broken(report)
    yield from ("", *(f"- {' '.join(line.split())}" for line in wrong)) if wrong else ()


def _group(kind: StrEnum, expected: Expected | None) -> tuple[str, str]:
    return kind.value, expected.outcome if expected is not None else ""


def _line(kind: str, outcome: str, found: Sequence[Reported | None], ways: Sequence[str]) -> str:
    passed = sum(case is not None and _passed(case) for case in found)
    came = Counter(case.output.came for case in found if case is not None)
    rate = f"{100 * passed / len(found):.0f} %" if found else ""
    return _row(kind, outcome, str(len(found)), str(passed), rate, *(str(came[way]) for way in ways))


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _passed(case: Reported) -> bool:
    return not case.evaluator_failures and all(result.value for result in case.assertions.values())


def _breaches(case: Reported) -> Iterator[tuple[str, str]]:
    yield from ((rule, result.reason or "") for rule, result in case.assertions.items() if not result.value)
