"""The session's documentation: the whole record, at any time, as markdown (SPEC 2 "Documentation").

Unlike the notes it is internal and complete: it names people and the session, and leaves nothing out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.documents.drafts.text import as_bullets, as_numbers, closed, flat, opened
from core.tickets.model import Ticket

__all__ = [
    "RecordedFact",
    "RecordedFix",
    "RecordedNote",
    "RecordedOutcome",
    "RecordedScript",
    "RecordedStep",
    "SessionRecord",
    "TimelineEntry",
    "document",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedStep:
    """One question, action or verification. `answer` is "" while nobody answered; changed answers come as they are now."""

    kind: str
    text: str
    answer: str = ""
    skipped: bool = False
    #: Who answered or skipped it, and when.
    by: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedFact:
    """One fact that stands, with its source (`engineer_note`, or in words) and who added it."""

    text: str
    source: str
    by: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedOutcome:
    """One outcome of a fix; a corrected one stands beside the one before it. `status`: `applied_failed`, or in words."""

    status: str
    notes: str = ""
    by: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedFix:
    """One fix, with all that became of it. `state` is its present one in a word: "pending"."""

    title: str
    description: str = ""
    cause: str = ""
    #: 0 to 1.
    confidence: float
    state: str
    decision: str = ""
    suggested_at: datetime
    applied_at: datetime | None = None
    applied_by: str = ""
    outcomes: tuple[RecordedOutcome, ...] = ()
    superseded_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedScript:
    """One generated script; sensitive parameters are already redacted."""

    name: str
    parameters: tuple[tuple[str, str], ...] = ()
    by: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordedNote:
    """One document that was posted, exactly as posted. `where`: "thread", "ticket #4711, internal"."""

    title: str
    markdown: str
    where: str = ""
    by: str = ""
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class TimelineEntry:
    """One change: who did what, when, and from which platform ("" for FlowPilot itself)."""

    at: datetime
    who: str
    what: str
    platform: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionRecord:
    """Everything the documentation shows, as plain values. People come as display names, texts redacted."""

    #: `FP-12`.
    ref: str
    title: str
    status: str
    owner: str = ""
    #: The others who joined.
    participants: tuple[str, ...] = ()
    started_at: datetime
    #: When it was resolved or abandoned.
    ended_at: datetime | None = None
    #: The zone that times are shown in.
    zone: tzinfo
    domain: str = ""
    summary: str = ""
    intake: str = ""
    ticket: Ticket | None = None
    resolved_by: str = ""
    steps: tuple[RecordedStep, ...] = ()
    facts: tuple[RecordedFact, ...] = ()
    fixes: tuple[RecordedFix, ...] = ()
    scripts: tuple[RecordedScript, ...] = ()
    notes: tuple[RecordedNote, ...] = ()
    timeline: tuple[TimelineEntry, ...] = ()


def document(record: SessionRecord) -> str:
    """The documentation as markdown. Every section is there; an empty one says so."""
    zone = record.zone
    parts = [
        ("Problem", _problem(record)),
        ("Steps", as_numbers(_step(step, zone) for step in record.steps)),
        ("Facts", as_bullets(_fact(fact, zone) for fact in record.facts)),
        ("Fixes", "\n\n".join(_fix(number, fix, zone) for number, fix in enumerate(record.fixes, 1))),
        ("Scripts", as_bullets(_script(script, zone) for script in record.scripts)),
        ("Notes posted", "\n\n".join(_note(note, zone) for note in record.notes)),
        ("Timeline", as_bullets(_entry(entry, zone) for entry in record.timeline)),
    ]
    title = f"# {record.ref}: {opened(flat(record.title)) or 'Untitled'}"
    body = (f"## {heading}\n\n{text or 'None so far.'}" for heading, text in parts)
    return "\n\n".join([title, as_bullets(_header(record)), *body]) + "\n"


def _header(record: SessionRecord) -> list[str]:
    ticket, people = record.ticket, ", ".join(flat(name) for name in record.participants)
    number = "" if ticket is None else flat(ticket.ref.number)
    lines = [
        ("Status", record.status),
        ("Owner", flat(record.owner) or "nobody"),
        ("With", people),
        ("Started", _when(record.started_at, record.zone)),
        ("Ended", _when(record.ended_at, record.zone)),
        ("Area", flat(record.domain)),
        ("Ticket", f"#{number}" if number.isdecimal() else number),
        ("What resolved it", flat(record.resolved_by)),
        ("Times", str(record.zone)),
    ]
    return [f"**{label}:** {value}" for label, value in lines if value]


def _problem(record: SessionRecord) -> str:
    ticket = record.ticket
    paragraphs = [
        closed(flat(record.summary)),
        _labelled("As first reported", record.intake),
        ""
        if ticket is None
        else _sentences(
            _labelled("On the ticket", ticket.summary),
            _labelled("Company", ticket.company),
            _labelled("Contact", ticket.contact),
            _labelled("Device", ticket.device),
        ),
    ]
    return "\n\n".join(filter(None, paragraphs))


def _step(step: RecordedStep, zone: tzinfo) -> str:
    answer = "skipped" if step.skipped else flat(step.answer) or "not answered yet"
    return f"{opened(flat(step.kind))}: {closed(flat(step.text))} **{opened(answer)}**{_by(step.by, step.at, zone)}"


def _fact(fact: RecordedFact, zone: tzinfo) -> str:
    return f"{closed(flat(fact.text))}{_by(fact.by, fact.at, zone, _word(fact.source))}"


def _fix(number: int, fix: RecordedFix, zone: tzinfo) -> str:
    lines = [
        f"Suggested{_by('', fix.suggested_at, zone)}, confidence {round(fix.confidence * 100)} %.",
        closed(flat(fix.description)),
        _labelled("Cause, if it holds", fix.cause),
        _labelled("How it is run", _word(fix.decision)),
        f"Applied{_by(fix.applied_by, fix.applied_at, zone)}." if fix.applied_at is not None else "Not applied.",
        *(_outcome(outcome, zone) for outcome in fix.outcomes),
        "" if fix.superseded_at is None else f"No longer active{_by('', fix.superseded_at, zone)}.",
    ]
    return (
        f"### {number}. {opened(flat(fix.title)).rstrip('.') or 'Untitled'} ({_word(fix.state)})\n\n{as_bullets(lines)}"
    )


def _outcome(outcome: RecordedOutcome, zone: tzinfo) -> str:
    said = f"Recorded as {_word(outcome.status)}{_by(outcome.by, outcome.at, zone)}"
    return closed(f"{said}: {flat(outcome.notes)}" if flat(outcome.notes) else said)


def _script(script: RecordedScript, zone: tzinfo) -> str:
    values = ", ".join(f"{flat(name)} = {flat(value)}" for name, value in script.parameters)
    return f"{flat(script.name) or 'Untitled'}{f': {values}' if values else ''}{_by(script.by, script.at, zone)}"


def _note(note: RecordedNote, zone: tzinfo) -> str:
    """A posted note, quoted, so that its headings are not the documentation's."""
    where = flat(note.where)
    quoted = "\n".join(f"> {line}".rstrip() for line in note.markdown.strip().splitlines())
    return f"### {flat(note.title)}{_by(note.by, note.at, zone, where)}\n\n{quoted or '> (empty)'}"


def _entry(entry: TimelineEntry, zone: tzinfo) -> str:
    via = f" ({flat(entry.platform)})" if entry.platform else ""
    return (
        f"{_when(entry.at, zone)}, {flat(entry.who) or 'FlowPilot'}{via}: {closed(flat(entry.what)).removesuffix('.')}"
    )


def _labelled(label: str, text: str) -> str:
    return closed(f"{label}: {flat(text)}") if flat(text) else ""


def _sentences(*texts: str) -> str:
    return " ".join(filter(None, texts))


def _word(value: str) -> str:
    """A stored value as people say it: `applied_failed` is "failed"."""
    return flat(value).removeprefix("applied_").replace("_", " ")


def _when(at: datetime | None, zone: tzinfo) -> str:
    return "" if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")


def _by(who: str, at: datetime | None, zone: tzinfo, what: str = "") -> str:
    """In brackets, what there is of: what, who, when."""
    told: Iterable[str] = filter(None, [what, flat(who), _when(at, zone)])
    inside = ", ".join(told)
    return f" ({inside})" if inside else ""
