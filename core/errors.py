"""Every error of FlowPilot, in one tree.

FlowPilotError
├── Refused                    the engineer asked for something that cannot be done; shown to them privately
│   ├── NotPermitted           the role is too low; names the role it needs
│   ├── MustJoin               an engineer of the account who has not joined the session yet
│   ├── NotFound               no such thing in this account (also: it belongs to another account)
│   ├── WrongState             the session is in a state that does not allow it
│   ├── RateLimited            too many in a minute; says when to retry
│   ├── OutcomeAlreadyFinal    the fix has a final outcome
│   ├── FixSuperseded          the fix was dismissed, or replaced by a newer one
│   ├── IllegalOutcome         the transition is not in the table of the fix's states
│   └── InvalidInput           a field does not hold what it must; carries the field names
├── BadCommand                 a button or form that this version cannot decode: unknown, malformed, tampered
├── Fault                      the outside world failed
│   ├── Unavailable            it did not happen and may be tried again (carries `retry_after` seconds)
│   │   ├── NotOpen            the private view to fill is not there: it may be opening, or was never opened
│   │   └── ExtraFailed        it failed by an extra of the request, which the next one leaves out: ask again at once
│   ├── Uncertain              it may have happened, or a part of it: look before repeating (may carry `retry_after`)
│   └── Rejected               it did not happen and will not: do not try again
│       ├── Hidden             whether it happened cannot be seen: the platform lets nobody look there
│       ├── Unfit              the request as it is: for its size, its form or its pictures
│       └── NoSuchModel        a model that the provider does not have: another one may answer
├── LeaseLost                  another worker took the row over; this result is dropped
└── Misconfigured              a setting is missing, wrong or unsafe; names the setting and the remedy
"""

import math
from collections.abc import Mapping

__all__ = [
    "BadCommand",
    "ExtraFailed",
    "Fault",
    "FixSuperseded",
    "FlowPilotError",
    "Hidden",
    "IllegalOutcome",
    "InvalidInput",
    "LeaseLost",
    "Misconfigured",
    "MustJoin",
    "NoSuchModel",
    "NotFound",
    "NotOpen",
    "NotPermitted",
    "OutcomeAlreadyFinal",
    "RateLimited",
    "Refused",
    "Rejected",
    "Unavailable",
    "Uncertain",
    "Unfit",
    "WrongState",
]


class FlowPilotError(Exception):
    """The base of all errors that FlowPilot raises itself."""


class Refused(FlowPilotError):
    """The engineer's request cannot be done; the text is one sentence for them. Changes nothing."""


class NotPermitted(Refused):
    """The engineer lacks the role; the text names the role that is needed."""


class MustJoin(Refused):
    """An engineer of the account acts on a session they have not joined."""


class NotFound(Refused):
    """Nothing of that id in this account. The same words whether it is missing or somebody else's."""


class WrongState(Refused):
    """The session's status does not allow the operation."""


class RateLimited(Refused):
    """The user has used up a bucket (SPEC 9). `retry_after` is in seconds."""

    def __init__(self, message: str, retry_after: float) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class OutcomeAlreadyFinal(Refused):
    """The fix is recorded as a success or a failure (SPEC 4)."""


class FixSuperseded(Refused):
    """The fix is dismissed, or a newer one took its place (SPEC 4)."""


class IllegalOutcome(Refused):
    """The table of SPEC 4 has no such transition."""


class InvalidInput(Refused):
    """One or more fields of a form or a command are wrong: `fields` maps a field's name to what is wrong."""

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class BadCommand(FlowPilotError):
    """A button's or form's payload is unknown, malformed, too large, or tampered with."""


class Fault(FlowPilotError):
    """Something outside failed. The text is for logs and for the notice in the thread."""


def _seconds(said: float | None) -> float | None:
    """The other side may say anything: what no clock can count says nothing, and nothing is before now."""
    return None if said is None or not math.isfinite(said) else max(0.0, said)


class Unavailable(Fault):
    """It did not happen, and may be tried again after `retry_after` seconds (None: the worker's own backoff)."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = _seconds(retry_after)


class NotOpen(Unavailable):
    """The private view to fill is not there: it may be opening, or was never opened."""


class ExtraFailed(Unavailable):
    """A call failed by an extra of its request, such as a server to look things up in. The next call goes without it, at once."""


class Uncertain(Fault):
    """The answer was lost after the request went out, or only a part of it is done: look before repeating, after
    `retry_after` seconds (None: the worker's own backoff)."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = _seconds(retry_after)


class Rejected(Fault):
    """The other side said no for good."""


class Hidden(Rejected):
    """Whether something was done cannot be looked up: FlowPilot sees nothing of that place."""


class Unfit(Rejected):
    """The request as it is was refused: for its size, its form or its pictures. A lighter one may be taken."""


class NoSuchModel(Rejected):
    """The provider does not have the model that was asked for. Another one of its models may answer."""


class LeaseLost(FlowPilotError):
    """The work row is no longer leased to this worker; its result must not be recorded."""


class Misconfigured(FlowPilotError):
    """A setting is missing, wrong or unsafe. The text names it and says how to mend it."""
