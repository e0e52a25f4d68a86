"""What comes in."""

from dataclasses import dataclass

from core.commands import Command
from core.people.model import ConversationRef, WorkspaceRef

__all__ = ["Inbound", "PersonRef"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PersonRef:
    """A person as the platform names them. `member`: of the workspace's own organisation, not a guest."""

    external_id: str
    name: str
    email: str | None = None
    member: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class Inbound:
    """Something that came in, verified: who, where, what, and the keys by which a repeat is known (ARCHITECTURE 5).

    `keys` are one or two texts, each starting with its kind; `surface` is the platform's means to answer privately, or "";
    `words` are the engineer's own, kept whatever happens to the command; `guests`: others read along in that place;
    `unheard`: what is said in that place does not come in; `more`: an edit with the text of its files is on its way; `about`
    is, for an edit or a deletion, the key that its message comes with, which may be later.
    """

    keys: tuple[str, ...]
    workspace: WorkspaceRef
    person: PersonRef
    place: ConversationRef | None
    command: Command
    words: str = ""
    surface: str = ""
    guests: bool = False
    unheard: bool = False
    more: bool = False
    about: str = ""
