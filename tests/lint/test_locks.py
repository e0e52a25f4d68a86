"""The lock files fit pyproject.toml and each other, and every entry has hashes."""

import re
import tomllib

import pytest

from tests.lint.sources import LOCKS, ROOT, text

ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;]+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")


def pins(lock: str) -> dict[str, str]:
    return {match["name"]: match["version"] for match in ENTRY.finditer(text(lock))}


def wanted(*groups: str) -> set[str]:
    """Names that pyproject.toml asks for, as the runtime and in the groups."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    asked = [*project["project"]["dependencies"]]
    for group in groups:
        asked += project["dependency-groups"][group]
    return {match[0].lower().replace("_", "-") for match in map(NAME.match, asked) if match}


@pytest.mark.parametrize(("lock", "groups"), [(LOCKS[0], ["build"]), (LOCKS[1], ["build", "dev"])])
def test_every_dependency_is_locked(lock: str, groups: list[str]) -> None:
    assert wanted(*groups) - pins(lock).keys() == set(), "run `make lock`"


def test_development_adds_to_the_runtime_and_changes_nothing() -> None:
    assert pins(LOCKS[0]).items() <= pins(LOCKS[1]).items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", text(lock), flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
