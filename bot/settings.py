"""The settings: what can be set, what it must be, and which combinations are unsafe.

They come from the environment (`FLOWPILOT_<NAME>`) and from `flowpilot.toml`; the environment wins. Making a `Settings` reads
neither: `load_settings` does. docs/configuration.md lists them and is tested against this file.
"""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from bot.setting_types import Days, Floors, Gaps, LogLevel, Port, Weights, Words
from bot.settings_fields import is_loopback
from bot.settings_fields import setting as _setting
from bot.settings_model import (
    ANTHROPIC_API_KEY,
    ANTHROPIC_BASE_URL,
    MODEL_DAILY_USD,
    MODEL_FALLBACK,
    MODEL_KEY,
    MODEL_LEARN,
    MODEL_MONTHLY_USD,
    MODEL_PRICES,
    MODEL_URL,
    SafeUrl,
    Usd,
    incomplete_models,
    model_setting,
    models_of,
)
from bot.settings_serving import ServingSettings
from bot.settings_slack import incomplete_slack
from bot.settings_sources import read_settings
from core.prompts import Purpose

__all__ = ["EXPOSED", "PSAS", "PSAS_TO_COME", "Settings", "load_settings"]

#: What must be written to let a playground, which has no login, be reached from other computers.
EXPOSED = "yes-i-know"
#: Ticket systems that can be named.
PSAS = ("local",)
#: Those that are known by name and refused.
PSAS_TO_COME = ("connectwise", "autotask", "halopsa")

#: What listens on every address of the computer.
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104  (compared, not bound)


