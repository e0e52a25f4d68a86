"""Sessions, their participants and threads."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Text, and_, bindparam, delete, exists, func, insert, or_, select, text, true, update
from sqlalchemy.dialects import postgresql, sqlite

from core.errors import NotFound, WrongState
from core.people.model import User
from core.sessions.model import OPEN, STATUSES, Session, SessionStatus
from storage.foreseen import Foreseen
from storage.people import USERS
from storage.search import SESSION_SEARCH
from storage.statements import Connection, Mapper, Row, Statement
from storage.tables import accounts, conversations, participants, session_threads, sessions, users
from storage.types import Utc

__all__ = ["SESSIONS", "SqlSessions"]

SESSIONS = Mapper(sessions, Session, fixed=("number", "conversation_id", "carried_from"))

_MINE = sessions.c.account_id == bindparam("account")
#: In the words of the partial index, or SQLite would not use it.
_IS_HELD = text("session_threads.held")
_NO_CHAT = sessions.c.status != SessionStatus.CHAT
_STILL_OPEN = and_(sessions.c.closed_at.is_(None), _NO_CHAT)
_OTHER = session_threads.alias("other")
#: Numbers are 32 bits wide.
_TOO_LARGE = 2**31


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
_TAKES_PART = or_(
    sessions.c.owner_id == bindparam("user"),
    exists().where(participants.c.session_id == sessions.c.id, participants.c.user_id == bindparam("user")),
)
_OPEN_SESSIONS = (
    select(*SESSIONS.columns).where(_MINE, _STILL_OPEN, _TAKES_PART).order_by(sessions.c.id.desc()).limit(100)
)
_OPEN_OF = Statement(_OPEN_SESSIONS)
_OPEN_IN_CHANNEL = Statement(
    _OPEN_SESSIONS.where(
        exists()
        .where(session_threads.c.session_id == sessions.c.id)
        .where(
            conversations.c.id == session_threads.c.conversation_id,
            conversations.c.workspace_id == bindparam("workspace"),
            conversations.c.channel == bindparam("channel"),
        )
    )
)


def _page(*conditions: Any) -> Statement:
    return Statement(
        select(*SESSIONS.columns)
        .where(_MINE, *conditions, sessions.c.id < bindparam("after"))
        .order_by(sessions.c.id.desc())
        .limit(bindparam("limit"))
    )


_PAGES = {
    OPEN: _page(_STILL_OPEN),
    frozenset(SessionStatus): _page(),
    STATUSES: _page(_NO_CHAT),
    **{frozenset({status}): _page(sessions.c.status == status) for status in SessionStatus},
}
#: Any other choice: ",active,resolved,".
_PAGE_OF_LISTED = _page(bindparam("statuses", type_=Text).contains("," + sessions.c.status.cast(Text) + ","))
#: Sorts after every id, whatever the database's collation.
_AFTER_ALL = "zzzz"

# Participants and threads carry no account of their own; their session does.
_OWN_SESSION = select(sessions.c.id).where(_MINE, sessions.c.id == bindparam("session"))
_JOINED = participants.alias("joined")
_NEXT_PARTICIPANT = (
    select(func.coalesce(func.max(_JOINED.c.number), 0) + 1)
    .where(_JOINED.c.session_id == bindparam("session"))
    .scalar_subquery()
)
_PARTICIPANT = select(
    sessions.c.id,
    bindparam("user", type_=Text).label("user_id"),
    _NEXT_PARTICIPANT.label("number"),
    bindparam("at", type_=Utc).label("joined_at"),
).where(_MINE, sessions.c.id == bindparam("session"))
_PARTICIPANT_NAMES = ["session_id", "user_id", "number", "joined_at"]
_JOIN = Statement(
    sqlite.insert(participants).from_select(_PARTICIPANT_NAMES, _PARTICIPANT).on_conflict_do_nothing().inline(),
    postgresql=postgresql.insert(participants)
    .from_select(_PARTICIPANT_NAMES, _PARTICIPANT)
    .on_conflict_do_nothing()
    .inline(),
)
_PARTICIPATION = and_(participants.c.session_id.in_(_OWN_SESSION), participants.c.user_id == bindparam("user"))
_LEAVE = Statement(delete(participants).where(_PARTICIPATION))
_HAS_JOINED = Statement(select(participants.c.user_id).where(_PARTICIPATION))
_PARTICIPANTS = Statement(
    select(*USERS.columns)
    .join(participants, participants.c.user_id == users.c.id)
    .where(users.c.account_id == bindparam("account"), participants.c.session_id.in_(_OWN_SESSION))
    .order_by(participants.c.number, users.c.id)
)
_HOLDER = Statement(_HELD)
_MY_THREADS = session_threads.c.session_id.in_(_OWN_SESSION)
_THREADS_HELD_ELSEWHERE = Statement(
    select(session_threads.c.conversation_id).where(
        _IS_HELD,
        session_threads.c.session_id != bindparam("session"),
        session_threads.c.conversation_id.in_(
            select(_OTHER.c.conversation_id).where(_OTHER.c.session_id.in_(_OWN_SESSION))
        ),
    )
)
_COUNT_THREADS = select(func.count() + 1).where(_OTHER.c.session_id == bindparam("session")).scalar_subquery()
_LINK = Statement(
    insert(session_threads)
    .from_select(
        ["session_id", "conversation_id", "held", "number"],
        select(sessions.c.id, conversations.c.id, true(), _COUNT_THREADS)
        .select_from(sessions.join(conversations, conversations.c.account_id == sessions.c.account_id))
        .where(_MINE, sessions.c.id == bindparam("session"), conversations.c.id == bindparam("conversation")),
    )
    .inline()
)
_IS_LINKED = Statement(
    select(session_threads.c.held).where(
        session_threads.c.session_id == bindparam("session"),
        session_threads.c.conversation_id == bindparam("conversation"),
    )
)
_SET_HELD = Statement(update(session_threads).where(_MY_THREADS).values(held=bindparam("is_held", type_=Boolean)))
_CLOSED = (
    select(*SESSIONS.columns)
    .where(
        _MINE,
        or_(
            sessions.c.closed_at < bindparam("before"),
            and_(sessions.c.status == SessionStatus.CHAT, sessions.c.active_at < bindparam("before")),
        ),
    )
    .order_by(sessions.c.id)
    .limit(bindparam("limit"))
)
#: Without and with locks: what somebody is just working on, such as a chat that becomes a session, is left for another time.
_CLOSED_BEFORE = Statement(_CLOSED), Statement(_CLOSED.with_for_update(skip_locked=True, of=sessions))
_ERASE = Statement(delete(sessions).where(_MINE, sessions.c.id == bindparam("id")))


class SqlSessions:
    """Sessions of one account. What is read stays, so that one command sees its own changes and writes them once."""

    def __init__(self, db: Connection, account_id: str, foreseen: Foreseen, *, lock: bool) -> None:
        self._db = db
        self._account_id = account_id
        self._foreseen = foreseen
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
        assert row.account_id == self._account_id, "a row belongs to the account of its unit of work"
        self._db.run_row(SESSIONS.insert, row)
        self.read[row.id] = self.current[row.id] = row

    def save(self, row: Session) -> None:
        """Take the change; the unit of work writes it once, with the version."""
        assert row.id in self.read, "a session is saved by the command that has read and locked it"
        self.current[row.id] = row

    def write(self, row: Session) -> None:
        """Update the row at the end of a command."""
        update = SESSIONS.update_from(self.read[row.id], row)
        if update is not None:
            self._db.run_row(update, row)
        self.read[row.id] = self.current[row.id] = row

    def get(self, id: str) -> Session | None:
        """By id, or None."""
        known = self.current.get(id)
        if known is not None:
            return known
        foreseen = self._foreseen.session(self._account_id, id)
        return self._keep(foreseen or self._db.one(_BY_ID[self._lock], account=self._account_id, id=id))

    def by_number(self, number: int) -> Session | None:
        """FP-<number>."""
        if not 0 < number < _TOO_LARGE:  # as somebody may have typed it
            return None
        return self._keep(self._db.one(_BY_NUMBER[self._lock], account=self._account_id, number=number))

    def open_in(self, conversation_id: str) -> Session | None:
        """The open session of a thread."""
        session = self._in_thread(conversation_id)
        if session is not None and self._lock and session.status is not SessionStatus.ACTIVE:
            # Another command may have released the thread while this one waited for the lock: look again.
            session = self._in_thread(conversation_id)
        return session

    def _in_thread(self, conversation_id: str) -> Session | None:
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
            return self._listed(self._db.all(_OPEN_OF, account=self._account_id, user=user_id))
        rows = self._db.all(
            _OPEN_IN_CHANNEL, account=self._account_id, user=user_id, workspace=channel[0], channel=channel[1]
        )
        return self._listed(rows)

    def page(self, statuses: Sequence[SessionStatus], *, after: str, limit: int) -> Sequence[Session]:
        """Newest first, after the session with the id `after`."""
        place = {"account": self._account_id, "after": after or _AFTER_ALL, "limit": limit}
        statement = _PAGES.get(frozenset(statuses))
        if statement is not None:
            return self._listed(self._db.all(statement, **place))
        return self._listed(self._db.all(_PAGE_OF_LISTED, statuses=f",{','.join(statuses)},", **place))

    def _listed(self, rows: Sequence[Row]) -> list[Session]:
        """As this command has changed them; not locked, so only those that it reads by themselves can be saved."""
        return [self.current.get(session.id, session) for session in SESSIONS.load_all(rows)]

    def index(self, session: Session, words: str) -> None:
        """Let `alike` find the session by its title and these words."""
        SESSION_SEARCH.put(self._db, id=session.id, account_id=self._account_id, title=session.title, words=words)

    def alike(self, terms: Sequence[str], *, limit: int) -> Sequence[Session]:
        """Indexed sessions that hold at least one of the terms, best first."""
        scores = SESSION_SEARCH.scores(self._db, self._account_id, terms, limit=limit)
        found = (self._db.one(_BY_ID[0], account=self._account_id, id=id) for id in scores)
        return self._listed([row for row in found if row is not None])

    def join(self, session_id: str, user_id: str, at: datetime) -> None:
        """Add a participant; no effect on one who is."""
        self._db.run(_JOIN, account=self._account_id, session=session_id, user=user_id, at=at)

    def leave(self, session_id: str, user_id: str) -> None:
        """Take a participant off."""
        self._db.run(_LEAVE, account=self._account_id, session=session_id, user=user_id)

    def has_joined(self, session_id: str, user_id: str) -> bool:
        """Whether the user takes part."""
        return self._db.one(_HAS_JOINED, account=self._account_id, session=session_id, user=user_id) is not None

    def participants(self, session_id: str) -> Sequence[User]:
        """Who takes part, in the order of joining."""
        return USERS.load_all(self._db.all(_PARTICIPANTS, account=self._account_id, session=session_id))

    def link(self, session_id: str, conversation_id: str) -> None:
        """Make a thread one of the session's. Raises WrongState when another open session has it."""
        linked = self._db.one(_IS_LINKED, session=session_id, conversation=conversation_id)
        if linked is not None:
            return
        if self._db.one(_HOLDER, conversation=conversation_id) is not None:
            raise WrongState("Another open session has this thread. Resolve or pause it first.")
        if self._db.run(_LINK, account=self._account_id, session=session_id, conversation=conversation_id) == 0:
            raise NotFound("There is no such session or thread.")

    def release(self, session_id: str) -> None:
        """The session no longer holds its threads."""
        self._db.run(_SET_HELD, account=self._account_id, session=session_id, is_held=False)

    def hold(self, session_id: str) -> None:
        """The session holds its threads again. Raises WrongState when another one does."""
        if self._db.one(_THREADS_HELD_ELSEWHERE, account=self._account_id, session=session_id) is not None:
            raise WrongState("Another open session has this thread now. Resolve or pause it first.")
        self._db.run(_SET_HELD, account=self._account_id, session=session_id, is_held=True)

    def closed_before(self, before: datetime, *, limit: int) -> Sequence[Session]:
        """Resolved and abandoned sessions that were closed before that time, and chats in which nothing was said since."""
        rows = self._db.all(_CLOSED_BEFORE[self._lock], account=self._account_id, before=before, limit=limit)
        return SESSIONS.load_all(rows)

    def erase(self, session_id: str) -> None:
        """Delete the session with everything that belongs to it."""
        self._db.run(_ERASE, account=self._account_id, id=session_id)
        SESSION_SEARCH.remove(self._db, id=session_id, account_id=self._account_id)
        self.current.pop(session_id, None)
        self.read.pop(session_id, None)
