"""The data sets of facts and their runs; `tests.evals.suite` tells what passes."""

from collections.abc import Awaitable, Callable, Sequence

from pydantic_evals import Dataset
from pydantic_evals.reporting import EvaluationReport

from core.facts.judging import judged
from core.ports import Model
from core.usage.model import End, Usage
from tests.evals.asking import Tape
from tests.evals.facts import rules
from tests.evals.facts.cases import Answered, Fact, FactCase, recordings
from tests.evals.situations import Expected

__all__ = ["WAYS", "Report", "by_model", "recorded", "run"]

Report = EvaluationReport[Answered, Fact, Expected]
Task = Callable[[Answered], Awaitable[Fact]] | Callable[[Answered], Fact]

#: How a statement may come, as the table counts it.
WAYS = ("kept", "repaired", "left out")
_RULES = (rules.Statement(), rules.Grounded(), rules.Withheld(), rules.AsAsked(), rules.Handled())


async def run(name: str, of: Sequence[FactCase], task: Task, *, at_once: int = 1) -> Report:
    """Evaluate the cases, `at_once` at a time."""
    dataset = Dataset[Answered, Fact, Expected](name=name, cases=of, evaluators=_RULES)
    return await dataset.evaluate(task, name=name, max_concurrency=at_once, progress=False)


async def recorded(of: Sequence[FactCase] | None = None) -> Report:
    """Answers as a model may give them, good and bad."""
    return await run("recorded facts", recordings() if of is None else of, _by_recording)


async def by_model(model: Model, given: Answered) -> Fact:
    """What the model makes of it, checked and repaired as always. Raises its faults."""
    calls: list[Usage] = []
    found = await judged(model, [given.step], calls.append)
    statement = found.get(given.step.id, "")
    if len([call for call in calls if call.end is End.DONE]) == 1:
        return Fact(statement=statement, came="kept")
    return Fact(statement=statement, came="repaired" if statement else "left out")


async def _by_recording(given: Answered) -> Fact:
    tape = Tape(answers=list(given.answers))
    fact = await by_model(tape.model, given)
    return Fact(statement=fact.statement, came=fact.came, told=tape.told)
