"""The settings that every deployment has: where it listens, and where its state lives."""

import base64
import binascii
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.setting_types import Port, Secrets
from bot.settings_fields import setting as _setting

__all__ = ["ServingSettings"]

_OWN_DATABASE = "flowpilot.db"
_DRIVERS = ("sqlite+aiosqlite:///", "postgresql+asyncpg://")


def _database_in(values: dict[str, Any]) -> str:
    return f"{_DRIVERS[0]}{values['data_dir']}/{_OWN_DATABASE}"


class ServingSettings(BaseSettings):
    """The first of the settings; bot.settings.Settings adds the rest."""

    model_config = SettingsConfigDict(env_prefix="FLOWPILOT_", env_ignore_empty=True, extra="forbid", frozen=True)

    host: str = _setting("127.0.0.1", "The address to listen on.", "a host name or an address, such as 127.0.0.1")
    port: Port = _setting(3978, "The port to listen on; 0 takes any free one.", "a port from 0 to 65535")
    public_url: str = _setting(
        "",
        "Where people reach FlowPilot, when a proxy or a container stands in front of it.",
        "a URL, such as https://flowpilot.example.com",
        shown="`http://<host>:<port>`",
    )
    data_dir: Path = _setting(
        Path("data"), "The folder for the SQLite file and the key that FlowPilot keeps by itself.", "a folder"
    )
    database_url: str = _setting(
        _database_in,
        "The database. SQLite serves one process, PostgreSQL any number of replicas.",
        "`sqlite+aiosqlite:///<file>` or `postgresql+asyncpg://<user>:<password>@<host>/<database>`",
        secret=True,
        shown="sqlite+aiosqlite:///data/flowpilot.db",
    )
    encryption_key: Secrets = _setting(
        (),
        "Fernet keys that encrypt what must not be readable in the database. The first encrypts, all decrypt.",
        "one or several Fernet keys, separated by commas; `flowpilot key` prints a new one",
        secret=True,
        shown="made and kept in the data folder while no chat platform is configured",
    )

    @field_validator("public_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in ("http", "https") or not parts.hostname):
            raise ValueError("")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(_DRIVERS) or value == _DRIVERS[0] or value.endswith(":memory:"):
            raise ValueError("")
        return value

    @field_validator("encryption_key")
    @classmethod
    def _fernet_keys(cls, value: tuple[SecretStr, ...]) -> tuple[SecretStr, ...]:
        for key in value:
            try:
                raw = base64.urlsafe_b64decode(key.get_secret_value())
            except (binascii.Error, ValueError):
                raw = b""
            if len(raw) != 32:
                raise ValueError("")
        return value
