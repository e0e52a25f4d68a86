"""A provider that tests script: texts to answer, faults to raise, in order; it remembers what it was asked."""

import asyncio
from dataclasses import dataclass, field

from core.errors import Fault
from core.ports import Counted, Heard
from core.prompts import Purpose
from core.thinking.asking import Asker
from core.thinking.breaker import Breaker
from core.thinking.model import Completion, Request, Stop
from core.thinking.thinker import ThinkingModel
from core.usage.model import Tokens, uncounted

__all__ = ["ScriptedProvider", "thinking"]


@dataclass
class ScriptedProvider:
    """core.ports.Provider. A text is heard in pieces of five characters; after the script it answers "Noted."."""

    name: str = "scripted"
    script: list[str | Fault] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    models: list[str] = field(default_factory=list)
    stop: Stop = Stop.END
    #: How the first answers end, where that is another way.
    stops: list[Stop] = field(default_factory=list)
    #: What each call uses; None for a little, by its text.
    tokens: Tokens | None = None
    #: Told at the beginning of a call, as some providers do.
    told: Tokens | None = None
    #: Awaited once the text was heard: the answer hangs before its end.
    hold: asyncio.Event | None = None

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """The next of the script."""
        self.requests.append(request)
        self.models.append(model)
        if self.told is not None:
            counted(self.told)
        text = self.script.pop(0) if self.script else "Noted."
        if isinstance(text, Fault):
            raise text
        for at in range(0, len(text), 5):
            heard(text[at : at + 5])
        if self.hold is not None:
            await self.hold.wait()
        tokens = self.tokens or Tokens(input=10, cached_read=5, output=len(text))
        stop = self.stops.pop(0) if self.stops else self.stop
        return Completion(text=text, stop=stop, tokens=tokens)


def thinking(provider: ScriptedProvider, model: str) -> ThinkingModel:
    """A model that asks this provider for everything, waits for nothing between tries, and never gives the provider up."""
    asker = Asker(
        provider=provider, models=dict.fromkeys(Purpose, model), breaker=Breaker(after=10_000), pause=_at_once
    )
    return ThinkingModel(asker)


async def _at_once(seconds: float) -> None:
    """Nobody waits in tests."""
