"""`flowpilot slack link`: an address that opens an account to one more workspace."""

from pathlib import Path

import pytest

from storage.secrets import new_key
from tests.unit.bot.conftest import Run

SECRET = "8f742231b10e8888abcd99"


def test_a_link_is_an_address_that_differs_each_time(run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is printed alone, to be sent on, and the database keeps a hash of it."""
    monkeypatch.setenv("FLOWPILOT_ENCRYPTION_KEY", new_key())
    monkeypatch.setenv("FLOWPILOT_PUBLIC_URL", "https://flowpilot.example.com")
    monkeypatch.setenv("SLACK_CLIENT_ID", "123456.7890")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", SECRET)
    monkeypatch.setenv("SLACK_SIGNING_SECRET", SECRET)
    first, second = (run("slack", "link", "--account", "Northwind IT").out.strip() for _ in range(2))
    start = "https://flowpilot.example.com/slack/install?link="
    assert first.startswith(start)
    assert first != second
    stored = b"".join(path.read_bytes() for path in data.glob("flowpilot.db*"))
    assert first.removeprefix(start).encode() not in stored
    assert run("slack", "link", "--account", "Nobody").code == 1


def test_without_a_client_id_there_is_no_link(run: Run, data: Path) -> None:
    """It says what to set."""
    ran = run("slack", "link", "--account", "Northwind IT")
    assert ran.code == 2
    assert "SLACK_CLIENT_ID and SLACK_CLIENT_SECRET" in ran.err
