"""Asking with patience: retries within a time, another model when one fails, and a breaker for the provider."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field

from core.errors import ExtraFailed, Fault, NoSuchModel, Rejected, Unavailable
from core.ports.provider import Heard, Provider
from core.prompts import Purpose
from core.thinking.breaker import Breaker
from core.thinking.metering import Meter
from core.thinking.model import Completion, Request
from core.usage.model import Usage, Used, uncounted

__all__ = ["Asker", "Listen"]

log = logging.getLogger(__name__)

#: Tries with one model.
TRIES = 2
#: Seconds waited for a provider that says when to come back; beyond that the other model is asked at once.
LONGEST_WAIT = 8.0

_TOO_SLOW = "The language model did not answer in time."

#: Makes the listener of one try: each try begins anew.
Listen = Callable[[], Heard]


@dataclass(kw_only=True)
class Asker:
    """Asks one provider. `models` by purpose; `fallback` is asked when such a one fails or is unknown there, "" for none."""

    provider: Provider
    models: Mapping[Purpose, str]
    fallback: str = ""
    breaker: Breaker = field(default_factory=Breaker)
    now: Callable[[], float] = time.monotonic
    pause: Callable[[float], Awaitable[None]] = asyncio.sleep

    async def ask(
        self, request: Request, listen: Listen, *, patience: float, used: Used = uncounted
    ) -> tuple[Completion, Usage]:
        """The completion, within `patience` seconds, and its call; `used` is told of all calls, the failed ones, too.

        Raises Unavailable when nothing helped, Rejected when nothing would.
        """
        until = self.now() + patience
        failure: Fault | None = None
        first = self.models[request.purpose]
        for model in dict.fromkeys(filter(None, (first, self.fallback))):
            try:
                return await self._ask(request, model, listen, until, used)
            except Unavailable as error:
                failure = error
            except NoSuchModel as error:  # somebody has to mend that; an earlier fault says more of this call
                log.error("model.unknown", extra={"model": model, "purpose": request.purpose, "why": str(error)})
                failure = failure or error
        assert failure is not None, "a purpose has a model"
        raise failure

    async def _ask(
        self, request: Request, model: str, listen: Listen, until: float, used: Used
    ) -> tuple[Completion, Usage]:
        """Ask one model, a few times."""
        tries = 0
        while True:
            tries += 1
            try:
                self.breaker.check()
                completion, usage = await self._try(request, model, listen(), until, used)
            except Unavailable as error:
                log.warning("model.failed", extra={"model": model, "purpose": request.purpose, "why": str(error)})
                if tries == TRIES or not await self._waited(error, until):
                    raise
            else:
                log.info("model.asked", extra={"model": model, "purpose": request.purpose, **asdict(usage.tokens)})
                return completion, usage

    async def _try(
        self, request: Request, model: str, heard: Heard, until: float, used: Used
    ) -> tuple[Completion, Usage]:
        seconds = min(request.timeout, until - self.now())
        if seconds <= 0:
            raise Unavailable(_TOO_SLOW)
        meter = Meter(request, model, self.provider.name)
        try:
            async with asyncio.timeout(seconds):
                completion = await self.provider.complete(request, model, meter.hearing(heard), meter.counted)
        except TimeoutError as error:
            self.breaker.failed()
            used(meter.failed(_TOO_SLOW))
            raise Unavailable(_TOO_SLOW) from error
        except asyncio.CancelledError:
            used(meter.stopped())
            raise
        except Exception as error:
            if isinstance(error, Rejected | ExtraFailed):
                self.breaker.worked()  # it answered: no is an answer, too
            elif isinstance(error, Unavailable):
                self.breaker.failed()
            used(meter.failed(str(error) if isinstance(error, Fault) else type(error).__name__))
            raise
        self.breaker.worked()
        usage = meter.done(completion.tokens)
        used(usage)
        return completion, usage

    async def _waited(self, error: Unavailable, until: float) -> bool:
        """Wait before the next try; False when that would be too long."""
        if isinstance(error, ExtraFailed):
            return True
        seconds = max(error.retry_after or 0.0, random.uniform(0.3, 1.0))  # noqa: S311  (jitter, not a secret)
        if seconds > LONGEST_WAIT or self.now() + seconds >= until:
            return False
        await self.pause(seconds)
        return True
