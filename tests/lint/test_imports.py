"""What import-linter cannot say: core's allow-list, circles of modules, what importing core brings in."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter

import grimp
import pytest

from tests.lint.sources import PACKAGES, ROOT, assert_clean, under

PURE_LIBRARIES = {"yaml"}
ALLOWED_IN_CORE = {"core", *PURE_LIBRARIES, *sys.stdlib_module_names}
OUTSIDE = {
    "adapters", "aiohttp", "anthropic", "apscheduler", "asyncpg", "bot", "botbuilder", "cryptography",
    "pydantic", "slack_bolt", "slack_sdk", "sqlalchemy", "storage", "structlog",
}  # fmt: skip


def not_allowed_in_core(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "a relative name"]
        else:
            continue
        for name in names:
            if name.split(".")[0] not in ALLOWED_IN_CORE:
                yield node.lineno, f"core may not import {name}"


def circle(imports: dict[str, set[str]]) -> list[str]:
    """A path of imports that ends where it began, if there is one."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


def test_core_imports_the_standard_library_and_its_allow_list_only() -> None:
    assert_clean(not_allowed_in_core, under("core"))


def test_no_modules_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}
    assert circle(imports) == []


def test_every_folder_of_code_is_a_package() -> None:
    """Without `__init__.py` a folder would be left out of an installation."""
    folders = {path.rsplit("/", 1)[0] for path in under(*PACKAGES) if "/migrations/" not in path}
    assert [folder for folder in sorted(folders) if not (ROOT / folder / "__init__.py").is_file()] == []


def test_importing_the_application_brings_in_no_framework() -> None:
    code = f"import core.application, sys; print(*sorted({OUTSIDE!r} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("import yaml, json\nfrom core.errors import X", []),
        ("def f():\n    from sqlalchemy.sql import x", [2]),
    ],
)
def test_the_allow_list_holds_inside_functions_too(source: str, lines: list[int]) -> None:
    assert [line for line, _ in not_allowed_in_core(ast.parse(source))] == lines


def test_a_circle_is_seen() -> None:
    assert circle({"a": {"b"}, "b": {"c"}, "c": set()}) == []
    assert set(circle({"a": {"b"}, "b": {"c"}, "c": {"a"}})) == {"a", "b", "c"}
