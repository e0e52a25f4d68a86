"""Sessions, their participants and threads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, text, true, update
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import WrongState
from core.people.model import User
from core.sessions.model import OPEN, Session, SessionStatus
from storage.people import USERS
from storage.search import SESSION_SEARCH
from storage.statements import Connection, Mapper, Statement
from storage.tables import accounts, conversations, participants, session_threads, sessions, users

__all__ = ["SESSIONS", "SqlSessions"]

SESSIONS = Mapper(sessions, Session, fixed=("number", "intake", "conversation_id", "carried_from"))

_MINE = sessions.c.account_id == bindparam("account")
#: In the words of the partial index, or SQLite would not use it.
_IS_HELD = text("session_threads.held")
_STILL_OPEN = sessions.c.closed_at.is_(None)


def _one(*conditions: Any, newest: bool = False) -> tuple[Statement, Statement]:
    """The same SELECT without and with a row lock. SQLite's one writer needs none and renders none."""
    found = select(*SESSIONS.columns).where(_MINE, *conditions)
    if newest:
        found = found.order_by(sessions.c.number.desc()).limit(1)
    return Statement(found), Statement(found.with_for_update(key_share=True, of=sessions))


_BY_ID = _one(sessions.c.id == bindparam("id"))
_BY_NUMBER = _one(sessions.c.number == bindparam("number"))
_HELD = select(session_threads.c.session_id).where(
    session_threads.c.conversation_id == bindparam("conversation"), _IS_HELD
)
_IN_THREAD = _one(sessions.c.id == _HELD.scalar_subquery())
_ANY_IN_THREAD = select(session_threads.c.session_id).where(
    session_threads.c.conversation_id == bindparam("conversation")
)
_LAST_IN_THREAD = _one(sessions.c.id.in_(_ANY_IN_THREAD), newest=True)

_NEXT_NUMBER = Statement(
    update(accounts)
    .where(accounts.c.id == bindparam("account"))
    .values(last_session=accounts.c.last_session + 1)
    .returning(accounts.c.last_session)
)
_JOINED = select(participants.c.session_id).where(participants.c.user_id == bindparam("user"))
_OPEN_OF = Statement(
    select(*SESSIONS.columns)
    .where(_MINE, _STILL_OPEN, sessions.c.id.in_(_JOINED))
    .order_by(sessions.c.number.desc())
    .limit(100)
)
_IN_CHANNEL = (
    select(session_threads.c.session_id)
    .join(conversations, conversations.c.id == session_threads.c.conversation_id)
    .where(
        session_threads.c.session_id == sessions.c.id,
        conversations.c.workspace_id == bindparam("workspace"),
        conversations.c.channel == bindparam("channel"),
    )
)
_OPEN_IN_CHANNEL = Statement(
    select(*SESSIONS.columns)
    .where(_MINE, _STILL_OPEN, sessions.c.id.in_(_JOINED), _IN_CHANNEL.exists())
    .order_by(sessions.c.number.desc())
    .limit(100)
)


def _page(condition: Any) -> Statement:
    return Statement(
        select(*SESSIONS.columns)
        .where(_MINE, condition, or_(bindparam("after") == "", sessions.c.id < bindparam("after")))
        .order_by(sessions.c.id.desc())
        .limit(bindparam("limit"))
    )


_PAGES = {
    "open": _page(_STILL_OPEN),
    "all": _page(true()),
    **{status.value: _page(sessions.c.status == status.value) for status in SessionStatus},
}
_JOIN = Statement(
    sqlite.insert(participants)
    .values({name: bindparam(name) for name in ("session_id", "user_id", "joined_at")})
    .on_conflict_do_nothing()
    .inline(),
    postgresql=postgresql.insert(participants)
    .values({name: bindparam(name) for name in ("session_id", "user_id", "joined_at")})
    .on_conflict_do_nothing()
    .inline(),
)
_PARTICIPATION = and_(participants.c.session_id == bindparam("session"), participants.c.user_id == bindparam("user"))
_LEAVE = Statement(delete(participants).where(_PARTICIPATION))
_HAS_JOINED = Statement(select(participants.c.user_id).where(_PARTICIPATION))
_PARTICIPANTS = Statement(
    select(*USERS.columns)
    .join(participants, participants.c.user_id == users.c.id)
    .where(participants.c.session_id == bindparam("session"))
    .order_by(participants.c.joined_at, users.c.id)
)
_HOLDER = Statement(_HELD)
_THREADS_HELD_ELSEWHERE = Statement(
    select(session_threads.c.conversation_id).where(
        _IS_HELD,
        session_threads.c.session_id != bindparam("session"),
        session_threads.c.conversation_id.in_(
            select(session_threads.c.conversation_id).where(session_threads.c.session_id == bindparam("session"))
        ),
    )
)
_COUNT_THREADS = select(func.count() + 1).where(session_threads.c.session_id == bindparam("session")).scalar_subquery()
_LINK = Statement(
    insert(session_threads)
    .values(
        session_id=bindparam("session"), conversation_id=bindparam("conversation"), held=True, number=_COUNT_THREADS
    )
    .inline()
)
_IS_LINKED = Statement(
    select(session_threads.c.held).where(
        session_threads.c.session_id == bindparam("session"),
        session_threads.c.conversation_id == bindparam("conversation"),
    )
)
_SET_HELD = Statement(
    update(session_threads).where(session_threads.c.session_id == bindparam("session")).values(held=bindparam("held"))
)
_ERASE = Statement(delete(sessions).where(_MINE, sessions.c.id == bindparam("id")))


