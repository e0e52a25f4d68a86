"""Column types: how core's values lie in SQLite and in PostgreSQL.

They give their conversions as plain functions (`bind_processor`, `result_processor`), which are called for every value.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Dialect, Text
from sqlalchemy.dialects.postgresql import JSONB, TIMESTAMP
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.errors import InvalidInput

__all__ = ["UNSTORABLE", "EnumText", "JsonObject", "JsonTuple", "Utc", "encodable"]

#: What is said of a text with NUL or with half a surrogate pair: PostgreSQL has no place for them.
UNSTORABLE = "It holds a character that cannot be stored."

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def encodable(text: str) -> bool:
    """Whether the text can be written as UTF-8."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


class Utc(TypeDecorator[datetime]):
    """An aware time: microseconds since 1970 in SQLite, `timestamptz` in PostgreSQL. A naive time is a bug and raises."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Pick the database's own type."""
        native = TIMESTAMP(timezone=True) if dialect.name == "postgresql" else BigInteger()
        return dialect.type_descriptor(native)

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """To the database."""
        return _aware if dialect.name == "postgresql" else _to_microseconds

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any] | None:
        """From the database."""
        return None if dialect.name == "postgresql" else _from_microseconds  # asyncpg gives aware datetimes


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.tzinfo is None:
        raise TypeError("can't store a time without a zone")
    return value


def _to_microseconds(value: datetime | None) -> int | None:
    return None if value is None else (value - _EPOCH) // _MICROSECOND


def _from_microseconds(value: int | None) -> datetime | None:
    return None if value is None else _EPOCH + timedelta(microseconds=value)


class EnumText(TypeDecorator[StrEnum]):
    """A member of a StrEnum, as its text."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """To the database."""
        return _to_text

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        """From the database."""
        members: dict[str | None, StrEnum | None] = {None: None, **{member.value: member for member in self.enum}}
        return members.__getitem__


def _to_text(value: str | None) -> str | None:
    return None if value is None else str(value)


class JsonObject(TypeDecorator[dict[str, str]]):
    """A flat JSON object of texts."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """`jsonb` in PostgreSQL."""
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        """To the database."""
        return _to_json


_ENCODE = json.JSONEncoder(ensure_ascii=False).encode


def _to_json(value: Any) -> str:
    text = _ENCODE(value)
    if not encodable(text) or ("\\u0000" in text and any("\0" in part for pair in value.items() for part in pair)):
        raise InvalidInput({"data": UNSTORABLE})
    return text


class JsonTuple(TypeDecorator[tuple[Any, ...]]):
    """A tuple of small frozen dataclasses, as JSON text."""

    impl = Text
    cache_ok = True

    def __init__(self, item: Callable[..., Any]) -> None:
        super().__init__()
        self.item = item

    def process_bind_param(self, value: tuple[Any, ...] | None, dialect: Dialect) -> str | None:
        """To the database."""
        return None if value is None else json.dumps([asdict(item) for item in value], ensure_ascii=False)

    def process_result_value(self, value: str | None, dialect: Dialect) -> tuple[Any, ...] | None:
        """From the database."""
        return None if value is None else tuple(self.item(**item) for item in json.loads(value))
