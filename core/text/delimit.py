"""Text from people and systems, put between tags so that a model can tell it from its instructions."""

import re

from core.text.storable import storable

__all__ = ["delimited", "inert"]

#: The tags of requests: none is closed by what stands in it, and nobody else opens the ones that count. Others stay, such as the
#: placeholders of a command.
_TAG = re.compile(r"<(?=\s*(?:/\s*\w|context\b|message\b|step\b))", re.IGNORECASE)
#: The marks of blocks in answers.
_MARK = re.compile(r"\[(?=/?(?:QUESTIONS|ACTIONS|PROMOTE|SUGGEST_FIX|FIX_OUTCOME|CONFIDENCE)\])", re.IGNORECASE)


def inert(text: str) -> str:
    """The text without anything that would end its tag, open another, or pass for a block of an answer, or that cannot be
    sent. Idempotent."""
    return _MARK.sub("(", _TAG.sub("‹", storable(text)))


def delimited(tag: str, text: str, **attributes: str | int) -> str:
    """`<tag attributes>` text `</tag>`. Attributes come from the program, never from people."""
    opening = " ".join([tag, *(f'{name}="{value}"' for name, value in attributes.items())])
    return f"<{opening}>\n{inert(text)}\n</{tag}>"
