"""ThinkingModel: the Model port on any provider. Turns are streamed and read, documents and facts written."""

import hashlib
import logging
from collections.abc import Collection, Sequence
from dataclasses import replace

from core.documents.bundle import Bundle, DocumentKind
from core.documents.judging import LONGEST
from core.documents.request import draft_request, repair_request
from core.documents.written import assembled
from core.errors import Rejected, Unfit
from core.facts.request import FACTS_PATIENCE, facts_request
from core.facts.statements import read_statements
from core.ports import Drafted, Flawed, Said, Synthesised
from core.ports.provider import Heard
from core.prompts import LEAKED, PROMPTS, SYSTEM
from core.sessions.model import Step
from core.text.leak import LeakGuard
from core.text.storable import storable
from core.thinking.asking import Asker
from core.thinking.listening import Listener
from core.thinking.model import Completion, Request, Stop
from core.thinking.seeing import ask_seeing
from core.turns.layout import turn_request
from core.turns.markers import read
from core.turns.model import Answer, TurnContext
from core.turns.reading import answer_from, texts_of
from core.usage.model import Used, uncounted

__all__ = ["ThinkingModel"]

log = logging.getLogger(__name__)

#: How much longer an answer may be that is asked for once more, because the first one reached its limit before a word of it.
MORE_ROOM = 2
#: Seconds for all tries of a turn.
TURN_PATIENCE = 120.0

_DECLINED = "The model declined to answer this. Say it in other words, or go on with `flows`."
_WITHHELD = "I have no good answer to that. Tell me what you see, or what you tried last."
_NOTHING = "The language model came to no answer. Say it in other words, or press Retry."


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
        """What the model answers; asked once more when there is nothing of it to show, or when it repeats its instructions.

        Raises Rejected when there is nothing the second time, either; one that repeats its instructions again is replaced.
        """
        request = turn_request(turn)
        known = [message.text for message in request.messages]
        listener = Listener(said, self._guard, known)
        request, completion = await ask_seeing(self._asker, request, listener.anew, patience=TURN_PATIENCE, used=used)
        answer = self._answer(completion, turn)
        if answer is None:
            completion = await self._with_more_room(request, listener, used)
            answer = self._answer(completion, turn)
        if answer is None:
            raise Rejected(_NOTHING)
        if self._guard.found(texts_of(answer), known):
            log.warning("answer.leaked", extra={"session": turn.session.id})
            again = repair_request(request, completion.text, [LEAKED.text])
            completion, _ = await self._asker.ask(again, _deaf, patience=TURN_PATIENCE, used=used)
            answer = self._answer(completion, turn)
            if answer is None or self._guard.found(texts_of(answer), known):
                answer = Answer(prose=_WITHHELD)
        return answer

    async def _with_more_room(self, request: Request, listener: Listener, used: Used) -> Completion:
        """The answer to the same request, which may be longer this time: what a model thinks before it speaks counts, too."""
        log.warning("answer.empty", extra={"purpose": request.purpose, "max_tokens": request.max_tokens})
        longer = replace(request, max_tokens=MORE_ROOM * request.max_tokens)
        try:
            completion, _ = await self._asker.ask(longer, listener.anew, patience=TURN_PATIENCE, used=used)
        except Unfit as error:  # there is no such room
            raise Rejected(_NOTHING) from error
        return completion

    def _answer(self, completion: Completion, turn: TurnContext) -> Answer | None:
        if completion.stop is Stop.REFUSED:
            return Answer(prose=_DECLINED)
        marked = read(completion.text)
        if marked.dropped:
            log.warning("answer.malformed", extra={"session": turn.session.id, "dropped": str(marked.dropped)})
        return answer_from(marked, turn, cut=completion.stop is Stop.LENGTH)

    async def draft(
        self,
        kind: DocumentKind,
        bundle: Bundle,
        names: Collection[str],
        used: Used = uncounted,
        flawed: Flawed | None = None,
    ) -> Drafted:
        """What the model writes, or writes anew where its answer was flawed."""
        request = draft_request(kind, bundle, names)
        if flawed is not None:
            request = repair_request(request, flawed.answer, flawed.wrong)
        completion, usage = await self._asker.ask(request, _deaf, patience=LONGEST, used=used)
        markdown = storable(assembled(kind, bundle, completion.text))
        whole = completion.stop is Stop.END
        return Drafted(markdown=markdown, source=usage.model, answer=completion.text, whole=whole)

    async def synthesise(
        self, steps: Sequence[Step], used: Used = uncounted, flawed: Flawed | None = None
    ) -> Synthesised:
        """What the model says, or says anew where its answer was flawed."""
        request = facts_request(steps)
        if flawed is not None:
            request = repair_request(request, flawed.answer, flawed.wrong)
        completion, _ = await self._asker.ask(request, _deaf, patience=FACTS_PATIENCE, used=used)
        statements = read_statements(completion.text, steps)
        return Synthesised(statements=statements, answer=completion.text, whole=completion.stop is Stop.END)


def _deaf() -> Heard:
    return lambda piece: None
