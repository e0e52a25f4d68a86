"""What a provider sends that is none of its API's: how it shows when it is read, what is said of it, and counts that are none."""

import logging
import math

from core.errors import Unavailable

__all__ = ["MISSHAPEN", "count_of", "unreadable"]

log = logging.getLogger(__name__)

#: What reading JSON of another shape ends in, or what is no JSON, in a vendor's client or in the adapter.
MISSHAPEN = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


def unreadable(error: Exception | None = None) -> Unavailable:
    """The fault of such an answer. The log has where it was met, so that a mistake of FlowPilot's own is seen, too."""
    if error is not None:
        log.warning("model.unreadable", exc_info=error)
    return Unavailable("The language model sent something that cannot be read.")


def count_of(said: object) -> int:
    """Tokens as a provider counts them; 0 for what is no number of them."""
    if isinstance(said, bool) or not isinstance(said, int | float):
        return 0
    if isinstance(said, float) and not math.isfinite(said):
        return 0
    return max(0, int(said))
