"""The Protocols that the outside implements: time, storage, chat platforms, PSA systems, models, embedders."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from core.commands import Command
from core.documents.bundle import Bundle, DocumentKind
from core.people.model import Actor, ConversationRef, WorkspaceRef
from core.repositories import (
    Accounts,
    Conversations,
    Directory,
    Drafts,
    Escalations,
    Facts,
    Fixes,
    Flows,
    Inbox,
    Messages,
    Notes,
    Posts,
    Queue,
    Sessions,
    Steps,
    Surfaces,
    TicketContexts,
    Timeline,
    Users,
    WorkRows,
)
from core.rules import Rules
from core.tickets.model import NoteRef, NoteWrite, Ticket, TicketRef, TicketStatus, TimeWrite
from core.turns.model import Answer, TurnContext
from core.views import Card, Form, Notice

__all__ = [
    "Capabilities",
    "ChatPlatform",
    "Clock",
    "Drafted",
    "Embedder",
    "Inbound",
    "Model",
    "Outside",
    "PersonRef",
    "Psa",
    "Sealer",
    "Store",
    "Transaction",
    "UnitOfWork",
]

R = TypeVar("R")


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRef:
    """A person as the platform names them. `member`: of the workspace's own organisation, not a guest."""

    external_id: str
    name: str
    email: str | None = None
    member: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbound:
    """Something that came in, verified: who, where, what, and the keys by which a repeat is known (ARCHITECTURE 5).

    `keys` are one or two texts, each starting with its kind; `surface` is the platform's means to answer privately, or "";
    `words` are the engineer's own, kept whatever happens to the command; `guests`: others read along in that place.
    """

    keys: tuple[str, ...]
    workspace: WorkspaceRef
    person: PersonRef
    place: ConversationRef | None
    command: Command
    words: str = ""
    surface: str = ""
    guests: bool = False


class Clock(Protocol):
    """Where the time comes from."""

    def now(self) -> datetime:
        """The time, aware, in UTC."""
        ...


class Sealer(Protocol):
    """Encrypts what must not be readable in the database."""

    def seal(self, text: str) -> str:
        """The text, encrypted."""
        ...

    def unseal(self, sealed: str) -> str:
        """The text again. Raises Misconfigured when no key fits."""
        ...


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
    def queue(self) -> Queue:
        """The work of all accounts."""
        ...

    def revision(self) -> str | None:
        """The revision of the schema that the database has; None for none."""
        ...

    def unit(self, actor: Actor, now: datetime, rules: Rules, origin: Inbound | None = None) -> UnitOfWork:
        """The unit of work of one command. `flush` writes what it gathered."""
        ...

    def flush(self) -> None:
        """Write session versions and timeline of the units of work. Called once, before the commit."""
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

    async def ready(self) -> None:
        """Raises Fault when the database does not answer or lacks a migration."""
        ...

    async def close(self) -> None:
        """Finish what was begun and let go of the database."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a chat platform can do; where it cannot, the contract suite shows its fallback."""

    #: Private views can be opened and filled later.
    forms: bool = True
    #: A message to one person inside a channel.
    private_messages: bool = True
    #: A posted card can be changed.
    updates: bool = True
    #: Longest markdown of one post, in characters.
    post_limit: int = 10_000


class ChatPlatform(Protocol):
    """A place where people talk: Slack, Teams, the playground.

    Every method raises Unavailable, Uncertain or Rejected (core.errors), and nothing else.
    """

    @property
    def name(self) -> str:
        """The platform's name in ids and settings, such as "slack"."""
        ...

    @property
    def capabilities(self) -> Capabilities:
        """What it can do."""
        ...

    async def post(self, to: ConversationRef, card: Card, *, delivery: str) -> str:
        """Post a card and return the message's reference. `delivery` is stored with it, for `find`."""
        ...

    async def find(self, to: ConversationRef, delivery: str) -> str | None:
        """The reference of the message posted for `delivery`, if there is one."""
        ...

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Put `card` in the place of a posted one."""
        ...

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Put `form` into a private view that is already open. A view that is gone is no error."""
        ...

    async def tell(self, to: ConversationRef, person: str, notice: Notice, *, delivery: str) -> None:
        """Say something to one person (by their external id) only, in or beside that conversation."""
        ...

    async def progress(self, to: ConversationRef, text: str) -> None:
        """Show that something is being worked on; "" ends it. Best effort: never raises."""
        ...


class Psa(Protocol):
    """A ticket system. Every method raises Unavailable, Uncertain or Rejected, and nothing else."""

    @property
    def name(self) -> str:
        """The vendor's name in settings, such as "connectwise"."""
        ...

    async def find_ticket(self, text: str) -> TicketRef | None:
        """The ticket that a number, id or URL names, if it exists."""
        ...

    async def ticket(self, ticket_id: str) -> Ticket | None:
        """The ticket with its recent notes."""
        ...

    async def statuses(self, ticket_id: str) -> Sequence[TicketStatus]:
        """The statuses that this ticket can be set to."""
        ...

    async def add_note(self, ticket_id: str, note: NoteWrite) -> NoteRef:
        """Write a note, once; never repeats by itself."""
        ...

    async def find_note(self, ticket_id: str, marker: str) -> NoteRef | None:
        """The note that ends with `marker`, if it was written."""
        ...

    async def set_status(self, ticket_id: str, status_id: str) -> None:
        """Ask for a status. The ticket may refuse silently: read it again."""
        ...

    async def add_time(self, ticket_id: str, time: TimeWrite) -> NoteRef:
        """Write a time entry, once."""
        ...

    async def find_time(self, ticket_id: str, marker: str) -> NoteRef | None:
        """The time entry that carries `marker`, if it was written."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class Drafted:
    """A document that a model made. `source` names the model, or is `deterministic`."""

    markdown: str
    source: str
    fallback: bool = False


class Model(Protocol):
    """What answers turns and drafts documents. Raises Unavailable or Rejected, and nothing else."""

    @property
    def prompt_version(self) -> str:
        """Part of every draft's key: changes when the same state would be drafted in other words."""
        ...

    async def answer(self, turn: TurnContext) -> Answer:
        """What to say to the pending messages."""
        ...

    async def draft(self, kind: DocumentKind, bundle: Bundle, names: Collection[str]) -> Drafted:
        """A document in markdown with the headings of SPEC 5; `names` of engineers must not stand in it."""
        ...


class Embedder(Protocol):
    """Turns texts into vectors, for semantic scores. Without one, matching goes by words and recency alone."""

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One vector a text, all of one length, normalised."""
        ...


@dataclass(kw_only=True, slots=True)
class Outside:
    """Everything outside that work needs: the platforms by name, the PSA, the model."""

    platforms: dict[str, ChatPlatform]
    #: The PSA of an account.
    psa_for: Callable[[str], Psa]
    model: Model
    clock: Clock
    sealer: Sealer
    embedder: Embedder | None = None
