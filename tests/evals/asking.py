"""How a document comes about in a case: without a model, from recorded answers, or by the model of the settings."""

from dataclasses import dataclass, field

from core.documents.drafts import draft
from core.documents.judging import judged
from core.ports import Counted, Heard, Model
from core.prompts import Purpose
from core.text.neutralise import neutralise
from core.thinking.asking import Asker
from core.thinking.model import Completion, Request, Stop
from core.thinking.thinker import ThinkingModel
from core.usage.model import End, Tokens, Usage, uncounted
from tests.evals.situations import Situation, Written

__all__ = ["Tape", "by_model", "by_recording", "by_rule"]


def by_rule(given: Situation) -> Written:
    """The deterministic draft."""
    return Written(markdown=neutralise(draft(given.kind, given.bundle, given.names)), came="drafted")


async def by_model(model: Model, given: Situation) -> Written:
    """What the model makes of it, checked and repaired as always. Raises its faults."""
    calls: list[Usage] = []
    drafted = await judged(model, given.kind, given.bundle, given.names, calls.append)
    answered = [call for call in calls if call.end is End.DONE]
    came = "replaced" if drafted.fallback else "kept" if len(answered) == 1 else "repaired"
    return Written(markdown=neutralise(drafted.markdown), came=came)


async def by_recording(given: Situation) -> Written:
    """What the case's own answers make of it."""
    tape = Tape(answers=list(given.answers))
    written = await by_model(tape.model, given)
    return Written(markdown=written.markdown, came=written.came, told=tape.told)


@dataclass
class Tape:
    """core.ports.Provider: the answers in their order, the last one again and again."""

    answers: list[str]
    name: str = "recorded"
    requests: list[Request] = field(default_factory=list)

    @property
    def model(self) -> ThinkingModel:
        """A model that thinks so."""
        return ThinkingModel(Asker(provider=self, models=dict.fromkeys(Purpose, "recorded")))

    @property
    def told(self) -> str:
        """What it was told to put right, or ""."""
        return self.requests[1].messages[-1].text if len(self.requests) > 1 else ""

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """The next answer."""
        self.requests.append(request)
        text = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return Completion(text=text, stop=Stop.END, tokens=Tokens(input=1, output=1))
