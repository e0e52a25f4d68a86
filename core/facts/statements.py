"""Statements about answered steps: read out of what a model wrote, and the rules by which one may become a fact."""

from collections.abc import Iterator, Mapping, Sequence

from core.facts.model import MAX_FACT
from core.prompts import PROMPTS
from core.sessions.model import Step
from core.text.grounding import inventions, known_text, numbers, placeholders
from core.text.json_answers import json_of
from core.text.leak import LeakGuard
from core.text.redact import redact
from core.text.storable import storable
from core.turns.context import step_reference

__all__ = ["LONGEST_ANSWER", "breaches", "read_statements"]

#: Characters of an answer that is read.
LONGEST_ANSWER = 50_000

_GUARD = LeakGuard([prompt.text for prompt in PROMPTS])


def read_statements(answer: str, steps: Sequence[Step]) -> Mapping[str, str]:
    """The statements about these steps in a model's answer, whatever that is, by the step's id. What is not well formed and
    references that were not asked for are passed over."""
    told = dict(_entries(answer))
    return {step.id: told[reference] for step in steps if (reference := step_reference(step)) in told}


def breaches(statement: str, step: Step) -> tuple[str, ...]:
    """The rules that a statement about the step breaks, one sentence each; none when it may become a fact, or is empty."""
    if len(statement) > MAX_FACT:
        return (f"The statement has more than {MAX_FACT} characters.",)
    return tuple(dict.fromkeys(_breaches(statement, step)))


def _breaches(statement: str, step: Step) -> Iterator[str]:
    texts = (step.text, step.detail, step.answer or "")
    known = known_text(texts)
    if len(statement.splitlines()) > 1:
        yield "The statement is longer than one line."
    if statement.endswith("?"):
        yield "The statement asks."
    if statement and not any(map(str.isalnum, statement)):
        yield "The statement holds no word."
    yield from placeholders(statement, known)
    yield from inventions(statement, known)
    yield from numbers(statement, known)
    if redact(statement).found:
        yield "The statement holds a secret."
    if run := _GUARD.found(statement, texts):
        yield f"“{run}” is from the instructions."


def _entries(answer: str) -> Iterator[tuple[str, str]]:
    """References with their statements, as far as the answer is what was asked for."""
    try:
        value = json_of(answer) if len(answer) <= LONGEST_ANSWER else None
    except ValueError:
        return
    listed = value.get("statements") if isinstance(value, dict) else value
    for entry in listed if isinstance(listed, list) else ():
        if not isinstance(entry, dict):
            continue
        reference, statement = entry.get("step"), entry.get("statement")
        if isinstance(reference, str) and isinstance(statement, str):
            yield reference.strip().lower(), storable(statement).strip()
