"""The rules that every fact of an answer keeps (SPEC 3), by means of their own: what core checks with is not used."""

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass

from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from core.prompts import PROMPTS
from tests.evals.facts.cases import Answered, Fact
from tests.evals.reading import echoes
from tests.evals.situations import Expected

__all__ = ["AsAsked", "Grounded", "Handled", "Statement", "Withheld"]

_TOKEN = re.compile(r"`[^`]+`|\S*(?:\d|\\|://|[A-Za-z]\.[a-z]{2,})\S*")
_BLANK = re.compile(r"<[a-z][a-z ]*>|\[(?:insert|your|name|user)[^\]]*\]|\{\{.*?\}\}|\b(?:TBD|N/A)\b")
_NAMED = re.compile(r"\bFP-\d+|\bFlowPilot\b|\bAI\b|\bassistant\b|\blanguage model\b|\bs\d+\b")


@dataclass
class _Rule(Evaluator[Answered, Fact, Expected]):
    """One rule: passed when nothing breaks it, with the breaches as the reason otherwise."""

    def evaluate(self, ctx: EvaluatorContext[Answered, Fact, Expected]) -> EvaluationReason:
        """Ask it of a case."""
        assert ctx.metadata is not None, "every case says what it expects"
        broken = tuple(dict.fromkeys(self.broken(ctx.inputs, ctx.output, ctx.metadata)))
        return EvaluationReason(value=not broken, reason="; ".join(broken) or None)

    @abstractmethod
    def broken(self, given: Answered, fact: Fact, expected: Expected) -> Iterator[str]:
        """What breaks the rule, a few words each."""


@dataclass
class Statement(_Rule):
    """One sentence that states, without blanks, without a name of the bot or of a step."""

    def broken(self, given: Answered, fact: Fact, expected: Expected) -> Iterator[str]:
        """What it is instead."""
        if "\n" in fact.statement or fact.statement.startswith(("-", "#", "*", ">")):
            yield "not one line of plain text"
        if "?" in fact.statement:
            yield "a question"
        yield from (found[0] for pattern in (_BLANK, _NAMED) for found in pattern.finditer(fact.statement))


@dataclass
class Grounded(_Rule):
    """Whatever has a digit, a dot or a backslash in it stands in the step, and so does code."""

    def broken(self, given: Answered, fact: Fact, expected: Expected) -> Iterator[str]:
        """What is invented."""
        step = given.step
        known = " ".join((step.text, step.detail, step.answer or "")).casefold()
        for found in _TOKEN.finditer(fact.statement):
            token = found[0].strip("`.,:;!?()“”").casefold()
            if token not in known:
                yield token


@dataclass
class Withheld(_Rule):
    """No ten words in a row of what the model was instructed with."""

    def broken(self, given: Answered, fact: Fact, expected: Expected) -> Iterator[str]:
        """The first run of each prompt."""
        yield from filter(None, (echoes(fact.statement, prompt.text, 10) for prompt in PROMPTS))


@dataclass
class AsAsked(_Rule):
    """What this case alone asks for."""

    def broken(self, given: Answered, fact: Fact, expected: Expected) -> Iterator[str]:
        """What is missing, and what must not be there."""
        for _, pattern in expected.says:
            if not re.search(pattern, fact.statement, re.IGNORECASE):
                yield f"it does not say /{pattern}/ but “{fact.statement}”"
        for pattern in expected.never:
            if found := re.search(pattern, fact.statement, re.IGNORECASE):
                yield f"it says “{found[0]}”"


@dataclass
class Handled(_Rule):
    """A recorded answer is kept, repaired or left out as it deserves, and for its reason."""

    def broken(self, given: Answered, fact: Fact, expected: Expected) -> Iterator[str]:
        """How it came instead."""
        if expected.came and fact.came != expected.came:
            yield f"{fact.came}, not {expected.came}"
        if expected.told not in fact.told:
            yield f"told was: {fact.told or 'nothing'}"
