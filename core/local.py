"""The ports behind the playground: a local chat and the ticket list shown beside it (ARCHITECTURE 15).

The playground is an adapter like any other, and this is its vendor: what Slack's servers are to the Slack adapter.
Every write counts the workspace's `seq` up by one and stamps what it wrote, so a page that reads after its cursor sees
each change once, an edited message again under its new number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from core.tickets.local import LocalTicket

__all__ = [
    "BOT",
    "LocalChannel",
    "LocalChat",
    "LocalMessage",
    "LocalPerson",
    "LocalSurface",
    "LocalWorkspace",
    "NewMessage",
    "TicketBoard",
]

#: The author of the bot's own messages.
BOT = "flowpilot"


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalWorkspace:
    """One workspace. `id` is what core knows as the workspace's external id."""

    id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalChannel:
    """A channel. `guests`: people of other organisations read along; `direct`: who talks to the bot alone here."""

    workspace: str
    id: str
    name: str
    topic: str = ""
    guests: bool = False
    direct: str = ""

    def open_to(self, person: "LocalPerson") -> bool:
        """Whether the person sees this channel."""
        if self.workspace != person.workspace or self.direct not in ("", person.id):
            return False
        return person.member or self.guests or bool(self.direct)


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalPerson:
    """A person of a workspace. `title` is shown beside the name; it grants nothing. `member`: no guest."""

    workspace: str
    id: str
    name: str
    title: str = ""
    email: str | None = None
    member: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class NewMessage:
    """A message to post. A second one with the same `delivery` in its workspace is the first one.

    `thread` is the id of the message that opened it, "" for a message of the channel itself. People write markdown in
    `text`; the bot's `view` is a rendered card as JSON, which only the adapter reads. `private_to` names the only
    person who sees it.
    """

    workspace: str
    channel: str
    author: str
    delivery: str
    thread: str = ""
    text: str = ""
    view: str = ""
    private_to: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalMessage:
    """A message as it stands. `id` is a whole number as text, rising with time; a deleted message has no words left."""

    workspace: str
    channel: str
    id: str
    thread: str
    author: str
    text: str
    view: str
    private_to: str
    delivery: str
    edited: bool
    deleted: bool
    created_at: datetime
    seq: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalSurface:
    """A form before one person: `view` is the rendered form as JSON; a closed one is gone for good."""

    workspace: str
    id: str
    person: str
    channel: str
    thread: str
    view: str
    open: bool
    seq: int


class LocalChat(Protocol):
    """The playground's chat. Every write is a transaction of its own.

    What names a workspace, channel, thread or message that does not exist raises NotFound (core.errors).
    """

    async def ensure(
        self, workspace: LocalWorkspace, channels: Sequence[LocalChannel], people: Sequence[LocalPerson]
    ) -> None:
        """Make the workspace with these channels and people, or bring their names up to date; nothing is removed."""
        ...

    async def workspaces(self) -> Sequence[LocalWorkspace]:
        """All of them, in the order in which they were made."""
        ...

    async def channels(self, workspace: str) -> Sequence[LocalChannel]:
        """A workspace's channels, in the order in which they were made."""
        ...

    async def people(self, workspace: str) -> Sequence[LocalPerson]:
        """A workspace's people, in the order in which they were made."""
        ...

    async def newest(self, workspace: str) -> int:
        """The workspace's last `seq`, 0 before the first write."""
        ...

    async def messages(self, person: LocalPerson, *, after: int, limit: int) -> Sequence[LocalMessage]:
        """What changed after a cursor in the channels that the person sees, by `seq`; nothing private to others."""
        ...

    async def message(self, workspace: str, id: str) -> LocalMessage | None:
        """One message."""
        ...

    async def find(self, workspace: str, delivery: str) -> LocalMessage | None:
        """The message that was posted with this delivery."""
        ...

    async def post(self, message: NewMessage) -> LocalMessage:
        """Write a message, once: a repeat of its delivery changes nothing and returns the first."""
        ...

    async def update(self, workspace: str, id: str, view: str) -> LocalMessage:
        """Put another card in the place of the message's. A deleted message raises NotFound."""
        ...

    async def edit(self, workspace: str, id: str, text: str) -> LocalMessage:
        """Change the words and mark them edited; the same words change nothing. A deleted message raises NotFound."""
        ...

    async def delete(self, workspace: str, id: str) -> LocalMessage:
        """Take the words away; a second time changes nothing. Replies stay."""
        ...

    async def open_surface(
        self, *, workspace: str, id: str, person: str, channel: str, thread: str, view: str
    ) -> LocalSurface:
        """Show a form to a person, in the place of one of this id. Somebody else's raises NotFound."""
        ...

    async def fill_surface(self, *, workspace: str, id: str, person: str, view: str) -> LocalSurface | None:
        """Replace an open form of that person. None, and no change, when there is none."""
        ...

    async def close_surface(self, *, workspace: str, id: str, person: str) -> None:
        """Take a form away, with what was in it. One that is gone is no error."""
        ...

    async def surface(self, workspace: str, id: str) -> LocalSurface | None:
        """One form, open or closed."""
        ...

    async def surfaces(self, person: LocalPerson, *, after: int) -> Sequence[LocalSurface]:
        """The person's forms that changed after a cursor, by `seq`, closed ones too."""
        ...


class TicketBoard(Protocol):
    """The ticket list beside the chat."""

    async def board(self, workspace: str) -> Sequence[LocalTicket]:
        """The tickets of the workspace's account with notes and time entries, the one written to last first."""
        ...
