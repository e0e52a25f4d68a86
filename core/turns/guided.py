"""An answer that needs no model: flows guide, and what is said is noted (AI: a supported mode)."""

from core.facts.model import MAX_FACT, SourceType
from core.sessions.model import SessionStatus
from core.text.split import shorten
from core.turns.model import Answer, NewFact, TurnContext

__all__ = ["guided"]

_SURE = "This looks like a case for one of your flows."
_UNSURE = "These flows may fit. Pick one, or tell me more: what exactly happens, since when, for whom?"
_ONE = "This flow may fit. Use it, or tell me more: what exactly happens, since when, for whom?"
_NONE = (
    "I have no flow for this. Note what you confirm with `fact: …`; I keep the record and draft the note "
    "when you `resolve` or `escalate`."
)
_THERE = "This is in the library:"
_NOT_THERE = "Nothing in the library fits that. Without a model I only look there."
_NOTED = "Noted under *What we know*."
_HEARD = "I keep that with the thread. What belongs into the note: `fact: …`"
_VERIFYING = "When you know whether the fix worked, say so on its card. What belongs into the note: `fact: …`"


def guided(turn: TurnContext, aside: str = "") -> Answer:
    """Offer flows for the problem; keep what is said at a question as a note, and ask again. `aside` is said once a session.

    Whatever else is said may be anything, and a note is for the customer: it is no fact unless the engineer says so (SPEC 3).
    """
    if turn.session.status is SessionStatus.CHAT:
        return _looked_up(turn)
    first = turn.opens
    more = f"\n\n{aside}" if first and aside else ""
    if any(step.open for step in turn.steps):
        notes = _notes(turn)
        return Answer(prose=_NOTED if notes else _HEARD, facts=notes, ask_again=True)
    if turn.fix is not None and turn.fix.active and not turn.fix.status.final:
        return Answer(prose=_VERIFYING)
    if turn.offers:
        prose = _SURE if turn.sure else _ONE if len(turn.offers) == 1 else _UNSURE
        return Answer(prose=prose + more, offers=turn.offers)
    return Answer(prose=(_NONE if first else _HEARD) + more)


def _looked_up(turn: TurnContext) -> Answer:
    """What the library holds on what was asked in a chat."""
    return Answer(prose=_THERE if turn.offers else _NOT_THERE, offers=turn.offers)


def _notes(turn: TurnContext) -> tuple[NewFact, ...]:
    """What the engineers said, as their notes; a problem is none."""
    told = turn.pending[1:] if turn.opens else turn.pending
    said = ((" ".join(message.text.split()), message.id) for message in told)
    return tuple(
        NewFact(text=shorten(text, MAX_FACT), source_type=SourceType.NOTE, message_id=id) for text, id in said if text
    )
