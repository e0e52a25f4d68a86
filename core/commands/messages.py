"""What adapters make of messages and typed words."""

from dataclasses import dataclass

from core.commands.base import Command

__all__ = ["DeleteMessage", "EditMessage", "ReceiveMessage", "SharedPicture", "TypeWords"]


@dataclass(frozen=True, kw_only=True, slots=True)
class SharedPicture:
    """A picture that came with a message, as the platform names it; nothing of it is fetched yet. `address` is the platform's
    own, `size` in bytes, 0 where it is not said."""

    name: str
    address: str
    size: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveMessage(Command):
    """A message was written. `ref` is the platform's id of it; `text` has the bot's own mention taken out.

    `mentioned`: the bot was mentioned; `direct`: it was said to the bot alone; `to_others`: it opens with a mention of
    somebody else.
    """

    ref: str
    text: str
    mentioned: bool = False
    direct: bool = False
    to_others: bool = False
    pictures: tuple[SharedPicture, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class EditMessage(Command):
    """A message was edited. `mentioned`: the bot is mentioned now, and was not before; `to_others`: it opens with a mention of
    somebody else now; `read`: its author has changed nothing, and the text of its files is here; `pictures`: those that are
    known only now to have come with it."""

    ref: str
    text: str
    mentioned: bool = False
    to_others: bool = False
    read: bool = False
    pictures: tuple[SharedPicture, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteMessage(Command):
    """A message was deleted."""

    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeWords(Command):
    """A slash command was typed: `/flowpilot list` has the name "flowpilot" and the text "list"."""

    name: str
    text: str
