"""ThinkingModel: the Model port on any provider. Turns are streamed and read; documents are checked, and repaired once."""

import hashlib
import logging
from collections.abc import Collection

from core.documents.bundle import Bundle, DocumentKind
from core.documents.check import check
from core.documents.drafts import draft as draft_deterministically
from core.documents.model import REPLACED
from core.documents.request import draft_request, repair_request
from core.documents.written import assembled
from core.ports import Drafted, Said
from core.ports.provider import Heard
from core.prompts import PROMPTS, SYSTEM
from core.text.leak import LeakGuard
from core.text.storable import storable
from core.thinking.asking import Asker
from core.thinking.listening import Listener
from core.thinking.model import Completion, Stop
from core.thinking.seeing import ask_seeing
from core.turns.layout import turn_request
from core.turns.markers import read
from core.turns.model import Answer, TurnContext
from core.turns.reading import answer_from, texts_of
from core.usage.model import Used, uncounted

__all__ = ["ThinkingModel"]

log = logging.getLogger(__name__)

#: Seconds for all tries of a turn, and of a document; who waits for a document is shown another one long before.
TURN_PATIENCE = 120.0
DRAFT_PATIENCE = 90.0

_DECLINED = "The model declined to answer this. Say it in other words, or go on with `flows`."
_WITHHELD = "I have no good answer to that. Tell me what you see, or what you tried last."
_LEAKED = "It repeats the instructions. Answer the engineer about the problem only."


class ThinkingModel:
    """core.ports.Model, asking by `asker`."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self._guard = LeakGuard([prompt.text for prompt in PROMPTS])

    @property
    def prompt_version(self) -> str:
        """Of the prompts and the models together: a draft of another one is another draft."""
        parts = [f"{prompt.name}-{prompt.version}" for prompt in PROMPTS]
        parts += [f"{purpose}={self._asker.models[purpose]}" for purpose in SYSTEM]
        return f"{self._asker.provider.name}-{hashlib.sha256(' '.join(parts).encode()).hexdigest()[:12]}"

    async def answer(self, turn: TurnContext, said: Said, used: Used = uncounted) -> Answer:
        """What the model answers; asked once more when it repeats its instructions, and then replaced."""
        request = turn_request(turn)
        known = [message.text for message in request.messages]
        listener = Listener(said, self._guard, known)
        request, completion = await ask_seeing(self._asker, request, listener.anew, patience=TURN_PATIENCE, used=used)
        answer = self._answer(completion, turn)
        if self._guard.found(texts_of(answer), known):
            log.warning("answer.leaked", extra={"session": turn.session.id})
            again = repair_request(request, completion.text, [_LEAKED])
            completion, _ = await self._asker.ask(again, _deaf, patience=TURN_PATIENCE, used=used)
            answer = self._answer(completion, turn)
            if self._guard.found(texts_of(answer), known):
                answer = Answer(prose=_WITHHELD)
        return answer

    def _answer(self, completion: Completion, turn: TurnContext) -> Answer:
        if completion.stop is Stop.REFUSED:
            return Answer(prose=_DECLINED)
        marked = read(completion.text)
        if marked.dropped:
            log.warning("answer.malformed", extra={"session": turn.session.id, "dropped": str(marked.dropped)})
        return answer_from(marked, turn)

    async def draft(
        self, kind: DocumentKind, bundle: Bundle, names: Collection[str], used: Used = uncounted
    ) -> Drafted:
        """A document that keeps the rules: the model's, its repaired one, or else the deterministic one, marked so."""
        request = draft_request(kind, bundle, names)
        wrong: tuple[str, ...] = ()
        for tries_left in (1, 0):
            completion, usage = await self._asker.ask(request, _deaf, patience=DRAFT_PATIENCE, used=used)
            markdown = storable(assembled(kind, bundle, completion.text))
            wrong = check(kind, markdown, bundle, names)
            if not wrong:
                return Drafted(markdown=markdown, source=usage.model)
            if tries_left:
                request = repair_request(request, completion.text, wrong)
        log.warning("draft.replaced", extra={"kind": kind, "why": "; ".join(wrong)})
        markdown = draft_deterministically(kind, bundle, names)
        return Drafted(markdown=markdown, source=REPLACED, fallback=True)


def _deaf() -> Heard:
    return lambda piece: None
