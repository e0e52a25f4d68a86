"""A circuit breaker: a provider that keeps failing is left alone for a while, so that nobody waits for it in vain."""

import time
from collections.abc import Callable

from core.errors import Unavailable

__all__ = ["AFTER", "REST", "Breaker"]

#: Failures in a row that open it, and seconds that it stays open before one call may try again.
AFTER = 5
REST = 30.0


class Breaker:
    """Of one provider, for all sessions of the process. `now` is a clock that only runs forward, in seconds."""

    def __init__(self, *, after: int = AFTER, rest: float = REST, now: Callable[[], float] = time.monotonic) -> None:
        self._after = after
        self._rest = rest
        self._now = now
        self._failures = 0
        self._closed_at = 0.0

    def check(self) -> None:
        """Raises Unavailable while it is open. When the time is over one call goes through, and decides."""
        if self._failures < self._after:
            return
        left = self._closed_at - self._now()
        if left > 0:
            raise Unavailable("The language model has been failing; I give it a moment.", retry_after=left)
        self._closed_at = self._now() + self._rest

    def worked(self) -> None:
        """The provider answered, if only to refuse the request."""
        self._failures = 0

    def failed(self) -> None:
        """The provider failed, not the request."""
        self._failures += 1
        if self._failures >= self._after:
            self._closed_at = self._now() + self._rest
