"""The flow library."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, delete, select, update

from core.flows.library import FlowRecord
from storage.repository import Repository
from storage.search import FLOW_SEARCH
from storage.statements import Mapper, Statement
from storage.tables import flows

__all__ = ["SqlFlows"]

FLOWS = Mapper(flows, FlowRecord, fixed=("slug", "matched", "used", "worked", "failed", "matched_at"))
_MINE = flows.c.account_id == bindparam("account")
_BY_SLUG = Statement(select(*FLOWS.columns).where(_MINE, flows.c.slug == bindparam("slug")))
_ALL = Statement(select(*FLOWS.columns).where(_MINE).order_by(flows.c.title, flows.c.id))
_REMOVE = Statement(delete(flows).where(_MINE, flows.c.id == bindparam("id_")))
_COUNT = Statement(
    update(flows)
    .where(_MINE, flows.c.id == bindparam("id_"))
    .values(
        matched=flows.c.matched + bindparam("more_matched"),
        used=flows.c.used + bindparam("more_used"),
        worked=flows.c.worked + bindparam("more_worked"),
        failed=flows.c.failed + bindparam("more_failed"),
        matched_at=case(
            (bindparam("more_matched") > 0, bindparam("now", type_=flows.c.matched_at.type)), else_=flows.c.matched_at
        ),
    )
)
#: Flows that one search looks at.
_CANDIDATES = 50


class SqlFlows(Repository[FlowRecord]):
    """The flow library of one account, indexed for search."""

    mapper = FLOWS

    def add(self, row: FlowRecord) -> None:
        """Insert."""
        super().add(row)
        self._index(row)

    def save(self, row: FlowRecord) -> None:
        """Update title, words and source."""
        super().save(row)
        self._index(row)

    def by_slug(self, slug: str) -> FlowRecord | None:
        """The flow of that slug."""
        row = self._db.one(_BY_SLUG, account=self._account_id, slug=slug)
        return None if row is None else FLOWS.load(row)

    def all(self) -> Sequence[FlowRecord]:
        """All of the account's, by title."""
        return FLOWS.load_all(self._db.all(_ALL, account=self._account_id))

    def remove(self, id: str) -> None:
        """Delete."""
        self._db.run(_REMOVE, account=self._account_id, id_=id)
        FLOW_SEARCH.remove(self._db, id=id, account_id=self._account_id)

    def scores(self, terms: Sequence[str]) -> Mapping[str, float]:
        """Flow id → raw keyword score, higher is better, for flows that hold at least one term."""
        return FLOW_SEARCH.scores(self._db, self._account_id, terms, limit=_CANDIDATES)

    def count(
        self, id: str, *, matched: int = 0, used: int = 0, worked: int = 0, failed: int = 0, at: datetime
    ) -> None:
        """Add to the flow's counters; `matched` also stamps when."""
        self._db.run(
            _COUNT,
            account=self._account_id,
            id_=id,
            more_matched=matched,
            more_used=used,
            more_worked=worked,
            more_failed=failed,
            now=at,
        )

    def _index(self, row: FlowRecord) -> None:
        FLOW_SEARCH.put(self._db, id=row.id, account_id=self._account_id, title=row.title, words=row.words)
