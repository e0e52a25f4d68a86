"""What a document is built from, and what of it must not stand there: names, and quotations of the chat (SPEC 5)."""

import re
from collections.abc import Collection, Iterator

from core.documents.bundle import Bundle
from core.documents.drafts.echo import chat_of, recorded, repeated
from core.documents.drafts.scrub import (
    AS_AN_AI,
    ASSISTANT,
    SESSION_REFERENCE,
    name_pattern,
    printable,
    said_by_ticket,
)
from core.documents.drafts.text import flat
from core.text.code_spans import CODE_SPAN
from core.text.grounding import known_text

__all__ = ["identities", "input_text", "quotations"]

_PARAGRAPHS = re.compile(r"\n\s*\n|\n(?=\s*(?:[-*+•]|\d+[.)])\s)|\n(?=#)")


def input_text(bundle: Bundle, names: Collection[str] = ()) -> str:
    """Everything that the bundle says (core.text.grounding.known_text); also as the drafts print it."""
    parts = [bundle.title, bundle.summary, bundle.intake, *bundle.next_steps]
    parts += [message.text for message in bundle.transcript]
    parts += [part for texts in recorded(bundle) for part in texts]
    clean = printable(bundle, names)
    parts += [clean.title, clean.summary, *clean.next_steps]
    parts += [part for texts in recorded(clean) for part in texts]
    return known_text(form for part in parts for form in (part, flat(part)))


def identities(markdown: str, bundle: Bundle, names: Collection[str]) -> Iterator[str]:
    """Names of engineers, of the bot and of sessions; code is left alone, and what the ticket itself says."""
    said = said_by_ticket(bundle)
    prose = " ".join(CODE_SPAN.sub("``", line) for line in markdown.split("\n") if not line.startswith("#"))
    prose = " ".join(prose.split())
    engineers = name_pattern(names)
    if engineers is not None and (found := engineers.search(prose)):
        yield f"“{found[0]}” is the name of an engineer."
    yield from (
        f"“{found[0]}” refers to a session."
        for found in SESSION_REFERENCE.finditer(prose)
        if found[0].casefold() not in said
    )
    yield from (
        f"“{found[0]}” names the bot." for found in ASSISTANT.finditer(prose) if found[0].casefold() not in said
    )
    yield from (f"“{found[0].strip()}” is how a model speaks." for found in AS_AN_AI.finditer(prose))


def quotations(markdown: str, bundle: Bundle) -> Iterator[str]:
    """Runs of 15 words from the chat that are not also part of a fact or another record."""
    chat = chat_of(bundle)
    runs = (repeated(paragraph, chat) for paragraph in _PARAGRAPHS.split(markdown))
    yield from (f"“{run}” is copied from the chat." for run in runs if run)
