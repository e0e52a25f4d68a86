"""Work rows: as a handler adds them, and as a worker takes them (ARCHITECTURE 8)."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, and_, bindparam, delete, exists, false, func, literal_column, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import LeaseLost
from core.work.model import Work, WorkState
from storage.statements import Connection, Mapper, Statement
from storage.tables import work

__all__ = ["SqlQueue", "SqlWorkRows"]

WORK = Mapper(work, Work)
_MINE = work.c.account_id == bindparam("account")


def _in(state: str, table: Any = work) -> Any:
    """In the words of the partial indexes, or SQLite would not use them."""
    return table.c.state == literal_column(f"'{state}'")


_OPEN, _DEAD, _DONE = _in("open"), _in("dead"), _in("done")
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
    .where(_OPEN, _MINE, work.c.dedupe_key == bindparam("key_"), work.c.due_at > bindparam("due"))
    .values(due_at=bindparam("due"))
)
_HASTEN_LANE = Statement(
    update(work)
    .where(
        _OPEN, _MINE, work.c.lane == bindparam("lane_"), work.c.leased_by.is_(None), work.c.due_at > bindparam("due")
    )
    .values(due_at=bindparam("due"))
)
_EMPTY = Statement(update(work).where(work.c.id == bindparam("id_"), _MINE, _DONE).values(payload={}))
_BY_ID = Statement(select(*WORK.columns).where(work.c.id == bindparam("id_")))
_MINE_BY_ID = Statement(select(*WORK.columns).where(work.c.id == bindparam("id_"), _MINE))
_ABOUT = Statement(
    select(*WORK.columns).where(work.c.subject == bindparam("subject"), _MINE, or_(_OPEN, _DEAD)).order_by(work.c.id)
)
_LATER = Statement(
    select(work.c.id)
    .where(
        _OPEN,
        _MINE,
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
        _OPEN,
        _MINE,
        work.c.subject == bindparam("subject_"),
        work.c.kind == bindparam("kind_"),
        work.c.leased_by.is_(None),
    )
    .values(state="done", finished_at=bindparam("at"))
)
_STOP = Statement(
    update(work)
    .where(_OPEN, _MINE, work.c.subject == bindparam("subject_"), work.c.kind == bindparam("kind_"))
    .values(stopped=true())
)
_same = work.alias("same")
_IS_DONE_AGAIN = exists().where(
    _in("open", _same), _same.c.account_id == work.c.account_id, _same.c.dedupe_key == work.c.dedupe_key
)
_THIS_DEAD = (work.c.id == bindparam("id_"), _DEAD)
_REVIVE = (
    update(work)
    .where(*_THIS_DEAD, ~_IS_DONE_AGAIN)
    .values(state="open", stopped=false(), attempts=0, due_at=bindparam("now"), finished_at=None)
)
#: An open row with the same key does what the dead one was to do.
_LET_GO = update(work).where(*_THIS_DEAD).values(state="done", finished_at=bindparam("now"))
_REVIVE_ANY, _LET_ANY_GO = Statement(_REVIVE), Statement(_LET_GO)
_REVIVE_MINE, _LET_MINE_GO = Statement(_REVIVE.where(_MINE)), Statement(_LET_GO.where(_MINE))


class SqlWorkRows:
    """The work of one account. What is added is written together, in its order, when it is asked for or the command ends."""

    def __init__(self, db: Connection, account_id: str, now: datetime) -> None:
        self._db = db
        self._account_id = account_id
        self._now = now
        #: The soonest due time of what was added, for the wake-up after the commit.
        self.soonest: datetime | None = None
        self._added: list[Mapping[str, Any]] = []

    def write(self) -> None:
        """Write what was added."""
        added, self._added = self._added, []
        self._db.run_each(_ADD, added)

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
        self._added.append(
            {
                "account_id": self._account_id,
                "kind": kind,
                "lane": lane,
                "session_id": session_id,
                "subject": subject,
                "payload": dict(payload or {}),
                "dedupe_key": dedupe_key,
                "due_at": due,
                "created_at": self._now,
            }
        )

    def hasten(self, dedupe_key: str, due_at: datetime) -> None:
        """Make an open row due no later than that."""
        self.write()
        self.soonest = due_at if self.soonest is None else min(due_at, self.soonest)
        self._db.run(_HASTEN, account=self._account_id, key_=dedupe_key, due=due_at)

    def hasten_lane(self, lane: str, due_at: datetime) -> None:
        """Make the open rows of a lane that nobody works on due no later than that."""
        self.write()
        self.soonest = due_at if self.soonest is None else min(due_at, self.soonest)
        self._db.run(_HASTEN_LANE, account=self._account_id, lane_=lane, due=due_at)

    def empty(self, id: int) -> None:
        """Take its payload from a row that is done: nobody needs what somebody wrote any more."""
        self._db.run(_EMPTY, account=self._account_id, id_=id)

    def get(self, id: int) -> Work | None:
        """One row."""
        self.write()
        row = self._db.one(_MINE_BY_ID, id_=id, account=self._account_id) if _possible(id) else None
        return None if row is None else WORK.load(row)

    def open_for(self, subject: str, kinds: Sequence[str]) -> Sequence[Work]:
        """Open and dead rows about a subject."""
        self.write()
        rows = WORK.load_all(self._db.all(_ABOUT, subject=subject, account=self._account_id))
        return [row for row in rows if row.kind in kinds]

    def overtaken(self, work: Work) -> bool:
        """Whether a later open row of the same lane, kind and subject makes this one needless."""
        self.write()
        place = {"account": self._account_id, "lane": work.lane, "id_": work.id}
        return self._db.one(_LATER, kind=work.kind, subject=work.subject, **place) is not None

    def stop(self, subject: str, kind: str) -> bool:
        """Mark open rows about a subject as no longer wanted; whoever runs one looks. False when there is none."""
        self.write()
        return self._db.run(_STOP, account=self._account_id, subject_=subject, kind_=kind) > 0

    def drop(self, subject: str, kinds: Sequence[str], at: datetime) -> None:
        """Mark open, unleased rows about a subject done without doing them."""
        self.write()
        for kind in kinds:
            self._db.run(_DROP, account=self._account_id, subject_=subject, kind_=kind, at=at)

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        if not _possible(id):
            return False
        self.write()
        self.soonest = now if self.soonest is None else min(now, self.soonest)
        mine = {"account": self._account_id, "id_": id, "now": now}
        return self._db.run(_REVIVE_MINE, **mine) == 1 or self._db.run(_LET_MINE_GO, **mine) == 1


_leased, _earlier = work.alias("leased"), work.alias("earlier")


def _of_lane(other: Any) -> Any:
    return and_(_in("open", other), other.c.account_id == work.c.account_id, other.c.lane == work.c.lane)


#: The row that a worker has let slip, or else the first of a lane of which no row is leased. What is not yet due has not
#: joined its lane, unless it has been tried: a retry keeps its place.
_NEXT_OF_LANE = or_(
    and_(work.c.leased_by.is_not(None), work.c.lease_until < bindparam("now")),
    and_(
        work.c.leased_by.is_(None),
        ~exists().where(_of_lane(_leased), _leased.c.leased_by.is_not(None)),
        ~exists().where(
            _of_lane(_earlier), _earlier.c.id < work.c.id, or_(_earlier.c.due_at <= bindparam("now"), _earlier.c.tried)
        ),
    ),
)


def _due(position: Any, *conditions: Any) -> Any:
    """Due rows whose kind is listed in `kinds`: ",post,update,"."""
    listed = position(bindparam("kinds", type_=work.c.kind.type), "," + work.c.kind + ",") > 0
    found = select(*WORK.columns).where(_OPEN, work.c.due_at <= bindparam("now"), listed, *conditions)
    return found.order_by(work.c.due_at, work.c.id).limit(bindparam("limit"))


_CLAIMABLE = Statement(
    _due(func.instr, _NEXT_OF_LANE),
    postgresql=_due(func.strpos, _NEXT_OF_LANE).with_for_update(skip_locked=True, of=work),
)
_DUE_TIMERS = Statement(_due(func.instr), postgresql=_due(func.strpos))
_TAKEABLE = _due(func.strpos).with_for_update(skip_locked=True, of=work).cte("takeable")
_TAKE = update(work).values(state="done", finished_at=bindparam("now")).returning(*WORK.columns)
_TAKE_TIMERS = Statement(
    _TAKE.where(work.c.id.in_(_due(func.instr).with_only_columns(work.c.id))),
    postgresql=_TAKE.where(work.c.id == _TAKEABLE.c.id),
)
_LEASE = Statement(
    update(work)
    .where(work.c.id == bindparam("id_"))
    .values(leased_by=bindparam("worker"), lease_until=bindparam("until"), attempts=work.c.attempts + 1, tried=true())
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
        unsure=or_(work.c.unsure, bindparam("doubt")),
        lease_until=None,
        leased_by=None,
    )
)
_BURY = Statement(
    update(work)
    .where(_HELD)
    .values(
        state="dead",
        error=bindparam("why"),
        unsure=or_(work.c.unsure, bindparam("doubt")),
        finished_at=bindparam("at"),
        lease_until=None,
        leased_by=None,
    )
)
_FAIL_TIMER = Statement(
    update(work)
    .where(work.c.id == bindparam("id_"), _DONE)
    .values(
        state=bindparam("state_"),
        finished_at=bindparam("at"),
        due_at=bindparam("due"),
        attempts=work.c.attempts + 1,
        error=bindparam("why"),
    )
)
_NEXT_DUE = Statement(select(func.min(work.c.due_at)).where(_OPEN, work.c.due_at > bindparam("now")))


def _newest(*conditions: Any) -> Statement:
    listed = or_(bindparam("account", type_=Text) == "", work.c.account_id == bindparam("account", type_=Text))
    found = select(*WORK.columns).where(listed, *conditions)
    return Statement(found.order_by(work.c.id.desc()).limit(bindparam("limit")))


_LISTED: dict[WorkState | None, Statement] = {None: _newest(), **{state: _newest(_in(state)) for state in WorkState}}


def _depth(state: WorkState) -> Statement:
    return Statement(select(work.c.kind, func.count(), func.min(work.c.due_at)).where(_in(state)).group_by(work.c.kind))


_DEPTH = {state: _depth(state) for state in (WorkState.OPEN, WorkState.DEAD)}
_FORGET = Statement(delete(work).where(_DONE, work.c.finished_at < bindparam("before")))


class SqlQueue:
    """The work of all accounts."""

    def __init__(self, db: Connection) -> None:
        self._db = db

    def claim(
        self, *, worker: str, now: datetime, lease: timedelta, kinds: Sequence[str], limit: int
    ) -> Sequence[Work]:
        """Lease due rows that are next in their lane, expired leases included. Returned as they were before."""
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

    def put_back(self, id: int, *, worker: str, due_at: datetime, error: str, count: bool, unsure: bool) -> None:
        """Give a leased row back for another try. Raises LeaseLost. `count`: the try counts; `unsure`: it may have done it."""
        how = {"due": due_at, "why": error, "uncounted": 0 if count else 1, "doubt": unsure}
        self._held(self._db.run(_PUT_BACK, id_=id, worker=worker, **how))

    def bury(self, id: int, *, worker: str, at: datetime, error: str, unsure: bool = False) -> None:
        """Mark a leased row dead. Raises LeaseLost. `unsure`: it may have been done all the same."""
        self._held(self._db.run(_BURY, id_=id, worker=worker, why=error, at=at, doubt=unsure))

    def due_timers(self, *, now: datetime, kinds: Sequence[str], limit: int) -> Sequence[Work]:
        """Due rows of kinds that need no lease, because a transaction does all they do."""
        return WORK.load_all(self._db.all(_DUE_TIMERS, now=now, kinds=_listed(kinds), limit=limit))

    def take_timers(self, *, now: datetime, kinds: Sequence[str], limit: int) -> Sequence[Work]:
        """Mark due timers done, those that another replica is taking left to it. Returned in the order of their time."""
        taken = WORK.load_all(self._db.all(_TAKE_TIMERS, now=now, kinds=_listed(kinds), limit=limit))
        return sorted(taken, key=lambda timer: (timer.due_at, timer.id))

    def fail_timer(self, id: int, *, at: datetime, due_at: datetime | None, error: str) -> None:
        """Open a taken timer again for another try at `due_at`; without one it is dead."""
        state, finished = (WorkState.DEAD, at) if due_at is None else (WorkState.OPEN, None)
        self._db.run(_FAIL_TIMER, id_=id, state_=state, at=finished, due=due_at or at, why=error)

    def next_due(self, now: datetime) -> datetime | None:
        """When the next open row is due that is not yet."""
        row = self._db.one(_NEXT_DUE, now=now)
        return None if row is None else row[0]

    def get(self, id: int) -> Work | None:
        """One row."""
        row = self._db.one(_BY_ID, id_=id) if _possible(id) else None
        return None if row is None else WORK.load(row)

    def listed(self, *, account_id: str | None, state: WorkState | None, limit: int) -> Sequence[Work]:
        """The newest rows first, for operators."""
        return WORK.load_all(self._db.all(_LISTED[state], account=account_id or "", limit=limit))

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        if not _possible(id):
            return False
        return self._db.run(_REVIVE_ANY, id_=id, now=now) == 1 or self._db.run(_LET_ANY_GO, id_=id, now=now) == 1

    def depth(self) -> Mapping[tuple[str, str], tuple[int, datetime]]:
        """(kind, state) of open and dead rows → how many there are, and the due time of the oldest."""
        return {
            (kind, str(state)): (count, oldest)
            for state, statement in _DEPTH.items()
            for kind, count, oldest in self._db.all(statement)
        }

    def forget(self, before: datetime) -> int:
        """Delete rows that were done before that time, and say how many."""
        return self._db.run(_FORGET, before=before)

    def _held(self, touched: int) -> None:
        if touched != 1:
            raise LeaseLost("The row is no longer leased to this worker.")


def _possible(id: int) -> bool:
    """Ids come back from buttons and from people, who may write any number."""
    return 0 < id < 2**63


def _listed(kinds: Sequence[str]) -> str:
    return "," + ",".join(kinds) + ","
