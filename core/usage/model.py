"""What calls to a model used and cost. Money is in whole micro-dollars (USD 1 = 1,000,000)."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

__all__ = ["MICRO", "End", "Tokens", "Total", "Usage", "UsageRow", "Used", "uncounted"]

#: Micro-dollars of a dollar.
MICRO = 1_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Tokens:
    """Tokens of one call. `input`: neither read from the provider's cache nor written to it."""

    input: int = 0
    cached_read: int = 0
    cached_write: int = 0
    output: int = 0
    #: Of `cached_write`, those that the provider keeps for an hour, which costs more than five minutes.
    kept_hour: int = 0


class End(StrEnum):
    """How a call ended."""

    DONE = "done"
    #: By a fault, or because it took too long. It costs no quota.
    FAILED = "failed"
    #: An engineer said stop: what was made until then is charged.
    STOPPED = "stopped"


@dataclass(frozen=True, kw_only=True, slots=True)
class Usage:
    """One call: which model, for what (core.prompts.Purpose), with which version of the prompt, and what it used."""

    model: str
    provider: str = ""
    purpose: str
    prompt_version: str
    tokens: Tokens
    end: End = End.DONE
    #: Why it failed; of one that was stopped, whether its tokens are estimated.
    error: str = ""


#: Told of each call as it ends, however it does. Never waits, never raises.
Used = Callable[[Usage], None]


def uncounted(usage: object) -> None:
    """Nobody counts."""


@dataclass(frozen=True, kw_only=True, slots=True)
class UsageRow:
    """One call as it is stored. `session_id`: None once that is gone; `user_id`: whom it answered, None for nobody.

    `cost` is in micro-dollars: 0 where it failed, None where the model has no known price. `draft`: the key of the document that
    it was for, "" for none.
    """

    id: str
    account_id: str
    session_id: str | None
    user_id: str | None
    purpose: str
    model: str
    provider: str
    prompt_version: str
    draft: str = ""
    input: int
    cached_read: int
    cached_write: int
    output: int
    cost: int | None
    end: End
    error: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Total:
    """The calls of one day (in the account's zone) for one user, purpose and model, summed.

    `user_id` is "" where there was nobody. `failed` and `unpriced` count calls among `calls`; `cost` is in micro-dollars.
    """

    day: date
    user_id: str
    purpose: str
    model: str
    calls: int
    failed: int
    unpriced: int
    input: int
    cached_read: int
    cached_write: int
    output: int
    cost: int
