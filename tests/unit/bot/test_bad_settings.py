"""Settings that are wrong: one sentence each, that names the setting and says what it must be."""

import os
from pathlib import Path

import pytest

from bot.settings import load_settings
from core.errors import Misconfigured
from storage.secrets import new_key

DATABASES = "FLOWPILOT_DATABASE_URL must be `sqlite+aiosqlite:///<file>` or `postgresql+asyncpg://"
KEYS = "FLOWPILOT_ENCRYPTION_KEY must be one or several Fernet keys, separated by commas; `flowpilot key` prints"
WEIGHTS = "must be three numbers of 0 or more, separated by commas, the first or the second above 0."
WHOLE = "must be a whole number of days, 1 or more"

CASES = [
    ("PORT", "-1", "FLOWPILOT_PORT (-1) must be a port from 0 to 65535."),
    ("PORT", "65536", "FLOWPILOT_PORT (65536) must be a port"),
    ("PORT", "80 80", "FLOWPILOT_PORT (80 80) must be a port"),
    ("PLAYGROUND_PORT", "x", "FLOWPILOT_PLAYGROUND_PORT (x) must be a port"),
    ("DATABASE_URL", "sqlite:///a.db", DATABASES),
    ("DATABASE_URL", "sqlite+aiosqlite:///", DATABASES),
    ("DATABASE_URL", "sqlite+aiosqlite:///:memory:", DATABASES),
    ("DATABASE_URL", "postgres://ann:hunter2@db/x", DATABASES),
    ("ENCRYPTION_KEY", "hunter2", KEYS),
    ("ENCRYPTION_KEY", "Zm9v", KEYS),
    ("PLAYGROUND", "perhaps", "FLOWPILOT_PLAYGROUND (perhaps) must be yes or no."),
    ("PLAYGROUND_EXPOSED", "yes", "FLOWPILOT_PLAYGROUND_EXPOSED (yes) must be the words yes-i-know, or nothing."),
    ("HOST", "0.0.0.0", "the playground, which has no login: set FLOWPILOT_HOST to 127.0.0.1, or"),
    ("HOST", "flowpilot.example.com", "the playground, which has no login: set FLOWPILOT_HOST to 127.0.0.1, or"),
    (
        "PSA",
        "connectwise",
        "FLOWPILOT_PSA (connectwise) must be one of: local; connectwise comes with a later version.",
    ),
    ("PSA", "HaloPSA", "FLOWPILOT_PSA (HaloPSA) must be one of: local; halopsa comes with a later version."),
    ("PSA", "zendesk", "FLOWPILOT_PSA (zendesk) must be one of: local."),
    ("PUBLIC_URL", "fp.example.com", "FLOWPILOT_PUBLIC_URL (fp.example.com) must be a URL, such as https://"),
    ("LOG_FORMAT", "xml", "FLOWPILOT_LOG_FORMAT (xml) must be console or json."),
    ("LOG_LEVEL", "loud", "FLOWPILOT_LOG_LEVEL (loud) must be debug, info, warning or error."),
    ("ABANDON_AFTER_DAYS", "0", f"FLOWPILOT_ABANDON_AFTER_DAYS (0) {WHOLE}."),
    ("RETENTION_DAYS", "never", f"FLOWPILOT_RETENTION_DAYS (never) {WHOLE}, or keep."),
    ("RETENTION_SESSIONS_DAYS", "0.5", f"FLOWPILOT_RETENTION_SESSIONS_DAYS (0.5) {WHOLE}, or keep."),
    *[
        ("FLOW_WEIGHTS", wrong, WEIGHTS)
        for wrong in ("0.5, 0.5", "1, -1, 0", "0, 0, 1", "inf, 1, 1", "nan, 1, 1", "a, b, c")
    ],
    *[("FLOW_FLOORS", wrong, "must be three numbers from 0 to 1") for wrong in ("0.3", "0, 0, 1.1", "0, -0.1, 0")],
    *[("FLOW_GAPS", wrong, "the first no smaller than the second.") for wrong in ("0.1, 0.3, 0.5", "2, 0, 0")],
    ("WORKER_CONCURRENCY", "0", "FLOWPILOT_WORKER_CONCURRENCY (0) must be a whole number from 1 to 256."),
    ("PLAYGRUOND", "yes", "FLOWPILOT_PLAYGRUOND is not a setting of FlowPilot: did you mean FLOWPILOT_PLAYGROUND?"),
    ("ZZZZZZ", "1", "FLOWPILOT_ZZZZZZ is not a setting of FlowPilot; docs/configuration.md lists them."),
]


@pytest.mark.parametrize(("name", "value", "said"), CASES)
def test_a_wrong_setting_is_named_with_its_remedy(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is one sentence that tells what to write."""
    monkeypatch.setenv(f"FLOWPILOT_{name}", value)
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"), [("DATABASE_URL", "mysql://ann:hunter2@db/x"), ("ENCRYPTION_KEY", "hunter2")]
)
def test_a_wrong_secret_is_not_repeated(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The error goes to screens and logs; neither it nor what caused it holds the secret."""
    monkeypatch.setenv(f"FLOWPILOT_{name}", value)
    with pytest.raises(Misconfigured) as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


def test_a_file_that_is_missing_is_an_error_when_it_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typing error in the path would otherwise start FlowPilot with other settings."""
    monkeypatch.setenv("FLOWPILOT_CONFIG", "nowhere.toml")
    with pytest.raises(Misconfigured, match=r"^FLOWPILOT_CONFIG names nowhere\.toml, which cannot be read"):
        load_settings()


def test_a_file_that_is_no_toml_is_an_error_with_its_line(folder: Path) -> None:
    """The place is told."""
    (folder / "flowpilot.toml").write_text("port = 1\nhost localhost\n")
    with pytest.raises(Misconfigured, match=r"flowpilot\.toml is not TOML: .*line 2"):
        load_settings()


def test_a_table_in_the_file_is_an_unknown_setting(folder: Path) -> None:
    """The file is flat."""
    (folder / "flowpilot.toml").write_text("[server]\nport = 1\n")
    with pytest.raises(Misconfigured, match=r"server in flowpilot\.toml is not a setting"):
        load_settings()


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
def test_a_file_with_a_key_that_everybody_can_read_is_refused(folder: Path) -> None:
    """A key must be its owner's alone."""
    file = folder / "flowpilot.toml"
    file.write_text(f'encryption_key = "{new_key()}"')
    file.chmod(0o644)
    with pytest.raises(Misconfigured, match=r"run `chmod 600 flowpilot\.toml`"):
        load_settings()
