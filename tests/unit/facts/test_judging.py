"""Judging a model's statements: what is sound is kept, the rest is asked for once more and then left out."""

import json

import pytest

from core.errors import Unavailable
from core.facts.judging import judged
from core.facts.request import SCHEMA
from core.prompts import REPAIR, SYSTEM, UNFINISHED, Purpose
from core.sessions.model import Step
from core.thinking.asking import Asker
from core.thinking.model import Role, Stop
from core.thinking.thinker import ThinkingModel
from core.usage.model import Usage
from tests.builders import a_step, later
from tests.fakes.provider import ScriptedProvider

OUTBOX = a_step(id="outbox", number=1, text="Is a message stuck in the outbox?", answer="Yes", answered_at=later())
SIZE = a_step(id="size", number=2, text="How large is it?", answer="About 30 MB", answered_at=later())
STUCK, LARGE = "A message is stuck in the outbox.", "It has about 30 MB."


def thinking(*script: str, stop: Stop = Stop.END) -> tuple[ThinkingModel, ScriptedProvider]:
    provider = ScriptedProvider(script=list(script), stop=stop)
    models = {**dict.fromkeys(Purpose, "big"), Purpose.FACTS: "small"}
    return ThinkingModel(Asker(provider=provider, models=models)), provider


def answer(**statements: object) -> str:
    return json.dumps({"statements": [{"step": step, "statement": said} for step, said in statements.items()]})


async def found(*script: str, steps: tuple[Step, ...] = (OUTBOX, SIZE)) -> tuple[dict[str, str], ScriptedProvider]:
    model, provider = thinking(*script)
    return dict(await judged(model, steps)), provider


async def test_sound_statements_come_back_by_the_steps_id() -> None:
    calls: list[Usage] = []
    model, provider = thinking(answer(s1=STUCK, s2=LARGE))
    assert await judged(model, [OUTBOX, SIZE], calls.append) == {"outbox": STUCK, "size": LARGE}
    (request,) = provider.requests
    assert (request.purpose, request.system, request.schema) == (Purpose.FACTS, SYSTEM[Purpose.FACTS].text, SCHEMA)
    assert provider.models == ["small"]
    assert [(call.purpose, call.model, call.prompt_version) for call in calls] == [
        ("fact_synthesis", "small", "fact_synthesis-1")
    ]


async def test_an_answer_that_confirms_nothing_is_not_asked_about_again() -> None:
    statements, provider = await found(answer(s1="", s2=LARGE))
    assert (statements, len(provider.requests)) == ({"size": LARGE}, 1)


async def test_what_breaks_a_rule_is_put_right_and_the_rest_stays_as_it_was() -> None:
    statements, provider = await found(
        answer(s1=STUCK, s2="It has 40 MB."), answer(s1="Something else is stuck.", s2=LARGE)
    )
    assert statements == {"outbox": STUCK, "size": LARGE}
    asked = provider.requests[1].messages
    assert [said.role for said in asked] == [Role.USER, Role.ASSISTANT, Role.USER]
    assert asked[-1].text == REPAIR.text + "- s2: The number “40” does not occur in what is known."


async def test_what_one_step_says_does_not_bear_out_another() -> None:
    statements, _ = await found(answer(s1=LARGE, s2=LARGE))
    assert statements == {"size": LARGE}


async def test_an_answer_that_was_cut_short_is_told_so() -> None:
    model, provider = thinking(answer(s1=STUCK)[:-9], answer(s1=STUCK), stop=Stop.LENGTH)
    assert await judged(model, [OUTBOX]) == {"outbox": STUCK}
    assert provider.requests[1].messages[-1].text.startswith(f"{REPAIR.text}- {UNFINISHED.text}\n- s1: ")


async def test_what_stays_wrong_is_left_out_alone() -> None:
    statements, provider = await found(answer(s1=STUCK, s2="It has 40 MB."), answer(s1=STUCK, s2="It has 50 MB."))
    assert (statements, len(provider.requests)) == ({"outbox": STUCK}, 2)


@pytest.mark.parametrize("text", ["", "I cannot do that.", "x" * 200_000, "[" * 5_000, answer(s9=STUCK)])
async def test_an_answer_that_is_none_is_asked_for_once_more(text: str) -> None:
    statements, provider = await found(text, text)
    assert (statements, len(provider.requests)) == ({}, 2)
    assert sum(len(said.text) for said in provider.requests[1].messages) < 60_000
    repaired, _ = await found(text, answer(s1=STUCK, s2=""))
    assert repaired == {"outbox": STUCK}


async def test_a_model_that_declines_yields_nothing() -> None:
    model, provider = thinking("", "", stop=Stop.REFUSED)
    assert await judged(model, [OUTBOX]) == {}
    assert len(provider.requests) == 2


async def test_a_provider_that_is_down_is_said() -> None:
    model, provider = thinking()
    provider.script = [Unavailable("Busy.", retry_after=60)] * 2
    with pytest.raises(Unavailable):
        await judged(model, [OUTBOX])
