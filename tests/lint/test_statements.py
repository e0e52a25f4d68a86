"""SQLAlchemy statements are module constants: built once, cached by SQLAlchemy, read in one place.

What runs while the module is imported may build them: functions that it calls itself, with what these call, and the
`__init__` of classes that it makes instances of. Later code may not.
"""

import ast
from collections.abc import Iterable, Iterator

import pytest

from tests.lint.sources import assert_clean, called, functions, under

CONSTRUCTORS = {
    "delete", "except_", "exists", "insert", "intersect", "literal_column", "select", "text", "union",
    "union_all", "update", "values",
}  # fmt: skip
ON_TABLES = {"delete", "insert", "select", "update"}
BUILDERS = {
    "bindparams", "for_update", "group_by", "inline", "limit", "on_conflict_do_nothing",
    "on_conflict_do_update", "order_by", "outerjoin", "returning", "select_from", "where",
    "with_for_update", "with_only_columns",
}  # fmt: skip


def names_from_sqlalchemy(module: ast.Module) -> tuple[set[str], set[str]]:
    """Local names of SQLAlchemy's constructors, and of SQLAlchemy's modules."""
    constructors, modules = set[str](), set[str]()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
            constructors |= {alias.asname or alias.name for alias in node.names if alias.name in CONSTRUCTORS}
            modules |= {alias.asname or alias.name for alias in node.names if alias.name in {"postgresql", "sqlite"}}
        elif isinstance(node, ast.Import):
            modules |= {
                alias.asname or "sqlalchemy" for alias in node.names if alias.name.split(".")[0] == "sqlalchemy"
            }
    return constructors, modules


def builders_at_import(module: ast.Module) -> set[str]:
    """Functions of the module that run only while it is imported."""
    known = {function.name: function for function in functions(module)}
    outside = [node for node in module.body if not isinstance(node, ast.FunctionDef | ast.ClassDef)]
    at_import = calls_of(outside) & known.keys()
    while more := calls_of([known[name] for name in at_import]) & known.keys() - at_import:
        at_import |= more
    made = {node.name for node in module.body if isinstance(node, ast.ClassDef)} & calls_of(outside)
    later = calls_of([known[name] for name in known.keys() - at_import - {"__init__"}])
    return (at_import - later) | ({"__init__"} if made else set())


def calls_of(nodes: Iterable[ast.AST]) -> set[str]:
    """The names of what is called anywhere within."""
    return {called(call) for node in nodes for call in ast.walk(node) if isinstance(call, ast.Call)}


def statements_built_late(module: ast.Module) -> Iterator[tuple[int, str]]:
    constructors, modules = names_from_sqlalchemy(module)
    if not constructors and not modules and "sqlalchemy" not in ast.unparse(module):
        return
    allowed = builders_at_import(module)
    late = [function for function in functions(module) if function.name not in allowed]
    calls = {call for function in late for call in ast.walk(function) if isinstance(call, ast.Call)}
    for call in sorted(calls, key=lambda call: call.lineno):
        match call.func:
            case ast.Name(id=name):
                builds = name in constructors
            case ast.Attribute(value=ast.Name(id=owner), attr=name) if owner in modules:
                builds = name in CONSTRUCTORS
            case ast.Attribute(attr="values"):
                builds = bool(call.args or call.keywords)  # without any, it is a mapping's
            case ast.Attribute(attr=name):
                bare = name in ON_TABLES and not call.args and not call.keywords
                builds = bare or name in BUILDERS
            case _:
                builds = False
        if builds:
            yield call.lineno, f"{called(call)}() builds a statement each time; make it a module constant"


def test_statements_are_module_constants() -> None:
    elsewhere = ("storage/migrations/", "storage/tables/", "storage/statements.py")
    sources = [path for path in under("storage") if not path.startswith(elsewhere)]
    assert_clean(statements_built_late, sources)


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("from sqlalchemy import select\nS = select(t)\ndef f(c):\n    c.execute(S, {'a': 1})", []),
        ("from sqlalchemy import select\nclass R:\n    def get(self):\n        return select(t)", [4]),
        ("from sqlalchemy import insert as add\ndef f(c):\n    add(t)", [3]),
        ("import sqlalchemy as sa\ndef f(c):\n    sa.text('x')", [3]),
        (
            "import sqlalchemy\ndef f(c):\n    c.execute(t.insert().values(a=1))",
            [3, 3],
        ),
        (
            "import sqlalchemy\ndef f(c, rows):\n    rows.insert(0, 1), rows.update(a=1), rows.values()",
            [],
        ),
        ("from sqlalchemy import select\ndef page(n):\n    return select(t).limit(n)\nS = page(20)", []),
        (
            "from sqlalchemy import text\ndef p(n):\n    return text(n)\nS = p('1')\ndef f():\n    p('2')",
            [3],
        ),
    ],
)
def test_the_rule_sees_statements_built_late(source: str, lines: list[int]) -> None:
    assert [line for line, _ in statements_built_late(ast.parse(source))] == lines
