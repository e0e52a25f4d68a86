"""`flowpilot check`: what is configured, reachable and missing."""

import json
import os
import sqlite3
from pathlib import Path

import pytest

from storage.secrets import new_key
from tests.unit.bot.conftest import Run


def checked(run: Run, code: int = 0) -> dict[str, tuple[str, str]]:
    """What → (state, text with remedy), by `check --json`."""
    ran = run("check", "--json")
    assert ran.code == code
    return {line["what"]: (line["state"], f"{line['text']} {line['remedy']}".strip()) for line in json.loads(ran.out)}


def test_a_fresh_clone_is_fine(run: Run, folder: Path) -> None:
    """Everything that is missing will be made, and checking makes nothing."""
    results = checked(run)
    assert {state for state, _ in results.values()} == {"ok"}
    assert results["database"] == ("ok", "data/flowpilot.db will be made at the first start")
    assert results["playground"] == ("ok", "on, at http://localhost:3978")
    assert list(folder.iterdir()) == []


def test_it_names_the_models_and_where_they_are_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without asking them: that would cost."""
    assert checked(run)["model"][1].startswith("none: flows guide")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-a-real-key")
    monkeypatch.setenv("FLOWPILOT_MODEL_RESOLUTION", "claude-opus-5-5")
    assert checked(run)["model"] == (
        "ok",
        "claude-sonnet-5-5, claude-opus-5-5, claude-haiku-5-5, at https://api.anthropic.com",
    )
    monkeypatch.setenv("FLOWPILOT_MODEL_LEARN", "yes")
    assert checked(run)["model"][1].endswith("at https://api.anthropic.com, with Microsoft Learn")


def test_it_says_which_models_have_no_price(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their calls are counted without cost; a file mends that, and one that is wrong is a failure."""
    monkeypatch.setenv("ANTHROPIC_API_KEY", "sk-ant-not-a-real-key")
    assert checked(run)["model prices"] == ("ok", "as listed on 2026-10-24")
    monkeypatch.setenv("FLOWPILOT_MODEL_RESOLUTION", "claude-new")
    state, text = checked(run)["model prices"]
    assert (state, "none of claude-new" in text, "FLOWPILOT_MODEL_PRICES" in text) == ("warn", True, True)
    (folder / "prices.toml").write_text("listed = 2026-11-01\n[models.claude-new]\ninput = 1\noutput = 5\n")
    monkeypatch.setenv("FLOWPILOT_MODEL_PRICES", "prices.toml")
    assert checked(run)["model prices"] == ("ok", "as listed on 2026-11-01")
    (folder / "prices.toml").write_text("[")
    assert checked(run, code=1)["model prices"][0] == "FAIL"


def test_the_table_has_a_line_for_everything(run: Run, data: Path) -> None:
    """State first, so that what is wrong stands out."""
    ran = run("check")
    assert ran.code == 0
    lines = ran.out.splitlines()[1:]
    assert lines[0].split() == ["ok", "settings", "nothing", "is", "set"]
    assert any(line.startswith("warn  work") and "1 dead → `flowpilot deliveries list" in line for line in lines)
    assert sum("flows" in line.split()[1] for line in lines) == 2


def test_it_says_where_settings_come_from(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Names only, never values."""
    key = new_key()
    monkeypatch.setenv("FLOWPILOT_ENCRYPTION_KEY", key)
    (folder / "flowpilot.toml").write_text("port = 4000")
    ran = run("check")
    assert "from FLOWPILOT_ENCRYPTION_KEY and flowpilot.toml" in ran.out
    assert "1 from FLOWPILOT_ENCRYPTION_KEY" in ran.out
    assert key not in ran.out


def test_bad_settings_fail_with_every_problem(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing else can be looked at then."""
    monkeypatch.setenv("FLOWPILOT_PORT", "x")
    monkeypatch.setenv("FLOWPILOT_PSA", "x")
    ran = run("check")
    assert ran.code == 1
    assert [line.split()[0] for line in ran.out.splitlines()[1:]] == ["FAIL", "FAIL"]


def test_an_unreachable_database_fails_without_its_password(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The remedy names the setting."""
    monkeypatch.setenv("FLOWPILOT_DATABASE_URL", "postgresql+asyncpg://ann:hunter2@127.0.0.1:1/x")
    state, text = checked(run, code=1)["database"]
    assert state == "FAIL"
    assert "FLOWPILOT_DATABASE_URL" in text
    assert "hunter2" not in text


def test_a_file_that_is_no_database_fails(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not overwritten either."""
    (folder / "data").mkdir()
    (folder / "data" / "flowpilot.db").write_text("my notes, not a database at all" * 10)
    assert checked(run, code=1)["database"][0] == "FAIL"
    assert (folder / "data" / "flowpilot.db").read_text().startswith("my notes")


def test_a_database_of_an_older_version_is_a_warning(run: Run, data: Path) -> None:
    """The next start migrates it; commands do not."""
    with sqlite3.connect(data / "flowpilot.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    assert checked(run)["database"][0] == "warn"
    ran = run("accounts", "list")
    assert (ran.code, ran.err) == (1, "flowpilot: The database lacks a migration: run `flowpilot migrate`.\n")


@pytest.mark.skipif(os.name != "posix", reason="modes of files are a matter of POSIX")
def test_a_key_that_others_can_read_fails(run: Run, data: Path) -> None:
    """With the command that mends it."""
    (data / "encryption.key").chmod(0o644)
    state, text = checked(run, code=1)["encryption key"]
    assert state == "FAIL"
    assert "run `chmod 600 data/encryption.key`" in text


def test_an_exposed_playground_is_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """It was asked for, and stays worth knowing."""
    monkeypatch.setenv("FLOWPILOT_HOST", "0.0.0.0")
    monkeypatch.setenv("FLOWPILOT_PLAYGROUND_EXPOSED", "yes-i-know")
    assert checked(run)["playground"][0] == "warn"


def test_nobody_to_talk_to_is_a_warning(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the playground and without a platform nothing can come in."""
    monkeypatch.setenv("FLOWPILOT_PLAYGROUND", "no")
    assert checked(run)["chat"][0] == "warn"