class SqlSessions:
    """Sessions of one account. What is read stays, so that one command sees its own changes and writes them once."""

    def __init__(self, db: Connection, account_id: str, *, lock: bool) -> None:
        self._db = db
        self._account_id = account_id
        self._lock = int(lock)
        #: id → the session as it was read, and as it is now.
        self.read: dict[str, Session] = {}
        self.current: dict[str, Session] = {}

    def _keep(self, row: Sequence[Any] | None) -> Session | None:
        if row is None:
            return None
        session = SESSIONS.load(row)
        if session.id not in self.current:
            self.read[session.id] = self.current[session.id] = session
        return self.current[session.id]

    def add(self, row: Session) -> None:
        """Insert."""
        self._db.run(SESSIONS.insert, **SESSIONS.dump(row))
        self.read[row.id] = self.current[row.id] = row

    def save(self, row: Session) -> None:
        """Take the change; the unit of work writes it once, with the version."""
        self.current[row.id] = row

    def write(self, row: Session) -> None:
        """Update the row at the end of a command."""
        self._db.run(SESSIONS.update, id_=row.id, account_id_=self._account_id, **SESSIONS.dump(row))
        self.read[row.id] = self.current[row.id] = row

    def get(self, id: str) -> Session | None:
        """By id, or None."""
        known = self.current.get(id)
        return known or self._keep(self._db.one(_BY_ID[self._lock], account=self._account_id, id=id))

    def by_number(self, number: int) -> Session | None:
        """FP-<number>."""
        return self._keep(self._db.one(_BY_NUMBER[self._lock], account=self._account_id, number=number))

    def open_in(self, conversation_id: str) -> Session | None:
        """The open session of a thread."""
        return self._keep(self._db.one(_IN_THREAD[self._lock], account=self._account_id, conversation=conversation_id))

    def last_in(self, conversation_id: str) -> Session | None:
        """The newest session of a thread, open or not."""
        return self._keep(
            self._db.one(_LAST_IN_THREAD[self._lock], account=self._account_id, conversation=conversation_id)
        )

    def next_number(self) -> int:
        """The account's next session number."""
        row = self._db.one(_NEXT_NUMBER, account=self._account_id)
        assert row is not None, "an actor's account exists"
        return int(row[0])

    def open_of(self, user_id: str, channel: tuple[str, str] | None) -> Sequence[Session]:
        """The user's open sessions, newest first, in a channel (workspace id, channel) or anywhere."""
        if channel is None:
            return SESSIONS.load_all(self._db.all(_OPEN_OF, account=self._account_id, user=user_id))
        rows = self._db.all(
            _OPEN_IN_CHANNEL, account=self._account_id, user=user_id, workspace=channel[0], channel=channel[1]
        )
        return SESSIONS.load_all(rows)

    def page(self, statuses: Sequence[SessionStatus], *, after: str, limit: int) -> Sequence[Session]:
        """Newest first, after the session with the id `after`."""
        if set(statuses) == OPEN:
            name = "open"
        else:
            name = statuses[0].value if len(statuses) == 1 else "all"
        rows = self._db.all(_PAGES[name], account=self._account_id, after=after, limit=limit)
        return SESSIONS.load_all(rows)

    def index(self, session: Session, words: str) -> None:
        """Let `alike` find the session by its title and these words."""
        SESSION_SEARCH.put(self._db, id=session.id, account_id=self._account_id, title=session.title, words=words)

    def alike(self, terms: Sequence[str], *, limit: int) -> Sequence[Session]:
        """Indexed sessions that hold at least one of the terms, best first."""
        scores = SESSION_SEARCH.scores(self._db, self._account_id, terms, limit=limit)
        found = (self._db.one(_BY_ID[0], account=self._account_id, id=id) for id in scores)
        return [SESSIONS.load(row) for row in found if row is not None]

    def join(self, session_id: str, user_id: str, at: datetime) -> None:
        """Add a participant; no effect on one who is."""
        self._db.run(_JOIN, session_id=session_id, user_id=user_id, joined_at=at)

    def leave(self, session_id: str, user_id: str) -> None:
        """Take a participant off."""
        self._db.run(_LEAVE, session=session_id, user=user_id)

    def has_joined(self, session_id: str, user_id: str) -> bool:
        """Whether the user takes part."""
        return self._db.one(_HAS_JOINED, session=session_id, user=user_id) is not None

    def participants(self, session_id: str) -> Sequence[User]:
        """Who takes part, in the order of joining."""
        return USERS.load_all(self._db.all(_PARTICIPANTS, session=session_id))

    def link(self, session_id: str, conversation_id: str) -> None:
        """Make a thread one of the session's. Raises WrongState when another open session has it."""
        linked = self._db.one(_IS_LINKED, session=session_id, conversation=conversation_id)
        if linked is not None:
            return
        if self._db.one(_HOLDER, conversation=conversation_id) is not None:
            raise WrongState("Another open session has this thread. Resolve or pause it first.")
        self._db.run(_LINK, session=session_id, conversation=conversation_id)

    def release(self, session_id: str) -> None:
        """The session no longer holds its threads."""
        self._db.run(_SET_HELD, session=session_id, held=False)

    def hold(self, session_id: str) -> None:
        """The session holds its threads again. Raises WrongState when another one does."""
        if self._db.one(_THREADS_HELD_ELSEWHERE, session=session_id) is not None:
            raise WrongState("Another open session has this thread now. Resolve or pause it first.")
        self._db.run(_SET_HELD, session=session_id, held=True)

    def erase(self, session_id: str) -> None:
        """Delete the session with everything that belongs to it."""
        self._db.run(_ERASE, account=self._account_id, id=session_id)
        SESSION_SEARCH.remove(self._db, session_id)
        self.current.pop(session_id, None)
        self.read.pop(session_id, None)
