"""Writes that need no answer, sent to PostgreSQL as one statement.

There a statement costs a round trip, which is most of what a small command costs (docs/performance.md). What a command
writes at its end, a fix, the session with its new version, the timeline, the work that follows, needs no answer but that it
was written. So it waits until something is asked or the command ends, and goes together:
`WITH w0 AS (UPDATE …), w1 AS (INSERT …) INSERT …`.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from storage.statements import Plan

__all__ = ["Batch"]

#: Rows of one insert that are put in one batch; more go as rows of one prepared statement, which is sent by itself.
MOST_ROWS = 8
#: Texts of batches that are kept; commands write few combinations.
KEPT = 500

_PLACEHOLDER = re.compile(r"\$(\d+)")


class Batch:
    """Writes in their order. No part of a statement sees what another one writes, so there is one for each table."""

    def __init__(self) -> None:
        self._parts: list[tuple[Plan, Sequence[Sequence[Any]]]] = []
        self._tables: set[str] = set()

    def __bool__(self) -> bool:
        return bool(self._parts)

    def takes(self, plan: Plan, rows: Sequence[Sequence[Any]]) -> bool:
        """Whether it can go with what is waiting."""
        return fits(plan, rows) and plan.table not in self._tables

    def add(self, plan: Plan, rows: Sequence[Sequence[Any]]) -> None:
        """Let it wait with the others."""
        self._parts.append((plan, rows))
        self._tables.add(plan.table)

    def statement(self) -> tuple[str, list[Any]]:
        """The text and the parameters of all."""
        text = _together(tuple((plan.sql, len(rows)) for plan, rows in self._parts))
        return text, [value for _, rows in self._parts for row in rows for value in row]

    def refuse(self, error: Exception) -> None:
        """Raise InvalidInput where the error is about a text of one of them (storage.statements.Plan.refuse)."""
        for plan, rows in self._parts:
            for row in rows:
                plan.refuse(row, error)


def fits(plan: Plan, rows: Sequence[Sequence[Any]]) -> bool:
    """Whether a write may be part of a batch: several rows only where they are inserted, which keeps their order."""
    return bool(plan.table) and (len(rows) == 1 or (plan.inserts and len(rows) <= MOST_ROWS))


@lru_cache(maxsize=KEPT)
def _together(parts: tuple[tuple[str, int], ...]) -> str:
    """One statement of several, their placeholders numbered on."""
    texts: list[str] = []
    first = 0
    for sql, rows in parts:
        text = _of_rows(sql, rows)
        texts.append(_numbered(text, first))
        first += max(int(number) for number in _PLACEHOLDER.findall(text))
    *before, last = texts
    if not before:
        return last
    return f"WITH {', '.join(f'w{index} AS ({text})' for index, text in enumerate(before))} {last}"


def _of_rows(sql: str, rows: int) -> str:
    """An insert of one row as one of several, which are inserted in their order."""
    if rows == 1:
        return sql
    head, values, rest = sql.partition(" VALUES ")
    assert values, "only what is inserted is of several rows"
    end = _closing(rest)
    row = rest[:end]
    width = max(int(number) for number in _PLACEHOLDER.findall(row))
    return f"{head}{values}{', '.join(_numbered(row, width * index) for index in range(rows))}{rest[end:]}"


def _closing(text: str) -> int:
    """Where the parenthesis that the text begins with is closed."""
    depth = 0
    for position, character in enumerate(text, start=1):
        depth += (character == "(") - (character == ")")
        if depth == 0:
            return position
    raise AssertionError("an insert's values stand in parentheses")


def _numbered(text: str, after: int) -> str:
    return _PLACEHOLDER.sub(lambda found: f"${int(found[1]) + after}", text) if after else text
