"""What changes each turn, as the newest user message of a request tells it: between tags, each text from outside inert."""

from collections.abc import Iterable

from core.fixes.model import Fix, FixStatus
from core.flows.model import Flow, Solution
from core.sessions.model import SessionStatus, Step
from core.text.delimit import delimited
from core.text.split import shorten, split
from core.thinking.budget import cut, within
from core.tickets.model import Ticket
from core.turns.model import Alike, Attachment, AttachmentState, FlowOffer, TurnContext

__all__ = ["context_text", "step_reference"]

#: Characters of what a context tells of one flow, of a ticket's description, and of one of its notes.
LONGEST_FLOW = 3_500
LONGEST_DESCRIPTION = 2_000
LONGEST_NOTE = 600
#: How many notes of a ticket it tells, the latest ones.
MOST_NOTES = 5
#: Tokens of facts, of steps that are done, and of earlier fixes; where there are more, it says how many are left out.
FACTS = 8_000
STEPS = 6_000
FIXES = 3_000
#: Tokens of what was answered to one step, and of what was said of one fix.
ANSWERED = 500
#: Characters of what one earlier fix was about.
LONGEST_FIX = 300


def context_text(turn: TurnContext) -> str:
    """The context of a turn. Everything that a compacted history may have lost stands here: facts, steps, fixes, ticket."""
    if turn.session.status is SessionStatus.CHAT:
        return _within([_flows(turn), _section("pictures", "\n".join(_pictures(turn)))])
    earlier = [_earlier(fix) for fix in turn.fixes if _is_earlier(fix)]
    parts = [
        _flows(turn),
        _section("similar", "\n".join(map(_alike, turn.alike))),
        "" if turn.ticket is None else _section("ticket", _ticket(turn.ticket)),
        _section("known", _listed((f"- {_flat(fact.text)}" for fact in turn.facts), FACTS)),
        _section("steps", _steps(turn.steps)),
        _section("pictures", "\n".join(_pictures(turn))),
        _section("earlier_fixes", _listed(earlier, FIXES)),
        _section("fix", _fix(turn.fix, told_before=bool(earlier))),
    ]
    return _within(parts)


def step_reference(step: Step) -> str:
    """How a step is called in a request, and by what an answer names it."""
    return f"s{step.number}"


def _within(parts: Iterable[str]) -> str:
    return "\n".join(["<context>", *filter(None, parts), "</context>"])


def _flows(turn: TurnContext) -> str:
    return _section("flows", "\n\n".join(_flow(offer) for offer in turn.offers))


def _section(tag: str, text: str) -> str:
    return delimited(tag, text) if text.strip() else ""


def _listed(lines: Iterable[str], most: int) -> str:
    return "\n".join(within(list(lines), most))


def _flat(text: str) -> str:
    return " ".join(text.split())


def _flow(offer: FlowOffer) -> str:
    flow = offer.flow
    told = [f"“{flow.title}”: {flow.summary}", *_nodes(flow)]
    return split("\n".join(told), LONGEST_FLOW)[0]


def _nodes(flow: Flow) -> Iterable[str]:
    for node in flow.nodes.values():
        commands = " ".join(f"`{' ; '.join(command.text.split(chr(10)))}`" for command in node.commands)
        warning = f" Warning: {node.warning}" if node.warning else ""
        if isinstance(node, Solution):
            yield f"- fix: {node.title}: {node.description} Cause: {node.cause}{warning} {commands}".rstrip()
        else:
            options = " / ".join(option.label for option in node.options)
            yield f"- {node.kind}: {node.text} ({options}){warning} {commands}".rstrip()


def _alike(alike: Alike) -> str:
    fixed = f" Fixed by: {alike.fix}." if alike.fix else ""
    return f"- {alike.title}.{fixed}{f' Cause: {alike.cause}' if alike.cause else ''}"


def _pictures(turn: TurnContext) -> Iterable[str]:
    """The pictures in the order in which they are shown, and those that are not."""
    numbers = {message.id: message.number for message in (*turn.transcript, *turn.pending)}

    def said(picture: Attachment) -> str:
        number = numbers.get(picture.message_id)
        return f"{_flat(picture.name)}{'' if number is None else f', from m{number}'}"

    shown = (picture for picture in turn.pictures if picture.state is AttachmentState.KEPT)
    yield from (f"{place}. {said(picture)}" for place, picture in enumerate(shown, start=1))
    hidden = (picture for picture in turn.pictures if picture.state is not AttachmentState.KEPT)
    yield from (f"- not shown: {said(picture)}: {picture.why}" for picture in hidden)


def _ticket(ticket: Ticket) -> str:
    about = {
        "Number": ticket.ref.number,
        "Summary": ticket.summary,
        "Status": ticket.status,
        "Company": ticket.company,
        "Contact": ticket.contact,
        "Device": ticket.device,
        "Description": shorten(ticket.description, LONGEST_DESCRIPTION),
    }
    lines = [f"{name}: {value}" for name, value in about.items() if value.strip()]
    lines += [f"Note: {shorten(note.text, LONGEST_NOTE)}" for note in ticket.notes[-MOST_NOTES:]]
    return "\n".join(lines)


def _steps(steps: Iterable[Step]) -> str:
    """Those that still stand; the ones that await an answer come last, and none of them is left out."""
    standing = [step for step in steps if step.dropped_at is None]
    done = _listed((_step(step) for step in standing if not step.open), STEPS)
    return "\n".join(filter(None, (done, *(_step(step) for step in standing if step.open))))


def _step(step: Step) -> str:
    if step.open:
        result = "open: no answer yet"
    else:
        result = "skipped" if step.skipped else f"answered: {cut(_flat(step.answer or ''), ANSWERED)}"
    return f"- {step_reference(step)} {step.kind}: {_flat(step.text)} → {result}"


def _is_earlier(fix: Fix) -> bool:
    """Whether it was applied or set aside, and is the active one no more. One that was only suggested says nothing."""
    return not fix.active and not fix.waiting and (fix.tried or fix.status is FixStatus.DISMISSED)


def _earlier(fix: Fix) -> str:
    notes = f": {cut(_flat(fix.notes), ANSWERED)}" if fix.notes.strip() else ""
    return f"- {fix.title}: {shorten(fix.description, LONGEST_FIX)} → {fix.outcome}{notes}"


def _fix(fix: Fix | None, *, told_before: bool) -> str:
    if fix is None or not fix.active:
        return "No fix is suggested now." if told_before else "No fix is suggested yet."
    lines = [
        f"Title: {fix.title}",
        f"State: {fix.state}",
        f"Confidence: {round(fix.confidence * 100)} percent",
        f"Description: {fix.description}",
    ]
    lines += [f"Cause if it holds: {fix.cause}"] if fix.cause else []
    lines += [f"Notes: {cut(fix.notes, ANSWERED)}"] if fix.notes else []
    return "\n".join(lines)
