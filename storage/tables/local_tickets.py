"""The built-in ticket list: tickets, and what is written on them. It stands for a vendor's own database."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from storage.tables.base import NUMBER, account, count, flag, identity, metadata, moment, words

__all__ = ["local_notes", "local_tickets", "local_time_entries"]

local_tickets = Table(
    "local_tickets",
    metadata,
    identity(),
    account(),
    Column("number", Integer, nullable=False),
    words("summary"),
    words("description"),
    words("company"),
    words("contact"),
    words("device"),
    words("status", default=None),
    moment("created_at"),
    moment("changed_at"),
    UniqueConstraint("account_id", "number"),
)


def _ticket() -> Column[str]:
    return Column("ticket_id", ForeignKey("local_tickets.id", ondelete="CASCADE"), nullable=False)


# The markers are not unique: no vendor's are, and a repeat without a look must leave its trace.
local_notes = Table(
    "local_notes",
    metadata,
    Column("id", NUMBER, primary_key=True),
    account(),
    _ticket(),
    words("text"),
    words("author"),
    flag("internal"),
    flag("resolution"),
    words("marker"),
    moment("created_at"),
    Index("ix_local_notes_ticket_id_marker", "ticket_id", "marker"),
)

local_time_entries = Table(
    "local_time_entries",
    metadata,
    Column("id", NUMBER, primary_key=True),
    account(),
    _ticket(),
    count("minutes"),
    words("text"),
    words("author"),
    words("marker"),
    moment("ended_at"),
    moment("created_at"),
    Index("ix_local_time_entries_ticket_id_marker", "ticket_id", "marker"),
)
