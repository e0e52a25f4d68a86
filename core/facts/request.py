"""What a model is asked for answered steps: each with its answer, and nothing else of the session."""

from collections.abc import Mapping, Sequence
from typing import Any

from core.prompts import SYSTEM, Purpose
from core.sessions.model import Step
from core.text.delimit import delimited
from core.text.split import split
from core.thinking.model import Request, Role, Said
from core.turns.context import step_reference

__all__ = ["FACTS_PATIENCE", "SCHEMA", "facts_request"]

#: Tokens of an answer, with what a model thinks before it, and seconds that one try may take.
MAX_TOKENS = 2_000
TIMEOUT = 30.0
#: Seconds for all tries of one answer.
FACTS_PATIENCE = 45.0
#: Characters of a step's detail that are told.
LONGEST_DETAIL = 2_000

_ENTRY = {"step": {"type": "string"}, "statement": {"type": "string"}}


def _object(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


#: One statement a step, "" where nothing is confirmed.
SCHEMA = _object({"statements": {"type": "array", "items": _object(_ENTRY)}})


def facts_request(steps: Sequence[Step]) -> Request:
    """The request for the statements of these steps."""
    prompt = SYSTEM[Purpose.FACTS]
    return Request(
        purpose=Purpose.FACTS,
        system=prompt.text,
        messages=(Said(role=Role.USER, text="\n".join(map(_told, steps))),),
        prompt_version=f"{prompt.name}-{prompt.version}",
        max_tokens=MAX_TOKENS,
        timeout=TIMEOUT,
        schema=SCHEMA,
    )


def _told(step: Step) -> str:
    lines = [f"{step.kind.capitalize()}: {step.text}"]
    lines += [f"Detail: {split(step.detail, LONGEST_DETAIL)[0]}"] if step.detail.strip() else []
    lines += [f"Answer: {step.answer or ''}"]
    return delimited("step", "\n".join(lines), ref=step_reference(step))
