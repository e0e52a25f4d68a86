"""What a session holds: steps, facts, fixes, and the timeline of who did what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol, TypeVar

from sqlalchemy import bindparam, select, text, update

from core.facts.model import Fact, statement_of
from core.fixes.model import Fix
from core.sessions.model import Event, Step
from storage.repository import Changes, Repository
from storage.statements import Connection, Mapper, Statement
from storage.tables import facts, fixes, steps, timeline

__all__ = ["EVENTS", "SqlFacts", "SqlFixes", "SqlSteps", "SqlTimeline"]


class _OfSession(Protocol):
    @property
    def id(self) -> str: ...

    @property
    def account_id(self) -> str: ...

    @property
    def session_id(self) -> str: ...


T = TypeVar("T", bound=_OfSession)


class SessionRepository(Repository[T]):
    """Rows whose change raises their session's state version."""

    def __init__(self, db: Connection, account_id: str, changes: Changes) -> None:
        super().__init__(db, account_id)
        self._changes = changes

    def add(self, row: T) -> None:
        """Insert."""
        self._changes.touch(row.session_id)
        super().add(row)

    def save(self, row: T) -> None:
        """Update what may change."""
        self._changes.touch(row.session_id)
        super().save(row)


STEPS = Mapper(steps, Step, fixed=("session_id", "number"))
_STEPS = Statement(
    select(*STEPS.columns)
    .where(steps.c.account_id == bindparam("account"), steps.c.session_id == bindparam("session"))
    .order_by(steps.c.number, steps.c.id)
)


class SqlSteps(SessionRepository[Step]):
    """Steps of sessions. Asking is not yet an answer, so adding one leaves the state version as it is."""

    mapper = STEPS

    def add(self, row: Step) -> None:
        """Insert."""
        Repository.add(self, row)

    def of(self, session_id: str) -> Sequence[Step]:
        """All of the session's, dropped ones too."""
        return STEPS.load_all(self._db.all(_STEPS, account=self._account_id, session=session_id))

    def open_in(self, session_id: str) -> Sequence[Step]:
        """Those that await an answer."""
        return [step for step in self.of(session_id) if step.open]


FACTS = Mapper(facts, Fact, fixed=("session_id", "source_type", "step_id", "created_by"), derived=("statement",))


def _facts_where(*conditions: Any) -> Statement:
    """Facts of an account, in the order in which they were added."""
    mine = facts.c.account_id == bindparam("account")
    return Statement(select(*FACTS.columns).where(mine, *conditions).order_by(facts.c.id))


_IN_SESSION = facts.c.session_id == bindparam("session")
_STANDING = facts.c.deleted_at.is_(None)
_FACTS = _facts_where(_IN_SESSION, _STANDING)
_OF_STEP = _facts_where(_IN_SESSION, facts.c.step_id == bindparam("step"))
#: In the words of the partial index, or SQLite would not use it.
_SAID = _facts_where(
    facts.c.conversation_id == bindparam("conversation"),
    facts.c.ref == bindparam("ref"),
    text("facts.ref <> ''"),
    _STANDING,
)
_KNOWS = Statement(
    select(facts.c.id)
    .where(
        facts.c.account_id == bindparam("account"),
        facts.c.session_id == bindparam("session"),
        facts.c.statement == bindparam("said"),
        facts.c.deleted_at.is_(None),
    )
    .limit(1)
)
_DROP_FACTS = Statement(
    update(facts)
    .where(
        facts.c.account_id == bindparam("account"),
        facts.c.session_id == bindparam("session"),
        facts.c.step_id == bindparam("step"),
        facts.c.deleted_at.is_(None),
    )
    .values(deleted_at=bindparam("at"))
)


