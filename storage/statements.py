"""Statements: SQLAlchemy Core constants, compiled once for a database and run on the driver's own cursor.

Executing a Core statement costs most of a small transaction's time (docs/performance.md). A `Statement` keeps what Core is
good at, the SQL text, the parameter order and the types' conversions, and leaves out what is repeated at every call.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import ColumnElement, Dialect, Executable, Table, bindparam, insert, select, update
from sqlalchemy.sql.compiler import SQLCompiler

__all__ = ["Connection", "Cursor", "Mapper", "Plan", "Row", "Statement"]

T = TypeVar("T")
Row = tuple[Any, ...]
Convert = Callable[[Any], Any]


class Cursor(Protocol):
    """The part of DB-API 2 that is used here."""

    @property
    def rowcount(self) -> int:
        """Rows touched by the last statement."""
        ...

    def execute(self, sql: str, parameters: Any = ..., /) -> Any:
        """Run one statement."""
        ...

    def executemany(self, sql: str, parameters: Any, /) -> Any:
        """Run one statement for many rows."""
        ...

    def fetchone(self) -> Any:
        """The next row."""
        ...

    def fetchall(self) -> Any:
        """The remaining rows."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement compiled for one database."""

    sql: str
    #: Parameter names in the order of the driver's placeholders.
    names: tuple[str, ...]
    #: (position, conversion) of parameters that need one.
    binders: tuple[tuple[int, Convert], ...]
    #: (position, conversion) of result columns that need one.
    readers: tuple[tuple[int, Convert], ...]
    #: Values of parameters that the statement itself fixes.
    fixed: Mapping[str, Any]

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in order, converted."""
        if self.fixed:
            values = {**self.fixed, **values}
        bound = [values[name] for name in self.names]
        for position, convert in self.binders:
            bound[position] = convert(bound[position])
        return bound

    def read(self, row: Sequence[Any]) -> Sequence[Any]:
        """A driver's row with its columns converted."""
        if not self.readers:
            return row
        changed = list(row)
        for position, convert in self.readers:
            changed[position] = convert(changed[position])
        return changed


class Statement:
    """A Core statement, with a text of its own for a database where that must differ."""

    def __init__(self, default: Executable, *, postgresql: Executable | None = None) -> None:
        self._by_dialect = {"postgresql": postgresql} if postgresql is not None else {}
        self._default = default
        self._plans: dict[str, Plan] = {}

    def plan(self, dialect: Dialect) -> Plan:
        """The compiled form, made at the first use."""
        plan = self._plans.get(dialect.name)
        if plan is None:
            plan = self._plans[dialect.name] = _compile(self._by_dialect.get(dialect.name, self._default), dialect)
        return plan


def _compile(clause: Executable, dialect: Dialect) -> Plan:
    compiled = cast(Any, clause).compile(dialect=dialect)
    assert isinstance(compiled, SQLCompiler)
    names = tuple(compiled.positiontup or ())
    binders = []
    for position, name in enumerate(names):
        convert = compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            binders.append((position, convert))
    readers = []
    for position, column in enumerate(_result_columns(clause)):
        convert = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if convert is not None:
            readers.append((position, convert))
    fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
    return Plan(compiled.string, names, tuple(binders), tuple(readers), fixed)


def _result_columns(clause: Any) -> Iterable[ColumnElement[Any]]:
    columns = getattr(clause, "exported_columns", None)
    return () if columns is None else tuple(columns)


class Connection:
    """One database connection inside a transaction, for synchronous functions."""

    def __init__(self, cursor: Cursor, dialect: Dialect) -> None:
        self._cursor = cursor
        self.dialect = dialect

    def run(self, statement: Statement, **values: Any) -> int:
        """Execute, and say how many rows it touched."""
        plan = statement.plan(self.dialect)
        self._cursor.execute(plan.sql, plan.bind(values))
        return self._cursor.rowcount

    def run_each(self, statement: Statement, rows: Sequence[Mapping[str, Any]]) -> None:
        """Execute once for every row."""
        if not rows:
            return
        plan = statement.plan(self.dialect)
        if len(rows) == 1:
            self._cursor.execute(plan.sql, plan.bind(rows[0]))
        else:
            self._cursor.executemany(plan.sql, [plan.bind(row) for row in rows])

    def one(self, statement: Statement, **values: Any) -> Sequence[Any] | None:
        """The first row, or None."""
        plan = statement.plan(self.dialect)
        self._cursor.execute(plan.sql, plan.bind(values))
        row = self._cursor.fetchone()
        return None if row is None else plan.read(row)

    def all(self, statement: Statement, **values: Any) -> list[Sequence[Any]]:
        """All rows."""
        plan = statement.plan(self.dialect)
        self._cursor.execute(plan.sql, plan.bind(values))
        rows = self._cursor.fetchall()
        return [plan.read(row) for row in rows] if plan.readers else list(rows)

    def script(self, sql: str) -> None:
        """Execute a fixed text, such as SAVEPOINT."""
        self._cursor.execute(sql)


class Mapper(Generic[T]):
    """A dataclass and the table whose columns are its fields, with the statements that both imply.

    The names must agree; a column that is not a field of the dataclass stays the database's own (a default, a counter).
    """

    def __init__(self, table: Table, cls: type[T], *, fixed: tuple[str, ...] = (), tenant: str = "account_id") -> None:
        self.cls = cls
        self.names = tuple(field.name for field in fields(cast(Any, cls)))
        columns = [table.c[name] for name in self.names]
        self._values = attrgetter(*self.names)
        self.columns = tuple(columns)
        self.insert = Statement(insert(table).values({name: bindparam(name) for name in self.names}).inline())
        mine = (table.c.id == bindparam("id_"), table.c[tenant] == bindparam("account_id_"))
        changing = [name for name in self.names if name not in {"id", "account_id", "created_at", *fixed}]
        self.update = Statement(update(table).where(*mine).values({name: bindparam(name) for name in changing}))
        self.by_id = Statement(select(*columns).where(*mine))

    def dump(self, row: T) -> dict[str, Any]:
        """The dataclass as parameters by column name."""
        return dict(zip(self.names, self._values(row), strict=True))

    def load(self, row: Sequence[Any]) -> T:
        """A selected row as the dataclass."""
        return self.cls(**dict(zip(self.names, row, strict=True)))

    def load_all(self, rows: Iterable[Sequence[Any]]) -> list[T]:
        """Selected rows as dataclasses."""
        return [self.load(row) for row in rows]
