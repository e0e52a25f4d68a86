"""The questions that are asked all day are answered from an index, on SQLite as its planner sees them.

A partial index is used only where the statement says its condition in the same words, which is easily lost.
"""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from core.ports import Transaction, UnitOfWork
from core.sessions.model import OPEN, SessionStatus
from core.work.model import WorkState
from storage.ids import Ids
from storage.sqlite import SqliteDriver, connect
from storage.statements import Connection, Plan, Row
from storage.unit_of_work import SqlTransaction
from tests.builders import NOW, Seeded, later, seed, unit


class Explaining(SqliteDriver):
    """Runs statements, and keeps what SQLite says of how."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.plans: list[str] = []

    def execute(self, sql: str, parameters: Sequence[Any], /) -> int:
        """Run one statement."""
        self._explain(sql, parameters)
        return super().execute(sql, parameters)

    def fetch(self, sql: str, parameters: Sequence[Any], /) -> Sequence[Row]:
        """Run one statement and return its rows."""
        self._explain(sql, parameters)
        return super().fetch(sql, parameters)

    def write(self, plan: Plan, rows: Sequence[Sequence[Any]], /) -> None:
        """Run one statement once for every row."""
        self._explain(plan.sql, rows[0])
        super().write(plan, rows)

    def _explain(self, sql: str, parameters: Sequence[Any]) -> None:
        rows = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", parameters)
        self.plans.append("; ".join(detail for *_, detail in rows))


class Planner:
    """A migrated database with one account in it."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._driver = Explaining(connection)
        self._connection = connection
        self.seeded: Seeded = self._in_transaction(seed)

    def _in_transaction(self, run: Callable[[Transaction], Any]) -> Any:
        db = Connection(self._driver, SQLiteDialect_pysqlite())
        transaction = SqlTransaction(db, Ids(), writing=True)
        self._connection.execute("BEGIN")
        result = run(transaction)
        transaction.flush()
        self._connection.execute("COMMIT")
        return result

    def plans(
        self, ask: Callable[[UnitOfWork], object] | None = None, **of: Callable[[Transaction], object]
    ) -> list[str]:
        """How what is asked of a unit of work (or, as `tx`, of a transaction) is answered, statement by statement."""
        self._driver.plans.clear()
        self._in_transaction(of["tx"] if ask is None else lambda tx: ask(unit(tx, self.seeded)))
        return list(self._driver.plans)


@pytest.fixture
def planner(sqlite_file: Path) -> Iterator[Planner]:
    """No statistics: SQLite has none unless told to ANALYZE."""
    connection = connect(sqlite_file)
    yield Planner(connection)
    connection.close()


