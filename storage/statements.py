"""Statements: SQLAlchemy Core constants, compiled once for a database and run on the driver's own cursor.

Executing a Core statement costs most of a small transaction's time (docs/performance.md). A `Statement` keeps what Core is
good at, the SQL text, the parameter order and the types' conversions, and leaves out what is repeated at every call.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any, Generic, Protocol, TypeVar, cast

from sqlalchemy import (
    ColumnElement,
    Dialect,
    Executable,
    Float,
    Insert,
    String,
    Table,
    UpdateBase,
    bindparam,
    insert,
    select,
    update,
)
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.types import TypeEngine

from core.errors import InvalidInput
from storage.types import UNSTORABLE, encodable

__all__ = ["Connection", "Driver", "Mapper", "Plan", "Row", "Statement"]

T = TypeVar("T")
Row = Sequence[Any]
Convert = Callable[[Any], Any]


class Driver(Protocol):
    """A database's own connection, inside a transaction."""

    def execute(self, sql: str, parameters: Sequence[Any], /) -> int:
        """Run one statement, and say how many rows it touched."""
        ...

    def fetch(self, sql: str, parameters: Sequence[Any], /) -> Sequence[Row]:
        """Run one statement and return its rows."""
        ...

    def write(self, plan: "Plan", rows: Sequence[Sequence[Any]], /) -> None:
        """Run a statement once for every row; it may wait until something else is asked, or until `flush`."""
        ...

    def flush(self) -> None:
        """Send the writes that wait."""
        ...

    def control(self, sql: str, /) -> None:
        """Begin or end a transaction or a savepoint."""
        ...

    def hopeless(self, error: Exception, /) -> bool:
        """Whether the transaction is lost by that error, or nothing else will fare better in it."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement compiled for one database."""

    sql: str
    #: The table that it writes to; "" for none.
    table: str
    #: Whether it inserts one row of values.
    inserts: bool
    #: Parameter names in the order of the driver's placeholders.
    names: tuple[str, ...]
    #: (position, conversion) of parameters that need one.
    binders: tuple[tuple[int, Convert], ...]
    #: Positions of parameters that are texts.
    texts: tuple[int, ...]
    #: (position, conversion) of result columns that need one.
    readers: tuple[tuple[int, Convert], ...]
    #: Values of parameters that the statement itself fixes.
    fixed: Mapping[str, Any]
    #: The parameters as attributes of an object; `id_` is its `id`.
    attributes: Callable[[Any], tuple[Any, ...]]

    def bind(self, values: Mapping[str, Any]) -> list[Any]:
        """The parameters in order, converted."""
        if self.fixed:
            values = {**self.fixed, **values}
        return self._converted([values[name] for name in self.names])

    def bind_row(self, row: object) -> list[Any]:
        """The same, from an object's attributes. For statements of two parameters or more."""
        return self._converted(list(self.attributes(row)))

    def read(self, row: Row) -> Row:
        """A driver's row with its columns converted."""
        if not self.readers:
            return row
        changed = list(row)
        for position, convert in self.readers:
            changed[position] = convert(changed[position])
        return changed

    def _converted(self, bound: list[Any]) -> list[Any]:
        for position, convert in self.binders:
            bound[position] = convert(bound[position])
        for position in self.texts:
            text = bound[position]
            if text is not None and "\0" in text:
                raise self._refusal(position)  # SQLite would store NUL, PostgreSQL would not
        return bound

    def refuse(self, bound: Sequence[Any], error: Exception) -> None:
        """Raise InvalidInput when the driver's error is about a text that has no encoding: half a surrogate pair."""
        for position in self.texts:
            if isinstance(bound[position], str) and not encodable(bound[position]):
                raise self._refusal(position) from error

    def _refusal(self, position: int) -> InvalidInput:
        return InvalidInput({self.names[position].rstrip("_"): UNSTORABLE})


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
    types = [compiled.binds[name].type.dialect_impl(dialect) for name in names]
    return Plan(
        sql=compiled.string,
        table=clause.table.name if isinstance(clause, UpdateBase) and isinstance(clause.table, Table) else "",
        inserts=isinstance(clause, Insert) and " VALUES " in compiled.string,
        names=names,
        binders=_needed(kind.bind_processor(dialect) for kind in types),
        texts=tuple(position for position, kind in enumerate(types) if _is_text(kind)),
        readers=_needed(_reader(column.type, dialect) for column in _result_columns(clause)),
        fixed={name: bind.value for name, bind in compiled.binds.items() if not bind.required},
        attributes=attrgetter(*(name.rstrip("_") for name in names)) if names else tuple,
    )


def _needed(conversions: Iterable[Convert | None]) -> tuple[tuple[int, Convert], ...]:
    return tuple((position, convert) for position, convert in enumerate(conversions) if convert is not None)


def _is_text(kind: TypeEngine[Any]) -> bool:
    return isinstance(kind, String) or isinstance(getattr(kind, "impl", None), String)


def _reader(kind: TypeEngine[Any], dialect: Dialect) -> Convert | None:
    # Both drivers give floats; what SQLAlchemy adds is for decimals.
    return None if isinstance(kind, Float) else kind.dialect_impl(dialect).result_processor(dialect, None)


def _result_columns(clause: Any) -> Iterable[ColumnElement[Any]]:
    columns = getattr(clause, "exported_columns", None)
    return () if columns is None else tuple(columns)