class Settings(ServingSettings):
    """Everything an operator can decide, checked. Fixed for the life of the process."""

    # Chat platforms. A new one adds its credentials here and its name to `platforms` below.

    slack_bot_token: SecretStr = _setting(
        SecretStr(""),
        "Slack: the token of the bot, from *Install App*.",
        "a bot token, which begins with xoxb-",
        secret=True,
        shown="nothing",
        variable="SLACK_BOT_TOKEN",
    )
    slack_signing_secret: SecretStr = _setting(
        SecretStr(""),
        "Slack over HTTP: what Slack signs its requests with, from *Basic Information*.",
        "the signing secret, of 8 characters or more",
        secret=True,
        shown="nothing",
        variable="SLACK_SIGNING_SECRET",
    )
    slack_app_token: SecretStr = _setting(
        SecretStr(""),
        "Slack over Socket Mode, which needs no public address: an app-level token with `connections:write`.",
        "an app-level token, which begins with xapp-",
        secret=True,
        shown="nothing",
        variable="SLACK_APP_TOKEN",
    )
    slack_client_id: str = _setting(
        "",
        "Slack in many workspaces: the app’s client id, from *Basic Information*. Takes the place of SLACK_BOT_TOKEN.",
        "a client id, such as 1234567890.1234567890123",
        variable="SLACK_CLIENT_ID",
    )
    slack_client_secret: SecretStr = _setting(
        SecretStr(""),
        "Slack in many workspaces: the app’s client secret, from the same page.",
        "the client secret, of 8 characters or more",
        secret=True,
        shown="nothing",
        variable="SLACK_CLIENT_SECRET",
    )
    slack_api_url: str = _setting(
        "https://slack.com/api/",
        "Slack: another base of the Web API, for tests.",
        "an https URL, or an http URL on the loopback address",
        variable="SLACK_API_URL",
    )
    account: str = _setting(
        "",
        "The account that the workspace of SLACK_BOT_TOKEN belongs to, where there are several.",
        "the name of an account; one that does not exist is made",
        shown="the only one, or a new one of the workspace’s name",
    )
    owner: str = _setting(
        "",
        "Who owns an account that is made for a workspace: the person with this address becomes its owner on first contact.",
        "an e-mail address",
    )

    playground: bool | None = _setting(
        None,
        "A local channel and ticket list in the browser, to try FlowPilot without any account.",
        "yes or no",
        shown="on while no chat platform is configured",
    )
    playground_port: Port | None = _setting(
        None,
        "A port of its own for the playground, on the loopback address.",
        "a port from 0 to 65535",
        shown="the same as FLOWPILOT_PORT; beside a chat platform 3979",
    )
    playground_exposed: Literal["", "yes-i-know"] = _setting(
        "",
        "Lets the playground, which has no login, be reached from other computers.",
        f"the words {EXPOSED}, or nothing",
        shown="",
    )
    allowed_hosts: Words = _setting(
        (),
        "Further names under which the playground answers, where a proxy or a container gives it another.",
        "host names separated by commas",
    )

    psa: str = _setting("local", "The ticket system.", f"one of: {', '.join(PSAS)}")

    anthropic_api_key: SecretStr = ANTHROPIC_API_KEY
    anthropic_base_url: SafeUrl = ANTHROPIC_BASE_URL
    model_url: SafeUrl = MODEL_URL
    model_key: SecretStr = MODEL_KEY
    model_diagnosis: str = model_setting(Purpose.DIAGNOSIS)
    model_ask: str = model_setting(Purpose.ASK)
    model_resolution: str = model_setting(Purpose.RESOLUTION)
    model_escalation: str = model_setting(Purpose.ESCALATION)
    model_conclusion: str = model_setting(Purpose.CONCLUSION)
    model_fact_synthesis: str = model_setting(Purpose.FACTS)
    model_fallback: str = MODEL_FALLBACK
    model_learn: bool = MODEL_LEARN
    model_prices: str = MODEL_PRICES
    model_daily_usd: Usd = MODEL_DAILY_USD
    model_monthly_usd: Usd = MODEL_MONTHLY_USD

    log_format: Literal["console", "json"] | None = _setting(
        None, "How log lines are written.", "console or json", shown="console on a terminal, json elsewhere"
    )
    log_level: LogLevel = _setting(
        "info", "The least important lines that are written.", "debug, info, warning or error"
    )

    abandon_after_days: Annotated[int, Field(ge=1, le=3650)] = _setting(
        14, "A session with nothing said for so many days is abandoned.", "a whole number of days, 1 or more"
    )
    retention_days: Days = _setting(
        90,
        "How long finished work is kept, and what came in is remembered.",
        "a whole number of days, 1 or more, or keep",
    )
    retention_sessions_days: Days = _setting(
        None,
        "How long resolved and abandoned sessions are kept.",
        "a whole number of days, 1 or more, or keep",
        shown="keep",
    )
    flow_weights: Weights = _setting(
        (0.55, 0.35, 0.1),
        "How much the semantic, the keyword and the recency score of a flow count when flows are matched.",
        "three numbers of 0 or more, separated by commas, the first or the second above 0",
        shown="0.55, 0.35, 0.1",
    )
    flow_floors: Floors = _setting(
        (0.3, 0.1, 0.05),
        "The semantic, the keyword and the recency score below which each counts nothing.",
        "three numbers from 0 to 1, separated by commas",
        shown="0.3, 0.1, 0.05",
    )
    flow_gaps: Gaps = _setting(
        (0.3, 0.1, 0.56),
        "The lead over the second flow that makes the first sure, the one that makes it likely, and the semantic score "
        "below which it is neither.",
        "three numbers from 0 to 1, separated by commas, the first no smaller than the second",
        shown="0.3, 0.1, 0.56",
    )
    worker_concurrency: Annotated[int, Field(ge=1, le=256)] = _setting(
        16, "How many pieces of work, such as posts and drafts, run at the same time.", "a whole number from 1 to 256"
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What it is given, and nothing else."""
        return (init_settings,)

    @field_validator("slack_bot_token", "slack_app_token")
    @classmethod
    def _slack_token(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        token, start = value.get_secret_value().strip(), "xoxb-" if info.field_name == "slack_bot_token" else "xapp-"
        if token and (not token.startswith(start) or token == start or not token.isascii() or " " in token):
            raise ValueError("")
        return SecretStr(token)

    @field_validator("slack_client_id")
    @classmethod
    def _slack_client(cls, value: str) -> str:
        client = value.strip()
        if client and not all(part.isascii() and part.isdigit() for part in client.split(".", 1)):
            raise ValueError("")
        return client

    @field_validator("slack_signing_secret", "slack_client_secret")
    @classmethod
    def _slack_secret(cls, value: SecretStr) -> SecretStr:
        secret = value.get_secret_value().strip()
        if secret and (len(secret) < 8 or secret.startswith(("xoxb-", "xapp-"))):
            raise ValueError("")
        return SecretStr(secret)

    @field_validator("slack_api_url")
    @classmethod
    def _slack_url(cls, value: str) -> str:
        parts = urlsplit(value)
        safe = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(parts.hostname or ""))
        if not safe or not parts.hostname:
            raise ValueError("")
        return f"{value.rstrip('/')}/"

    @field_validator("owner")
    @classmethod
    def _address(cls, value: str) -> str:
        name, at, domain = value.strip().partition("@")
        if value.strip() and not (name and at and domain):
            raise ValueError("")
        return value.strip()

    @field_validator("psa")
    @classmethod
    def _known_psa(cls, value: str) -> str:
        name = value.strip().lower()
        if name in PSAS_TO_COME:
            raise ValueError(f"{name} comes with a later version")
        if name not in PSAS:
            raise ValueError("")
        return name

    @model_validator(mode="after")
    def _refuse_what_is_unsafe(self) -> "Settings":
        if problems := self.unsafe():
            raise ValueError("\n".join(problems))
        return self

    def unsafe(self) -> Sequence[str]:
        """Why these settings must not be run with, a sentence each that says how to mend it."""
        problems = []
        at = self.playground_at
        if at is not None and not is_loopback(at[0]) and self.playground_exposed != EXPOSED:
            problems.append(
                f"FLOWPILOT_HOST is {self.host}, where other computers can reach the playground, which has no login: "
                "set FLOWPILOT_HOST to 127.0.0.1, or FLOWPILOT_PLAYGROUND to no, "
                f"or FLOWPILOT_PLAYGROUND_EXPOSED to {EXPOSED} if your network keeps strangers out."
            )
        problems.extend(
            incomplete_slack(
                bot_token=self.slack_bot_token.get_secret_value(),
                signing_secret=self.slack_signing_secret.get_secret_value(),
                app_token=self.slack_app_token.get_secret_value(),
                client_id=self.slack_client_id,
                client_secret=self.slack_client_secret.get_secret_value(),
                public_url=self.public_url,
            )
        )
        problems.extend(
            incomplete_models(
                api_key=self.anthropic_api_key.get_secret_value(),
                url=self.model_url,
                key=self.model_key.get_secret_value(),
                diagnosis=self.model_diagnosis,
                learn=self.model_learn,
            )
        )
        if self.platforms and not self.encryption_key:
            problems.append(
                "FLOWPILOT_ENCRYPTION_KEY is missing, and with a chat platform tokens are stored encrypted: "
                "set it to what `flowpilot key` prints, and keep a copy."
            )
        return problems

    @property
    def slack_many(self) -> bool:
        """Whether Slack is installed by OAuth, in any number of workspaces."""
        return bool(self.slack_client_id)

    @property
    def platforms(self) -> Sequence[str]:
        """The chat platforms that are configured, besides the playground."""
        return ("slack",) if self.slack_bot_token.get_secret_value() or self.slack_many else ()

    @property
    def has_model(self) -> bool:
        """Whether a language model is configured."""
        return bool(self.model_url or self.anthropic_api_key.get_secret_value())

    @property
    def models(self) -> tuple[dict[Purpose, str], str]:
        """The model for each purpose, and the one to fall back to."""
        given = {purpose: str(getattr(self, f"model_{purpose}")).strip() for purpose in Purpose}
        return models_of(given, self.model_fallback.strip(), claude=not self.model_url)

    @property
    def playground_on(self) -> bool:
        """Whether the playground is served."""
        return not self.platforms if self.playground is None else self.playground

    @property
    def playground_at(self) -> tuple[str, int] | None:
        """Where the playground listens; None when it is off. Beside a chat platform that is a port of its own."""
        if not self.playground_on:
            return None
        port = 3979 if self.playground_port is None and self.platforms else self.playground_port
        if port is None:
            return self.host, self.port
        return self.host if self.playground_exposed == EXPOSED else "127.0.0.1", port

    @property
    def base_url(self) -> str:
        """Where people reach FlowPilot, without a slash at the end."""
        if self.public_url:
            return self.public_url
        host = "localhost" if self.host in _EVERYWHERE or self.host == "127.0.0.1" else self.host
        return f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"

    @property
    def hosts(self) -> Sequence[str]:
        """The names under which the playground answers, besides the address it listens on."""
        own = urlsplit(self.public_url).hostname
        return [*self.allowed_hosts, *([own] if own else [])]

    @property
    def retention(self) -> timedelta | None:
        """How long finished work and inbound keys are kept; None keeps them."""
        return None if self.retention_days is None else timedelta(days=self.retention_days)

    @property
    def session_retention(self) -> timedelta | None:
        """How long closed sessions are kept; None keeps them."""
        return None if self.retention_sessions_days is None else timedelta(days=self.retention_sessions_days)

    @property
    def key_file(self) -> Path:
        """Where a key is kept that FlowPilot made by itself."""
        return self.data_dir / "encryption.key"

    def encryption_keys(self) -> Sequence[str]:
        """The keys to encrypt with; without one, and with no chat platform, it is made and kept in `key_file`."""
        if self.encryption_key:
            return [key.get_secret_value() for key in self.encryption_key]
        from storage.secrets import load_or_make_key

        return [load_or_make_key(self.key_file)]


def load_settings() -> Settings:
    """The settings from the environment and the file. Raises Misconfigured with everything that is wrong with them."""
    return read_settings(Settings)
