"""The work queue, as a worker and as a handler see it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from core.work.model import Work, WorkState

__all__ = ["Queue", "WorkRows"]


class Queue(Protocol):
    """The work of all accounts, as a worker sees it."""

    def claim(
        self, *, worker: str, now: datetime, lease: timedelta, kinds: Sequence[str], limit: int
    ) -> Sequence[Work]:
        """Lease due rows that are first in their lane, expired leases included."""
        ...

    def renew(self, ids: Sequence[int], *, worker: str, until: datetime) -> None:
        """Prolong leases that this worker still holds."""
        ...

    def finish(self, id: int, *, worker: str, at: datetime) -> None:
        """Mark a leased row done. Raises LeaseLost when another worker has it."""
        ...

    def put_back(self, id: int, *, worker: str, due_at: datetime, error: str, count: bool, unsure: bool) -> None:
        """Give a leased row back for another try. Raises LeaseLost. `count`: the try counts; `unsure`: it may have done it."""
        ...

    def bury(self, id: int, *, worker: str, at: datetime, error: str, unsure: bool = False) -> None:
        """Mark a leased row dead. Raises LeaseLost. `unsure`: it may have been done all the same."""
        ...

    def due_timers(self, *, now: datetime, kinds: Sequence[str], limit: int) -> Sequence[Work]:
        """Due rows of kinds that need no lease, because a transaction does all they do."""
        ...

    def take_timers(self, *, now: datetime, kinds: Sequence[str], limit: int) -> Sequence[Work]:
        """Mark due timers done, those that another replica is taking left to it. Returned as they were before."""
        ...

    def fail_timer(self, id: int, *, at: datetime, due_at: datetime | None, error: str) -> None:
        """Open a taken timer again for another try at `due_at`; without one it is dead."""
        ...

    def next_due(self, now: datetime) -> datetime | None:
        """When the next open row is due that is not yet."""
        ...

    def get(self, id: int) -> Work | None:
        """One row."""
        ...

    def listed(self, *, account_id: str | None, state: WorkState | None, limit: int) -> Sequence[Work]:
        """The newest rows first, for operators."""
        ...

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        ...

    def depth(self) -> Mapping[tuple[str, str], tuple[int, datetime]]:
        """(kind, state) of open and dead rows → how many there are, and the due time of the oldest."""
        ...

    def forget(self, before: datetime) -> int:
        """Delete rows that were done before that time, and say how many."""
        ...


class WorkRows(Protocol):
    """The work of one account, as a handler adds to it."""

    def add(
        self,
        kind: str,
        *,
        lane: str,
        session_id: str | None,
        subject: str = "",
        payload: Mapping[str, str] | None = None,
        dedupe_key: str | None = None,
        due_at: datetime | None = None,
    ) -> None:
        """Queue a row, due now unless told otherwise. One with the key of an open row changes nothing."""
        ...

    def hasten(self, dedupe_key: str, due_at: datetime) -> None:
        """Make an open row due no later than that."""
        ...

    def hasten_lane(self, lane: str, due_at: datetime) -> None:
        """Make the open rows of a lane that nobody works on due no later than that."""
        ...

    def empty(self, id: int) -> None:
        """Take its payload from a row that is done: nobody needs what somebody wrote any more."""
        ...

    def get(self, id: int) -> Work | None:
        """One row."""
        ...

    def open_for(self, subject: str, kinds: Sequence[str]) -> Sequence[Work]:
        """Open and dead rows about a subject."""
        ...

    def overtaken(self, work: Work) -> bool:
        """Whether a later open row of the same lane, kind and subject makes this one needless."""
        ...

    def stop(self, subject: str, kind: str) -> bool:
        """Mark open rows about a subject as no longer wanted; whoever runs one looks. False when there is none."""
        ...

    def drop(self, subject: str, kinds: Sequence[str], at: datetime) -> None:
        """Mark open, unleased rows about a subject done without doing them."""
        ...

    def revive(self, id: int, now: datetime) -> bool:
        """Make a dead row open again, with no tries used. False when it was not dead."""
        ...
