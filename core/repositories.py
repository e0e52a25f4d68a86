"""What core asks of storage: one Protocol a concept, dataclasses in and out.

Those reached through a unit of work see one account's rows only; `Directory`, `Inbox` and `Queue` belong to the transaction and
serve what happens before an account is known. `save` writes every column that may change. Lists are in the order of
creation unless they say otherwise.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from core.documents.model import Draft, Note, Surface
from core.escalation.model import Escalation
from core.facts.model import Fact
from core.fixes.model import Fix
from core.flows.library import FlowRecord
from core.people.model import Account, Actor, Identity, Role, User, Workspace
from core.sessions.model import Event, Session, SessionStatus, Step
from core.tickets.model import Ticket
from core.turns.model import Conversation, Message
from core.work.model import Work, WorkState

__all__ = [
    "Accounts",
    "Conversations",
    "Directory",
    "Drafts",
    "Escalations",
    "Facts",
    "Fixes",
    "Flows",
    "Inbox",
    "Messages",
    "Notes",
    "Posts",
    "Queue",
    "Rows",
    "Sessions",
    "Steps",
    "Surfaces",
    "TicketContexts",
    "Timeline",
    "Users",
    "WorkRows",
]

T = TypeVar("T")


class Rows(Protocol[T]):
    """What most repositories have in common."""

    def add(self, row: T) -> None:
        """Insert."""
        ...

    def save(self, row: T) -> None:
        """Update what may change."""
        ...

    def get(self, id: str) -> T | None:
        """By id, or None."""
        ...


class Directory(Protocol):
    """Who is who, before an account is known."""

    def actor(self, platform: str, workspace: str, person: str) -> Actor | None:
        """The person as the account of that workspace knows them."""
        ...

    def user_actor(self, account_id: str, user_id: str, platform: str) -> Actor | None:
        """The actor for a user who is known by id."""
        ...

    def workspace(self, platform: str, external_id: str) -> Workspace | None:
        """A linked workspace."""
        ...

    def account(self, account_id: str) -> Account | None:
        """An account."""
        ...

    def accounts(self) -> Sequence[Account]:
        """All of them, by name."""
        ...

    def add_account(self, account: Account) -> None:
        """Insert."""
        ...

    def add_workspace(self, workspace: Workspace) -> None:
        """Insert."""
        ...

    def add_user(self, user: User) -> None:
        """Insert."""
        ...

    def add_identity(self, identity: Identity) -> None:
        """Insert."""
        ...

    def user_by_email(self, account_id: str, email: str) -> User | None:
        """The account's user of that address, in any case of letters."""
        ...


class Inbox(Protocol):
    """What came in, once each."""

    def take(self, keys: Sequence[str], account_id: str, kind: str, words: str, at: datetime) -> bool:
        """Note it down. False when one of its keys was taken before, by something that did not fail."""
        ...

    def mark(self, keys: Sequence[str], state: str) -> None:
        """Say what became of it: "done", "refused" or "failed"."""
        ...


class Queue(Protocol):
    """The work of all accounts, as a worker sees it."""

    def claim(
        self, *, worker: str, now: datetime, lease: timedelta, kinds: Sequence[str], limit: int
    ) -> Sequence[Work]:
        """Lease due rows that are first in their lane, expired leases included."""
        ...

    def renew(self, ids: Sequence[int], *, worker: str, until: datetime) -> None:
        """Prolong leases that this worker still holds."""
        ...

    def finish(self, id: int, *, worker: str, at: datetime) -> None:
        """Mark a leased row done. Raises LeaseLost when another worker has it."""
        ...

    def put_back(self, id: int, *, worker: str, due_at: datetime, error: str, count: bool) -> None:
        """Give a leased row back for another try. Raises LeaseLost. `count`: the try counts."""
        ...

    def bury(self, id: int, *, worker: str, at: datetime, error: str) -> None:
        """Mark a leased row dead. Raises LeaseLost."""
        ...

    def due_timers(self, *, now: datetime, kinds: Sequence[str], limit: int) -> Sequence[Work]:
        """Due rows of kinds that need no lease, because a transaction does all they do."""
        ...

    def take_timer(self, id: int, at: datetime) -> bool:
        """Mark a timer done; False when another replica did."""
        ...

    def next_due(self, now: datetime) -> datetime | None:
        """When the next open row is due that is not yet."""
        ...

    def get(self, id: int) -> Work | None:
        """One row."""
        ...

    def listed(self, *, account_id: str | None, state: WorkState | None, limit: int) -> Sequence[Work]:
        """The newest rows first, for operators."""
        ...

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        ...

    def depth(self) -> Mapping[tuple[str, str], tuple[int, datetime]]:
        """(kind, state) of open and dead rows → how many there are, and the due time of the oldest."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete rows that were done before that time, and say how many."""
        ...


