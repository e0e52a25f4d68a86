"""OfflineModel: no key, no network. Flows guide, documents are drafted from the record (AI: a supported mode)."""

from collections.abc import Collection
from dataclasses import dataclass

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts import draft
from core.documents.model import DETERMINISTIC
from core.facts.model import MAX_FACT, SourceType
from core.ports import Drafted, Said
from core.text.split import shorten
from core.turns.model import Answer, NewFact, TurnContext

__all__ = ["OfflineModel"]

#: Raise it when the same state would be drafted in other words: it is part of every draft's key.
PROMPT_VERSION = f"{DETERMINISTIC}-2"

_SURE = "This looks like a case for one of your flows."
_UNSURE = "These flows may fit. Pick one, or tell me more: what exactly happens, since when, for whom?"
_ONE = "This flow may fit. Use it, or tell me more: what exactly happens, since when, for whom?"
_NONE = (
    "I have no flow for this. Note what you confirm with `fact: …`; I keep the record and draft the note "
    "when you `resolve` or `escalate`."
)
_NO_MODEL = "\n\n(No model is configured, so I guide by flows only.)"
_NOTED = "Noted."
_VERIFYING = "Noted. When you know whether the fix worked, say so on its card."


@dataclass(frozen=True, kw_only=True, slots=True)
class OfflineModel:
    """Answers by rule. Says once a session that no model is configured."""

    @property
    def prompt_version(self) -> str:
        """Of the deterministic drafts."""
        return PROMPT_VERSION

    async def answer(self, turn: TurnContext, said: Said) -> Answer:
        """Offer flows for the problem; keep what is said at a question as a note, and ask again. All is said at once."""
        open_steps = [step for step in turn.steps if step.open]
        if open_steps:
            return Answer(prose=_NOTED, facts=_notes(turn), ask_again=True)
        if turn.fix is not None and turn.fix.active and not turn.fix.status.final:
            return Answer(prose=_VERIFYING, facts=_notes(turn))
        first = turn.pending[0].number == 1
        if turn.offers:
            prose = _SURE if turn.sure else _ONE if len(turn.offers) == 1 else _UNSURE
            return Answer(prose=prose + (_NO_MODEL if first else ""), offers=turn.offers, facts=_notes(turn))
        if first:
            return Answer(prose=_NONE + _NO_MODEL, facts=_notes(turn))
        return Answer(prose=_NOTED, facts=_notes(turn))

    async def draft(self, kind: DocumentKind, bundle: Bundle, names: Collection[str]) -> Drafted:
        """The deterministic draft."""
        return Drafted(markdown=draft(kind, bundle, names), source=DETERMINISTIC)


def _notes(turn: TurnContext) -> tuple[NewFact, ...]:
    """What the engineers said, as their notes."""
    said = (" ".join(message.text.split()) for message in turn.pending if message.number > 1)
    return tuple(NewFact(text=shorten(text, MAX_FACT), source_type=SourceType.NOTE) for text in said if text)