class Connection:
    """One database connection inside a transaction, for synchronous functions."""

    def __init__(self, driver: Driver, dialect: Dialect) -> None:
        self._driver = driver
        self.dialect = dialect

    def run(self, statement: Statement, **values: Any) -> int:
        """Execute, and say how many rows it touched."""
        plan = statement.plan(self.dialect)
        return self._execute(plan, plan.bind(values))

    def run_row(self, statement: Statement, row: object) -> None:
        """Execute with the attributes of an object, at once or together with other writes."""
        self.run_rows(statement, (row,))

    def run_rows(self, statement: Statement, rows: Iterable[object]) -> None:
        """The same, once for every object."""
        plan = statement.plan(self.dialect)
        self._write(plan, [plan.bind_row(row) for row in rows])

    def run_each(self, statement: Statement, rows: Iterable[Mapping[str, Any]]) -> None:
        """The same, once for every row."""
        plan = statement.plan(self.dialect)
        self._write(plan, [plan.bind(row) for row in rows])

    def one(self, statement: Statement, **values: Any) -> Row | None:
        """The first row, or None."""
        plan = statement.plan(self.dialect)
        rows = self._fetch(plan, plan.bind(values))
        return plan.read(rows[0]) if rows else None

    def all(self, statement: Statement, **values: Any) -> list[Row]:
        """All rows."""
        plan = statement.plan(self.dialect)
        rows = self._fetch(plan, plan.bind(values))
        return [plan.read(row) for row in rows] if plan.readers else list(rows)

    def flush(self) -> None:
        """Send the writes that wait for others; what is wrong with them is raised here."""
        self._driver.flush()

    @contextmanager
    def savepoint(self, name: str) -> Iterator[None]:
        """Undo what is done within when it raises."""
        self._driver.control(f"SAVEPOINT {name}")
        try:
            yield
            self._driver.flush()
        except Exception as error:
            if not self.hopeless(error):
                self._driver.control(f"ROLLBACK TO SAVEPOINT {name}")
                self._driver.control(f"RELEASE SAVEPOINT {name}")
            raise
        self._driver.control(f"RELEASE SAVEPOINT {name}")

    def hopeless(self, error: Exception) -> bool:
        """Whether the transaction is lost by that error, or nothing else will fare better in it."""
        return self._driver.hopeless(error)

    def _execute(self, plan: Plan, bound: list[Any]) -> int:
        try:
            return self._driver.execute(plan.sql, bound)
        except Exception as error:
            plan.refuse(bound, error)
            raise

    def _write(self, plan: Plan, rows: list[list[Any]]) -> None:
        if not rows:
            return
        try:
            self._driver.write(plan, rows)
        except Exception as error:
            for bound in rows:
                plan.refuse(bound, error)
            raise

    def _fetch(self, plan: Plan, bound: list[Any]) -> Sequence[Row]:
        try:
            return self._driver.fetch(plan.sql, bound)
        except Exception as error:
            plan.refuse(bound, error)
            raise


class Mapper(Generic[T]):
    """A dataclass and the table whose columns are its fields, with the statements that both imply.

    The names must agree; a column that is not a field of the dataclass stays the database's own (a default, a counter),
    unless it is `derived`: a property, written and never read.
    """

    def __init__(
        self,
        table: Table,
        cls: type[T],
        *,
        fixed: tuple[str, ...] = (),
        derived: tuple[str, ...] = (),
        tenant: str = "account_id",
    ) -> None:
        self.cls = cls
        self.names = tuple(field.name for field in fields(cast(Any, cls)))
        self.columns = tuple(table.c[name] for name in self.names)
        assert not hasattr(cls, "__post_init__"), "rows become dataclasses without it"
        self._puts: tuple[Callable[[T, Any], None], ...] = tuple(getattr(cls, name).__set__ for name in self.names)
        written = (*self.names, *derived)
        self.insert = Statement(insert(table).values({name: bindparam(name) for name in written}).inline())
        mine = (table.c.id == bindparam("id_"), table.c[tenant] == bindparam(f"{tenant}_"))
        self._changing = tuple(name for name in written if name not in {"id", "account_id", "created_at", *fixed})
        self._update = update(table).where(*mine)
        self._updates: dict[tuple[str, ...], Statement] = {}
        self.update = self._updating(self._changing)
        self.by_id = Statement(select(*self.columns).where(*mine))

    def update_from(self, before: T, now: T) -> Statement | None:
        """Updates the columns that differ, which spares the indexes of the others; None where none does."""
        changed = tuple(name for name in self._changing if getattr(before, name) != getattr(now, name))
        return self._updating(changed) if changed else None

    def _updating(self, names: tuple[str, ...]) -> Statement:
        made = self._updates.get(names)
        if made is None:
            made = Statement(self._update.values({name: bindparam(name) for name in names}))
            self._updates[names] = made
        return made

    def load(self, row: Row) -> T:
        """A selected row as the dataclass."""
        # What the frozen dataclass's own __init__ does, field by field, in a third of the time.
        made = self.cls.__new__(self.cls)
        for put, value in zip(self._puts, row, strict=True):
            put(made, value)
        return made

    def changed(self, row: T, **values: Any) -> T:
        """A copy with other values, as `dataclasses.replace` makes it."""
        made = self.cls.__new__(self.cls)
        for name, put in zip(self.names, self._puts, strict=True):
            put(made, values[name] if name in values else getattr(row, name))
        return made

    def load_all(self, rows: Iterable[Row]) -> list[T]:
        """Selected rows as dataclasses."""
        return [self.load(row) for row in rows]
