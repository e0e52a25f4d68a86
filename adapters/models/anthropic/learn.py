"""Microsoft Learn, which Claude may look things up in: an MCP server that the provider asks, not FlowPilot.

It is an extra: after a call that fails because of it, it is left out for a while.
"""

import time
from collections.abc import Callable
from typing import Any

import anthropic

__all__ = ["REST", "Learn"]

#: The beta of the Messages API that the arguments below belong to, and where the server is.
BETA = "mcp-client-2026-09-15"
URL = "https://learn.microsoft.com/api/mcp"
NAME = "microsoft-learn"
#: Seconds that it is left out after it has failed.
REST = 300.0


class Learn:
    """Whether it is asked at this moment. `now` is a clock that only runs forward, in seconds."""

    def __init__(self, *, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._out_until = float("-inf")

    @property
    def at_hand(self) -> bool:
        """Whether it has not failed lately."""
        return self._now() >= self._out_until

    def failed(self) -> None:
        """Leave it out for a while."""
        self._out_until = self._now() + REST

    @staticmethod
    def params() -> dict[str, Any]:
        """What `beta.messages.create` takes beside the request."""
        return {
            "betas": [BETA],
            "mcp_servers": [{"type": "url", "name": NAME, "url": URL}],
            "tools": [{"type": "mcp_toolset", "mcp_server_name": NAME}],
        }

    @staticmethod
    def to_blame(error: BaseException) -> bool:
        """Whether a call may have failed because of it: it is named, or the provider had a fault while it was at work."""
        if not isinstance(error, anthropic.APIStatusError):
            return False
        if error.status_code == 200:  # in the middle of a stream only the type tells
            return error.type in ("api_error", "timeout_error") or _named(error)
        return 500 <= error.status_code < 529 or (error.status_code in (400, 404, 422) and _named(error))


def _named(error: anthropic.APIStatusError) -> bool:
    said = f"{error.message} {error.body}".lower()
    return "mcp" in said or NAME in said
