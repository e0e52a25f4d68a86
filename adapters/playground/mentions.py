"""Reading what somebody typed: slash commands, the bot's mention, a mention of somebody else at the start."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from core.local import LocalPerson

__all__ = ["COMMANDS", "Said", "Typed", "read_command", "read_words"]

#: Slash commands, as the manifests of the other platforms have them.
COMMANDS = ("flowpilot", "resolve", "escalate")

COMMAND = re.compile(r"/([a-z][a-z-]*)(?:\s+(.*))?", re.DOTALL | re.IGNORECASE)
BOT_MENTION = re.compile(r"(?<![\w@])@flowpilot\b[ \t]*", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A slash command."""

    name: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """A message: its words without the bot's mention."""

    text: str
    mentioned: bool
    to_others: bool


def read_command(text: str) -> Typed | None:
    """The slash command that the text is, known or not; `//` and paths such as /etc/hosts are none."""
    found = COMMAND.fullmatch(text)
    return Typed(name=found[1].lower(), text=(found[2] or "").strip()) if found else None


def read_words(text: str, people: Iterable[LocalPerson]) -> Said:
    """What a message says, and to whom."""
    words, count = BOT_MENTION.subn("", text)
    return Said(text=words.strip(), mentioned=count > 0, to_others=_opens_with_somebody(text, people))


def _opens_with_somebody(text: str, people: Iterable[LocalPerson]) -> bool:
    if not text.startswith("@"):
        return False
    start = text[1:].casefold()
    names = (name.casefold() for person in people for name in (person.name, person.name.split()[0], person.id))
    return any(start.startswith(name) and not start[len(name) : len(name) + 1].isalnum() for name in names)
