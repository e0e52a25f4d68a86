"""Sessions, their threads, and what is known in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from core.facts.model import Fact
from core.fixes.model import Fix
from core.people.model import User
from core.repositories.rows import Rows
from core.sessions.model import Event, Session, SessionStatus, Step
from core.turns.model import Attachment, Conversation, Message

__all__ = ["Attachments", "Conversations", "Facts", "Fixes", "Messages", "Sessions", "Steps", "Timeline"]


class Sessions(Rows[Session], Protocol):
    """Sessions, their participants and threads. `get` and the other finders lock the row in a write transaction."""

    def next_number(self) -> int:
        """The account's next session number."""
        ...

    def by_number(self, number: int) -> Session | None:
        """FP-<number>."""
        ...

    def open_in(self, conversation_id: str) -> Session | None:
        """The session that goes on in a thread, or the chat."""
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

    def closed_before(self, before: datetime, *, limit: int) -> Sequence[Session]:
        """Resolved and abandoned sessions that were closed before that time, and chats in which nothing was said since."""
        ...

    def erase(self, session_id: str) -> None:
        """Delete the session with everything that belongs to it."""
        ...


class Conversations(Protocol):
    """Threads."""

    def ensure(self, *, workspace_id: str, channel: str, thread: str, guests: bool | None) -> Conversation:
        """The thread's row, made when it is new. Where guests read along in one thread of a channel, they do in all. None:
        whoever makes it does not know; while nobody does, the row is unsure."""
        ...

    def guests_in(self, *, workspace_id: str, channel: str) -> None:
        """Guests read along in all threads of a channel."""
        ...

    def unsure_in(self, *, workspace_id: str, channel: str, unsure: bool) -> None:
        """Whether guests read along in a channel is not known, or they do not; where they did, they do."""
        ...

    def rename_channel(self, *, workspace_id: str, channel: str, to: str) -> None:
        """The threads of a channel are those of another one now, but those that are known there already."""
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

    def lead_to(self, id: str, permalink: str) -> None:
        """Keep the web address of a thread."""
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

    def said_at(self, session_id: str) -> Sequence[datetime]:
        """When people said something, deleted messages left out."""
        ...


class Attachments(Rows[Attachment], Protocol):
    """Pictures that came with what was said. `save` leaves their bytes as they are."""

    def of(self, session_id: str) -> Sequence[Attachment]:
        """The session's, oldest first."""
        ...

    def keep(self, attachment: Attachment, content: bytes) -> None:
        """Save it with its bytes."""
        ...

    def content(self, id: str) -> bytes | None:
        """Its bytes; None while they are not kept."""
        ...

    def forget(self, session_id: str, message_id: str) -> None:
        """Delete those of a message."""
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

    def knows(self, session_id: str, text: str) -> bool:
        """Whether a fact that is not deleted says the same (core.facts.model.same_statement)."""
        ...

    def of_step(self, session_id: str, step_id: str) -> Sequence[Fact]:
        """Facts learned from a step, deleted ones, too."""
        ...

    def said_in(self, conversation_id: str, ref: str) -> Sequence[Fact]:
        """Facts that are a message, word for word, and not deleted: of that thread, by the platform's id."""
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
