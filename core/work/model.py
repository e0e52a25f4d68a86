"""A work row: one thing that is to happen outside the transaction that decided it (ARCHITECTURE 8)."""

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = [
    "LEASE",
    "LONGEST_WAIT",
    "MAX_ATTEMPTS",
    "Work",
    "WorkState",
    "arrive_lane",
    "backoff",
    "facts_lane",
    "say_lane",
    "think_lane",
    "ticket_lane",
]

#: How long a worker may hold a row before another takes it over; renewed while it works.
LEASE = timedelta(seconds=60)
#: Tries before a row is dead.
MAX_ATTEMPTS = 8
#: Seconds between two tries at most, whatever the other side asks for: a lane that waits is silent. Vendors count their limits by
#: the minute, at most by the hour; who means a day is asked a few times in vain, and then the thread is told.
LONGEST_WAIT = 3_600.0


class WorkState(StrEnum):
    """Open rows are waiting or leased; dead ones need a person."""

    OPEN = "open"
    DONE = "done"
    DEAD = "dead"


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One row. `id` orders a lane: first in, first out.

    `subject` is what it is about (a fix, a note, a draft); `payload` is a flat JSON object of strings. `attempts` counts
    the tries since it was made or revived; `tried` stays: whoever has ever begun it may have done it, so look first.
    `unsure` stays, too: a try broke off, or its answer was lost, so that it may have been done. Where a row was tried and
    is not unsure, every try is known to have done nothing. `stopped`: somebody no longer wants it done.
    """

    id: int
    account_id: str
    kind: str
    lane: str
    session_id: str | None
    subject: str
    payload: dict[str, str]
    dedupe_key: str | None
    state: WorkState
    due_at: datetime
    tried: bool
    unsure: bool
    stopped: bool
    attempts: int
    lease_until: datetime | None
    leased_by: str | None
    error: str
    created_at: datetime
    finished_at: datetime | None

    @property
    def doubtful(self) -> bool:
        """Whether it may have been done already. A row that is claimed with a worker's name in it was let slip by that one."""
        return self.unsure or self.leased_by is not None


def backoff(attempts: int, *, retry_after: float | None = None) -> timedelta:
    """How long to wait after the given number of failed tries: doubling from 1 s to 5 min with jitter, and never less
    than what the other side asked for, up to LONGEST_WAIT."""
    ceiling = min(300.0, 2.0 ** min(attempts - 1, 10))
    seconds = random.uniform(ceiling / 2, ceiling)  # noqa: S311  (jitter, not a secret)
    if retry_after is not None and retry_after > seconds:  # never so for what is no number
        seconds = min(retry_after, LONGEST_WAIT)
    return timedelta(seconds=seconds)


def arrive_lane(workspace_id: str, person: str) -> str:
    """What one person does before it is known who they are is done in its order (storage's directory spells it, too)."""
    return f"arrive:{workspace_id}:{person}"


def think_lane(session_id: str) -> str:
    """Turns of one session run one at a time."""
    return f"think:{session_id}"


def facts_lane(session_id: str) -> str:
    """Answers of one session are looked at one after the other; turns do not wait for that."""
    return f"facts:{session_id}"


def say_lane(conversation_id: str) -> str:
    """Posts of one thread appear in order."""
    return f"say:{conversation_id}"


def ticket_lane(ticket_id: str) -> str:
    """Writes to one ticket happen in order."""
    return f"ticket:{ticket_id}"
