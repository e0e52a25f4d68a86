"""A row in every table for an account, whatever tables there are: what an account's end or its export must reach."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Boolean, Column, Date, Float, Integer, LargeBinary, insert, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from storage.tables import metadata
from storage.types import EnumText, JsonObject, JsonTuple, Utc
from tests.integration.databases import Database

__all__ = ["fill_every_table", "word_of"]

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def word_of(account: str, table: str, column: str) -> str:
    """The text that stands in a column of the account's row."""
    return f"{account}.{table}.{column}"


async def fill_every_table(database: Database, *accounts: str) -> None:
    """One row a table for each account, its texts being `word_of`; the account's id is its name."""
    engine = create_async_engine(database.url, poolclass=NullPool)
    try:
        async with engine.begin() as connection:
            if database.kind == "sqlite":
                await connection.execute(text("PRAGMA foreign_keys = ON"))
            for number, account in enumerate(accounts, start=1):
                made: dict[str, dict[str, Any]] = {}
                for table in metadata.sorted_tables:
                    row = {c.name: _value(c, account, number, made) for c in table.c if not _is_counted(c)}
                    result = await connection.execute(insert(table).values(row))
                    key = dict(zip(table.primary_key.columns.keys(), result.inserted_primary_key or (), strict=False))
                    made[table.name] = {**row, **key}
    finally:
        await engine.dispose()


def _is_counted(column: Column[Any]) -> bool:
    """Whether the database itself numbers the rows."""
    return list(column.table.primary_key.columns) == [column] and isinstance(column.type, Integer)


def _value(column: Column[Any], account: str, number: int, made: dict[str, dict[str, Any]]) -> Any:
    for foreign in column.foreign_keys:
        return made[foreign.column.table.name][foreign.column.name]
    match column.type:
        case Utc():
            return AT
        case EnumText(enum=members):
            return next(iter(members))
        case JsonObject():
            return {}
        case JsonTuple():
            return ()
        case Boolean():
            return False
        case Date():
            return date(2026, 3, 2)
        case LargeBinary():
            return b"content"
        case Integer():
            return number
        case Float():
            return 0.5
    if column.table.name == "accounts" and column.name == "id":
        return account
    return word_of(account, column.table.name, column.name)
