"""A session, its states, and the steps put to the engineer (SPEC 2)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = [
    "ABANDON_AFTER",
    "MAX_TITLE",
    "OPEN",
    "STATUSES",
    "TALKING",
    "WORKED_ON",
    "Event",
    "Session",
    "SessionStatus",
    "Step",
    "StepKind",
    "StepOption",
    "Tier",
    "tier",
]

#: Characters of a title (SPEC 2).
MAX_TITLE = 100
#: A session with nothing said for this long is abandoned, after a reminder (SPEC 2; the account's setting).
ABANDON_AFTER = timedelta(days=14)


class SessionStatus(StrEnum):
    """Where a session stands. Resolved and abandoned are final. A chat is a session that has not begun (core.chats)."""

    ACTIVE = "active"
    PAUSED = "paused"
    ESCALATED = "escalated"
    RESOLVED = "resolved"
    ABANDONED = "abandoned"
    CHAT = "chat"


#: The states in which a session goes on; a thread holds at most one of these.
OPEN = frozenset({SessionStatus.ACTIVE, SessionStatus.PAUSED, SessionStatus.ESCALATED})

#: Those of sessions proper, which are listed.
STATUSES = frozenset(SessionStatus) - {SessionStatus.CHAT}

#: The states in which what is said is answered.
TALKING = frozenset({SessionStatus.ACTIVE, SessionStatus.CHAT})

#: The states in which a fix is applied and its outcome recorded.
WORKED_ON = frozenset({SessionStatus.ACTIVE, SessionStatus.ESCALATED})


class Tier(StrEnum):
    """How sure the session is of its path."""

    DISCOVERY = "discovery"
    EXPLORING = "exploring"
    GUIDED = "guided"


def tier(confidence: float) -> Tier:
    """The tier of a confidence between 0 and 1: discovery < 0.4 ≤ exploring < 0.8 ≤ guided (SPEC 2)."""
    if confidence < 0.4:
        return Tier.DISCOVERY
    return Tier.EXPLORING if confidence < 0.8 else Tier.GUIDED


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """One troubleshooting of one problem. `ref` is what people say: FP-<number>, counted per account."""

    id: str
    account_id: str
    number: int
    title: str
    summary: str = ""
    domain: str = ""
    intake: str
    status: SessionStatus = SessionStatus.ACTIVE
    owner_id: str
    #: Who gets it back when a claim is returned or an escalation withdrawn.
    previous_owner_id: str | None = None
    #: The home thread.
    conversation_id: str
    #: Raised once by every command that changes what the notes depend on.
    state_version: int = 0
    #: How many timeline entries there are.
    events: int = 0
    #: How many messages of the thread were stored; the number of the last one.
    last_message: int = 0
    ticket_id: str | None = None
    ticket_number: str = ""
    ticket_url: str = ""
    confidence: float = 0.0
    flow_id: str | None = None
    #: The session of which this is a return (*It came back*).
    carried_from: str | None = None
    rating: int | None = None
    rating_comment: str = ""
    created_at: datetime
    active_at: datetime
    paused_at: datetime | None = None
    closed_at: datetime | None = None

    @property
    def ref(self) -> str:
        """The short reference, such as FP-12."""
        return f"FP-{self.number}"

    @property
    def name(self) -> str:
        """What it is called in a sentence: a chat has a number, but nobody is told it before it is a session."""
        return "this chat" if self.status is SessionStatus.CHAT else self.ref

    @property
    def open(self) -> bool:
        """Whether the session goes on."""
        return self.status in OPEN

    @property
    def talks(self) -> bool:
        """Whether what is said is answered. A chat that was ended is kept, and says nothing more."""
        return self.status in TALKING and self.closed_at is None


class StepKind(StrEnum):
    """What a step asks of the engineer."""

    QUESTION = "question"
    ACTION = "action"
    VERIFICATION = "verification"


@dataclass(frozen=True, kw_only=True, slots=True)
class StepOption:
    """One answer that a step offers. `fact` becomes known when it is chosen; `next` is a node of the flow."""

    label: str
    fact: str = ""
    next: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """One question, action or verification put to the engineer. `number` counts from 1 within the session."""

    id: str
    account_id: str
    session_id: str
    number: int
    kind: StepKind
    text: str
    #: Markdown shown under the text: why, a warning, commands.
    detail: str = ""
    options: tuple[StepOption, ...] = ()
    #: The flow and node this step came from; None when it came from a model.
    flow_id: str | None = None
    node: str | None = None
    #: Where a skip leads, "" when the step cannot be skipped to anywhere.
    skip: str = ""
    answer: str | None = None
    answered_by: str | None = None
    answered_at: datetime | None = None
    skipped: bool = False
    #: Set when an earlier answer was changed, so that this step no longer counts.
    dropped_at: datetime | None = None
    created_at: datetime

    @property
    def open(self) -> bool:
        """Whether an answer is still awaited."""
        return self.answer is None and not self.skipped and self.dropped_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """One entry of a session's timeline: who, what, when, from which platform."""

    session_id: str
    account_id: str
    state_version: int
    position: int
    kind: str
    actor_id: str | None
    platform: str
    data: dict[str, str]
    at: datetime
