"""What an account has beside its sessions, table by table, for those whose data it is (SPEC 9).

What only FlowPilot needs is not handed out: tokens and keys, work that is queued, drafts, open forms, the search's own tables.
"""

from collections.abc import AsyncIterator, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import Table, bindparam, select, tuple_

from core.ports import Store
from storage.local_store import LocalStore
from storage.statements import Connection, Row, Statement
from storage.tables import (
    channels,
    conversations,
    flows,
    identities,
    inbox,
    local_notes,
    local_tickets,
    local_time_entries,
    usage,
    usage_days,
    users,
    workspaces,
)

__all__ = ["SECTIONS", "rows_of"]

#: Rows that are read at a time.
PAGE = 500


class _Listing:
    """Reads a table's rows of one account in the order of its key, a page at a time."""

    def __init__(self, table: Table) -> None:
        key = list(table.primary_key)
        rows = select(*table.c).where(table.c.account_id == bindparam("account")).order_by(*key).limit(PAGE)
        behind = tuple_(*key) > tuple_(*(bindparam(f"last_{column.name}", type_=column.type) for column in key))
        self.names = tuple(column.name for column in table.c)
        self._key = tuple(column.name for column in key)
        self._first = Statement(rows)
        self._next = Statement(rows.where(behind))

    def page(self, account_id: str, last: Row | None, db: Connection) -> Sequence[Row]:
        """The rows behind that one, or the first."""
        if last is None:
            return db.all(self._first, account=account_id)
        values = dict(zip(self.names, last, strict=True))
        return db.all(self._next, account=account_id, **{f"last_{name}": values[name] for name in self._key})


_LISTINGS = {
    "workspaces": _Listing(workspaces),
    "people": _Listing(users),
    "identities": _Listing(identities),
    "channels": _Listing(channels),
    "threads": _Listing(conversations),
    "flows": _Listing(flows),
    "model_usage_by_day": _Listing(usage_days),
    "model_calls": _Listing(usage),
    "tickets": _Listing(local_tickets),
    "ticket_notes": _Listing(local_notes),
    "ticket_time_entries": _Listing(local_time_entries),
    "came_in": _Listing(inbox),
}
#: The names of what can be listed, in the order in which it is handed out.
SECTIONS = tuple(_LISTINGS)


async def rows_of(store: Store, account_id: str, section: str) -> AsyncIterator[Mapping[str, Any]]:
    """Every row of a section with all its columns, but for the account's id; no more of them in memory than one page."""
    listing, local = _LISTINGS[section], LocalStore(store)
    page = await local.read(partial(listing.page, account_id, None))
    while page:
        for row in page:
            yield {name: value for name, value in zip(listing.names, row, strict=True) if name != "account_id"}
        page = await local.read(partial(listing.page, account_id, page[-1]))
