"""Drafts, posted notes, open private views, escalations, and what was read of tickets."""

import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from sqlalchemy import Table, bindparam, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite

from core.documents.model import Draft, Note, Surface
from core.escalation.model import Escalation
from core.tickets.model import Ticket, TicketNote, TicketRef, TicketStatus
from storage.repository import Changes, Repository
from storage.statements import Connection, Mapper, Statement
from storage.tables import drafts, escalations, notes, surfaces, ticket_contexts

__all__ = ["SqlDrafts", "SqlEscalations", "SqlNotes", "SqlSurfaces", "SqlTicketContexts"]


def _put(table: Table, names: Sequence[str], *, key: str, changes: Sequence[str]) -> Statement:
    """Insert, or change the account's own row of the same key."""

    def made(dialect: Any) -> Any:
        row = dialect.insert(table).values({name: bindparam(name) for name in names})
        same = table.c.account_id == bindparam("account_id")
        changed: dict[str, Any] = {name: bindparam(name) for name in changes}
        return row.on_conflict_do_update(index_elements=[key], set_=changed, where=same).inline()

    return Statement(made(sqlite), postgresql=made(postgresql))


_DRAFT_NAMES = tuple(field.name for field in fields(Draft))
_GET_DRAFT = Statement(
    select(*(drafts.c[name] for name in _DRAFT_NAMES)).where(
        drafts.c.key == bindparam("key"), drafts.c.account_id == bindparam("account")
    )
)
_PUT_DRAFT = _put(drafts, _DRAFT_NAMES, key="key", changes=("markdown", "source", "fallback", "created_at"))


class SqlDrafts:
    """The preview cache's durable level."""

    def __init__(self, db: Connection, account_id: str) -> None:
        self._db = db
        self._account_id = account_id

    def get(self, key: str) -> Draft | None:
        """The draft of exactly that state."""
        row = self._db.one(_GET_DRAFT, key=key, account=self._account_id)
        return None if row is None else Draft(**dict(zip(_DRAFT_NAMES, row, strict=True)))

    def put(self, draft: Draft) -> None:
        """Store, in the place of one with the same key."""
        assert draft.account_id == self._account_id, "a row belongs to the account of its unit of work"
        self._db.run_row(_PUT_DRAFT, draft)


NOTES = Mapper(
    notes, Note, fixed=("session_id", "kind", "markdown", "edited", "marker", "link", "posted_by", "posted_at")
)
_NOTES = Statement(
    select(*NOTES.columns)
    .where(notes.c.account_id == bindparam("account"), notes.c.session_id == bindparam("session"))
    .order_by(notes.c.id)
)


class SqlNotes(Repository[Note]):
    """Documents as posted."""

    mapper = NOTES

    def of(self, session_id: str) -> Sequence[Note]:
        """The session's."""
        return NOTES.load_all(self._db.all(_NOTES, account=self._account_id, session=session_id))


SURFACES = Mapper(
    surfaces,
    Surface,
    fixed=("user_id", "session_id", "kind", "platform", "workspace", "channel", "thread", "person"),
)
_WAITING_SURFACES = Statement(
    select(*SURFACES.columns)
    .where(surfaces.c.account_id == bindparam("account"), surfaces.c.waits_for == bindparam("key"))
    .where(text("surfaces.waits_for <> ''"))  # in the words of the partial index, or SQLite would not use it
    .order_by(surfaces.c.id)
)
_FORGET_SURFACES = Statement(
    delete(surfaces).where(surfaces.c.account_id == bindparam("account"), surfaces.c.expires_at < bindparam("before"))
)


class SqlSurfaces(Repository[Surface]):
    """Private views that are open."""

    mapper = SURFACES

    def waiting_for(self, draft_key: str) -> Sequence[Surface]:
        """Those that show a spinner until that draft is there."""
        return SURFACES.load_all(self._db.all(_WAITING_SURFACES, account=self._account_id, key=draft_key))

    def forget(self, before: datetime) -> int:
        """Delete what expired before that time, and say how many."""
        return self._db.run(_FORGET_SURFACES, account=self._account_id, before=before)


ESCALATIONS = Mapper(escalations, Escalation, fixed=("session_id", "created_by", "package"))
_ESCALATIONS = select(*ESCALATIONS.columns).where(
    escalations.c.account_id == bindparam("account"), escalations.c.session_id == bindparam("session")
)
_ALL_ESCALATIONS = Statement(_ESCALATIONS.order_by(escalations.c.id))
_LATEST = Statement(_ESCALATIONS.order_by(escalations.c.id.desc()).limit(1))
#: In the words of the partial index, or SQLite would not use it.
_IS_OPEN = text("escalations.status = 'open'")
_WAITING = Statement(
    select(*ESCALATIONS.columns)
    .where(escalations.c.account_id == bindparam("account"), _IS_OPEN)
    .order_by(escalations.c.id)
    .limit(100)
)


class SqlEscalations(Repository[Escalation]):
    """Hand-overs."""

    mapper = ESCALATIONS

    def of(self, session_id: str) -> Sequence[Escalation]:
        """All of the session's, in their order."""
        return ESCALATIONS.load_all(self._db.all(_ALL_ESCALATIONS, account=self._account_id, session=session_id))

    def latest(self, session_id: str) -> Escalation | None:
        """The newest of the session."""
        row = self._db.one(_LATEST, account=self._account_id, session=session_id)
        return None if row is None else ESCALATIONS.load(row)

    def waiting(self) -> Sequence[Escalation]:
        """Those nobody has claimed, oldest first."""
        return ESCALATIONS.load_all(self._db.all(_WAITING, account=self._account_id))


_PUT_CONTEXT = _put(
    ticket_contexts, ("session_id", "account_id", "ticket", "at"), key="session_id", changes=("ticket", "at")
)
_THIS = (
    ticket_contexts.c.session_id == bindparam("session"),
    ticket_contexts.c.account_id == bindparam("account"),
)
_GET_CONTEXT = Statement(select(ticket_contexts.c.ticket).where(*_THIS))
_DROP_CONTEXT = Statement(delete(ticket_contexts).where(*_THIS))


class SqlTicketContexts:
    """What was last read of a session's ticket. Notes are made of it, so another one raises the session's state version."""

    def __init__(self, db: Connection, account_id: str, changes: Changes) -> None:
        self._db = db
        self._account_id = account_id
        self._changes = changes

    def get(self, session_id: str) -> Ticket | None:
        """The ticket as it was read."""
        row = self._db.one(_GET_CONTEXT, session=session_id, account=self._account_id)
        return None if row is None else _ticket(str(row[0]))

    def put(self, session_id: str, ticket: Ticket, at: datetime) -> None:
        """Keep it, in the place of an older one."""
        self._changes.touch(session_id)
        text = json.dumps(asdict(ticket), default=datetime.isoformat, ensure_ascii=False)
        self._db.run(_PUT_CONTEXT, session_id=session_id, account_id=self._account_id, ticket=text, at=at)

    def drop(self, session_id: str) -> None:
        """Forget it."""
        self._db.run(_DROP_CONTEXT, session=session_id, account=self._account_id)


def _ticket(text: str) -> Ticket:
    data = json.loads(text)
    data["ref"] = TicketRef(**data["ref"])
    data["notes"] = tuple(
        TicketNote(**{**note, "created_at": datetime.fromisoformat(note["created_at"])}) for note in data["notes"]
    )
    data["statuses"] = tuple(TicketStatus(**status) for status in data["statuses"])
    return Ticket(**data)
