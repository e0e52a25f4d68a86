"""The flow library."""

import json
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, case, delete, func, select, text, update

from core.flows.library import FlowRecord, FlowText
from storage.repository import Repository
from storage.search import FLOW_SEARCH
from storage.statements import Mapper, Statement
from storage.tables import flows

__all__ = ["SqlFlows"]

FLOWS = Mapper(flows, FlowRecord, fixed=("slug", "matched", "used", "worked", "failed", "matched_at"))
_MINE = flows.c.account_id == bindparam("account")
_TEXT = (flows.c.id, flows.c.title, flows.c.words, flows.c.matched_at)
_BY_SLUG = Statement(select(*FLOWS.columns).where(_MINE, flows.c.slug == bindparam("slug")))
_ALL = Statement(select(*FLOWS.columns).where(_MINE).order_by(flows.c.title, flows.c.id))
_SIZE = Statement(select(func.count()).select_from(flows).where(_MINE))
#: Those of a JSON list of ids: one statement, however many are found.
_TEXTS = Statement(
    text(
        "SELECT id, title, words, matched_at FROM flows "
        "WHERE account_id = :account AND id IN (SELECT value FROM json_each(:ids))"
    ).columns(*_TEXT),
    postgresql=text(
        "SELECT id, title, words, matched_at FROM flows "
        "WHERE account_id = :account AND id IN (SELECT json_array_elements_text(CAST(:ids AS json)))"
    ).columns(*_TEXT),
)
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
_CANDIDATES = 100


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

    def size(self) -> int:
        """How many flows the account has."""
        row = self._db.one(_SIZE, account=self._account_id)
        return 0 if row is None else int(row[0])

    def holding(self, terms: Sequence[str]) -> Sequence[FlowText]:
        """Flows that hold at least one term, at most 100, those first that full-text search finds best."""
        found = FLOW_SEARCH.scores(self._db, self._account_id, terms, limit=_CANDIDATES)
        if not found:
            return ()
        rows = self._db.all(_TEXTS, account=self._account_id, ids=json.dumps([*found]))
        texts = {row[0]: FlowText(id=row[0], title=row[1], words=row[2], matched_at=row[3]) for row in rows}
        return [texts[id] for id in found if id in texts]

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
