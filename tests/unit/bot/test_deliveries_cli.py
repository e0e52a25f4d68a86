"""Queued work as operators see it, and another try for what is dead."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.unit.bot.conftest import Run


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    """What `deliveries list --json` tells."""
    rows: list[dict[str, Any]] = json.loads(run("deliveries", "list", "--json", *arguments).out)
    return rows


def test_a_dead_delivery_is_listed_with_its_error_and_no_secret(run: Run, data: Path) -> None:
    """With the session it belongs to, in all accounts unless one is named."""
    (row,) = listed(run, "--state", "dead")
    assert (row["account"], row["session"], row["state"]) == ("Northwind IT", "FP-1", "dead")
    assert row["error"] == "no answer, password: [redacted: password]"
    assert listed(run, "--state", "dead", "--account", "Northwind IT") == [row]
    assert listed(run, "--state", "dead", "--account", "Fabrikam Support") == []


def test_the_table_is_for_people(run: Run, data: Path) -> None:
    """The newest first, in columns; nothing to show is said."""
    lines = run("deliveries", "list").out.splitlines()
    assert lines[0].split() == ["ID", "STATE", "KIND", "ACCOUNT", "SESSION", "DUE", "(UTC)", "TRIES", "ERROR"]
    numbers = [int(line.split()[0]) for line in lines[1:]]
    assert numbers == sorted(numbers, reverse=True)
    assert run("deliveries", "list", "--account", "Fabrikam Support").out == "There are none.\n"


def test_a_limit_shows_the_newest(run: Run, data: Path) -> None:
    """Long lists are cut."""
    assert listed(run, "--limit", "1") == listed(run)[:1]


@pytest.mark.parametrize("how", ["by id", "all"])
def test_a_dead_delivery_can_be_tried_again(how: str, run: Run, data: Path) -> None:
    """It is open again with all its tries, and the timeline tells who did it."""
    (row,) = listed(run, "--state", "dead")
    ran = run("deliveries", "retry", str(row["id"]) if how == "by id" else "--all-dead")
    assert (ran.code, ran.out) == (0, "1 queued again.\n")
    assert listed(run, "--state", "dead") == []
    (again,) = [other for other in listed(run, "--state", "open") if other["id"] == row["id"]]
    assert again["attempts"] == 0
    run("sessions", "export", "FP-1", "--account", "Northwind IT")
    event = json.loads(Path("FP-1.json").read_text(encoding="utf-8"))["timeline"][-1]
    assert (event["kind"], event["platform"], event["actor_id"]) == ("delivery_retried", "cli", None)


def test_another_accounts_delivery_is_left_alone(run: Run, data: Path) -> None:
    """--account narrows what is revived."""
    (row,) = listed(run, "--state", "dead")
    assert run("deliveries", "retry", "--all-dead", "--account", "Fabrikam Support").out == (
        "There are no dead deliveries.\n"
    )
    ran = run("deliveries", "retry", str(row["id"]), "--account", "Fabrikam Support")
    assert (ran.code, ran.err) == (1, f"flowpilot: There is no delivery {row['id']}.\n")


def test_only_a_dead_delivery_can_be_tried_again(run: Run, data: Path) -> None:
    """Of others it says how they are."""
    row = listed(run, "--state", "done")[0]
    ran = run("deliveries", "retry", str(row["id"]))
    assert ran.code == 1
    assert ran.err == f"flowpilot: Delivery {row['id']} is done; only a dead one can be tried again.\n"


@pytest.mark.parametrize("arguments", [[], ["7", "--all-dead"]])
def test_what_to_retry_must_be_said_once(arguments: list[str], run: Run, data: Path) -> None:
    """Neither nothing nor two things."""
    ran = run("deliveries", "retry", *arguments)
    assert ran.code == 2
    assert "Give the id of one delivery, or --all-dead." in ran.err
