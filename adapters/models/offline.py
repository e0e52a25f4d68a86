"""OfflineModel: no key, no network. Flows guide, documents are drafted from the record (AI: a supported mode)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from core.documents.bundle import Bundle, DocumentKind
from core.documents.drafts import draft
from core.documents.model import DETERMINISTIC, DETERMINISTIC_VERSION
from core.ports import Drafted, Flawed, Said, Synthesised
from core.sessions.model import Step
from core.turns.guided import guided
from core.turns.model import Answer, TurnContext
from core.usage.model import Used, uncounted

__all__ = ["OfflineModel"]

_NO_MODEL = "(No model is configured, so I guide by flows only.)"


@dataclass(frozen=True, kw_only=True, slots=True)
class OfflineModel:
    """Answers by rule. Says once a session that no model is configured."""

    @property
    def prompt_version(self) -> str:
        """Of the deterministic drafts."""
        return DETERMINISTIC_VERSION

    async def answer(self, turn: TurnContext, said: Said, used: Used = uncounted) -> Answer:
        """All is said at once, and nothing is used."""
        return guided(turn, _NO_MODEL)

    async def draft(
        self,
        kind: DocumentKind,
        bundle: Bundle,
        names: Collection[str],
        used: Used = uncounted,
        flawed: Flawed | None = None,
    ) -> Drafted:
        """The deterministic draft."""
        return Drafted(markdown=draft(kind, bundle, names), source=DETERMINISTIC)

    async def synthesise(
        self, steps: Sequence[Step], used: Used = uncounted, flawed: Flawed | None = None
    ) -> Synthesised:
        """Nothing: what an answer means is not told by any rule. Flows say it themselves, and notes list the step."""
        return Synthesised(statements=dict.fromkeys((step.id for step in steps), ""))
