"""What every Provider keeps to, whatever the other side sends: a whole answer, or one of two faults, and nothing else."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import Rejected, Unavailable
from core.ports import Provider
from core.prompts import Purpose
from core.thinking.model import Completion, Request, Role, Said, Stop
from core.usage.model import Tokens
from tests.contract.model.raw import PROVIDERS, SOUND, Raw, Reply, streamed

REQUEST = Request(
    purpose=Purpose.DIAGNOSIS,
    system="Troubleshoot.",
    messages=(Said(role=Role.USER, text="It hangs."),),
    prompt_version="diagnosis-1",
    max_tokens=100,
    timeout=5.0,
)
HURRIED = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
KEYS = st.sampled_from(
    ["type", "message", "usage", "delta", "text", "content", "choices", "error", "code", "details", "error_code"]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**400),
    st.floats(),
    st.sampled_from(["many", "", "text_delta", "overloaded_error", "\ud83d"]),
)
JSON: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)), max_leaves=6
)


@st.composite
def bent(draw: st.DrawFn, value: Any) -> Any:
    """The value with something else in some place of it."""
    within = isinstance(value, dict | list) and bool(value) and draw(st.integers(0, 3)) > 0
    if not within:
        return draw(JSON)
    if isinstance(value, list):
        at = draw(st.integers(0, len(value) - 1))
        return [*value[:at], draw(bent(value[at])), *value[at + 1 :]]
    key = draw(st.sampled_from(sorted(value)))
    if draw(st.integers(0, 4)) == 0:
        return {name: kept for name, kept in value.items() if name != key}
    return {**value, key: draw(bent(value[key]))}


@st.composite
def replies(draw: st.DrawFn, name: str) -> Reply:
    """An answer that is bent somewhere, or a refusal of any shape."""
    if draw(st.integers(0, 2)) == 0:
        said = draw(st.one_of(JSON, bent({"type": "error", "error": {"type": "x", "details": {"error_code": "y"}}})))
        status = draw(st.sampled_from([200, 307, 400, 401, 402, 404, 418, 422, 429, 500, 529]))
        later = draw(st.sampled_from(["7", "inf", "-1", "soon", "1e400"]))
        return Reply(body=streamed([said]), status=status, headers={"retry-after": later})
    events: list[Any] = deepcopy(SOUND[name])
    for _ in range(draw(st.integers(1, 2))):
        at = draw(st.integers(0, len(events) - 1))
        events[at] = draw(bent(events[at]))
    body = streamed(events)
    return Reply(body=body[: draw(st.integers(0, len(body)))] if draw(st.integers(0, 5)) == 0 else body)


async def asked(raw: Raw, provider: Provider, reply: Reply) -> Completion | str:
    """The completion, or what is said of the fault."""
    raw.reply = reply
    heard: list[str] = []
    counted: list[Tokens] = []
    try:
        completion = await provider.complete(REQUEST, "m", heard.append, counted.append)
    except (Unavailable, Rejected) as fault:
        return str(fault)
    finally:
        assert all(isinstance(piece, str) for piece in heard)
        assert [tokens for tokens in counted if not sane(tokens)] == []
    assert "".join(heard) == completion.text
    assert isinstance(completion.stop, Stop)
    assert sane(completion.tokens)
    return completion


def sane(tokens: Tokens) -> bool:
    """Whether all are whole numbers that can be."""
    counts = (tokens.input, tokens.cached_read, tokens.cached_write, tokens.output, tokens.kept_hour)
    return all(type(count) is int and count >= 0 for count in counts)


@pytest.mark.parametrize("name", PROVIDERS)
async def test_a_sound_answer_is_whole_and_counted(name: str) -> None:
    async with PROVIDERS[name]() as (raw, provider):
        completion = await asked(raw, provider, Reply(body=streamed(SOUND[name])))
    assert isinstance(completion, Completion)
    assert (completion.text, completion.stop) == ("Restart it.", Stop.END)
    assert completion.tokens.output == 3
    assert completion.tokens.cached_read == 4


@pytest.mark.parametrize("name", PROVIDERS)
@HURRIED
@given(data=st.data())
async def test_whatever_is_sent_it_is_an_answer_or_one_of_two_faults(name: str, data: st.DataObject) -> None:
    """JSON of any shape in the place of the API's, cut anywhere, with any status."""
    some = data.draw(st.lists(replies(name), min_size=4, max_size=8))
    async with PROVIDERS[name]() as (raw, provider):
        answers = [await asked(raw, provider, reply) for reply in some]
    assert [answer for answer in answers if isinstance(answer, str) and not answer.endswith(".")] == []


def _bent(name: str, at: int, **other: Any) -> list[Any]:
    events: list[Any] = deepcopy(SOUND[name])
    events[at] |= other
    return events


MISSHAPEN: Mapping[str, tuple[str, list[Any]]] = {
    "no message": ("anthropic", _bent("anthropic", 0, message=None)),
    "no block": ("anthropic", _bent("anthropic", 1, content_block=None)),
    "no delta": ("anthropic", _bent("anthropic", 2, delta=None)),
    "a text that is none": ("anthropic", _bent("anthropic", 2, delta={"type": "text_delta", "text": None})),
    "no end": ("anthropic", _bent("anthropic", 4, delta=None)),
    "an end that is none": ("anthropic", _bent("anthropic", 4, delta={"stop_reason": ["end_turn"]})),
    "a list for an event": ("anthropic", [[]]),
    "a number for an event": ("anthropic", [5]),
    "texts for choices": ("openai-compatible", _bent("openai-compatible", 0, choices=["x"])),
    "nothing for a choice": ("openai-compatible", _bent("openai-compatible", 0, choices=[None])),
    "a number for choices": ("openai-compatible", _bent("openai-compatible", 0, choices=5)),
    "a text for a delta": ("openai-compatible", _bent("openai-compatible", 0, choices=[{"delta": "x"}])),
    "a list for the end": ("openai-compatible", _bent("openai-compatible", 1, choices=[{"finish_reason": ["stop"]}])),
}


@pytest.mark.parametrize("shape", MISSHAPEN)
async def test_json_of_another_shape_is_unreadable_and_the_log_says_where(
    shape: str, caplog: pytest.LogCaptureFixture
) -> None:
    name, events = MISSHAPEN[shape]
    async with PROVIDERS[name]() as (raw, provider):
        said = await asked(raw, provider, Reply(body=streamed(events)))
    assert said == "The language model sent something that cannot be read."
    (record,) = [record for record in caplog.records if record.message == "model.unreadable"]
    assert record.exc_info is not None


@pytest.mark.parametrize("count", ["many", None, True, -4, 1e999, [3], {}])
async def test_counts_that_are_none_cost_no_answer(count: object) -> None:
    usages = {"anthropic": {"output_tokens": count}, "openai-compatible": {"completion_tokens": count}}
    for name, usage in usages.items():
        at = next(at for at, event in enumerate(SOUND[name]) if "usage" in event)
        async with PROVIDERS[name]() as (raw, provider):
            completion = await asked(raw, provider, Reply(body=streamed(_bent(name, at, usage=usage))))
        assert isinstance(completion, Completion)
        assert completion.text == "Restart it."
