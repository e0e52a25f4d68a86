"""Slack's rates, kept to before sending: posts by channel, updates and private messages by workspace.

A wait is short and within the one lane that asks; when more is needed the row goes back to the queue with the time to
wait, so that no worker is held. What Slack asks for with Retry-After holds for everybody who would send the same.
"""

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from core.errors import Unavailable

__all__ = ["OTHER", "PATIENCE", "POST", "UPDATE", "Pacing", "Rate"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rate:
    """So many in any so many seconds."""

    count: int
    seconds: float


#: About one post a second in a channel; the first few of a burst go out together.
POST: Final = Rate(count=3, seconds=3.0)
#: chat.update, by workspace.
UPDATE: Final = Rate(count=50, seconds=60.0)
#: chat.postEphemeral and views, by workspace.
OTHER: Final = Rate(count=100, seconds=60.0)

#: What is said of a call that has to wait longer than its caller can.
SLOWER: Final = "Slack takes only so many messages at a time; this one waits."
#: The longest wait within a lane, in seconds.
PATIENCE: Final = 5.0
#: Keys that are remembered before idle ones are forgotten.
KEYS: Final = 5_000


@dataclass(slots=True)
class _Lane:
    taken: deque[float] = field(default_factory=deque)
    held: float = 0.0


class Pacing:
    """When the next call of a key may go. Keys are tuples of texts, such as (workspace, method, channel)."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        patience: float = PATIENCE,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._patience = patience
        self._lanes: dict[tuple[str, ...], _Lane] = {}

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._lanes)

    async def turn(self, key: tuple[str, ...], rate: Rate) -> None:
        """Wait for one's turn. Raises Unavailable, with the time, when that is too long."""
        now = self._clock()
        lane = self._lane(key, now)
        taken = lane.taken
        slot = max(now, lane.held, taken[-rate.count] + rate.seconds if len(taken) >= rate.count else now)
        if slot - now > self._patience:
            raise Unavailable(SLOWER, retry_after=slot - now)
        taken.append(slot)
        while len(taken) > rate.count:
            taken.popleft()
        if slot > now:
            await self._sleep(slot - now)

    def ready(self, key: tuple[str, ...]) -> None:
        """Raise Unavailable, with the time, while Slack has asked to wait. Never waits itself."""
        now = self._clock()
        lane = self._lanes.get(key)
        if lane is not None and lane.held > now:
            raise Unavailable(SLOWER, retry_after=lane.held - now)

    def free(self, key: tuple[str, ...], rate: Rate, *, keep: int = 0) -> bool:
        """Take a turn if there is one at this moment, and `keep` more for others. Never waits."""
        now = self._clock()
        lane, count = self._lane(key, now), rate.count - keep
        if lane.held > now or (len(lane.taken) >= count and lane.taken[-count] + rate.seconds > now):
            return False
        lane.taken.append(now)
        while len(lane.taken) > rate.count:
            lane.taken.popleft()
        return True

    def hold(self, key: tuple[str, ...], seconds: float) -> None:
        """Nothing of that key goes out for so long."""
        now = self._clock()
        lane = self._lane(key, now)
        lane.held = max(lane.held, now + seconds)

    def _lane(self, key: tuple[str, ...], now: float) -> _Lane:
        if key not in self._lanes and len(self._lanes) >= KEYS:
            self._lanes = {
                known: lane for known, lane in self._lanes.items() if max(lane.held, *lane.taken, 0.0) > now - 60.0
            }
        return self._lanes.setdefault(key, _Lane())
