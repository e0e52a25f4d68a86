"""Documents, private views, escalations, flows, and which message shows what."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.documents.model import Draft, Note, Surface
from core.escalation.model import Escalation
from core.flows.library import FlowRecord, FlowText
from core.repositories.rows import Rows
from core.tickets.model import Ticket

__all__ = ["Drafts", "Escalations", "Flows", "Notes", "Posts", "Surfaces", "TicketContexts"]


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

    def of(self, session_id: str) -> Sequence[Escalation]:
        """All of the session's, in their order."""
        ...

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

    def size(self) -> int:
        """How many flows the account has."""
        ...

    def holding(self, terms: Sequence[str]) -> Sequence[FlowText]:
        """Flows that hold at least one term, at most 100, those first that full-text search finds best."""
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

    def of(self, session_id: str, subject: str) -> Sequence[tuple[str, str, str]]:
        """(card, conversation id, message reference) of every message about a subject, in their order."""
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
