"""The live run of the evaluations, against a loopback port that answers as a model does."""

import json

from bot.settings import Settings
from tests.evals import suite
from tests.evals.__main__ import live, live_facts
from tests.evals.cases import cases
from tests.evals.facts import suite as facts
from tests.evals.facts.cases import cases as fact_cases
from tests.evals.recordings import recordings
from tests.fakes.messages_api import KEY, Trouble, messages_api


async def test_the_model_of_the_settings_is_asked_for_each_case_and_judged() -> None:
    """A good answer is kept; one that stays bad is replaced, and the table tells which."""
    case = next(case for case in cases() if case.name == "resolution success")
    good = next(case.inputs.answers[0] for case in recordings() if case.name == "resolution success: good")
    bad = json.dumps({**json.loads(good), "root_cause": ""})
    async with messages_api() as api:
        api.answers = [good, bad, bad]
        settings = Settings.model_validate({"anthropic_api_key": KEY, "anthropic_base_url": api.base_url})
        first = await live(settings, [case])
        second = await live(settings, [case])
    assert list(suite.table(first))[2] == "| resolution | success | 1 | 1 | 100 % | 1 | 0 | 0 |"
    assert list(suite.table(second))[2] == "| resolution | success | 1 | 1 | 100 % | 0 | 0 | 1 |"
    assert {body["model"] for body in api.requests} == {"claude-sonnet-5-5"}


async def test_the_model_of_the_settings_is_asked_for_facts() -> None:
    """Kept, or left out when it stays wrong."""
    case = next(case for case in fact_cases() if case.name == "question: yes")
    good = json.dumps({"statements": [{"step": "s1", "statement": "A message is stuck in the outbox."}]})
    async with messages_api() as api:
        api.answers = [good, "Nothing.", "Nothing."]
        settings = Settings.model_validate({"anthropic_api_key": KEY, "anthropic_base_url": api.base_url})
        first = await live_facts(settings, [case])
        second = await live_facts(settings, [case])
    assert list(suite.table(first, "step", facts.WAYS))[2] == "| question | yes | 1 | 1 | 100 % | 1 | 0 | 0 |"
    assert list(suite.table(second, "step", facts.WAYS))[2] == "| question | yes | 1 | 0 | 0 % | 0 | 0 | 1 |"
    assert {body["model"] for body in api.requests} == {"claude-haiku-5-5"}


async def test_a_case_whose_model_fails_has_not_passed() -> None:
    """The run goes on, and tells what became of it."""
    async with messages_api() as api:
        api.troubles = [Trouble(kind="status", status=401, type="authentication_error")] * 4
        settings = Settings.model_validate({"anthropic_api_key": KEY, "anthropic_base_url": api.base_url})
        report = await live(settings, cases()[:1])
    assert len(suite.broken(report)) == 1
    assert list(suite.table(report))[2].endswith("| 1 | 0 | 0 % |")
