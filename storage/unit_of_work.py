"""The unit of work: one command's repositories, and the transaction they live in."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import column, select, table, text
from sqlalchemy.util import memoized_property

from core.people.model import Actor
from core.ports import Inbound, UnitOfWork
from core.rules import Rules
from core.sessions.model import Event, Session
from storage.attachments import SqlAttachments
from storage.channels import SqlChannels
from storage.conversations import SqlConversations, SqlMessages, SqlPosts
from storage.directory import SqlDirectory
from storage.flows import SqlFlows
from storage.foreseen import Foreseen
from storage.ids import Ids
from storage.inbox import SqlInbox
from storage.installs import SqlInstalls
from storage.knowledge import EVENTS, SqlFacts, SqlFixes, SqlSteps, SqlTimeline
from storage.papers import SqlDrafts, SqlEscalations, SqlNotes, SqlSurfaces, SqlTicketContexts
from storage.people import SqlAccounts, SqlUsers
from storage.repository import Changes
from storage.sessions import SESSIONS, SqlSessions
from storage.statements import Connection, Statement
from storage.usage import SqlUsages
from storage.work import SqlQueue, SqlWorkRows

__all__ = ["SqlTransaction", "SqlUnitOfWork"]

Effect = Callable[[], None]

_HAS_REVISION = Statement(
    text("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'alembic_version'"),
    postgresql=text("SELECT 1 WHERE to_regclass('alembic_version') IS NOT NULL"),
)
_REVISION = Statement(select(column("version_num")).select_from(table("alembic_version")))


class SqlUnitOfWork:
    """One account's repositories for one command (core.ports.UnitOfWork). Each is made when it is first used."""

    def __init__(
        self,
        db: Connection,
        actor: Actor,
        now: datetime,
        rules: Rules,
        origin: Inbound | None,
        effects: list[Effect],
        foreseen: Foreseen,
        *,
        ids: Ids,
        writing: bool,
    ) -> None:
        self.actor = actor
        self.now = now
        self.rules = rules
        self.origin = origin
        self._db = db
        self._account = actor.account_id
        self._effects = effects
        self._foreseen = foreseen
        self._ids = ids
        self._writing = writing
        self._changes = Changes()
        self._entries: dict[str, list[tuple[str, dict[str, str]]]] = {}

    @memoized_property
    def accounts(self) -> SqlAccounts:
        """The account itself."""
        return SqlAccounts(self._db, self._account)

    @memoized_property
    def users(self) -> SqlUsers:
        """Its people."""
        return SqlUsers(self._db, self._account)

    @memoized_property
    def channels(self) -> SqlChannels:
        """The channels of its workspaces."""
        return SqlChannels(self._db, self._account)

    @memoized_property
    def sessions(self) -> SqlSessions:
        """Its sessions, locked when they are read to be written."""
        return SqlSessions(self._db, self._account, self._foreseen, lock=self._writing)

    @memoized_property
    def conversations(self) -> SqlConversations:
        """Its threads."""
        return SqlConversations(self._db, self._account, self.new_id, self.now)

    @memoized_property
    def messages(self) -> SqlMessages:
        """What was said."""
        return SqlMessages(self._db, self._account)

    @memoized_property
    def attachments(self) -> SqlAttachments:
        """Pictures that came with what was said."""
        return SqlAttachments(self._db, self._account)

    @memoized_property
    def steps(self) -> SqlSteps:
        """Steps of sessions."""
        return SqlSteps(self._db, self._account, self._changes)

    @memoized_property
    def facts(self) -> SqlFacts:
        """What is known."""
        return SqlFacts(self._db, self._account, self._changes)

    @memoized_property
    def fixes(self) -> SqlFixes:
        """Suggested fixes."""
        return SqlFixes(self._db, self._account, self._changes)

    @memoized_property
    def timeline(self) -> SqlTimeline:
        """Who did what."""
        return SqlTimeline(self._db, self._account)

    @memoized_property
    def work(self) -> SqlWorkRows:
        """Work to be done."""
        return SqlWorkRows(self._db, self._account, self.now)

    @memoized_property
    def drafts(self) -> SqlDrafts:
        """Drafted documents."""
        return SqlDrafts(self._db, self._account)

    @memoized_property
    def notes(self) -> SqlNotes:
        """Posted documents."""
        return SqlNotes(self._db, self._account)

    @memoized_property
    def surfaces(self) -> SqlSurfaces:
        """Open private views."""
        return SqlSurfaces(self._db, self._account)

    @memoized_property
    def escalations(self) -> SqlEscalations:
        """Hand-overs."""
        return SqlEscalations(self._db, self._account)

    @memoized_property
    def flows(self) -> SqlFlows:
        """The flow library."""
        return SqlFlows(self._db, self._account)

    @memoized_property
    def posts(self) -> SqlPosts:
        """Which message shows what."""
        return SqlPosts(self._db, self._account, self._ids)

    @memoized_property
    def tickets(self) -> SqlTicketContexts:
        """What was last read of tickets."""
        return SqlTicketContexts(self._db, self._account, self._changes)

    @memoized_property
    def usage(self) -> SqlUsages:
        """What calls to the model cost."""
        return SqlUsages(self._db, self._account)

    def new_id(self) -> str:
        """A fresh id, ordered by time and then by when it was made."""
        return self._ids.new(self.now)

    def log(self, session_id: str, kind: str, **data: str) -> None:
        """Write a timeline entry when the command ends."""
        self._entries.setdefault(session_id, []).append((kind, data))

    def after_commit(self, effect: Effect) -> None:
        """Run `effect` once the transaction is durable."""
        self._effects.append(effect)

    @property
    def soonest_work(self) -> datetime | None:
        """When the first of the added work rows is due; None when none was added."""
        return self.work.soonest if "work" in self.__dict__ else None

    def flush(self) -> None:
        """Raise each changed session's version once, write its timeline and the work that was added.

        A change without an entry in the timeline is a bug.
        """
        self.write_work()
        if "sessions" not in self.__dict__ and not (self._entries or self._changes.sessions):
            return
        dirty = {id for id, now in self.sessions.current.items() if now is not self.sessions.read[id]}
        for id in sorted(dirty | self._changes.sessions | self._entries.keys()):
            session = self.sessions.get(id)
            if session is not None:
                self._write(session)
        self._entries.clear()
        self._changes.sessions.clear()

    def write_work(self) -> None:
        """Write the work that was added so far."""
        if "work" in self.__dict__:
            self.work.write()

    def _write(self, session: Session) -> None:
        entries = self._entries.get(session.id, [])
        raised = session.id in self._changes.sessions or _noted(session) != _noted(self.sessions.read[session.id])
        if raised and not entries:
            raise AssertionError(f"session {session.id} was changed without a timeline entry")
        session = SESSIONS.changed(
            session, state_version=session.state_version + raised, events=session.events + len(entries)
        )
        self.sessions.write(session)
        first = session.events - len(entries) + 1
        rows = [
            Event(
                session_id=session.id,
                account_id=self._account,
                state_version=session.state_version,
                position=first + offset,
                kind=kind,
                actor_id=self.actor.user_id or None,
                platform=self.actor.platform,
                data=data,
                at=self.now,
            )
            for offset, (kind, data) in enumerate(entries)
        ]
        self._db.run_rows(EVENTS.insert, rows)


