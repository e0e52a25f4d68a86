"""What storage implements: the store, its transactions, the unit of work."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol, TypeVar

from core.people.model import Actor
from core.ports.inbound import Inbound
from core.repositories import (
    Accounts,
    Attachments,
    Channels,
    Conversations,
    Directory,
    Drafts,
    Escalations,
    Facts,
    Fixes,
    Flows,
    Inbox,
    Installs,
    Messages,
    Notes,
    Posts,
    Queue,
    Sessions,
    Steps,
    Surfaces,
    TicketContexts,
    Timeline,
    Usages,
    Users,
    WorkRows,
)
from core.rules import Rules

__all__ = ["Store", "Transaction", "UnitOfWork"]

R = TypeVar("R")


class UnitOfWork(Protocol):
    """One command's view of the database: its actor, its time, and the repositories of one account."""

    @property
    def actor(self) -> Actor:
        """Who acts."""
        ...

    @property
    def now(self) -> datetime:
        """The time at which the command was taken; one command has one time."""
        ...

    @property
    def rules(self) -> Rules:
        """The deployment's rules."""
        ...

    @property
    def origin(self) -> Inbound | None:
        """What the command came in with; None when FlowPilot acts by itself."""
        ...

    @property
    def accounts(self) -> Accounts:
        """The account itself."""
        ...

    @property
    def users(self) -> Users:
        """Its people."""
        ...

    @property
    def channels(self) -> Channels:
        """The channels of its workspaces."""
        ...

    @property
    def sessions(self) -> Sessions:
        """Its sessions."""
        ...

    @property
    def conversations(self) -> Conversations:
        """Its threads."""
        ...

    @property
    def messages(self) -> Messages:
        """What was said."""
        ...

    @property
    def attachments(self) -> Attachments:
        """Pictures that came with what was said."""
        ...

    @property
    def steps(self) -> Steps:
        """Steps of sessions."""
        ...

    @property
    def facts(self) -> Facts:
        """What is known."""
        ...

    @property
    def fixes(self) -> Fixes:
        """Suggested fixes."""
        ...

    @property
    def timeline(self) -> Timeline:
        """Who did what."""
        ...

    @property
    def work(self) -> WorkRows:
        """Work to be done."""
        ...

    @property
    def drafts(self) -> Drafts:
        """Drafted documents."""
        ...

    @property
    def notes(self) -> Notes:
        """Posted documents."""
        ...

    @property
    def surfaces(self) -> Surfaces:
        """Open private views."""
        ...

    @property
    def escalations(self) -> Escalations:
        """Hand-overs."""
        ...

    @property
    def flows(self) -> Flows:
        """The flow library."""
        ...

    @property
    def posts(self) -> Posts:
        """Which message shows what."""
        ...

    @property
    def tickets(self) -> TicketContexts:
        """What was last read of tickets."""
        ...

    @property
    def usage(self) -> Usages:
        """What calls to the model cost."""
        ...

    def new_id(self) -> str:
        """A fresh id, ordered by time."""
        ...

    def log(self, session_id: str, kind: str, **data: str) -> None:
        """Write a timeline entry. Every command that changes a session must."""
        ...

    def after_commit(self, effect: Callable[[], None]) -> None:
        """Run `effect` once the transaction is durable. It must be quick and must not fail."""
        ...


class Transaction(Protocol):
    """One database transaction (or read): what belongs to no account, and the way to an account's unit of work."""

    @property
    def directory(self) -> Directory:
        """Who is who."""
        ...

    @property
    def inbox(self) -> Inbox:
        """What came in."""
        ...

    @property
    def installs(self) -> Installs:
        """What chat platforms gave FlowPilot."""
        ...

    @property
    def queue(self) -> Queue:
        """The work of all accounts."""
        ...

    def revision(self) -> str | None:
        """The revision of the schema that the database has; None for none."""
        ...

    def unit(self, actor: Actor, now: datetime, rules: Rules, origin: Inbound | None = None) -> UnitOfWork:
        """The unit of work of one command. `flush` writes what it gathered."""
        ...

    def apart(self, unit: UnitOfWork, run: Callable[[], None]) -> Exception | None:
        """Run with a unit of this transaction so that a failure undoes its writes alone; what it raised is returned."""
        ...

    def flush(self) -> None:
        """Write session versions and timeline of the units of work. Called before the commit, before a part that a later
        refusal is not to undo, and before a unit that has to see what another one did."""
        ...


class Store(Protocol):
    """Runs synchronous functions inside transactions (ARCHITECTURE 6)."""

    async def write(
        self,
        run: Callable[[Transaction], R],
        otherwise: Callable[[Transaction, Exception], R] | None = None,
        *,
        key: str | None = None,
    ) -> R:
        """Run in one write transaction and return after its COMMIT.

        When `run` raises, its writes are undone; `otherwise`, if given, is then run in its place with the error. Both may run
        more than once. `key`: commands of one key are taken one at a time (a session's id), which spares the database.
        """
        ...

    async def read(self, run: Callable[[Transaction], R]) -> R:
        """Run on a read-only connection that sees every write answered before."""
        ...

    @property
    def wake(self) -> Callable[[datetime], None] | None:
        """Told after a commit when the soonest of the work rows it added is due."""
        ...

    @wake.setter
    def wake(self, told: Callable[[datetime], None] | None) -> None: ...

    async def ready(self) -> None:
        """Raises Fault when the database does not answer or lacks a migration."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...
