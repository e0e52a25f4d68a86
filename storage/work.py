"""Work rows: as a handler adds them, and as a worker takes them (ARCHITECTURE 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, delete, exists, func, literal_column, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import LeaseLost
from core.work.model import Work, WorkState
from storage.statements import Connection, Mapper, Statement
from storage.tables import work

__all__ = ["SqlQueue", "SqlWorkRows"]

WORK = Mapper(work, Work)
_OPEN = work.c.state == literal_column("'open'")
_earlier = work.alias("earlier")
#: A row waits for every earlier open one of its lane.
_FIRST_IN_LANE = ~exists().where(
    _earlier.c.lane == work.c.lane,
    _earlier.c.state == literal_column("'open'"),
    _earlier.c.id < work.c.id,
)
_ADD_VALUES: dict[str, Any] = {
    **{
        name: bindparam(name)
        for name in (
            "account_id", "kind", "lane", "session_id", "subject", "payload", "dedupe_key", "due_at", "created_at",
        )
    },
    "state": literal_column("'open'"),
}  # fmt: skip
_ADD = Statement(
    sqlite.insert(work).values(_ADD_VALUES).on_conflict_do_nothing().inline(),
    postgresql=postgresql.insert(work).values(_ADD_VALUES).on_conflict_do_nothing().inline(),
)
_HASTEN = Statement(
    update(work)
    .where(_OPEN, work.c.dedupe_key == bindparam("key_"), work.c.due_at > bindparam("due"))
    .values(due_at=bindparam("due"))
)
_BY_ID = Statement(select(*WORK.columns).where(work.c.id == bindparam("id_")))
_MINE_BY_ID = Statement(
    select(*WORK.columns).where(work.c.id == bindparam("id_"), work.c.account_id == bindparam("account"))
)
_ABOUT = Statement(
    select(*WORK.columns)
    .where(
        work.c.subject == bindparam("subject"),
        work.c.account_id == bindparam("account"),
        or_(_OPEN, work.c.state == "dead"),
    )
    .order_by(work.c.id)
)
_LATER = Statement(
    select(work.c.id)
    .where(
        _OPEN,
        work.c.lane == bindparam("lane"),
        work.c.kind == bindparam("kind"),
        work.c.subject == bindparam("subject"),
        work.c.id > bindparam("id_"),
    )
    .limit(1)
)
_DROP = Statement(
    update(work)
    .where(
        _OPEN, work.c.subject == bindparam("subject_"), work.c.kind == bindparam("kind_"), work.c.leased_by.is_(None)
    )
    .values(state="done", finished_at=bindparam("at"))
)
_REVIVE = Statement(
    update(work)
    .where(work.c.id == bindparam("id_"), work.c.state == "dead")
    .values(state="open", attempts=0, due_at=bindparam("now"), finished_at=None, lease_until=None, leased_by=None)
)


class SqlWorkRows:
    """The work of one account."""

    def __init__(self, db: Connection, account_id: str, now: datetime) -> None:
        self._db = db
        self._account_id = account_id
        self._now = now
        #: The soonest due time of what was added, for the wake-up after the commit.
        self.soonest: datetime | None = None

    def add(
        self,
        kind: str,
        *,
        lane: str,
        session_id: str | None,
        subject: str = "",
        payload: Mapping[str, str] | None = None,
        dedupe_key: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Queue a row, due now unless told otherwise. One with the key of an open row changes nothing."""
        due = due_at or self._now
        self.soonest = due if self.soonest is None else min(due, self.soonest)
        self._db.run(
            _ADD,
            account_id=self._account_id,
            kind=kind,
            lane=lane,
            session_id=session_id,
            subject=subject,
            payload=payload or {},
            dedupe_key=dedupe_key,
            due_at=due,
            created_at=self._now,
        )

    def hasten(self, dedupe_key: str, due_at: datetime) -> None:
        """Make an open row due no later than that."""
        self.soonest = due_at if self.soonest is None else min(due_at, self.soonest)
        self._db.run(_HASTEN, key_=dedupe_key, due=due_at)

    def get(self, id: int) -> Work | None:
        """One row."""
        row = self._db.one(_MINE_BY_ID, id_=id, account=self._account_id)
        return None if row is None else WORK.load(row)

    def open_for(self, subject: str, kinds: Sequence[str]) -> Sequence[Work]:
        """Open and dead rows about a subject."""
        rows = WORK.load_all(self._db.all(_ABOUT, subject=subject, account=self._account_id))
        return [row for row in rows if row.kind in kinds]

    def overtaken(self, work: Work) -> bool:
        """Whether a later open row of the same lane, kind and subject makes this one needless."""
        later = self._db.one(_LATER, lane=work.lane, kind=work.kind, subject=work.subject, id_=work.id)
        return later is not None

    def drop(self, subject: str, kinds: Sequence[str], at: datetime) -> None:
        """Mark open, unleased rows about a subject done without doing them."""
        for kind in kinds:
            self._db.run(_DROP, subject_=subject, kind_=kind, at=at)

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        self.soonest = now
        return self._db.run(_REVIVE, id_=id, now=now) == 1


_IDLE = or_(work.c.lease_until.is_(None), work.c.lease_until < bindparam("now"))


def _due(*, lane: bool) -> Statement:
    """Due rows whose kind is listed in `kinds`: ",post,update,". Those that are leased are locked, too."""
    listed = bindparam("kinds", type_=work.c.kind.type).contains("," + work.c.kind + ",")
    found = select(*WORK.columns).where(_OPEN, work.c.due_at <= bindparam("now"), listed)
    if lane:
        found = found.where(_IDLE, _FIRST_IN_LANE).with_for_update(skip_locked=True, of=work)
    return Statement(found.order_by(work.c.due_at, work.c.id).limit(bindparam("limit")))


