"""What platforms, PSA systems, models and the machine implement."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from core.documents.bundle import Bundle, DocumentKind
from core.people.model import ConversationRef
from core.ports.inbound import Inbound, PersonRef, Room
from core.sessions.model import Step
from core.tickets.model import NoteRef, NoteWrite, Ticket, TicketRef, TicketStatus, TimeWrite
from core.turns.model import Answer, TurnContext
from core.usage.model import Used, uncounted
from core.views import Button, Card, Form, Notice, Reply

__all__ = [
    "Capabilities",
    "ChatPlatform",
    "Clock",
    "Drafted",
    "Embedder",
    "Flawed",
    "Model",
    "Outside",
    "Psa",
    "Reception",
    "Said",
    "Sealer",
    "Stream",
    "Synthesised",
]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Capabilities:
    """What a chat platform can do; where it cannot, the contract suite shows its fallback."""

    #: Private views can be opened and filled later.
    forms: bool = True
    #: A message to one person inside a channel.
    private_messages: bool = True
    #: A posted card can be changed.
    updates: bool = True
    #: A message can grow while its text is being made. Where it cannot, an answer is seen when it is done.
    streams: bool = True
    #: Longest markdown of one post, in characters.
    post_limit: int = 10_000


class Stream(Protocol):
    """A message that grows: a preview, until `ChatPlatform.replace` puts the final card in its place."""

    @property
    def ref(self) -> str:
        """The message's reference."""
        ...

    async def show(self, text: str) -> None:
        """Show all of the text so far, at most `post_limit` of markdown.

        Best effort: it never raises and waits for no rate limit. What it leaves out comes with a later call, or in the end.
        """
        ...


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

    async def find(self, to: ConversationRef, delivery: str, *, since: datetime | None = None) -> str | None:
        """The reference of the message posted for `delivery` after that time, if there is one. Hidden: the platform does not
        let FlowPilot look there."""
        ...

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Put `card` in the place of a posted one."""
        ...

    async def stream(
        self, to: ConversationRef, *, person: str, delivery: str, ref: str = "", stop: Button | None = None
    ) -> Stream:
        """Open a message that grows, empty at first, for an answer to `person` (by their external id).

        `ref` names one that was opened before a crash: what it shows is begun anew. `stop` ends the answer: it is shown with
        the text where the platform has no button of its own for that.
        """
        ...

    async def find_stream(self, to: ConversationRef, delivery: str, *, since: datetime) -> str | None:
        """The reference of a stream that was opened for `delivery` after that time and has not been replaced, if there is one."""
        ...

    async def replace(self, to: ConversationRef, ref: str, card: Card, *, delivery: str) -> None:
        """End a stream: put `card` in its message's place. May be repeated. Rejected: the message is gone."""
        ...

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Put `form` into a private view that is already open. A view that is gone is no error; one that may yet be opened
        raises NotOpen."""
        ...

    async def tell(
        self, to: ConversationRef, person: str, notice: Notice, *, delivery: str, since: datetime | None = None
    ) -> None:
        """Say something to one person (by their external id) only: in or beside that conversation, or, where `to` names no
        channel, in their own messages with FlowPilot. Rejected where they have none.

        `since`: it was tried before, after that time; where the platform can find what was said, it is not said twice.
        """
        ...

    async def progress(self, to: ConversationRef, text: str) -> None:
        """Show that something is being worked on; "" ends it. Best effort: never raises."""
        ...

    async def fetch(self, to: ConversationRef, address: str, *, most: int) -> bytes:
        """The first `most` bytes of a file that somebody shared there, by the address that came with its message. Any other
        address is Rejected."""
        ...

    async def permalink(self, to: ConversationRef, ref: str) -> str | None:
        """The web address of a message, for people who read of it elsewhere; None where there is none. Never raises."""
        ...


class Reception(Protocol):
    """Where people come in of whom a platform says little by itself. What it asks for raises Unavailable or Rejected.

    A platform whose payloads say who somebody is, and who reads along, has none.
    """

    async def who(self, workspace: str, person: str) -> PersonRef:
        """Somebody, by their external id. `member` is said."""
        ...

    async def room(self, workspace: str, channel: str, person: str = "") -> Room:
        """A channel. `person` is somebody who is there: of direct messages that may be all that is known."""
        ...

    async def members(self, workspace: str, channel: str) -> Sequence[str]:
        """The external ids of those who are in a channel, as far as they are looked at; without FlowPilot."""
        ...

    async def answer(self, inbound: Inbound, reply: Reply) -> None:
        """Give a reply to what came in earlier. Best effort: never raises."""
        ...


class Psa(Protocol):
    """A ticket system. Every method raises Unavailable, Uncertain or Rejected, and nothing else."""

    @property
    def name(self) -> str:
        """The vendor's name in settings, such as "connectwise"."""
        ...

    def owns(self, address: str) -> bool:
        """Whether a web address is one of this ticket system's, as people see it; whatever other systems call their tickets, they
        are none here. Never raises."""
        ...

    async def find_ticket(self, text: str) -> TicketRef | None:
        """The ticket that a number, id or URL names, if it exists. A URL that it does not own names none."""
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
    """A document that a model made. `source` names the model, or says that none made it (core.documents.model); `fallback`: it
    stands in for a model's."""

    markdown: str
    source: str
    fallback: bool = False
    #: What the model wrote, where the markdown was made of it, and whether it came to its own end.
    answer: str = ""
    whole: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Flawed:
    """An earlier answer to the same, and what is wrong with it, a sentence each."""

    answer: str
    wrong: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Synthesised:
    """What a model says that answers confirm: statements by the step's id, "" for nothing. A step that is missing it said nothing
    of."""

    statements: Mapping[str, str]
    #: What the model wrote, where the statements were made of it, and whether it came to its own end.
    answer: str = ""
    whole: bool = True


#: Told of all the visible text of an answer so far, from its first character, each time that there is more: markdown
#: without marker blocks or half of one. A preview only: what counts is the prose of the Answer. Never waits, never raises.
Said = Callable[[str], None]


class Model(Protocol):
    """What answers turns, drafts documents and makes facts of answers. Raises Unavailable or Rejected, and nothing else.

    `used` is told of every call that it takes, as each ends: well, by a fault, or cut off.
    """

    @property
    def prompt_version(self) -> str:
        """Part of every draft's key: changes when the same state would be drafted in other words."""
        ...

    async def answer(self, turn: TurnContext, said: Said, used: Used = uncounted) -> Answer:
        """What to say to the pending messages. `said` is told of the visible text as it comes, and may be told nothing.

        It may be cancelled at any await: an engineer said stop, and what `said` was told last stands as the answer.
        """
        ...

    async def draft(
        self,
        kind: DocumentKind,
        bundle: Bundle,
        names: Collection[str],
        used: Used = uncounted,
        flawed: Flawed | None = None,
    ) -> Drafted:
        """A document in markdown with the headings of SPEC 5; `names` of engineers must not stand in it. `flawed` is to be put
        right. Whoever asks judges what it gets (core.documents.judging)."""
        ...

    async def synthesise(
        self, steps: Sequence[Step], used: Used = uncounted, flawed: Flawed | None = None
    ) -> Synthesised:
        """What the answers of these steps confirm. `flawed` is to be put right. Whoever asks judges what it gets
        (core.facts.judging)."""
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
    #: By the platform's name.
    receptions: dict[str, Reception] = field(default_factory=dict)