def _noted(session: Session) -> tuple[str, str, str, str | None]:
    """What of the session itself the notes depend on."""
    return session.title, session.intake, session.summary, session.ticket_id


class SqlTransaction:
    """One transaction or read (core.ports.Transaction)."""

    def __init__(self, db: Connection, ids: Ids, *, writing: bool) -> None:
        self.db = db
        self._ids = ids
        self._writing = writing
        self._units: list[SqlUnitOfWork] = []
        self._foreseen = Foreseen()
        self.effects: list[Effect] = []

    @memoized_property
    def directory(self) -> SqlDirectory:
        """Who is who."""
        return SqlDirectory(self.db, self._foreseen)

    @memoized_property
    def inbox(self) -> SqlInbox:
        """What came in."""
        return SqlInbox(self.db, self._foreseen)

    @memoized_property
    def installs(self) -> SqlInstalls:
        """What chat platforms gave FlowPilot."""
        return SqlInstalls(self.db)

    @property
    def queue(self) -> SqlQueue:
        """The work of all accounts, with what was added in this transaction."""
        for unit in self._units:
            unit.write_work()
        return SqlQueue(self.db)

    def revision(self) -> str | None:
        """The revision of the schema; None for none."""
        if self.db.one(_HAS_REVISION) is None:
            return None
        row = self.db.one(_REVISION)
        return None if row is None else str(row[0])

    def unit(self, actor: Actor, now: datetime, rules: Rules, origin: Inbound | None = None) -> SqlUnitOfWork:
        """The unit of work of one command."""
        unit = SqlUnitOfWork(
            self.db, actor, now, rules, origin, self.effects, self._foreseen, ids=self._ids, writing=self._writing
        )
        self._units.append(unit)
        return unit

    def apart(self, unit: UnitOfWork, run: Callable[[], None]) -> Exception | None:
        """Run with a unit of this transaction in a savepoint of its own; what it raised is returned, its writes undone."""
        effects = len(self.effects)
        self.db.flush()  # what was written before is not this one's to answer for
        try:
            with self.db.savepoint("apart"):
                run()
                assert isinstance(unit, SqlUnitOfWork)
                unit.flush()
        except Exception as error:
            if self.db.hopeless(error):
                raise
            self._units = [other for other in self._units if other is not unit]
            del self.effects[effects:]
            return error
        return None

    def flush(self) -> None:
        """Write session versions, timelines, and what came in."""
        self._foreseen.written()
        for unit in self._units:
            unit.flush()
        if "inbox" in self.__dict__:
            self.inbox.flush()

    @property
    def soonest_work(self) -> datetime | None:
        """When the first of the added work rows is due; None when none was added."""
        return min((due for unit in self._units if (due := unit.soonest_work) is not None), default=None)
