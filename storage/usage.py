"""What calls to the model cost: the calls, and their sums by day."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.dialects import postgresql, sqlite

from core.usage.model import End, Total, UsageRow
from core.usage.periods import Period
from storage.statements import Connection, Mapper, Statement
from storage.tables import usage, usage_days, usage_warnings

__all__ = ["SqlUsages"]

USAGE = Mapper(usage, UsageRow)
_OF = Statement(
    select(*USAGE.columns)
    .where(usage.c.account_id == bindparam("account"), usage.c.session_id == bindparam("session"))
    .order_by(usage.c.id)
)


def _new(dialect: Any) -> Any:
    row = dialect.insert(usage).values({name: bindparam(name) for name in USAGE.names})
    return row.on_conflict_do_nothing(index_elements=["id"]).inline()


_NEW = Statement(_new(sqlite), postgresql=_new(postgresql))
_KEY = ("account_id", "day", "user_id", "purpose", "model")
_SUMS = ("calls", "failed", "unpriced", "input", "cached_read", "cached_write", "output", "cost")


def _adding(dialect: Any) -> Any:
    row = dialect.insert(usage_days).values({name: bindparam(name) for name in (*_KEY, *_SUMS)})
    more: dict[str, Any] = {name: usage_days.c[name] + row.excluded[name] for name in _SUMS}
    return row.on_conflict_do_update(index_elements=list(_KEY), set_=more).inline()


_ADD = Statement(_adding(sqlite), postgresql=_adding(postgresql))
_MINE = usage_days.c.account_id == bindparam("account")
_TODAY = case((usage_days.c.day >= bindparam("day"), usage_days.c.cost), else_=0)
_SPENT = Statement(
    select(func.coalesce(func.sum(_TODAY), 0), func.coalesce(func.sum(usage_days.c.cost), 0)).where(
        _MINE, usage_days.c.day >= bindparam("since")
    )
)
_TOTAL_NAMES = tuple(field.name for field in fields(Total))
_TOTALS = Statement(
    select(*(usage_days.c[name] for name in _TOTAL_NAMES))
    .where(_MINE, usage_days.c.day >= bindparam("since"))
    .order_by(usage_days.c.day, usage_days.c.user_id, usage_days.c.purpose, usage_days.c.model)
)


def _warning(dialect: Any) -> Any:
    names = ("account_id", "period", "first")
    row = dialect.insert(usage_warnings).values({name: bindparam(name) for name in names})
    return row.on_conflict_do_nothing().inline()


_WARN = Statement(_warning(sqlite), postgresql=_warning(postgresql))


class SqlUsages:
    """The calls of one account (core.repositories.Usages)."""

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def add(self, row: UsageRow, day: date) -> bool:
        """Insert, and add to that day's sums. False when the call is stored already: it is counted once."""
        assert row.account_id == self._account_id, "a row belongs to the account of its unit of work"
        if self._db.run(_NEW, **{name: getattr(row, name) for name in USAGE.names}) == 0:
            return False
        self._db.run(
            _ADD,
            account_id=self._account_id,
            day=day,
            user_id=row.user_id or "",
            purpose=row.purpose,
            model=row.model,
            calls=1,
            failed=int(row.end is End.FAILED),
            unpriced=int(row.cost is None),
            input=row.input,
            cached_read=row.cached_read,
            cached_write=row.cached_write,
            output=row.output,
            cost=row.cost or 0,
        )
        return True

    def of(self, session_id: str) -> Sequence[UsageRow]:
        """The session's calls."""
        return USAGE.load_all(self._db.all(_OF, account=self._account_id, session=session_id))

    def spent(self, day: date, since: date) -> tuple[int, int]:
        """Micro-dollars from that day on, and from `since` on, which is not later."""
        row = self._db.one(_SPENT, account=self._account_id, day=day, since=since)
        assert row is not None, "a sum is always a row"
        return int(row[0]), int(row[1])

    def totals(self, since: date) -> Sequence[Total]:
        """The sums of the days from `since` on, oldest first."""
        rows = self._db.all(_TOTALS, account=self._account_id, since=since)
        return [Total(**dict(zip(_TOTAL_NAMES, row, strict=True))) for row in rows]

    def warn(self, period: Period, first: date) -> bool:
        """Note down that the admins are told of that quota. False when it is noted already."""
        return self._db.run(_WARN, account_id=self._account_id, period=period, first=first) == 1