UNIT: dict[str, tuple[Callable[[UnitOfWork], object], str]] = {
    "session of a thread": (
        lambda uow: uow.sessions.open_in("c"),
        "USING INDEX uq_session_threads_held (conversation_id=?)",
    ),
    "newest of a thread": (
        lambda uow: uow.sessions.last_in("c"),
        "USING INDEX ix_session_threads_conversation (conversation_id=?)",
    ),
    "session by number": (
        lambda uow: uow.sessions.by_number(7),
        "USING INDEX sqlite_autoindex_sessions_2 (account_id=? AND number=?)",
    ),
    "open sessions": (
        lambda uow: uow.sessions.page(list(OPEN), after="x", limit=5),
        "USING INDEX ix_sessions_open (account_id=? AND id<?)",
    ),
    "all sessions": (
        lambda uow: uow.sessions.page(list(SessionStatus), after="x", limit=5),
        "USING INDEX ix_sessions_account (account_id=? AND id<?)",
    ),
    "sessions of a status": (
        lambda uow: uow.sessions.page([SessionStatus.RESOLVED], after="", limit=5),
        "USING INDEX ix_sessions_listed (account_id=? AND status=? AND id<?)",
    ),
    "open sessions of somebody": (
        lambda uow: uow.sessions.open_of("u", None),
        "USING INDEX ix_sessions_open (account_id=?)",
    ),
    "open sessions in a channel": (
        lambda uow: uow.sessions.open_of("u", ("w", "c")),
        "USING INDEX ix_sessions_open (account_id=?)",
    ),
    "thread by place": (
        lambda uow: uow.conversations.find(workspace_id="w", channel="c", thread="t"),
        "(workspace_id=? AND channel=? AND thread=?)",
    ),
    "all threads of a place": (
        lambda uow: uow.conversations.guests_in(workspace_id="w", channel="c"),
        "(workspace_id=? AND channel=?)",
    ),
    "being unsure of a place": (
        lambda uow: uow.conversations.unsure_in(workspace_id="w", channel="c", unsure=True),
        "(workspace_id=? AND channel=?)",
    ),
    "what is known of a channel": (lambda uow: uow.channels.get("w", "c"), "(workspace_id=? AND channel=?)"),
    "a person of a workspace": (lambda uow: uow.users.identity("w", "p"), "(workspace_id=? AND external_id=?)"),
    "everybody of a workspace": (lambda uow: uow.users.standings("w"), "(workspace_id=?)"),
    "pending messages": (lambda uow: uow.messages.pending("s"), "USING INDEX ix_messages_pending (session_id=?)"),
    "recent messages": (lambda uow: uow.messages.recent("s", 5), "(session_id=?)"),
    "when people spoke": (lambda uow: uow.messages.said_at("s"), "(session_id=?)"),
    "message by reference": (
        lambda uow: uow.messages.by_ref("c", "r"),
        "USING INDEX ix_messages_ref (conversation_id=? AND ref=?)",
    ),
    "pictures": (lambda uow: uow.attachments.of("s"), "(session_id=?)"),
    "forgetting pictures": (lambda uow: uow.attachments.forget("s", "m"), "(session_id=?)"),
    "facts": (lambda uow: uow.facts.of("s"), "(session_id=?)"),
    "facts of a step": (lambda uow: uow.facts.of_step("s", "x"), "(session_id=?)"),
    "facts of a message": (
        lambda uow: uow.facts.said_in("c", "r"),
        "USING INDEX ix_facts_said (conversation_id=? AND ref=?)",
    ),
    "steps": (lambda uow: uow.steps.of("s"), "(session_id=?)"),
    "active fix": (lambda uow: uow.fixes.active("s"), "USING INDEX uq_fixes_active (session_id=?)"),
    "timeline": (lambda uow: uow.timeline.of("s"), "(session_id=?)"),
    "posts": (
        lambda uow: uow.posts.of("s", "x"),
        "USING INDEX ix_posts_shown (session_id=? AND subject=?)",
    ),
    "surfaces that wait": (lambda uow: uow.surfaces.waiting_for("k"), "USING INDEX ix_surfaces_waiting (waits_for=?)"),
    "expired surfaces": (lambda uow: uow.surfaces.forget(NOW), "USING INDEX ix_surfaces_expires_at (expires_at<?)"),
    "open escalations": (lambda uow: uow.escalations.waiting(), "USING INDEX ix_escalations_open (account_id=?)"),
    "names of a person": (lambda uow: uow.users.known_as("u"), "USING INDEX ix_identities_user_id (user_id=?)"),
    "usage of a session": (lambda uow: uow.usage.of("s"), "USING INDEX ix_usage_session_id (session_id=?)"),
    "usage spent": (
        lambda uow: uow.usage.spent(NOW.date(), NOW.date()),
        "USING INDEX sqlite_autoindex_usage_days_1 (account_id=? AND day>?)",
    ),
    "usage by day": (
        lambda uow: uow.usage.totals(NOW.date()),
        "USING INDEX sqlite_autoindex_usage_days_1 (account_id=? AND day>?)",
    ),
    "hastening": (lambda uow: uow.work.hasten("k", NOW), "USING INDEX uq_work_dedupe (dedupe_key=? AND account_id=?)"),
    "hastening a lane": (
        lambda uow: uow.work.hasten_lane("k", NOW),
        "USING INDEX ix_work_lane (lane=? AND account_id=?)",
    ),
    "work about a subject": (lambda uow: uow.work.open_for("x", ["post"]), "USING INDEX ix_work_subject (subject=?)"),
    "dropping work": (lambda uow: uow.work.drop("x", ["post"], NOW), "USING INDEX ix_work_subject (subject=?)"),
}


@pytest.mark.parametrize("name", UNIT)
def test_a_question_of_a_handler_is_answered_from_its_index(name: str, planner: Planner) -> None:
    """And nothing is scanned or sorted that grows with the database."""
    ask, index = UNIT[name]
    plans = planner.plans(ask)
    assert index in plans[0]
    for plan in plans:
        assert "SCAN" not in plan.replace("SCAN CONSTANT ROW", "")
    if "page" in name or "sessions" in name:
        assert "TEMP B-TREE" not in plans[0]


