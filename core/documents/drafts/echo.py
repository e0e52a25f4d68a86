"""Runs of words that a document repeats from the chat (SPEC 5: none of 15 words, unless also a fact)."""

import re
from collections.abc import Iterable, Iterator

from core.documents.bundle import Bundle
from core.documents.drafts.text import flat

__all__ = ["RUN", "Chat", "chat_of", "cut", "phrase", "recorded", "repeated"]

#: So many words in a row are a quotation.
RUN = 15

_WORD = re.compile(r"\w+(?:[^\w\s]+\w+)*")
_CLAUSE = re.compile(r"[.,;:!?…—](?=\s|$)")

#: Where a statement may end though no mark stands there.
_JOINT = re.compile(
    r"[.,;:!?…—–](?=\s|$)|\s(?:and|but|when|while|because|since|after|before|that|which|although|until|then|with)\s",
    re.I,
)
_CODE = re.compile(
    r"\b0x[0-9A-Fa-f]{2,}\b|\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b|\bAADSTS\d+\b|\b(?:error|code|event id)\b[ :#]{1,3}\d{2,}\b",
    re.I,
)
#: Words that a statement keeps at least.
_LEAST = 4
#: The runs of a chat that no recorded text holds.
Chat = frozenset[tuple[str, ...]]


def recorded(bundle: Bundle) -> Iterator[tuple[str, ...]]:
    """What the session recorded as such, which a document may repeat: not the chat, title or summary.

    Texts that documents show next to each other come together.
    """
    for fact in bundle.facts:
        yield fact.question, fact.text
    for check in bundle.checks:
        yield check.text, check.finding
    for script in bundle.scripts:
        yield script.name, *(part for pair in script.parameters for part in pair)
    for fix in (*bundle.tried, *(() if bundle.active is None else (bundle.active,))):
        yield fix.title, fix.description, fix.cause, fix.notes
    yield bundle.domain, bundle.resolved_by
    for note in bundle.engineer_notes:
        yield (note,)
    if bundle.escalation is not None:
        yield bundle.escalation.reason, bundle.escalation.to, bundle.escalation.urgency
    if bundle.ticket is not None:
        yield from ticket_texts(bundle)


def ticket_texts(bundle: Bundle) -> Iterator[tuple[str, ...]]:
    """What the ticket says, as `recorded` yields it; nothing without a ticket."""
    ticket = bundle.ticket
    if ticket is None:
        return
    yield f"#{ticket.ref.number}", ticket.ref.number, ticket.ref.url, ticket.status
    yield ticket.summary, ticket.description
    yield ticket.company, ticket.contact, ticket.device
    for note in ticket.notes:
        yield (note.text,)


def chat_of(bundle: Bundle) -> Chat:
    """The runs that may not be repeated."""
    said = _all_runs([bundle.intake, *(message.text for message in bundle.transcript)])
    if not said:
        return frozenset()
    texts = list(recorded(bundle))
    said -= _all_runs(" ".join(parts) for parts in texts)
    return frozenset(said - _all_runs(" ".join(map(flat, parts)) for parts in texts))


def repeated(text: str, chat: Chat) -> str:
    """The first run that the text repeats from the chat, or ""."""
    return next((" ".join(run) for run in _runs(text) if run in chat), "") if chat else ""


def cut(text: str, chat: Chat) -> str:
    """The text, cut at a clause or a word before it has repeated a whole run."""
    start = next((start for start, run in enumerate(_runs(text)) if run in chat), None)
    if start is None:
        return text
    kept = text[: list(_WORD.finditer(text))[start + RUN - 3].end()]
    clauses = [clause.start() for clause in _CLAUSE.finditer(kept)]
    if clauses and clauses[-1] >= len(kept) // 2:
        kept = kept[: clauses[-1]]
    return f"{flat(kept)}…"


def phrase(text: str, chat: Chat) -> str:
    """The text, or as many of its clauses as are no quotation, and the error codes of the rest; never with "…"."""
    short = cut(text, chat)
    kept = short if short == text else short.removesuffix("…")
    if kept == text and not text.endswith("…"):
        return text
    kept = kept.rstrip("… ")
    if not (text.startswith(kept) and _CLAUSE.match(text, len(kept)) and text[len(kept)] != "…"):
        ends = [joint.start() for joint in _JOINT.finditer(kept)]
        kept = next((kept[:end] for end in reversed(ends) if len(_WORD.findall(kept[:end])) >= _LEAST), kept)
    codes = dict.fromkeys(code[0] for code in _CODE.finditer(text) if code[0] not in kept)
    whole = f"{kept.rstrip(' ,;:')}. It shows {', '.join(codes)}" if codes else kept
    return flat(kept) if repeated(whole, chat) else flat(whole)


def _runs(text: str) -> Iterator[tuple[str, ...]]:
    words = _WORD.findall(text.casefold())
    return (tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1))


def _all_runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    return {run for text in texts for run in _runs(text)}
