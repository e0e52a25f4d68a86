"""The bundle as the drafts may print it: flat texts, no names of engineers, of the bot, or of sessions."""

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from core.documents.bundle import Bundle, BundleFix, Said
from core.documents.drafts.echo import Chat, chat_of, phrase, ticket_texts
from core.documents.drafts.text import flat, opened
from core.text.code_spans import CODE_SPAN
from core.tickets.mention import ticket_mentions
from core.tickets.model import Ticket

__all__ = ["ASSISTANT", "AS_AN_AI", "SESSION_REFERENCE", "name_pattern", "printable", "retold", "said_by_ticket"]

# Not within a host, a path, an address or a URL.
_BEFORE = r"(?<![\w./\\@=&%?#~+$-])"
_AFTER = r"(?![\w/\\@=&%~+$-]|\.\w)"

#: A session's short reference; with a dot, slash or hyphen beside it, it is rather a host or a path.
SESSION_REFERENCE = re.compile(rf"{_BEFORE}(?:session )?FP-[1-9]\d*{_AFTER}", re.IGNORECASE)
#: The bot, as people name it.
ASSISTANT = re.compile(rf"{_BEFORE}(?:FlowPilot|(?:the|this|our) (?:AI |chat)?bot|the AI assistant){_AFTER}", re.I)
#: How models speak of themselves.
AS_AN_AI = re.compile(r"\bas an AI(?: language)?(?: model| assistant)?(?:,|(?= I\b))\s*", re.IGNORECASE)

#: A ticket's number as the opening of a first message: the note stands on that ticket.
_TICKET_FIRST = re.compile(r"(?:[A-Za-z]{2,10} )?#\d+\s*[-–—:,]\s*(?=\w)")
#: A ticket's number anywhere in it, with the words that lead to it.
_MENTION = re.compile(
    r"\s*[(\[]?(?<![\w/#.\\-])(?:(?:see|re|for|from|per|on|in)[: ]+)?(?:(?:the )?(?:ticket|incident|CW)[ :]{0,2})?"
    r"(?<![\w/.\\-])(?:T-[1-9]\d{2,8}|T\d{8}\.\d{4,6}|(?<=ticket )#?\d{3,9}|(?<=CW )#?\d{3,9})(?![\w-])(?!\.\d)[)\]]?[ ,:]*",
    re.IGNORECASE,
)
#: Words that lead to a ticket's number and go with it, and words that would stand there without what they speak of.
_LEADS = frozenset({"see", "re", "per", "case", "incident", "issue", "ticket"})
_NEEDS = re.compile(
    r"an?|about|after|and|are|as|at|before|behind|by|check|closes?|continue|fix|for|from|in|into|is|like|of|on|or|reopen"
    r"|resolve|since|than|that|the|this|to|under|until|update|was|with",
    re.IGNORECASE,
)
#: What a sentence goes on with whose subject the ticket is.
_GOES_ON = r"(?:again|and|are|came|can|does|had|has|is|needs|or|says|still|was|will|won)\b"
_SENTENCE = re.compile(r"(?<=[.!?])\s+")

_Clean = Callable[[str], str]


def name_pattern(names: Collection[str]) -> re.Pattern[str] | None:
    """Finds the names as whole words: single ones in their own case, since "will" and "mark" are words."""
    known = sorted({" ".join(name.split()) for name in names} - {""}, key=len, reverse=True)
    if not known:
        return None
    either = "|".join(re.escape(name) if " " not in name else f"(?i:{re.escape(name)})" for name in known)
    return re.compile(rf"{_BEFORE}(?:{either}){_AFTER}")


def said_by_ticket(bundle: Bundle) -> str:
    """The ticket's words in lower case. What a customer wrote is no leak: a printer may be called FP-12."""
    return " ".join(part for parts in ticket_texts(bundle) for part in parts).casefold()


def retold(bundle: Bundle, names: Collection[str]) -> Iterator[Said]:
    """The chat from its last message back, flat and scrubbed as what is printed; a long one costs as much as is asked for."""
    clean = _cleaner(said_by_ticket(bundle), name_pattern(names))
    return (replace(said, text=clean(said.text)) for said in reversed(bundle.transcript))


