"""Which model is asked: Claude by its key, an endpoint of one's own by its URL, or none."""

import pytest

from bot.models import open_model
from bot.settings import Settings, load_settings
from core.errors import Misconfigured
from core.prompts import Purpose

KEY = "sk-ant-not-a-real-key"


async def test_with_nothing_set_flows_guide() -> None:
    async with open_model(Settings()) as model:
        assert model.prompt_version.startswith("deterministic")


def test_a_key_is_enough_for_claude(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    settings = load_settings()
    models, fallback = settings.models
    assert models == {
        Purpose.DIAGNOSIS: "claude-sonnet-5-5",
        Purpose.ASK: "claude-sonnet-5-5",
        Purpose.RESOLUTION: "claude-sonnet-5-5",
        Purpose.ESCALATION: "claude-sonnet-5-5",
        Purpose.CONCLUSION: "claude-haiku-5-5",
        Purpose.FACTS: "claude-haiku-5-5",
    }
    assert fallback == "claude-haiku-5-5"
    assert KEY not in repr(settings)


async def test_an_endpoint_of_ones_own_does_everything_with_the_model_for_diagnosis(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("FLOWPILOT_MODEL_URL", "http://localhost:11434/v1/")
    monkeypatch.setenv("FLOWPILOT_MODEL_DIAGNOSIS", "llama")
    monkeypatch.setenv("FLOWPILOT_MODEL_CONCLUSION", "small-llama")
    settings = load_settings()
    models, fallback = settings.models
    assert set(models.values()) == {"llama", "small-llama"}
    assert (models[Purpose.CONCLUSION], fallback) == ("small-llama", "")
    async with open_model(settings) as model:
        assert model.prompt_version.startswith("openai-compatible-")


def test_quotas_are_dollars_or_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (Settings().model_daily_usd, Settings().model_monthly_usd) == (None, None)
    monkeypatch.setenv("FLOWPILOT_MODEL_DAILY_USD", "2.50")
    monkeypatch.setenv("FLOWPILOT_MODEL_MONTHLY_USD", "none")
    settings = load_settings()
    assert (settings.model_daily_usd, settings.model_monthly_usd) == (2_500_000, None)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"ANTHROPIC_BASE_URL": "http://gateway.example.com"},
            "ANTHROPIC_BASE_URL (http://gateway.example.com) must be",
        ),
        ({"ANTHROPIC_BASE_URL": "https://user:x@gateway.example.com"}, "must be an https URL"),
        ({"FLOWPILOT_MODEL_URL": "ftp://localhost"}, "FLOWPILOT_MODEL_URL (ftp://localhost) must be"),
        ({"FLOWPILOT_MODEL_URL": "http://localhost/v1"}, "set FLOWPILOT_MODEL_DIAGNOSIS to its name"),
        ({"FLOWPILOT_MODEL_KEY": KEY}, "FLOWPILOT_MODEL_URL is missing"),
        (
            {"FLOWPILOT_MODEL_URL": "https://x.example", "FLOWPILOT_MODEL_DIAGNOSIS": "m", "ANTHROPIC_API_KEY": KEY},
            "are both set",
        ),
        ({"FLOWPILOT_MODEL_LEARN": "yes"}, "FLOWPILOT_MODEL_LEARN works with Claude only"),
        ({"FLOWPILOT_MODEL_LEARN": "now and then"}, "must be yes or no"),
        (
            {"FLOWPILOT_MODEL_DAILY_USD": "much"},
            "FLOWPILOT_MODEL_DAILY_USD (much) must be an amount such as 12.50, or none",
        ),
        ({"FLOWPILOT_MODEL_MONTHLY_USD": "-1"}, "FLOWPILOT_MODEL_MONTHLY_USD (-1) must be"),
        ({"FLOWPILOT_MODEL_FACTS": "m"}, "FLOWPILOT_MODEL_FACTS is not a setting of FlowPilot"),
    ],
)
def test_what_cannot_be_is_said(monkeypatch: pytest.MonkeyPatch, values: dict[str, str], said: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(Misconfigured) as raised:
        load_settings()
    assert said in str(raised.value)
    assert KEY not in str(raised.value)
