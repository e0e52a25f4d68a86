"""What comes in."""

from dataclasses import dataclass

from core.commands import Command
from core.people.model import ConversationRef, Standing, WorkspaceRef

__all__ = ["Inbound", "PersonRef", "Room"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRef:
    """A person as the platform names them. `member`: of the workspace's own organisation, not a guest; None where what came in
    does not say it. `nobody`: no member, but nobody who reads along either, such as a bot. `zone`: their IANA time zone, "" where
    it is not said."""

    external_id: str
    name: str
    email: str | None = None
    member: bool | None = True
    nobody: bool = False
    zone: str = ""

    @property
    def standing(self) -> Standing | None:
        """The same in one word; None where it is not said."""
        if self.member is None:
            return None
        return Standing.MEMBER if self.member else Standing.NOBODY if self.nobody else Standing.GUEST


@dataclass(frozen=True, kw_only=True, slots=True)
class Room:
    """What a platform says of a channel: whether FlowPilot is `here` (None where it does not say), whether it is `shared` with
    another organisation, and whether it is a `direct` conversation, to which nobody can be invited."""

    here: bool | None
    shared: bool = False
    direct: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbound:
    """Something that came in, verified: who, where, what, and the keys by which a repeat is known (ARCHITECTURE 5).

    `keys` are one or two texts, each starting with its kind; `surface` is the platform's means to answer privately, or "";
    `words` are the engineer's own, kept whatever happens to the command; `guests`: others read along in that place, None where
    that has to be found out; `unheard`: what is said in that place may not come in, which matters to a session; `direct`: it is
    a conversation to which FlowPilot cannot be invited; `more`: an edit with the text of its files is on its way; `about` is,
    for an edit or a deletion, the key that its message comes with, which may be later.
    """

    keys: tuple[str, ...]
    workspace: WorkspaceRef
    person: PersonRef
    place: ConversationRef | None
    command: Command
    words: str = ""
    surface: str = ""
    guests: bool | None = False
    unheard: bool = False
    direct: bool = False
    more: bool = False
    about: str = ""
