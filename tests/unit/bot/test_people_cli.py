"""Who there is in an account, and what they may do."""

import json
from pathlib import Path

import pytest

from tests.unit.bot.conftest import Run


def test_people_are_listed_with_their_roles(run: Run, data: Path) -> None:
    """For people, and for programs."""
    ran = run("accounts", "people", "Northwind IT")
    assert ran.out.splitlines()[0].split() == ["NAME", "ADDRESS", "ROLE", "ID"]
    assert "erin@northwind.example" in ran.out
    found = json.loads(run("accounts", "people", "Northwind IT", "--json").out)
    assert {"id", "name", "email", "role"} == set(found[0])


@pytest.mark.parametrize("who", ["ERIN@northwind.example", "erin engineer"])
def test_a_person_is_given_a_role(who: str, run: Run, data: Path) -> None:
    """By address or name, in any case of letters."""
    assert run("accounts", "role", "Northwind IT", who, "admin").out == "Erin Engineer has the role admin now.\n"
    assert role_of(run, "Erin Engineer") == "admin"
    assert run("accounts", "role", "Northwind IT", who, "none").out == "Erin Engineer has no role now.\n"
    assert role_of(run, "Erin Engineer") is None


def test_the_last_owner_stays_one(run: Run, data: Path) -> None:
    """Nobody could own the account then."""
    owner = next(person for person in people(run) if person["role"] == "owner")
    ran = run("accounts", "role", "Northwind IT", owner["id"], "viewer")
    assert ran.code == 1
    assert "is the only owner" in ran.err


def test_somebody_who_is_not_there_is_said(run: Run, data: Path) -> None:
    """And where to look."""
    ran = run("accounts", "role", "Northwind IT", "nobody", "admin")
    assert ran.code == 1
    assert "flowpilot accounts people" in ran.err
    assert run("accounts", "role", "Northwind IT", "erin", "king").code == 2


def people(run: Run) -> list[dict[str, str]]:
    """As programs read them."""
    found: list[dict[str, str]] = json.loads(run("accounts", "people", "Northwind IT", "--json").out)
    return found


def role_of(run: Run, name: str) -> str | None:
    """What somebody may do."""
    return next(person["role"] for person in people(run) if person["name"] == name)