class WorkRows(Protocol):
    """The work of one account, as a handler adds to it."""

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
        ...

    def hasten(self, dedupe_key: str, due_at: datetime) -> None:
        """Make an open row due no later than that."""
        ...

    def get(self, id: int) -> Work | None:
        """One row."""
        ...

    def open_for(self, subject: str, kinds: Sequence[str]) -> Sequence[Work]:
        """Open and dead rows about a subject."""
        ...

    def overtaken(self, work: Work) -> bool:
        """Whether a later open row of the same lane, kind and subject makes this one needless."""
        ...

    def drop(self, subject: str, kinds: Sequence[str], at: datetime) -> None:
        """Mark open, unleased rows about a subject done without doing them."""
        ...

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        ...


class Accounts(Protocol):
    """The account itself."""

    def get(self) -> Account:
        """The unit of work's account."""
        ...

    def save(self, account: Account) -> None:
        """Update name, default role and settings."""
        ...


class Users(Rows[User], Protocol):
    """People of the account."""

    def with_role(self, *roles: Role) -> Sequence[User]:
        """Users of these roles, by name."""
        ...

    def external_id(self, user_id: str, workspace_id: str) -> str | None:
        """How the workspace's platform names the user."""
        ...

    def identities(self, user_id: str) -> Sequence[Identity]:
        """Everywhere the user is known."""
        ...


class Sessions(Rows[Session], Protocol):
    """Sessions, their participants and threads. `get` and the other finders lock the row in a write transaction."""

    def next_number(self) -> int:
        """The account's next session number."""
        ...

    def by_number(self, number: int) -> Session | None:
        """FP-<number>."""
        ...

    def open_in(self, conversation_id: str) -> Session | None:
        """The open session of a thread."""
        ...

    def last_in(self, conversation_id: str) -> Session | None:
        """The newest session of a thread, open or not."""
        ...

    def open_of(self, user_id: str, channel: tuple[str, str] | None) -> Sequence[Session]:
        """The user's open sessions (owned or joined), newest first, in a channel (workspace id, channel) or anywhere."""
        ...

    def page(self, statuses: Sequence[SessionStatus], *, after: str, limit: int) -> Sequence[Session]:
        """Newest first, after the session with the id `after`."""
        ...

    def index(self, session: Session, words: str) -> None:
        """Let `alike` find the session by its title and these words."""
        ...

    def alike(self, terms: Sequence[str], *, limit: int) -> Sequence[Session]:
        """Indexed sessions that hold at least one of the terms, best first."""
        ...

    def join(self, session_id: str, user_id: str, at: datetime) -> None:
        """Add a participant; no effect on one who is."""
        ...

    def leave(self, session_id: str, user_id: str) -> None:
        """Take a participant off."""
        ...

    def has_joined(self, session_id: str, user_id: str) -> bool:
        """Whether the user takes part."""
        ...

    def participants(self, session_id: str) -> Sequence[User]:
        """Who takes part, in the order of joining."""
        ...

    def link(self, session_id: str, conversation_id: str) -> None:
        """Make a thread one of the session's. Raises WrongState when another open session has it."""
        ...

    def release(self, session_id: str) -> None:
        """The session no longer holds its threads."""
        ...

    def hold(self, session_id: str) -> None:
        """The session holds its threads again. Raises WrongState when another one does."""
        ...

    def erase(self, session_id: str) -> None:
        """Delete the session with everything that belongs to it."""
        ...


class Conversations(Protocol):
    """Threads."""

    def ensure(self, *, workspace_id: str, channel: str, thread: str, guests: bool) -> Conversation:
        """The thread's row, made when it is new."""
        ...

    def find(self, *, workspace_id: str, channel: str, thread: str) -> Conversation | None:
        """The thread's row, or None."""
        ...

    def get(self, id: str) -> Conversation | None:
        """By id."""
        ...

    def of(self, session_id: str) -> Sequence[Conversation]:
        """The session's threads, home first."""
        ...

    def move(self, id: str, thread: str) -> None:
        """Name the thread that a first post has opened."""
        ...


