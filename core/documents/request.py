"""What a model is asked for a document: the record of the bundle as text, and nothing else (SPEC 5)."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from core.documents.bundle import Bundle, BundleFix, DocumentKind
from core.documents.drafts.scrub import printable, retold
from core.documents.written import schema_of
from core.prompts import REPAIR, SYSTEM, Purpose
from core.prompts.left_out import EARLIER_LEFT_OUT
from core.text.delimit import delimited
from core.text.storable import storable
from core.thinking.budget import LEAST, cut, tokens_of, within
from core.thinking.model import Request, Role, Said

__all__ = ["draft_request", "repair_request"]

#: Tokens of a document, with what a model thinks before it, and seconds that one try may take.
MAX_TOKENS = 5_000
TIMEOUT = 45.0
#: Tokens of the chat that a conclusion is told, the latest messages.
CHAT = 20_000
#: Tokens of one list of the record, which says how many entries are left out where there are more, and of one entry or line.
LIST = 12_000
ENTRY = 1_000


def draft_request(kind: DocumentKind, bundle: Bundle, names: Collection[str]) -> Request:
    """The request for a document, without the names that must not stand in it."""
    prompt = SYSTEM[Purpose(kind.value)]
    text = delimited("record", "\n".join(cut(line, ENTRY) for line in _record(printable(bundle, names))))
    if kind is DocumentKind.CONCLUSION and bundle.transcript:
        text = f"{text}\n{delimited('chat', chr(10).join(_chat(bundle, names)))}"
    return Request(
        purpose=Purpose(kind.value),
        system=prompt.text,
        messages=(Said(role=Role.USER, text=text),),
        prompt_version=f"{prompt.name}-{prompt.version}",
        max_tokens=MAX_TOKENS,
        timeout=TIMEOUT,
        schema=schema_of(kind, bundle),
    )


def repair_request(request: Request, answer: str, wrong: Sequence[str]) -> Request:
    """The request once more, with what was wrong with the answer."""
    points = "\n".join(f"- {point}" for point in wrong)
    again = (
        *request.messages,
        Said(role=Role.ASSISTANT, text=storable(answer.strip()) or "(nothing)"),
        Said(role=Role.USER, text=REPAIR.text + storable(points)),
    )
    return Request(
        purpose=request.purpose,
        system=request.system,
        messages=again,
        prompt_version=f"{request.prompt_version}+{REPAIR.name}-{REPAIR.version}",
        max_tokens=request.max_tokens,
        timeout=request.timeout,
        schema=request.schema,
        passing=request.passing + 2,
    )


def _record(bundle: Bundle) -> Iterator[str]:
    yield f"Problem: {bundle.summary or bundle.title}"
    yield f"Session: {bundle.status}"
    if bundle.domain:
        yield f"Area: {bundle.domain}"
    if bundle.ticket is not None:
        ticket = bundle.ticket
        about = {"Ticket": ticket.ref.number, "Ticket summary": ticket.summary, "Company": ticket.company}
        about |= {"Contact": ticket.contact, "Device": ticket.device}
        yield from (f"{name}: {value}" for name, value in about.items() if value)
    facts = (f"{fact.question} {fact.text}" if fact.question else fact.text for fact in bundle.facts)
    yield from _listed("Confirmed facts", facts)
    yield from _listed("Checks, in order", (f"({c.kind}) {c.text} → {c.finding}" for c in bundle.checks))
    scripts = (f"{s.name} {' '.join(f'{name}={value}' for name, value in s.parameters)}" for s in bundle.scripts)
    yield from _listed("Scripts generated", scripts)
    yield from _listed("Fixes applied before the active one", (_fix(fix) for fix in bundle.tried))
    yield f"Active fix: {'none' if bundle.active is None else _fix(bundle.active)}"
    if bundle.resolved_by:
        yield f"What resolved it, by the engineer: {bundle.resolved_by}"
    yield from _listed("Engineer notes", bundle.engineer_notes)
    if bundle.escalation is not None:
        escalation = bundle.escalation
        yield f"Escalated: {escalation.reason}; to {escalation.to or 'anyone'}; {escalation.urgency or 'normal'}"
    yield from _listed("Steps that are still open", bundle.next_steps)


def _chat(bundle: Bundle, names: Collection[str]) -> list[str]:
    """The latest messages in their order, and whether there were earlier ones. The first that is told may be cut."""
    lines: list[str] = []
    room = CHAT
    for said in retold(bundle, names):
        lines.append(cut(f"{said.who}: {said.text}", room))
        room -= tokens_of(lines[-1]) + 1
        if room < LEAST:
            break
    whole = len(lines) == len(bundle.transcript) and bundle.transcript[0].number <= 1
    return lines[::-1] if whole else [EARLIER_LEFT_OUT, *lines[::-1]]


def _listed(name: str, lines: Iterable[str]) -> Iterator[str]:
    found = [cut(f"- {line}", ENTRY) for line in lines if line.strip()]
    yield f"{name}:{'' if found else ' none'}"
    yield from within(found, LIST)


def _fix(fix: BundleFix) -> str:
    parts = [f"{fix.title}: {fix.description}" if fix.description else fix.title, f"state: {fix.state}"]
    parts += [f"confidence: {fix.percent} percent"]
    parts += [f"cause if it holds: {fix.cause}"] if fix.cause else []
    parts += [f"notes: {fix.notes}"] if fix.notes else []
    return "; ".join(parts)
