"""Files and functions stay small enough to be read."""

import ast
from collections.abc import Iterator

from tests.lint.sources import PACKAGES, assert_clean, functions, text, under

FILE_LINES = 400
FUNCTION_LINES = 60


def long_functions(module: ast.Module) -> Iterator[tuple[int, str]]:
    for function in functions(module):
        lines = (function.end_lineno or function.lineno) - function.lineno + 1
        if lines > FUNCTION_LINES:
            yield function.lineno, f"{function.name} has {lines} lines, {FUNCTION_LINES} at most"


def test_no_source_file_is_long() -> None:
    sources = under(*PACKAGES, "tests", suffixes=(".py", ".js", ".css", ".html"))
    lengths = {path: len(text(path).splitlines()) for path in sources}
    assert {path: lines for path, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_is_long() -> None:
    # A migration is a list of tables, read from top to bottom.
    assert_clean(long_functions, [path for path in under(*PACKAGES) if not path.startswith("storage/migrations/")])


def test_the_rule_sees_a_long_method() -> None:
    source = "class A:\n    def f(self):\n" + "        x = 1\n" * FUNCTION_LINES
    assert list(long_functions(ast.parse(source))) == [(2, "f has 61 lines, 60 at most")]
