"""Drafts, the notes made of them, and the private surfaces they are shown on."""

from dataclasses import dataclass
from datetime import datetime

from core.documents.bundle import DocumentKind
from core.people.model import ConversationRef

__all__ = [
    "DETERMINISTIC",
    "DETERMINISTIC_VERSION",
    "MAX_NOTE",
    "REPLACED",
    "Draft",
    "DraftKey",
    "Note",
    "Surface",
    "ending",
]

#: The `source` of a draft that no model made, and of such a one in the place of a model's that could not be used.
DETERMINISTIC = "deterministic"
REPLACED = "replaced"
#: Part of such a draft's key: raise it when the same state would be drafted in other words.
DETERMINISTIC_VERSION = f"{DETERMINISTIC}-3"
#: Characters of a document: the shortest limit of the supported PSA systems, less the lines below it.
MAX_NOTE = 30_000


@dataclass(frozen=True, kw_only=True, slots=True)
class DraftKey:
    """Names the exact state a draft was made from (SPEC 5).

    `assumed`: the outcome that resolving will record, "" for the state as it is. `around`: what it depends on that does not
    raise the state's version, as a digest. `message`: the number of the last message, for conclusions only, which also read
    the transcript.
    """

    kind: DocumentKind
    session_id: str
    state_version: int
    prompt_version: str
    assumed: str = ""
    around: str = ""
    message: int = 0

    def __str__(self) -> str:
        state = f"{self.kind}:{self.session_id}:{self.state_version}:{self.prompt_version}"
        return f"{state}:{self.assumed}:{self.around}:{self.message}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Draft:
    """One drafted document. `source` is DETERMINISTIC, REPLACED or the model's name; `fallback`: it stands in for a model's."""

    key: str
    account_id: str
    session_id: str
    kind: DocumentKind
    state_version: int
    markdown: str
    source: str
    fallback: bool = False
    created_at: datetime

    @property
    def passing(self) -> bool:
        """Whether the model is asked again by whoever looks next, because it was away. A draft in the place of one that could not
        be used stays until Refresh: the same state would be paid for again, and most likely come to the same."""
        return self.fallback and self.source != REPLACED


def ending(link: str, marker: str) -> tuple[str, ...]:
    """The lines below a note on a ticket: back to the thread, where the note is internal, and by what a retry finds it."""
    return tuple(line for line in (f"Thread: {link}" if link else "", marker) if line)


@dataclass(frozen=True, kw_only=True, slots=True)
class Note:
    """A document as posted. `status`, `minutes`: what was asked of the ticket with it; "" and 0 for nothing."""

    id: str
    account_id: str
    session_id: str
    kind: DocumentKind
    markdown: str
    edited: bool
    internal: bool
    ticket_id: str | None
    status: str = ""
    minutes: int = 0
    #: The last line of the note on the ticket, by which a retry finds it: `ref <8 characters>`.
    marker: str
    #: The address of the thread, which an internal note on the ticket leads back to; "" for none.
    link: str = ""
    posted_by: str
    posted_at: datetime
    #: What came of the writes to the ticket: part ("note", "status", "time") to what is said of it.
    results: dict[str, str]

    @property
    def on_ticket(self) -> str:
        """The text as it stands on the ticket."""
        return "\n\n".join((self.markdown.rstrip(), *ending(self.link, self.marker)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Surface:
    """A private view that is open before one user, where they opened it: not always in the session's own thread, nor on its
    platform. `person` is the user as that workspace names them; `handle` is the platform's own means to fill it, encrypted.
    What is kept beside a button, and never filled, has no place."""

    id: str
    account_id: str
    user_id: str
    session_id: str
    kind: str
    platform: str
    workspace: str = ""
    channel: str = ""
    thread: str = ""
    person: str = ""
    handle: str
    #: What was answered in it so far, and which draft it shows.
    data: dict[str, str]
    #: The draft it waits for, "" when it waits for none.
    waits_for: str = ""
    expires_at: datetime

    @property
    def place(self) -> ConversationRef:
        """Where it is open."""
        return ConversationRef(
            platform=self.platform, workspace=self.workspace, channel=self.channel, thread=self.thread
        )
