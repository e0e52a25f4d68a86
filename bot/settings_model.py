"""The settings of the language model: whose it is, which one for what, and what is asked when that one fails."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr

from bot.settings_fields import is_loopback, setting
from core.prompts import Purpose
from core.usage.quota import NO_LIMIT, limit_of

__all__ = [
    "ANTHROPIC_API_KEY",
    "ANTHROPIC_BASE_URL",
    "MODEL_DAILY_USD",
    "MODEL_FALLBACK",
    "MODEL_KEY",
    "MODEL_LEARN",
    "MODEL_MONTHLY_USD",
    "MODEL_PRICES",
    "MODEL_URL",
    "SafeUrl",
    "Usd",
    "incomplete_models",
    "model_setting",
    "models_of",
]

#: Claude, unless the settings say otherwise.
_SONNET, _HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"
_CLAUDE = {
    Purpose.DIAGNOSIS: _SONNET,
    Purpose.ASK: _SONNET,
    Purpose.RESOLUTION: _SONNET,
    Purpose.ESCALATION: _SONNET,
    Purpose.CONCLUSION: _HAIKU,
    Purpose.FACTS: _HAIKU,
}
_ABOUT = {
    Purpose.DIAGNOSIS: "The model that troubleshoots with the engineer.",
    Purpose.ASK: "The model that answers questions that are no incident.",
    Purpose.RESOLUTION: "The model that drafts resolution notes.",
    Purpose.ESCALATION: "The model that drafts escalation packages.",
    Purpose.CONCLUSION: "The model that drafts conclusions.",
    Purpose.FACTS: "The model that makes facts of answered steps.",
}
_NAME = "the name of a model at the provider"


def _safe(value: str) -> str:
    """Keys and customers' words go over TLS, or do not leave this computer."""
    if not value:
        return value
    parts = urlsplit(value)
    safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
    if not safe or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("")
    return value.rstrip("/")


def _micro(value: object) -> object:
    """An amount of dollars as micro-dollars."""
    return limit_of(str(value) or NO_LIMIT, None) if value is not None else None


SafeUrl = Annotated[str, AfterValidator(_safe)]
#: Dollars as they are written, as micro-dollars; None for no limit.
Usd = Annotated[Annotated[int, Field(ge=0)] | None, BeforeValidator(_micro)]

ANTHROPIC_API_KEY: Any = setting(
    SecretStr(""),
    "Claude: the key of the API. Without one flows guide, and notes are drafted from what is recorded.",
    "an API key of the Claude Console",
    secret=True,
    shown="nothing",
    variable="ANTHROPIC_API_KEY",
)
ANTHROPIC_BASE_URL: Any = setting(
    "https://api.anthropic.com",
    "Claude: another base of the API, such as a gateway. Nothing is sent to any other host.",
    "an https URL, or an http URL on the loopback address",
    variable="ANTHROPIC_BASE_URL",
)
MODEL_URL: Any = setting(
    "",
    "In the place of Claude: an endpoint that speaks like OpenAI’s `chat/completions`, such as a local model.",
    "an https URL, or an http URL on the loopback address, such as http://localhost:11434/v1",
)
MODEL_KEY: Any = setting(
    SecretStr(""), "The key of that endpoint, where it wants one.", "a key", secret=True, shown="nothing"
)
MODEL_FALLBACK: Any = setting(
    "",
    "The model that is asked when another one fails, or is unknown, at the same provider.",
    _NAME,
    shown=f"with Claude {_HAIKU}",
)
MODEL_LEARN: Any = setting(
    False,
    "Claude: may look things up in Microsoft Learn while it troubleshoots. Anthropic asks there, in the model’s words.",
    "yes or no",
    shown="no",
)
MODEL_PRICES: Any = setting(
    "",
    "A TOML file with prices of models that are not listed, or cost you something else.",
    "the path of a file such as docs/models.md shows",
    shown="the list in docs/models.md",
)
_AMOUNT = f"an amount such as 12.50, or {NO_LIMIT}"
MODEL_DAILY_USD: Any = setting(
    None, "What an account may spend on the model a day, in USD, unless it says otherwise.", _AMOUNT, shown=NO_LIMIT
)
MODEL_MONTHLY_USD: Any = setting(
    None, "What an account may spend on the model a month, in USD, unless it says otherwise.", _AMOUNT, shown=NO_LIMIT
)


def model_setting(purpose: Purpose) -> Any:
    """The field of the model for a purpose."""
    return setting("", _ABOUT[purpose], _NAME, shown=f"with Claude {_CLAUDE[purpose]}")


def models_of(given: Mapping[Purpose, str], fallback: str, *, claude: bool) -> tuple[dict[Purpose, str], str]:
    """The model for each purpose, and the one to fall back to ("" for none). Elsewhere than at Claude the model for diagnosis
    does the rest, too, and there is no fallback unless it is named."""
    if claude:
        return {purpose: given[purpose] or _CLAUDE[purpose] for purpose in Purpose}, fallback or _HAIKU
    return {purpose: given[purpose] or given[Purpose.DIAGNOSIS] for purpose in Purpose}, fallback


def incomplete_models(*, api_key: str, url: str, key: str, diagnosis: str, learn: bool) -> Sequence[str]:
    """Why the model cannot be used so, a sentence each that says how to mend it."""
    problems = []
    if url and api_key:
        problems.append(
            "ANTHROPIC_API_KEY and FLOWPILOT_MODEL_URL are both set: keep the one that customers' words may be sent to."
        )
    if url and not diagnosis:
        problems.append(
            "FLOWPILOT_MODEL_URL is set, but not which model to ask there: set FLOWPILOT_MODEL_DIAGNOSIS to its name."
        )
    if key and not url:
        problems.append("FLOWPILOT_MODEL_KEY is set, but FLOWPILOT_MODEL_URL is missing: set it to the endpoint's URL.")
    if learn and not api_key:
        problems.append("FLOWPILOT_MODEL_LEARN works with Claude only: set ANTHROPIC_API_KEY, or take it out.")
    return problems
