"""Rate limits per user (SPEC 9), held in memory: a replica counts what it handles."""

from collections import deque
from datetime import datetime, timedelta
from enum import StrEnum
from threading import Lock

from core.errors import RateLimited

__all__ = ["Bucket", "Limiter"]

_WINDOW = timedelta(minutes=1)


class Bucket(StrEnum):
    """What is counted together."""

    START = "start"
    ACT = "act"
    READ = "read"
    POST = "post"
    FIND = "find"


#: Operations a minute (SPEC 9): starts however they are said, everything else by clicks, forms and slash commands. Resolving and
#: escalating have a bucket of their own, and so has what is looked up while somebody types: a few a second at most.
LIMITS = {Bucket.START: 5, Bucket.ACT: 15, Bucket.READ: 30, Bucket.POST: 15, Bucket.FIND: 120}


class Limiter:
    """Counts the last minute of each user and bucket. A command that is run twice is counted once, by its key."""

    def __init__(self, limits: dict[Bucket, int] | None = None) -> None:
        self._limits = LIMITS if limits is None else limits
        self._taken: dict[tuple[str, Bucket], deque[tuple[datetime, str]]] = {}
        self._swept: datetime | None = None
        #: Commands run on the database's threads.
        self._lock = Lock()

    def take(self, user_id: str, bucket: Bucket, key: str, now: datetime) -> None:
        """Count one operation. Raises RateLimited when the minute is full."""
        with self._lock:
            self._take(user_id, bucket, key, now)

    def _take(self, user_id: str, bucket: Bucket, key: str, now: datetime) -> None:
        self._sweep(now)
        taken = self._taken.setdefault((user_id, bucket), deque())
        while taken and now - taken[0][0] >= _WINDOW:
            taken.popleft()
        if any(known == key for _, known in taken):
            return
        if len(taken) >= self._limits[bucket]:
            seconds = (taken[0][0] + _WINDOW - now).total_seconds()
            raise RateLimited(f"That is a lot in one minute. Try again in {max(1, round(seconds))} s.", seconds)
        taken.append((now, key))

    def _sweep(self, now: datetime) -> None:
        """Forget users who have been quiet, once a minute."""
        if self._swept is not None and now - self._swept < _WINDOW:
            return
        self._swept = now
        quiet = [who for who, taken in self._taken.items() if not taken or now - taken[-1][0] >= _WINDOW]
        for who in quiet:
            del self._taken[who]