def printable(bundle: Bundle, names: Collection[str]) -> Bundle:
    """The bundle, every printed text flat and scrubbed; `summary` becomes the best statement of the problem. The chat is
    not printed, and stays as it is."""
    chat = chat_of(bundle)
    clean = _cleaner(said_by_ticket(bundle), name_pattern(names))
    stated = _stated(bundle, chat)
    title = clean(stated if bundle.title.endswith("…") and stated else phrase(flat(bundle.title), chat))
    ticket = None if bundle.ticket is None else _ticket(bundle.ticket, clean)
    summary = stated or ("" if ticket is None else ticket.summary)
    escalation = bundle.escalation
    if escalation is not None:
        escalation = replace(
            escalation,
            reason=clean(escalation.reason),
            to=clean(escalation.to),
            urgency=clean(escalation.urgency),
        )
    return replace(
        bundle,
        title=title,
        summary=clean(summary),
        domain=clean(bundle.domain),
        ticket=ticket,
        facts=tuple(replace(f, text=clean(f.text), question=clean(f.question)) for f in bundle.facts),
        checks=tuple(replace(c, text=clean(c.text), finding=clean(c.finding)) for c in bundle.checks),
        scripts=tuple(
            replace(s, name=clean(s.name), parameters=tuple((clean(k), clean(v)) for k, v in s.parameters))
            for s in bundle.scripts
        ),
        tried=tuple(_fix(fix, clean) for fix in bundle.tried),
        active=None if bundle.active is None else _fix(bundle.active, clean),
        resolved_by=clean(bundle.resolved_by),
        escalation=escalation,
        engineer_notes=tuple(map(clean, bundle.engineer_notes)),
        next_steps=tuple(clean(phrase(flat(step), chat)) for step in bundle.next_steps),
    )


def _stated(bundle: Bundle, chat: Chat) -> str:
    """The problem as the session states it: its summary, else its title; the first sentence where that was cut."""
    known = bundle.ticket is not None
    title = _without_ticket(bundle.title, known=known)
    if bundle.title.endswith("…") and bundle.intake.strip():
        title = _SENTENCE.split(_without_ticket(bundle.intake, known=known), maxsplit=1)[0]
    told = [text for text in (flat(bundle.summary), title) if text]
    whole = (text for text in told if phrase(text, chat) == text)
    return next(whole, phrase(told[0], chat) if told else "")


def _without_ticket(text: str, *, known: bool) -> str:
    """The words without the ticket that they name, as far as they are whole sentences without it. `known`: the ticket could
    be read, so nothing may be left of them."""
    text = _TICKET_FIRST.sub("", flat(text), 1)
    for mention in ticket_mentions(text):
        shorter = _without_pointer(text, re.escape(mention))
        text = shorter if shorter or known else text
    text = _MENTION.sub(" ", text)
    return flat(text.strip().lstrip("-–—:,; ").replace(" .", ".").replace(" ,", ","))


def _without_pointer(text: str, mention: str) -> str:
    """The text without a number or an address that only points to the ticket: in brackets, before it, or at a clause's end."""

    def put(found: re.Match[str]) -> str:
        before, word = found[1], found[2] or ""
        if _NEEDS.fullmatch(word):
            return found[0]
        return "" if word.lower() in _LEADS else before + word

    text = re.sub(rf"\s?[(\[](?:(?:see|re|ticket)[: ]+)?{mention}[)\]]", "", text, flags=re.IGNORECASE)
    text = re.sub(rf"^{mention}(?:\s*[-–—:,]\s*|\s+)(?!{_GOES_ON})(?=\w)", "", text)
    return re.sub(
        rf"([\s,:–—-]{{0,3}})(?:(?<![\w'’])([\w'’]{{1,30}}))?[\s,:–—-]{{0,3}}(?<![\w/#]){mention}(?=\s*(?:[.!?;,]|$))",
        put,
        text,
    ).strip()


def _fix(fix: BundleFix, clean: _Clean) -> BundleFix:
    return replace(
        fix,
        title=clean(fix.title),
        description=clean(fix.description),
        cause=clean(fix.cause),
        notes=clean(fix.notes),
    )


def _ticket(ticket: Ticket, clean: _Clean) -> Ticket:
    return replace(
        ticket,
        ref=replace(ticket.ref, number=clean(ticket.ref.number)),
        summary=clean(ticket.summary),
        company=clean(ticket.company),
        contact=clean(ticket.contact),
        device=clean(ticket.device),
    )


def _cleaner(ticket: str, names: re.Pattern[str] | None) -> _Clean:
    def put(word: str) -> Callable[[re.Match[str]], str]:
        def replacement(found: re.Match[str]) -> str:
            if found.re is not names and found[0].casefold() in ticket:
                return found[0]
            # The start of the text gets its capital where it starts a sentence.
            sentence = found.string[: found.start()].rstrip().endswith((".", "!", "?"))
            return opened(word) if sentence else word

        return replacement

    def outside_code(text: str) -> str:
        if names is not None:
            text = names.sub(put("an engineer"), text)
        text = SESSION_REFERENCE.sub(put("an earlier session"), text)
        return ASSISTANT.sub(put("the support desk"), AS_AN_AI.sub("in our view, ", text))

    def clean(text: str) -> str:
        text, start, parts = flat(text), 0, []
        for span in CODE_SPAN.finditer(text):
            parts += [outside_code(text[start : span.start()]), span[0]]
            start = span.end()
        return flat("".join([*parts, outside_code(text[start:])]))

    return clean
