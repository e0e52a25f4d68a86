"""What is said in a thread, and what a model answers to it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.facts.model import Fact, SourceType
from core.fixes.model import Fix, FixStatus
from core.flows.model import Flow
from core.sessions.model import Session, SessionStatus, Step, StepKind, StepOption
from core.thinking.model import Image
from core.tickets.model import Ticket

__all__ = [
    "Alike",
    "Answer",
    "Attachment",
    "AttachmentState",
    "Author",
    "Conversation",
    "FlowOffer",
    "Message",
    "NewFact",
    "NewFix",
    "NewStep",
    "TurnContext",
    "TurnState",
]


class Author(StrEnum):
    """Who said it: a participant of the session, the bot, or somebody whose words are context only."""

    ENGINEER = "engineer"
    BOT = "bot"
    CONTEXT = "context"


class TurnState(StrEnum):
    """Whether a message still awaits an answer."""

    PENDING = "pending"
    ANSWERED = "answered"
    NONE = "none"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """A thread that FlowPilot knows. `guests`: people of other organisations read along, or may: while that is `unsure`,
    nothing internal is said there. `permalink`: its web address, "" while that is not known."""

    id: str
    account_id: str
    workspace_id: str
    platform: str
    workspace: str
    channel: str
    thread: str
    guests: bool = False
    unsure: bool = False
    permalink: str = ""
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """One message of a thread, redacted. `ref` is the platform's id; `number` counts within the session."""

    id: str
    account_id: str
    session_id: str
    conversation_id: str
    number: int
    author: Author
    user_id: str | None
    ref: str
    text: str
    turn: TurnState
    created_at: datetime
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class AttachmentState(StrEnum):
    """What became of a picture."""

    #: It has not been fetched yet.
    WAITING = "waiting"
    KEPT = "kept"
    #: It is not looked at, and not kept.
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Attachment:
    """A picture that came with a message; its bytes are kept beside it. `address` is the platform's; `media_type` is what the
    bytes are, "" until they are there; `why` says why it was refused."""

    id: str
    account_id: str
    session_id: str
    message_id: str
    name: str
    address: str
    state: AttachmentState
    media_type: str = ""
    why: str = ""
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowOffer:
    """A flow that looks like the problem. `score` is 0 to 1."""

    flow_id: str
    flow: Flow
    score: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Alike:
    """An earlier resolved session that looks like this one, and what resolved it; "" where no fix is recorded to have."""

    title: str
    fix: str = ""
    cause: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TurnContext:
    """All that a model may know when it answers. `pending` are the messages to answer, oldest first; `fix` is the active one,
    and `fixes` are all of the session, oldest first."""

    session: Session
    pending: tuple[Message, ...]
    transcript: tuple[Message, ...]
    facts: tuple[Fact, ...]
    steps: tuple[Step, ...]
    fix: Fix | None
    ticket: Ticket | None
    offers: tuple[FlowOffer, ...]
    #: Whether the first candidate stands out enough to be offered alone (core.flows.matching).
    sure: bool
    fixes: tuple[Fix, ...] = ()
    alike: tuple[Alike, ...] = ()
    #: Pictures that came with the pending messages, and the last ones before, oldest first; `images` are those that are kept.
    pictures: tuple[Attachment, ...] = ()
    images: tuple[Image, ...] = ()

    @property
    def opens(self) -> bool:
        """Whether it answers a session's problem: its first words, or those of a chat that were answered there before."""
        if self.session.status is SessionStatus.CHAT:
            return False
        first = self.pending[0].number
        return first == 1 or any(said.author is Author.BOT and said.number > first for said in self.transcript)


@dataclass(frozen=True, kw_only=True, slots=True)
class NewStep:
    """A step that an answer puts to the engineer."""

    kind: StepKind
    text: str
    detail: str = ""
    options: tuple[StepOption, ...] = ()
    flow_id: str | None = None
    node: str | None = None
    skip: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFact:
    """A fact that an answer promotes. `message_id` is the message whose very words it is."""

    text: str
    source_type: SourceType
    step_id: str | None = None
    message_id: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class NewFix:
    """A fix that an answer suggests."""

    title: str
    description: str
    confidence: float
    cause: str = ""
    detail: str = ""
    flow_id: str | None = None
    node: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a model answers to a turn. `outcome` is a proposal only: the engineer confirms it."""

    prose: str = ""
    steps: tuple[NewStep, ...] = ()
    facts: tuple[NewFact, ...] = ()
    fix: NewFix | None = None
    outcome: FixStatus | None = None
    confidence: float | None = None
    offers: tuple[FlowOffer, ...] = ()
    #: Ask the open step again.
    ask_again: bool = False
