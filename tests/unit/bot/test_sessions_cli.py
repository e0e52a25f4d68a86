"""Handing out what is stored about a session, and deleting it."""

import json
from pathlib import Path

import click
import pytest

from tests.unit.bot.conftest import PROBLEM, Run

HERE = ("--account", "Northwind IT")


def test_an_export_holds_everything_about_a_session(run: Run, data: Path, folder: Path) -> None:
    """To read and for programs: what was said, by whom, and what happened."""
    ran = run("sessions", "export", "fp-1", "--to", "out", *HERE)
    assert ran.out.split() == ["out/FP-1.md", "out/FP-1.json"]
    assert (folder / "out" / "FP-1.md").read_text(encoding="utf-8").startswith("# FP-1: Outlook")
    told = json.loads((folder / "out" / "FP-1.json").read_text(encoding="utf-8"))
    assert told["session"]["ref"] == "FP-1"
    assert told["session"]["intake"] == PROBLEM
    assert "it began on Monday" in [message["text"] for message in told["messages"]]
    owner = told["people"][told["session"]["owner_id"]]
    assert owner == {"name": "Erin Engineer", "email": "erin@northwind.example"}
    assert {
        "steps",
        "facts",
        "fixes",
        "notes",
        "timeline",
        "ticket",
        "escalation",
        "escalations",
        "model_calls",
    } <= told.keys()


@pytest.mark.parametrize("ref", ["FP-99", "nonsense"])
@pytest.mark.parametrize("command", ["export", "erase"])
def test_a_session_that_is_not_there_is_said(command: str, ref: str, run: Run, data: Path) -> None:
    """With the account that was looked in."""
    ran = run("sessions", command, ref, *HERE)
    assert ran.code == 1
    assert ref in ran.err
    assert "in Northwind IT." in ran.err


def test_a_session_of_another_account_is_not_there(run: Run, data: Path) -> None:
    """Numbers are counted per account."""
    assert run("sessions", "export", "FP-1", "--account", "Fabrikam Support").code == 1


def test_an_erased_session_is_gone(run: Run, data: Path) -> None:
    """With what belonged to it; what was posted elsewhere is said to be still there."""
    ran = run("sessions", "erase", "FP-1", "--yes", *HERE)
    assert (ran.code, ran.out) == (0, "FP-1 is erased. What was posted in chat or to a ticket is still there.\n")
    assert run("sessions", "export", "FP-1", *HERE).code == 1
    assert json.loads(run("deliveries", "list", "--json").out) == []


@pytest.mark.parametrize(("answer", "gone"), [("y", True), ("n", False)])
def test_erasing_asks_first(answer: str, gone: bool, run: Run, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It shows which session it is about."""
    monkeypatch.setattr(click.termui, "visible_prompt_func", lambda prompt: answer)
    ran = run("sessions", "erase", "FP-1", *HERE)
    assert ran.out.startswith("FP-1 of Northwind IT, active: Outlook keeps asking")
    assert ran.code == (0 if gone else 130)
    assert (run("sessions", "export", "FP-1", *HERE).code == 1) is gone


def test_an_account_is_exported_with_all_its_sessions(run: Run, data: Path, folder: Path) -> None:
    """Two files a session, one of what it has beside them, and nothing of another account."""
    ran = run("accounts", "export", "Northwind IT", "--to", "all")
    assert ran.out.split() == ["all/account.json", "all/FP-1.md", "all/FP-1.json"]
    assert sorted(file.name for file in (folder / "all").iterdir()) == ["FP-1.json", "FP-1.md", "account.json"]
    told = json.loads((folder / "all" / "account.json").read_text(encoding="utf-8"))
    assert told["account"]["name"] == "Northwind IT"
    assert "erin@northwind.example" in [person["email"] for person in told["people"]]
    assert "outlook-wont-open" in [flow["slug"] for flow in told["flows"]]
    assert told["tickets"]
    assert "Fabrikam" not in json.dumps(told["people"])


def test_an_erased_account_is_gone_and_the_other_one_is_not(run: Run, data: Path) -> None:
    """Whatever belongs to it goes with it, its flows and queued work too."""
    assert run("accounts", "erase", "Northwind IT", "--yes").code == 0
    assert [account["name"] for account in json.loads(run("accounts", "list", "--json").out)] == ["Fabrikam Support"]
    assert json.loads(run("deliveries", "list", "--json").out) == []
    assert run("flows", "list", "--account", "Fabrikam Support").code == 0
