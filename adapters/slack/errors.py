"""Slack's and the network's errors as FlowPilot's, in words that a person can act on. The one place for that."""

import asyncio
import math
from collections.abc import Mapping

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from core.errors import Fault, Rejected, Unavailable, Uncertain

__all__ = ["as_fault", "code_of", "retry_after"]

#: Slack's own limits, in seconds: waited for without Retry-After for this long, and with one for an hour at most.
_PAUSE = 30.0
_LONGEST_PAUSE = 3_600.0
_LIMITED = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded", "too_many_requests"})
_NOT_YET = frozenset({"service_unavailable", "request_timeout", "team_added_to_org", "org_login_required"})
#: Slack says itself that some of it may have been done.
_UNSURE = frozenset({"internal_error", "fatal_error"})

_REINSTALL = "Slack no longer lets FlowPilot in; an admin needs to install the app again"
_FORMAT = "Slack refused the format of this message; the log has the details"
_TOO_LONG = "This is longer than Slack takes"
_WORDS: Mapping[str, str] = {
    "account_inactive": _REINSTALL,
    "app_missing_action_url": "Interactivity is switched off in the Slack app; an admin can switch it on",
    "as_user_not_supported": _FORMAT,
    "cannot_reply_to_message": "Slack allows no reply to that message",
    "cant_delete_message": "Slack does not let FlowPilot delete that message",
    "cant_update_message": "Slack does not let FlowPilot change that message",
    "channel_not_found": "FlowPilot cannot see that channel; invite it there",
    "duplicate_external_id": "This form is open already",
    "edit_window_closed": "Slack allows no more changes to that message",
    "exchanged_trigger_id": "That click was answered already",
    "expired_trigger_id": "Slack waited too long for the form; click again",
    "invalid_arguments": _FORMAT,
    "invalid_auth": _REINSTALL,
    "invalid_blocks": _FORMAT,
    "invalid_blocks_format": _FORMAT,
    "invalid_metadata_format": _FORMAT,
    "invalid_trigger_id": "Slack no longer knows that click; click again",
    "is_archived": "That channel is archived",
    "is_inactive": "That conversation is archived",
    "message_not_found": "That message is gone",
    "messages_tab_disabled": "Direct messages to FlowPilot are switched off in the Slack app",
    "missing_scope": "The Slack app lacks a permission; an admin needs to install it again",
    "msg_blocks_too_long": _TOO_LONG,
    "msg_too_long": _TOO_LONG,
    "no_permission": "FlowPilot may not do that in Slack",
    "not_allowed_token_type": _REINSTALL,
    "not_authed": _REINSTALL,
    "not_found": "That form is closed",
    "not_in_channel": "FlowPilot is not in that channel; invite it there",
    "push_limit_reached": "Slack lays no more than three forms over each other",
    "restricted_action": "The workspace’s settings do not let FlowPilot post there",
    "team_access_not_granted": _REINSTALL,
    "thread_not_found": "That thread is gone",
    "token_expired": _REINSTALL,
    "token_revoked": _REINSTALL,
    "user_not_found": "Slack does not know that person",
    "user_not_in_channel": "That person is not in the channel",
    "view_too_large": _TOO_LONG,
}


def as_fault(error: Exception, method: str, *, harmless: bool = False) -> Fault:
    """What a failed call of `method` means; raise it from `error`. `harmless`: it may simply be done again."""
    fault = _fault(error, method)
    return Unavailable(str(fault)) if harmless and isinstance(fault, Uncertain) else fault


def code_of(fault: Fault) -> str:
    """Slack's own word for why it refused, such as "not_in_channel"; "" where it gave none."""
    cause = fault.__cause__
    data = getattr(cause.response, "data", None) if isinstance(cause, SlackApiError) else None
    return str(data.get("error") or "") if isinstance(data, Mapping) else ""


def _fault(error: Exception, method: str) -> Fault:
    if isinstance(error, Fault):
        return error
    if isinstance(error, SlackApiError):
        return _refused(error.response, method)
    if isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)):
        return Unavailable("Slack cannot be reached.")
    if isinstance(error, (asyncio.TimeoutError, TimeoutError)):
        return Uncertain(f"Slack did not answer in time ({method}).")
    if isinstance(error, (SlackClientError, aiohttp.InvalidURL)):
        return Rejected(f"{_FORMAT} ({type(error).__name__}).")
    return Uncertain(f"The connection to Slack broke before it answered ({method}).")


def _refused(response: object, method: str) -> Fault:
    status = getattr(response, "status_code", None) or getattr(response, "status", 0)
    data = getattr(response, "data", None)
    body: Mapping[str, object] = data if isinstance(data, Mapping) else {}
    code = str(body.get("error") or "")
    if status == 429 or code in _LIMITED:
        return Unavailable("Slack asks FlowPilot to slow down.", retry_after=retry_after(response))
    if code in _NOT_YET or (status == 503 and not code):
        return Unavailable(f"Slack is not available ({code or status}).")
    if code in _UNSURE or not code:
        return Uncertain(f"Slack had a fault of its own ({code or status}, {method}).")
    words = _WORDS.get(code, f"Slack refused this ({code})")
    if code == "missing_scope" and body.get("needed"):
        words += f" (it needs {body['needed']})"
    return Rejected(f"{words}.")


def retry_after(response: object) -> float:
    """How long Slack asks to wait, in seconds: the header of its answer, or half a minute."""
    headers = getattr(response, "headers", None)
    value = headers.get("Retry-After") or headers.get("retry-after") if isinstance(headers, Mapping) else None
    try:
        seconds = float(value) if value is not None else _PAUSE
    except ValueError:
        return _PAUSE
    return min(max(0.0, seconds), _LONGEST_PAUSE) if math.isfinite(seconds) else _PAUSE
