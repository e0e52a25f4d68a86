"""An answer as the core takes it, out of what a model wrote: nothing that was not given to it, nothing decided."""

from core.facts.answers import source_of
from core.facts.model import MAX_FACT, SourceType
from core.sessions.model import SessionStatus, Step, StepKind, StepOption
from core.text.split import shorten, split
from core.text.storable import storable
from core.turns.blocks import Blocks, Item, Promoted, Suggestion
from core.turns.context import step_reference
from core.turns.ending import CUT, ended
from core.turns.markers import Marked
from core.turns.model import Answer, Author, FlowOffer, NewFact, NewFix, NewStep, TurnContext

__all__ = ["answer_from", "texts_of"]

#: Characters of prose, of a step's text, and steps of one answer (SPEC 6: one question, two when blocked on both).
LONGEST_PROSE = 12_000
MOST_STEPS = 2
#: Said where a model gave blocks only, and none that shows.
_NOTED = "Noted."


def answer_from(marked: Marked, turn: TurnContext, *, cut: bool = False) -> Answer | None:
    """What is kept: facts whose source exists, steps that are not open already, an outcome only of a fix that awaits one.

    One that is `cut`, at the model's limit or by what was read of it, says so. None where there is nothing that could be shown.
    """
    blocks = marked.blocks
    parts = split(storable(marked.prose).strip(), LONGEST_PROSE)
    prose = parts[0] if parts else ""
    cut = cut or marked.cut or len(parts) > 1
    if turn.session.status is SessionStatus.CHAT:  # it has nothing but words
        prose = ended(prose, CUT) if prose and cut else prose
        return Answer(prose=prose, offers=_offers(prose, turn)) if prose else None
    wanted = [*(_step(item, StepKind.QUESTION) for item in blocks.questions), *map(_action, blocks.actions)]
    asked = {_plain(step.text) for step in turn.steps if step.open}
    steps = tuple(step for step in wanted if _plain(step.text) not in asked)[:MOST_STEPS]
    again = any(_plain(step.text) in asked for step in wanted)
    facts = tuple(fact for promoted in blocks.facts if (fact := _fact(promoted, turn)) is not None)
    fix = None if blocks.fix is None or _is_known(blocks.fix, turn) else _fix(blocks.fix)
    if not (prose or steps or fix or again):
        if cut or blocks == Blocks():
            return None
        prose = _NOTED
    elif cut:
        prose = ended(prose, CUT)
    return Answer(
        prose=prose,
        steps=steps,
        facts=facts,
        fix=fix,
        outcome=blocks.outcome if turn.fix is not None and turn.fix.active and not turn.fix.status.final else None,
        confidence=blocks.confidence,
        offers=_offers(prose, turn),
        ask_again=again,
    )


def texts_of(answer: Answer) -> str:
    """Everything of an answer that people read, one after the other."""
    parts = [answer.prose]
    for step in answer.steps:
        parts += [step.text, step.detail, *(option.label for option in step.options)]
    parts += [fact.text for fact in answer.facts]
    if answer.fix is not None:
        parts += [answer.fix.title, answer.fix.description, answer.fix.detail, answer.fix.cause]
    return "\n".join(parts)


def _action(item: Item) -> NewStep:
    return _step(item, StepKind.VERIFICATION if item.kind == "verification" else StepKind.ACTION)


def _step(item: Item, kind: StepKind) -> NewStep:
    options = tuple(StepOption(label=option) for option in item.options)
    return NewStep(kind=kind, text=item.text, detail=item.detail, options=options)


def _fact(promoted: Promoted, turn: TurnContext) -> NewFact | None:
    text = shorten(promoted.text, MAX_FACT)
    source = promoted.source.strip().lower()
    if source == "ticket":
        return None if turn.ticket is None else NewFact(text=text, source_type=SourceType.TICKET)
    step = _step_named(source, turn)
    if step is not None:
        return NewFact(text=text, source_type=source_of(step.kind), step_id=step.id)
    said = {f"m{message.number}": message for message in (*turn.transcript, *turn.pending)}
    message = said.get(source)
    if message is None or message.author is not Author.ENGINEER:
        return None
    return NewFact(text=text, source_type=SourceType.NOTE)


def _step_named(source: str, turn: TurnContext) -> Step | None:
    """The answered step of that reference."""
    answered = (step for step in turn.steps if step.answer is not None and step.dropped_at is None)
    return next((step for step in answered if step_reference(step) == source), None)


def _is_known(fix: Suggestion, turn: TurnContext) -> bool:
    """Whether it is the session's fix already: said again it is no new one."""
    return turn.fix is not None and turn.fix.active and _plain(turn.fix.title) == _plain(fix.title)


def _fix(fix: Suggestion) -> NewFix:
    """The warning stands before the commands (SPEC 6)."""
    detail = [f"⚠️ **{fix.warning}**" if fix.warning else "", _code(fix.script)]
    return NewFix(
        title=fix.title,
        description=fix.description,
        confidence=fix.confidence,
        cause=fix.cause,
        detail="\n\n".join(filter(None, detail)),
    )


def _code(script: str) -> str:
    if not script or "```" in script:
        return script
    return f"```\n{script}\n```"


def _offers(prose: str, turn: TurnContext) -> tuple[FlowOffer, ...]:
    """Flows are offered for the problem, and later where the answer names them (SPEC 8)."""
    if turn.opens:
        return turn.offers
    said = prose.casefold()
    return tuple(offer for offer in turn.offers if offer.flow.title.casefold() in said)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".?!")
