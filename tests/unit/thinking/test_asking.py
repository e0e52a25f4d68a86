"""Patience with a provider: tries, waits, another model, and a breaker."""

import asyncio
from dataclasses import dataclass, field

import pytest

from core.errors import ExtraFailed, NoSuchModel, Rejected, Unavailable
from core.prompts import Purpose
from core.thinking.asking import LONGEST_WAIT, Asker
from core.thinking.breaker import Breaker
from core.thinking.model import Completion, Request, Role, Said
from core.usage.model import End, Tokens, Usage
from tests.fakes.provider import ScriptedProvider

REQUEST = Request(
    purpose=Purpose.DIAGNOSIS,
    system="x",
    messages=(Said(role=Role.USER, text="It hangs."),),
    prompt_version="diagnosis-1",
    max_tokens=100,
    timeout=5.0,
)
BUSY = Unavailable("The language model is overloaded right now.")
UNKNOWN = NoSuchModel("The provider has no language model big.")


@dataclass
class Time:
    """Runs only when somebody waits."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)

    def now(self) -> float:
        return self.seconds

    async def pause(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.seconds += seconds


def asker(provider: ScriptedProvider, time: Time, *, fallback: str = "") -> Asker:
    models = dict.fromkeys(Purpose, "big")
    breaker = Breaker(after=5, rest=30, now=time.now)
    return Asker(provider=provider, models=models, fallback=fallback, breaker=breaker, now=time.now, pause=time.pause)


async def ask(asker: Asker, *, patience: float = 60.0) -> tuple[Completion, Usage]:
    return await asker.ask(REQUEST, lambda: lambda piece: None, patience=patience)


async def test_what_a_call_used_is_told_with_its_model_and_prompt() -> None:
    _, usage = await ask(asker(ScriptedProvider(script=["ok"]), Time()))
    assert usage == Usage(
        model="big",
        provider="scripted",
        purpose="diagnosis",
        prompt_version="diagnosis-1",
        tokens=Tokens(input=10, cached_read=5, output=2),
    )


async def test_a_fault_that_may_pass_is_tried_again_after_a_moment() -> None:
    provider, time = ScriptedProvider(script=[BUSY, "ok"]), Time()
    completion, _ = await ask(asker(provider, time))
    assert (completion.text, provider.models) == ("ok", ["big", "big"])
    assert len(time.waits) == 1


async def test_a_provider_that_says_when_to_come_back_is_obeyed() -> None:
    time = Time()
    await ask(asker(ScriptedProvider(script=[Unavailable("x", retry_after=5.0), "ok"]), time))
    assert time.waits == [5.0]


async def test_nobody_waits_for_long_where_another_model_may_answer() -> None:
    late = Unavailable("x", retry_after=LONGEST_WAIT + 1)
    provider, time = ScriptedProvider(script=[late, "ok"]), Time()
    _, usage = await ask(asker(provider, time, fallback="small"))
    assert (usage.model, provider.models, time.waits) == ("small", ["big", "small"], [])


async def test_when_nothing_helps_the_last_fault_is_raised() -> None:
    provider = ScriptedProvider(script=[BUSY] * 4)
    with pytest.raises(Unavailable, match="overloaded"):
        await ask(asker(provider, Time(), fallback="small"))
    assert provider.models == ["big", "big", "small", "small"]


async def test_a_refusal_is_final() -> None:
    provider = ScriptedProvider(script=[Rejected("The key is wrong.")])
    with pytest.raises(Rejected):
        await ask(asker(provider, Time(), fallback="small"))
    assert provider.models == ["big"]


async def test_where_a_model_is_unknown_the_other_one_is_asked_and_the_log_says_so(
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider = ScriptedProvider(script=[UNKNOWN, "ok"])
    _, usage = await ask(asker(provider, Time(), fallback="small"))
    assert (usage.model, provider.models) == ("small", ["big", "small"])
    assert "model.unknown" in caplog.text


@pytest.mark.parametrize(
    ("script", "fallback", "said"),
    [
        ([UNKNOWN], "", UNKNOWN),
        ([UNKNOWN, NoSuchModel("The provider has no language model small.")], "small", UNKNOWN),
        ([UNKNOWN, BUSY, BUSY], "small", BUSY),
        ([BUSY, BUSY, NoSuchModel("The provider has no language model small.")], "small", BUSY),
    ],
    ids=["no other", "both unknown", "the other is busy", "the other is unknown"],
)
async def test_an_unknown_model_is_raised_where_nothing_says_more(
    script: list[str | Unavailable], fallback: str, said: Exception
) -> None:
    """What may pass is tried again; what somebody has to mend names the model that is set."""
    with pytest.raises(type(said), match=str(said)):
        await ask(asker(ScriptedProvider(script=[*script]), Time(), fallback=fallback))


async def test_what_failed_by_an_extra_is_asked_again_at_once_and_both_calls_count() -> None:
    provider, time = ScriptedProvider(script=[ExtraFailed("x"), "ok"], told=Tokens(input=10)), Time()
    calls: list[Usage] = []
    completion, _ = await asker(provider, time).ask(REQUEST, lambda: lambda piece: None, patience=60, used=calls.append)
    assert (completion.text, provider.models, time.waits) == ("ok", ["big", "big"], [])
    assert [(call.end, call.tokens.input) for call in calls] == [(End.FAILED, 10), (End.DONE, 10)]


async def test_patience_ends() -> None:
    provider, time = ScriptedProvider(script=[Unavailable("x", retry_after=6.0)] * 9), Time()
    with pytest.raises(Unavailable):
        await ask(asker(provider, time), patience=5.0)
    assert (time.waits, len(provider.models)) == ([], 1)


async def test_a_call_that_takes_too_long_is_cut_off() -> None:
    class Slow(ScriptedProvider):
        async def complete(self, request: Request, model: str, heard: object, counted: object = None) -> Completion:
            await asyncio.Event().wait()
            raise AssertionError

    with pytest.raises(Unavailable, match="in time"):
        await ask(asker(Slow(), Time()), patience=0.01)


class TestBreaker:
    async def test_a_provider_that_keeps_failing_is_left_alone_for_a_while(self) -> None:
        provider, time = ScriptedProvider(script=[BUSY] * 6), Time()
        asking = asker(provider, time)
        for _ in range(3):
            with pytest.raises(Unavailable):
                await ask(asking)
        asked = len(provider.models)
        assert asked == 5
        with pytest.raises(Unavailable, match="give it a moment") as raised:
            await ask(asking)
        assert len(provider.models) == asked
        assert 0 < (raised.value.retry_after or 0) <= 30

    async def test_after_its_rest_one_call_decides(self) -> None:
        time = Time()
        breaker = Breaker(after=2, rest=30, now=time.now)
        breaker.failed()
        breaker.failed()
        time.seconds += 31
        breaker.check()
        with pytest.raises(Unavailable):
            breaker.check()
        breaker.worked()
        breaker.check()
        assert time.seconds == 31

    @pytest.mark.parametrize("answer", [Rejected("The key is wrong."), UNKNOWN, ExtraFailed("x")])
    async def test_a_refusal_is_an_answer_and_closes_it(self, answer: Rejected | ExtraFailed) -> None:
        """Also where it is the one call that decides."""
        provider, time = ScriptedProvider(script=[*[BUSY] * 5, answer]), Time()
        asking = asker(provider, time)
        for _ in range(3):
            with pytest.raises(Unavailable):
                await ask(asking)
        time.seconds += 31
        if isinstance(answer, Rejected):
            with pytest.raises(Rejected):
                await ask(asking)
        completion, _ = await ask(asking)
        assert completion.text == "Noted."

    def test_failures_count_only_in_a_row(self) -> None:
        time = Time()
        breaker = Breaker(after=2, rest=30, now=time.now)
        for _ in range(5):
            breaker.failed()
            breaker.worked()
        breaker.check()
        assert time.seconds == 0
