"""Every way in which an endpoint fails, as one of two: it may be tried again, or not. The words are for the engineer."""

import aiohttp

from adapters.models.retry_after import seconds_of
from adapters.models.unreadable import MISSHAPEN, unreadable
from core.errors import Fault, NoSuchModel, Rejected, Unavailable, Unfit

__all__ = ["FAILURES", "fault_of", "fault_of_status"]

#: What a call may raise, besides cancellation and faults.
FAILURES = (aiohttp.ClientError, TimeoutError, *MISSHAPEN)


def fault_of(error: Exception) -> Fault:
    """What became of a call, told by its error."""
    match error:
        case TimeoutError():
            return Unavailable("The language model did not answer in time.")
        case aiohttp.ClientPayloadError() | aiohttp.ServerDisconnectedError() | aiohttp.ClientOSError() if (
            not isinstance(error, aiohttp.ClientConnectorError)
        ):
            return Unavailable("The connection to the language model was cut.")
        case aiohttp.ClientError():
            return Unavailable("The language model cannot be reached.")
    return unreadable(error)


def fault_of_status(status: int, text: str, retry_after: str, model: str) -> Fault:
    """What became of a call that was answered with a status other than 200, or with an error in the middle of a stream."""
    if status == 402 or "insufficient_quota" in text:
        return Rejected("The spend limit at the language model's provider is reached; an admin has to raise it.")
    if status == 429:
        return Unavailable("The language model's rate limit is reached.", retry_after=seconds_of(retry_after))
    if status in (401, 403):
        return Rejected(
            "The language model's endpoint does not accept the key; an admin has to check FLOWPILOT_MODEL_KEY."
        )
    if status == 404:
        return NoSuchModel(
            f"The endpoint has no language model {model}; an admin has to check FLOWPILOT_MODEL_URL and FLOWPILOT_MODEL_…."
        )
    if status >= 500 and "image input" in text:  # llama.cpp, of a model that takes none
        return Unfit("The language model takes no pictures.")
    if status in (400, 413, 422):
        return Unfit("The language model refused the request, most likely for its size. Start another session.")
    return Unavailable("The language model is not available right now.", retry_after=seconds_of(retry_after))
