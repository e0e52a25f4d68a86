"""Errors are not swallowed, importing does nothing, and tests assert."""

import ast
from collections.abc import Iterator

import pytest

from tests.lint.sources import PACKAGES, Function, assert_clean, called, functions, under

EVERYTHING = {"Exception", "BaseException"}
ASSERTING = ("assert_", "check_", "expect")
# What opens a connection, a pool, a thread or a loop, or reads the environment.
RESOURCES = {
    "Anthropic", "App", "AsyncAnthropic", "AsyncApp", "AsyncIOScheduler", "AsyncWebClient",
    "BackgroundScheduler", "ClientSession", "TCPConnector", "Thread", "ThreadPoolExecutor", "connect",
    "create_async_engine", "create_engine", "getenv", "new_event_loop", "start_http_server",
}  # fmt: skip


def swallowed(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in ast.walk(module):
        match node:
            case ast.ExceptHandler(type=kind, body=[ast.Pass() | ast.Expr(ast.Constant())]):
                if kind is None or (isinstance(kind, ast.Name) and kind.id in EVERYTHING):
                    yield node.lineno, "every error is swallowed here"
            case ast.Call(args=[ast.Name(id=name)]) if called(node) == "suppress" and name in EVERYTHING:
                yield node.lineno, "every error is swallowed here"


def run_at_import(node: ast.AST) -> Iterator[ast.AST]:
    """What runs when the module is imported: of functions their defaults and decorators, not their bodies."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, Function):
            for part in [*child.decorator_list, child.args]:
                yield part
                yield from run_at_import(part)
        elif not isinstance(child, ast.Lambda):
            yield child
            yield from run_at_import(child)


def made_at_import(module: ast.Module) -> Iterator[tuple[int, str]]:
    for node in run_at_import(module):
        if isinstance(node, ast.Call) and (called(node) in RESOURCES or called(node).endswith("Settings")):
            yield node.lineno, f"{called(node)}() is made when the module is imported"


def asserts(function: Function) -> bool:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            return True
        if isinstance(node, ast.Call):
            name = called(node)
            if name.startswith(ASSERTING) or ast.unparse(node.func) in {
                "pytest.raises",
                "pytest.warns",
                "pytest.fail",
            }:
                return True
    return False


def silent_tests(module: ast.Module) -> Iterator[tuple[int, str]]:
    for function in functions(module):
        if function.name.startswith("test_") and not asserts(function):
            yield function.lineno, f"{function.name} asserts nothing"


def test_no_error_is_swallowed() -> None:
    assert_clean(swallowed, under(*PACKAGES, "tests"))


def test_importing_makes_no_client_engine_or_setting() -> None:
    assert_clean(made_at_import, under(*PACKAGES))


def test_every_test_asserts() -> None:
    assert_clean(silent_tests, [p for p in under("tests") if p.rsplit("/", 1)[-1].startswith("test_")])


@pytest.mark.parametrize(
    ("rule", "source", "lines"),
    [
        (swallowed, "try:\n    f()\nexcept:\n    pass", [3]),
        (swallowed, "try:\n    f()\nexcept Exception:\n    ...", [3]),
        (swallowed, "with contextlib.suppress(Exception):\n    f()", [1]),
        (swallowed, "try:\n    f()\nexcept KeyError:\n    pass", []),
        (made_at_import, "engine = create_engine('sqlite://')", [1]),
        (made_at_import, "class A:\n    settings = AppSettings()", [2]),
        (made_at_import, "def f(x=getenv('a')):\n    return create_engine(x)", [1]),
        (made_at_import, "make = lambda: create_engine('sqlite://')", []),
        (silent_tests, "def test_a():\n    f()", [1]),
        (silent_tests, "async def test_a():\n    with pytest.raises(E):\n        f()", []),
        (silent_tests, "def test_a():\n    expect(page).to_be_visible()", []),
    ],
)
def test_the_rules_see_what_they_look_for(rule: object, source: str, lines: list[int]) -> None:
    assert callable(rule)
    assert [line for line, _ in rule(ast.parse(source))] == lines