_CLAIMABLE = _due(lane=True)
_DUE_TIMERS = _due(lane=False)
_LEASE = Statement(
    update(work)
    .where(work.c.id == bindparam("id_"))
    .values(leased_by=bindparam("worker"), lease_until=bindparam("until"), attempts=work.c.attempts + 1)
)
_HELD = and_(work.c.id == bindparam("id_"), _OPEN, work.c.leased_by == bindparam("worker"))
_RENEW = Statement(update(work).where(_HELD).values(lease_until=bindparam("until")))
_FINISH = Statement(
    update(work).where(_HELD).values(state="done", finished_at=bindparam("at"), lease_until=None, leased_by=None)
)
_PUT_BACK = Statement(
    update(work)
    .where(_HELD)
    .values(
        due_at=bindparam("due"),
        error=bindparam("why"),
        attempts=work.c.attempts - bindparam("uncounted"),
        lease_until=None,
        leased_by=None,
    )
)
_BURY = Statement(
    update(work)
    .where(_HELD)
    .values(state="dead", error=bindparam("why"), finished_at=bindparam("at"), lease_until=None, leased_by=None)
)
_TAKE_TIMER = Statement(
    update(work).where(work.c.id == bindparam("id_"), _OPEN).values(state="done", finished_at=bindparam("at"))
)
_NEXT_DUE = Statement(select(func.min(work.c.due_at)).where(_OPEN, work.c.due_at > bindparam("now")))
_LISTED = Statement(
    select(*WORK.columns)
    .where(
        or_(bindparam("account", type_=work.c.lane.type) == "", work.c.account_id == bindparam("account")),
        or_(
            bindparam("state_", type_=work.c.lane.type) == "",
            work.c.state == bindparam("state_", type_=work.c.lane.type),
        ),
    )
    .order_by(work.c.id.desc())
    .limit(bindparam("limit"))
)
_DEPTH = Statement(
    select(work.c.kind, work.c.state, func.count(), func.min(work.c.due_at))
    .where(or_(_OPEN, work.c.state == "dead"))
    .group_by(work.c.kind, work.c.state)
)
_FORGET = Statement(delete(work).where(work.c.state == "done", work.c.finished_at < bindparam("before")))


class SqlQueue:
    """The work of all accounts."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def claim(
        self, *, worker: str, now: datetime, lease: timedelta, kinds: Sequence[str], limit: int
    ) -> Sequence[Work]:
        """Lease due rows that are first in their lane, expired leases included."""
        rows = self._db.all(_CLAIMABLE, now=now, kinds=_listed(kinds), limit=limit)
        until = now + lease
        self._db.run_each(_LEASE, [{"id_": row[0], "worker": worker, "until": until} for row in rows])
        return WORK.load_all(rows)

    def renew(self, ids: Sequence[int], *, worker: str, until: datetime) -> None:
        """Prolong leases that this worker still holds."""
        self._db.run_each(_RENEW, [{"id_": id, "worker": worker, "until": until} for id in ids])

    def finish(self, id: int, *, worker: str, at: datetime) -> None:
        """Mark a leased row done. Raises LeaseLost when another worker has it."""
        self._held(self._db.run(_FINISH, id_=id, worker=worker, at=at))

    def put_back(self, id: int, *, worker: str, due_at: datetime, error: str, count: bool) -> None:
        """Give a leased row back for another try. Raises LeaseLost. `count`: the try counts."""
        self._held(self._db.run(_PUT_BACK, id_=id, worker=worker, due=due_at, why=error, uncounted=0 if count else 1))

    def bury(self, id: int, *, worker: str, at: datetime, error: str) -> None:
        """Mark a leased row dead. Raises LeaseLost."""
        self._held(self._db.run(_BURY, id_=id, worker=worker, why=error, at=at))

    def due_timers(self, *, now: datetime, kinds: Sequence[str], limit: int) -> Sequence[Work]:
        """Due rows of kinds that need no lease, because a transaction does all they do."""
        return WORK.load_all(self._db.all(_DUE_TIMERS, now=now, kinds=_listed(kinds), limit=limit))

    def take_timer(self, id: int, at: datetime) -> bool:
        """Mark a timer done; False when another replica did."""
        return self._db.run(_TAKE_TIMER, id_=id, at=at) == 1

    def next_due(self, now: datetime) -> datetime | None:
        """When the next open row is due that is not yet."""
        row = self._db.one(_NEXT_DUE, now=now)
        return None if row is None else row[0]

    def get(self, id: int) -> Work | None:
        """One row."""
        row = self._db.one(_BY_ID, id_=id)
        return None if row is None else WORK.load(row)

    def listed(self, *, account_id: str | None, state: WorkState | None, limit: int) -> Sequence[Work]:
        """The newest rows first, for operators."""
        rows = self._db.all(_LISTED, account=account_id or "", state_=str(state or ""), limit=limit)
        return WORK.load_all(rows)

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        return self._db.run(_REVIVE, id_=id, now=now) == 1

    def depth(self) -> Mapping[tuple[str, str], tuple[int, datetime]]:
        """(kind, state) of open and dead rows → how many there are, and the due time of the oldest."""
        return {(kind, str(state)): (count, oldest) for kind, state, count, oldest in self._db.all(_DEPTH)}

    def forget(self, before: datetime) -> int:
        """Delete rows that were done before that time, and say how many."""
        return self._db.run(_FORGET, before=before)

    def _held(self, touched: int) -> None:
        if touched != 1:
            raise LeaseLost("The row is no longer leased to this worker.")


def _listed(kinds: Sequence[str]) -> str:
    return "," + ",".join(kinds) + ","
