"""What came in, with texts that can be kept: checked once, at the door."""

from dataclasses import fields, replace
from typing import TypeVar

from core.commands import Command
from core.commands.base import WRITTEN
from core.ports import Inbound
from core.text.redact import redact
from core.text.storable import storable

__all__ = ["cleaned", "cleaned_command"]

C = TypeVar("C", bound=Command)


def cleaned(inbound: Inbound) -> Inbound:
    """What came in, with texts that can be kept: from here on no secret that was written is in it."""
    command, words, name = cleaned_command(inbound.command), inbound.words, storable(inbound.person.name)
    if words:
        said = getattr(inbound.command, "text", None)
        words = getattr(command, "text", "") if said == words else redact(storable(words)).text
    if command is inbound.command and words == inbound.words and name == inbound.person.name:
        return inbound
    return replace(inbound, command=command, words=words, person=replace(inbound.person, name=name))


def cleaned_command(command: C) -> C:
    """The command with texts that can be kept, and those that somebody wrote without their secrets."""
    texts: dict[str, str] = {}
    for field in fields(command):
        text = getattr(command, field.name)
        if type(text) is not str or not text:
            continue
        clean = redact(storable(text)).text if field.name in WRITTEN else storable(text)
        if clean != text:
            texts[field.name] = clean
    return replace(command, **texts) if texts else command
