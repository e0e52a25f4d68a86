"""What a ChatPlatform brings to the contract suite: itself, a place to talk in, and the eyes of the people there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from core.commands import Action
from core.errors import Fault
from core.people.model import ConversationRef
from core.ports import ChatPlatform
from core.views import Form

__all__ = ["SeenButton", "SeenFile", "SeenForm", "SeenMessage", "SeenPicture", "Surroundings", "Traits"]


@dataclass(frozen=True, kw_only=True)
class SeenButton:
    """A button; `action` is what core.codec decodes of what a click on it sends."""

    label: str
    action: Action
    confirm: str = ""


@dataclass(frozen=True, kw_only=True)
class SeenFile:
    """A file as downloaded."""

    name: str
    content: str


@dataclass(frozen=True, kw_only=True)
class SeenPicture:
    """A picture as it is shown; its words stand in the message's text."""

    name: str
    data: bytes


@dataclass(frozen=True, kw_only=True)
class SeenMessage:
    """One message of the bot, as one person sees it.

    `text` is all that it says, from top to bottom, buttons' labels too; markdown stays markdown where the platform renders
    that itself. `pings` are those whom it would notify by a mention: names, channels, "everyone".
    """

    ref: str
    channel: str
    thread: str
    text: str
    buttons: tuple[SeenButton, ...] = ()
    files: tuple[SeenFile, ...] = ()
    pictures: tuple[SeenPicture, ...] = ()
    private: bool = False
    pings: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SeenForm:
    """A form before one person. `inputs` are the fields by name with what they hold; `options` the values of each pick."""

    surface: str
    text: str
    inputs: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    action: Action
    buttons: tuple[SeenButton, ...] = ()
    can_submit: bool = True


@dataclass(frozen=True, kw_only=True)
class Traits:
    """In what platforms may differ beside their Capabilities; the suite then holds one to the fallback named here.

    Where a capability is False: without `updates` a changed card is posted anew, without `private_messages` what is told
    arrives in a direct message, without `forms` a filled form is told, its submit button among the others.
    """

    #: A delivery that is posted again is seen once. Fallback: it is seen twice, and `find` finds one of the two.
    once: bool = True
    #: Filling a form that was never opened raises Unavailable with `retry_after`. Fallback: it is kept, or told.
    waits_for_forms: bool = True
    #: Progress is seen. Fallback: it is taken without a word.
    shows_progress: bool = True
    #: People can share files. Fallback: every address is refused.
    shares_files: bool = True
    #: Characters that are kept of "title", "badge", "label", "small", "field", "option", "hint", "value" and "file"; texts
    #: ("text") may be parted over several messages, and are kept whole up to this many. Unnamed: as many as there are.
    kept: Mapping[str, int] = field(default_factory=dict)


class Surroundings(Protocol):
    """One platform, set up for one test.

    `place` is a thread of `channel`, in which `person` and `other` both read; `elsewhere` is another channel, `nowhere`
    one that does not exist or has been deleted; `directly` names none. Nobody knows the `stranger`.
    """

    traits: Traits
    place: ConversationRef
    channel: ConversationRef
    elsewhere: ConversationRef
    nowhere: ConversationRef
    directly: ConversationRef
    person: str
    other: str
    stranger: str
    #: What can go wrong behind the platform, by name, and what its callers must then be told.
    faults: Mapping[str, type[Fault]]

    @property
    def platform(self) -> ChatPlatform:
        """The adapter."""
        ...

    async def seen(self, person: str) -> Sequence[SeenMessage]:
        """The bot's messages that the person sees, wherever they stand, each in its place: oldest first."""
        ...

    async def forms(self, person: str) -> Sequence[SeenForm]:
        """The forms that are open before the person."""
        ...

    async def open(self, person: str, form: Form) -> str:
        """Show a form to the person, as the answer to a click does. Returns the handle that `fill` takes."""
        ...

    async def close(self, person: str, surface: str) -> None:
        """The person closes a form."""
        ...

    async def delete(self, ref: str) -> None:
        """Somebody deletes a message of the bot."""
        ...

    async def progress(self) -> str:
        """What is said to be worked on in `place`, "" for nothing."""
        ...

    def share(self, content: bytes) -> str:
        """Somebody shares a file in `place`; its address, "" where nobody can."""
        ...

    def fail(self, how: str) -> None:
        """From now on everything behind the platform goes wrong, in one of the ways named in `faults`."""
        ...
