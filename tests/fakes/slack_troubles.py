"""What a test lets go wrong with calls of Slack's Web API: by method, or by method and channel ("chat.postMessage C0DESK")."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import web

__all__ = ["Trouble", "Troubles", "dropped", "refusal"]


@dataclass
class Trouble:
    """One call that goes wrong, and how."""

    kind: str
    error: str = ""
    retry_after: float | None = None
    status: int = 200


class Troubles:
    """Those to come, in their order."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.stalled = asyncio.Event()
        self._always: Trouble | None = None
        self._next: dict[str, deque[Trouble]] = defaultdict(deque)

    def let(self, method: str, calls: int = 1) -> None:
        """Let so many calls pass before the next trouble."""
        self._next[method].extend(Trouble("none") for _ in range(calls))

    def fail(self, method: str, error: str = "", *, retry_after: float | None = None, status: int = 200) -> None:
        """Refuse the next call; `retry_after` makes it a 429."""
        self._next[method].append(Trouble("fail", error, retry_after, status))

    def break_down(self, how: str, error: str = "", *, retry_after: float | None = None) -> None:
        """From now on every call is refused ("fail") or cut off ("cut")."""
        self._always = Trouble(how, error, retry_after)

    def lose(self, method: str) -> None:
        """Do the next call, and lose the answer."""
        self._next[method].append(Trouble("lose"))

    def cut(self, method: str) -> None:
        """Cut the next call off before it is done."""
        self._next[method].append(Trouble("cut"))

    def stall(self, method: str) -> None:
        """Do the next call, and answer when `go_on` is set."""
        self._next[method].append(Trouble("stall"))

    def trouble(self, method: str, fields: Mapping[str, Any] | None = None) -> Trouble | None:
        """What becomes of this call."""
        for name in (f"{method} {(fields or {}).get('channel', '')}", method):
            if self._next[name]:
                return self._next[name].popleft()
        return self._always


def dropped(request: web.Request) -> web.Response:
    """No answer at all."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


def refusal(trouble: Trouble) -> web.Response:
    """The answer of one that fails."""
    if trouble.retry_after is not None:
        headers = {"Retry-After": str(trouble.retry_after)}
        return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)
    if not trouble.error:
        return web.Response(status=trouble.status, text="upstream broke", content_type="text/html")
    return web.json_response({"ok": False, "error": trouble.error}, status=trouble.status)