class SqlFacts(SessionRepository[Fact]):
    """What we know."""

    mapper = FACTS

    def of(self, session_id: str) -> Sequence[Fact]:
        """Facts that are not deleted."""
        return FACTS.load_all(self._db.all(_FACTS, account=self._account_id, session=session_id))

    def knows(self, session_id: str, text: str) -> bool:
        """Whether a fact that is not deleted says the same."""
        mine = {"account": self._account_id, "session": session_id}
        return self._db.one(_KNOWS, said=statement_of(text), **mine) is not None

    def of_step(self, session_id: str, step_id: str) -> Sequence[Fact]:
        """Facts learned from a step, deleted ones, too."""
        return FACTS.load_all(self._db.all(_OF_STEP, account=self._account_id, session=session_id, step=step_id))

    def said_in(self, conversation_id: str, ref: str) -> Sequence[Fact]:
        """Facts that are a message, word for word, and not deleted."""
        return FACTS.load_all(self._db.all(_SAID, account=self._account_id, conversation=conversation_id, ref=ref))

    def drop_of_steps(self, session_id: str, step_ids: Sequence[str], at: datetime) -> int:
        """Delete (softly) the facts learned from these steps, and say how many."""
        dropped = sum(
            self._db.run(_DROP_FACTS, account=self._account_id, session=session_id, step=step, at=at)
            for step in step_ids
        )
        if dropped:
            self._changes.touch(session_id)
        return dropped


FIXES = Mapper(
    fixes, Fix, fixed=("session_id", "title", "description", "detail", "cause", "confidence", "flow_id", "node")
)
_OF_SESSION = (fixes.c.account_id == bindparam("account"), fixes.c.session_id == bindparam("session"))
#: In the words of the partial index, or SQLite would not use it.
_IS_ACTIVE = text("fixes.superseded_at IS NULL AND NOT fixes.waiting")
_FIXES = Statement(select(*FIXES.columns).where(*_OF_SESSION).order_by(fixes.c.id))
_ACTIVE = Statement(select(*FIXES.columns).where(*_OF_SESSION, _IS_ACTIVE))
_WAITING = Statement(
    select(*FIXES.columns)
    .where(*_OF_SESSION, fixes.c.superseded_at.is_(None), fixes.c.waiting)
    .order_by(fixes.c.id.desc())
    .limit(1)
)


class SqlFixes(SessionRepository[Fix]):
    """Suggested fixes. Those of a session that were read stay, as the command has changed them."""

    mapper = FIXES

    def __init__(self, db: Connection, account_id: str, changes: Changes) -> None:
        super().__init__(db, account_id, changes)
        #: Session's id → its fixes by their id, in their order.
        self._of: dict[str, dict[str, Fix]] = {}

    def add(self, row: Fix) -> None:
        """Insert."""
        super().add(row)
        self._of.pop(row.session_id, None)

    def save(self, row: Fix) -> None:
        """Update what may change."""
        self._changes.touch(row.session_id)
        self._write(row)

    def of(self, session_id: str) -> Sequence[Fix]:
        """All of the session's."""
        if session_id not in self._of:
            found = FIXES.load_all(self._db.all(_FIXES, account=self._account_id, session=session_id))
            self._of[session_id] = {fix.id: fix for fix in found}
        return tuple(self._of[session_id].values())

    def active(self, session_id: str) -> Fix | None:
        """The one active fix."""
        row = self._db.one(_ACTIVE, account=self._account_id, session=session_id)
        return None if row is None else FIXES.load(row)

    def waiting(self, session_id: str) -> Fix | None:
        """The fix behind *Replace?*."""
        row = self._db.one(_WAITING, account=self._account_id, session=session_id)
        return None if row is None else FIXES.load(row)

    def note_follow_up(self, fix: Fix) -> None:
        """Update without raising the state version: that somebody was asked is not in the notes."""
        self._write(fix)

    def _write(self, fix: Fix) -> None:
        """Update what differs from what was read; all that may, where nothing was."""
        known = self._of.get(fix.session_id)
        if known is None:
            Repository.save(self, fix)
        elif (update := FIXES.update_from(known[fix.id], fix)) is not None:
            assert fix.account_id == self._account_id, "a row belongs to the account of its unit of work"
            self._db.run_row(update, fix)
            known[fix.id] = fix


EVENTS = Mapper(timeline, Event)
_EVENTS = Statement(
    select(*EVENTS.columns)
    .where(timeline.c.account_id == bindparam("account"), timeline.c.session_id == bindparam("session"))
    .order_by(timeline.c.position)
)


class SqlTimeline:
    """Who did what."""

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def of(self, session_id: str) -> Sequence[Event]:
        """The session's entries."""
        return EVENTS.load_all(self._db.all(_EVENTS, account=self._account_id, session=session_id))
