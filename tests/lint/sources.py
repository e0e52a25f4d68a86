"""What the rules look at: the files git tracks, as text and as syntax trees."""

import ast
import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "adapters", "core", "storage")
LOCKS = ("requirements.lock", "requirements-dev.lock")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def tracked() -> tuple[str, ...]:
    """Paths of all tracked files that exist, relative to the checkout, with forward slashes."""
    # The checkout may belong to another user than the one who runs the tests, as in a container.
    command = ["git", "-c", f"safe.directory={ROOT}", "-C", str(ROOT), "ls-files", "-z"]
    try:
        listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("not a git checkout")
    return tuple(path for path in listed.split("\0") if path and (ROOT / path).is_file())


def under(*folders: str, suffixes: tuple[str, ...] = (".py",)) -> list[str]:
    """Tracked files in the folders whose names end in one of the suffixes."""
    starts = tuple(f"{folder}/" for folder in folders)
    return [path for path in tracked() if path.startswith(starts) and path.endswith(suffixes)]


@cache
def text(path: str) -> str:
    """The text of a tracked file; empty for a binary one."""
    raw = (ROOT / path).read_bytes()
    return "" if b"\0" in raw else raw.decode("utf-8", errors="replace")


@cache
def tree(path: str) -> ast.Module:
    """The syntax tree of a tracked Python file."""
    return ast.parse(text(path), filename=path)


def functions(node: ast.AST) -> Iterator[Function]:
    """Every function and method below the node."""
    return (child for child in ast.walk(node) if isinstance(child, Function))


def called(node: ast.Call) -> str:
    """The last part of the name that is called: `select` for `sa.select(…)`."""
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def assert_clean(rule: Callable[[ast.Module], Iterable[tuple[int, str]]], paths: Iterable[str]) -> None:
    """The rule, a function from a tree to (line, complaint), finds nothing in any of the files."""
    found = [f"{path}:{line}: {complaint}" for path in paths for line, complaint in rule(tree(path))]
    assert not found, "\n" + "\n".join(found)