class Messages(Rows[Message], Protocol):
    """What was said."""

    def by_ref(self, conversation_id: str, ref: str) -> Message | None:
        """The message with the platform's id."""
        ...

    def pending(self, session_id: str) -> Sequence[Message]:
        """Messages that await an answer."""
        ...

    def recent(self, session_id: str, limit: int) -> Sequence[Message]:
        """The last messages, oldest first, deleted ones left out."""
        ...


class Steps(Rows[Step], Protocol):
    """Steps of sessions, in their order."""

    def of(self, session_id: str) -> Sequence[Step]:
        """All of the session's, dropped ones too."""
        ...

    def open_in(self, session_id: str) -> Sequence[Step]:
        """Those that await an answer."""
        ...


class Facts(Rows[Fact], Protocol):
    """What we know."""

    def of(self, session_id: str) -> Sequence[Fact]:
        """Facts that are not deleted."""
        ...

    def drop_of_steps(self, session_id: str, step_ids: Sequence[str], at: datetime) -> int:
        """Delete (softly) the facts learned from these steps, and say how many."""
        ...


class Fixes(Rows[Fix], Protocol):
    """Suggested fixes."""

    def of(self, session_id: str) -> Sequence[Fix]:
        """All of the session's."""
        ...

    def active(self, session_id: str) -> Fix | None:
        """The one active fix."""
        ...

    def waiting(self, session_id: str) -> Fix | None:
        """The fix behind *Replace?*."""
        ...

    def note_follow_up(self, fix: Fix) -> None:
        """Update without raising the state version: that somebody was asked is not in the notes."""
        ...


class Timeline(Protocol):
    """Who did what."""

    def of(self, session_id: str) -> Sequence[Event]:
        """The session's entries."""
        ...


class Drafts(Protocol):
    """The preview cache's durable level."""

    def get(self, key: str) -> Draft | None:
        """The draft of exactly that state."""
        ...

    def put(self, draft: Draft) -> None:
        """Store, in the place of one with the same key."""
        ...


class Notes(Rows[Note], Protocol):
    """Documents as posted."""

    def of(self, session_id: str) -> Sequence[Note]:
        """The session's."""
        ...


class Surfaces(Rows[Surface], Protocol):
    """Private views that are open."""

    def waiting_for(self, draft_key: str) -> Sequence[Surface]:
        """Those that show a spinner until that draft is there."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete what expired before that time, and say how many."""
        ...


class Escalations(Rows[Escalation], Protocol):
    """Hand-overs."""

    def latest(self, session_id: str) -> Escalation | None:
        """The newest of the session."""
        ...

    def waiting(self) -> Sequence[Escalation]:
        """Those nobody has claimed, oldest first."""
        ...


class Flows(Rows[FlowRecord], Protocol):
    """The flow library."""

    def by_slug(self, slug: str) -> FlowRecord | None:
        """The flow of that slug."""
        ...

    def all(self) -> Sequence[FlowRecord]:
        """All of the account's, by title."""
        ...

    def remove(self, id: str) -> None:
        """Delete."""
        ...

    def scores(self, terms: Sequence[str]) -> Mapping[str, float]:
        """Flow id → raw keyword score, higher is better, for flows that hold at least one term."""
        ...

    def count(
        self, id: str, *, matched: int = 0, used: int = 0, worked: int = 0, failed: int = 0, at: datetime
    ) -> None:
        """Add to the flow's counters; `matched` also stamps when."""
        ...


class Posts(Protocol):
    """Which message shows what, so that it can be changed later."""

    def add(self, *, session_id: str, conversation_id: str, card: str, subject: str, ref: str, at: datetime) -> None:
        """Remember that a message shows the card of a subject."""
        ...

    def of(self, session_id: str, card: str, subject: str) -> Sequence[tuple[str, str]]:
        """(conversation id, message reference) of every message that shows it."""
        ...


class TicketContexts(Protocol):
    """What was last read of a session's ticket."""

    def get(self, session_id: str) -> Ticket | None:
        """The ticket as it was read."""
        ...

    def put(self, session_id: str, ticket: Ticket, at: datetime) -> None:
        """Keep it, in the place of an older one."""
        ...

    def drop(self, session_id: str) -> None:
        """Forget it."""
        ...