QUEUE: dict[str, tuple[Callable[[Transaction], object], list[str]]] = {
    "what may be claimed": (
        lambda tx: tx.queue.claim(worker="w", now=NOW, lease=timedelta(seconds=9), kinds=("post",), limit=9),
        [
            "SEARCH work USING INDEX ix_work_due (due_at<?)",
            "leased USING INDEX uq_work_leased (lane=? AND account_id=?)",
            "earlier USING INDEX ix_work_lane (lane=? AND account_id=? AND id<?)",
        ],
    ),
    "due timers": (
        lambda tx: tx.queue.take_timers(now=NOW, kinds=("nudge",), limit=9),
        ["SEARCH work USING INDEX ix_work_due (due_at<?)"],
    ),
    "the next due time": (lambda tx: tx.queue.next_due(NOW), ["USING INDEX ix_work_due (due_at>?)"]),
    "what was done long ago": (lambda tx: tx.queue.forget(NOW), ["USING INDEX ix_work_done (finished_at<?)"]),
    "dead rows": (
        lambda tx: tx.queue.listed(account_id=None, state=WorkState.DEAD, limit=9),
        ["USING INDEX ix_work_dead"],
    ),
    "a repeat": (
        lambda tx: tx.inbox.mark(("a", "b"), "failed"),
        ["USING INDEX sqlite_autoindex_inbox_1 (key=?)", "USING INDEX sqlite_autoindex_inbox_2 (other_key=?)"],
    ),
    "a change that waited": (
        lambda tx: tx.inbox.arrive(("a", "b"), "x"),
        ["USING INDEX sqlite_autoindex_inbox_1 (key=?)", "USING INDEX sqlite_autoindex_inbox_2 (other_key=?)"],
    ),
    "a new thing": (
        lambda tx: tx.inbox.take(("a", "b"), "north", "x", "", NOW),
        ["(key=?)", "(other_key=?)"],
    ),
    "an actor": (
        lambda tx: tx.directory.actor("slack", "T", "U"),
        [
            "(platform=? AND external_id=?)",
            "(workspace_id=? AND external_id=?)",
            "USING INDEX ix_work_lane (lane=? AND account_id=?)",
        ],
    ),
    "somebody's address": (
        lambda tx: tx.directory.user_by_email("north", "x"),
        ["USING INDEX ix_users_account_email (account_id=? AND <expr>=?)"],
    ),
}


@pytest.mark.parametrize("name", QUEUE)
def test_a_question_of_a_worker_is_answered_from_its_index(name: str, planner: Planner) -> None:
    """Partial indexes of open rows stay small, however many rows are done."""
    ask, indexes = QUEUE[name]
    plan = planner.plans(tx=ask)[0]
    for index in indexes:
        assert index in plan
    assert "SCAN" not in plan.replace("SCAN CONSTANT ROW", "").replace("SCAN work USING INDEX ix_work_dead", "")


def test_the_depth_reads_open_and_dead_rows_only(planner: Planner) -> None:
    """Metrics ask for it all the time."""
    open_rows, dead_rows = planner.plans(tx=lambda tx: tx.queue.depth())
    assert "ix_work_dead" in dead_rows
    assert any(index in open_rows for index in ("ix_work_due", "ix_work_lane"))


def test_words_are_found_and_changed_without_reading_all_words(planner: Planner) -> None:
    """A row of the search index is reached by its id."""

    def index(uow: UnitOfWork) -> None:
        uow.sessions.index(planner.seeded.session, "vpn")
        uow.sessions.alike(["vpn"], limit=5)
        uow.sessions.erase("s")

    plans = [plan for plan in planner.plans(index) if "session_search" in plan]
    assert plans
    for plan in plans:
        assert "SCAN session_search " not in f"{plan} "
        assert "SCAN session_search_words VIRTUAL TABLE INDEX" in plan or "SCAN" not in plan


def test_a_row_that_is_queued_touches_no_table_scan(planner: Planner) -> None:
    """Keys are looked up in their index."""
    (plan,) = planner.plans(
        lambda uow: uow.work.add("post", lane="l", session_id=None, dedupe_key="k", due_at=later(seconds=1))
    )
    assert "SCAN" not in plan
