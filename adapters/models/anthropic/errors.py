"""Every way in which a call to Claude fails, as one of two: it may be tried again, or not. The words are for the engineer."""

import anthropic
import httpx2

from adapters.models.retry_after import seconds_of
from adapters.models.unreadable import MISSHAPEN, unreadable
from core.errors import Fault, NoSuchModel, Rejected, Unavailable, Unfit

__all__ = ["FAILURES", "fault_of"]

#: What a call may raise, besides cancellation and faults.
FAILURES = (anthropic.AnthropicError, httpx2.HTTPError, httpx2.StreamError, *MISSHAPEN)

#: Names of causes behind a status that says something else: they do not pass by themselves.
_MONEY = ("spend_limit", "billing", "on_hold", "credit")
_NOT_NOW = "The language model is not available right now."
_BUSY = "The language model is overloaded right now."


def fault_of(error: Exception, model: str) -> Fault:
    """What became of a call, told by its error."""
    match error:
        case anthropic.APITimeoutError():
            return Unavailable("The language model did not answer in time.")
        case anthropic.APIConnectionError():
            return Unavailable("The language model cannot be reached.")
        case anthropic.APIStatusError():
            return _by_status(error, model)
        case httpx2.HTTPError() | httpx2.StreamError():
            return Unavailable("The connection to the language model was cut.")
        case anthropic.AnthropicError() if not isinstance(error, anthropic.APIResponseValidationError):
            return Unavailable(_NOT_NOW)
    return unreadable(error)


def _by_status(error: anthropic.APIStatusError, model: str) -> Fault:
    # In the middle of a stream the status is 200, and only the type tells.
    status = error.status_code
    if status == 200:
        status = _STATUS_OF.get(error.type, status) if isinstance(error.type, str) else status
    if any(word in (error.error_code or "") for word in _MONEY) or status == 402 or error.type == "billing_error":
        return Rejected("The spend limit at the language model's provider is reached; an admin has to raise it.")
    if status in (429, 529):
        words = _BUSY if status == 529 else "The language model's rate limit is reached."
        return Unavailable(words, retry_after=seconds_of(error.response.headers.get("retry-after", "")))
    if status in (401, 403):
        return Rejected(
            "The language model's provider does not accept the key; an admin has to check ANTHROPIC_API_KEY."
        )
    if status == 404:
        return NoSuchModel(f"The provider has no language model {model}; an admin has to check FLOWPILOT_MODEL_….")
    if status in (400, 413, 422):
        return Unfit("The language model refused the request, most likely for its size. Start another session.")
    return Unavailable(_NOT_NOW, retry_after=seconds_of(error.response.headers.get("retry-after", "")))


#: The status that an error has when it does not come in the middle of a stream.
_STATUS_OF = {
    "invalid_request_error": 400,
    "authentication_error": 401,
    "permission_error": 403,
    "not_found_error": 404,
    "request_too_large": 413,
    "rate_limit_error": 429,
    "api_error": 500,
    "timeout_error": 504,
    "overloaded_error": 529,
}
