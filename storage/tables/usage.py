"""What calls to the model cost: each call, the sums by day, and of which quotas the admins were told."""

from sqlalchemy import BigInteger, Column, Date, ForeignKey, PrimaryKeyConstraint, Table, Text

from core.usage.model import End
from core.usage.periods import Period
from storage.tables.base import account, count, enum, identity, metadata, moment, words

__all__ = ["usage", "usage_days", "usage_warnings"]

usage = Table(
    "usage",
    metadata,
    identity(),
    account(),
    Column("session_id", ForeignKey("sessions.id", ondelete="CASCADE"), index=True),
    Column("user_id", Text),
    words("purpose", default=None),
    words("model", default=None),
    words("provider"),
    words("prompt_version"),
    words("draft"),
    count("input"),
    count("cached_read"),
    count("cached_write"),
    count("output"),
    # In micro-dollars; NULL where the model has no known price.
    Column("cost", BigInteger),
    enum("end", End),
    words("error"),
    moment("at"),
)

#: Kept when sessions are erased: without them a quota would be given back, and a bill could not be explained.
usage_days = Table(
    "usage_days",
    metadata,
    account(),
    Column("day", Date, nullable=False),
    words("user_id"),
    words("purpose", default=None),
    words("model", default=None),
    *(
        Column(name, BigInteger, nullable=False, server_default="0")
        for name in ("calls", "failed", "unpriced", "input", "cached_read", "cached_write", "output", "cost")
    ),
    PrimaryKeyConstraint("account_id", "day", "user_id", "purpose", "model"),
)

usage_warnings = Table(
    "usage_warnings",
    metadata,
    account(),
    enum("period", Period),
    Column("first", Date, nullable=False),
    PrimaryKeyConstraint("account_id", "period", "first"),
)
