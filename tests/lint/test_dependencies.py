"""Dependencies are locked with hashes, explained in docs/dependencies.md, and under licences that fit."""

import importlib.metadata
import re
import tomllib

import pytest

from tests.lint.sources import LOCKS, text

ENTRY = re.compile(r"^(?P<name>[a-z0-9][a-z0-9._-]*)==(?P<version>[^\s;]+)", re.MULTILINE)
NAME = re.compile(r"^[A-Za-z0-9._-]+")
ROW = re.compile(r"^\| (?P<name>[a-z0-9-]+) \|", re.MULTILINE)
RUNTIME, DEVELOPMENT = LOCKS


def pins(lock: str) -> dict[str, str]:
    """Versions by name."""
    return {match["name"]: match["version"] for match in ENTRY.finditer(text(lock))}


def wanted(*groups: str) -> set[str]:
    """Names that pyproject.toml asks for, for the runtime and in the groups."""
    project = tomllib.loads(text("pyproject.toml"))
    asked = [*project["project"]["dependencies"]]
    for group in groups:
        asked += project["dependency-groups"][group]
    return {match[0].lower() for match in map(NAME.match, asked) if match}


def licences(lock: str) -> dict[str, str]:
    """What the installed packages of a lock say of their licence."""
    found = {}
    for name in pins(lock):
        try:
            about = importlib.metadata.metadata(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # locked for another system or another Python
        classifiers = [c for c in about.get_all("Classifier", []) if c.startswith("License ::")]
        # Some packages put the whole text into License; its first line names it.
        named = [words.split("\n")[0] for words in about.get_all("License", [])]
        found[name] = " ".join([*about.get_all("License-Expression", []), *named, *classifiers])
    return found


@pytest.mark.parametrize(("lock", "groups"), [(RUNTIME, ["build"]), (DEVELOPMENT, ["build", "dev"])])
def test_every_dependency_is_locked(lock: str, groups: list[str]) -> None:
    assert wanted(*groups) - pins(lock).keys() == set(), "run `make lock`"


def test_development_adds_to_the_runtime_and_changes_nothing() -> None:
    assert pins(RUNTIME).items() <= pins(DEVELOPMENT).items()


@pytest.mark.parametrize("lock", LOCKS)
def test_every_entry_has_hashes(lock: str) -> None:
    entries = re.split(r"^(?=[a-z0-9])", text(lock), flags=re.MULTILINE)[1:]
    assert len(entries) == len(pins(lock))
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_every_dependency_is_explained() -> None:
    assert set(ROW.findall(text("docs/dependencies.md"))) - {"package"} == wanted("build", "dev")


def test_licences_fit() -> None:
    said = licences(DEVELOPMENT)
    assert {name: words for name, words in said.items() if "GPL" in words or "GNU" in words} == {}
    assert {name for name in pins(RUNTIME) if re.search("MPL|Mozilla", said.get(name, ""))} == set()
