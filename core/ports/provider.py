"""A vendor's language model, as the core asks it."""

from collections.abc import Callable
from typing import Protocol

from core.thinking.model import Completion, Request
from core.usage.model import Tokens, uncounted

__all__ = ["Counted", "Heard", "Provider"]

#: Told of each piece of an answer's text as it comes. Never waits, never raises.
Heard = Callable[[str], None]
#: Told of all that a call has used so far, whenever the provider says it. Never waits, never raises.
Counted = Callable[[Tokens], None]


class Provider(Protocol):
    """A model provider: one request for each call, no retries of its own, so that whoever asks counts them all.

    Raises Unavailable or Rejected, and nothing else. Of their kinds ExtraFailed, Unfit and NoSuchModel say what else may help.
    """

    @property
    def name(self) -> str:
        """The provider's name in logs and versions, such as "anthropic"."""
        ...

    async def complete(self, request: Request, model: str, heard: Heard, counted: Counted = uncounted) -> Completion:
        """Have `model` answer. Cancelling it closes the connection; what was counted until then is charged."""
        ...
