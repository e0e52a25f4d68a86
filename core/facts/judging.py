"""Judging what a model says that answers confirm, whichever Model it is: here, and nowhere else.

What breaks a rule goes back to it once, with the reasons; what does so again is left out, as is an answer that confirms nothing.
"""

import logging
from collections.abc import Mapping, Sequence

from core.facts.statements import LONGEST_ANSWER, breaches
from core.ports import Flawed, Model, Synthesised
from core.prompts import UNFINISHED
from core.sessions.model import Step
from core.turns.context import step_reference
from core.usage.model import Used, uncounted

__all__ = ["judged"]

log = logging.getLogger(__name__)


async def judged(model: Model, steps: Sequence[Step], used: Used = uncounted) -> Mapping[str, str]:
    """Statements that keep the rules, by the step's id; none for the steps whose answer confirms nothing, or nothing sound.
    Raises the model's faults."""
    said = await model.synthesise(steps, used)
    sound, wrong = _sorted(said, steps)
    if wrong:
        flawed = Flawed(answer=said.answer[:LONGEST_ANSWER], wrong=wrong)
        again = await model.synthesise(steps, used, flawed)
        mended, wrong = _sorted(again, [step for step in steps if step.id not in sound])
        sound |= mended
    if wrong:
        log.warning("facts.left_out", extra={"why": "; ".join(wrong)})
    return {id: statement for id, statement in sound.items() if statement}


def _sorted(said: Synthesised, steps: Sequence[Step]) -> tuple[dict[str, str], tuple[str, ...]]:
    """The sound ones, "" among them, and what is wrong with the others, a sentence each."""
    sound: dict[str, str] = {}
    wrong: list[str] = []
    for step in steps:
        statement = said.statements.get(step.id)
        broken = ("There is no statement.",) if statement is None else breaches(statement, step)
        wrong += [f"{step_reference(step)}: {breach}" for breach in broken]
        if statement is not None and not broken:
            sound[step.id] = statement
    unfinished = () if said.whole or not wrong else (UNFINISHED.text,)
    return sound, (*unfinished, *wrong)
