"""What was posted already: messages found by the ids in their metadata, in as little of the past as may hold them: an app that is
distributed outside Slack's Marketplace may read 15 messages a minute.

The metadata can be read by every member, so it holds ids only: `{delivery, part, parts}` on each message of a delivery, `of`,
the first message's ts, on those that continue it, and `files`, how many files follow, where there are any.
"""

import time
from collections.abc import AsyncIterator, Callable, Mapping
from datetime import datetime
from typing import Any, Final

from adapters.slack.errors import code_of
from adapters.slack.plain import Json
from adapters.slack.web import Web
from core.errors import Hidden, Rejected
from core.people.model import ConversationRef

__all__ = ["EVENT", "SKEW", "Delivered", "metadata", "since_of"]

EVENT: Final = "flowpilot_delivery"
#: How far back is looked where nobody says since when, in seconds.
PAST: Final = 24 * 3600
#: How much Slack's clock may differ from ours, in seconds.
SKEW: Final = 60.0
PAGE: Final = 100
PAGES: Final = 10
#: What Slack answers of a channel that the bot is not in, also where chat:write.public lets it post.
_UNSEEN = frozenset({"channel_not_found", "not_in_channel"})
_INVITE = (
    "Slack did not say whether it took this message, and FlowPilot cannot look: it is not in that channel. Invite it there, "
    "then retry; what stands is found and not posted twice."
)


def metadata(delivery: str, part: int, parts: int, of: str = "", *, files: int = 0) -> Json:
    """Ids and counts only."""
    payload: Json = {"delivery": delivery, "part": part, "parts": parts}
    if files:
        payload["files"] = files
    if of:
        payload["of"] = of
    return {"event_type": EVENT, "event_payload": payload}


def since_of(since: datetime, *, early: float = 0.0) -> str:
    """A time as a ts, so many seconds before it."""
    return f"{since.timestamp() - early:.6f}"


class Delivered:
    """Reads a thread, or a channel's last messages. Raises Hidden where FlowPilot is not in the channel."""

    def __init__(self, web: Web, *, now: Callable[[], float] = time.time) -> None:
        self._web = web
        self._now = now

    async def parts(self, to: ConversationRef, delivery: str, since: str = "") -> tuple[dict[int, str], int, int]:
        """The messages of a delivery after a ts, part → ts; how many there were to be (0: none is there), and how many files."""
        found: dict[int, str] = {}
        parts = files = 0
        async for ts, payload in self._messages(to, since):
            if payload.get("delivery") == delivery:
                found.setdefault(_number(payload.get("part"), 1), ts)
                parts = max(parts, _number(payload.get("parts"), 1))
                files = max(files, _number(payload.get("files"), 0))
        if 1 in found and parts > 1 and not to.thread:
            root = ConversationRef(platform=to.platform, workspace=to.workspace, channel=to.channel, thread=found[1])
            more, _, _ = await self.parts(root, delivery, since)
            found |= more
        return found, parts, files

    async def files(self, to: ConversationRef, first: str, *, threaded: bool = True) -> set[str]:
        """The names of the files that were shared after `first`, a message's ts: in its thread, or in the channel itself."""
        thread = (to.thread or first) if threaded else ""
        place = ConversationRef(platform=to.platform, workspace=to.workspace, channel=to.channel, thread=thread)
        found: set[str] = set()
        async for message in self._pages(place, first):
            if str(message.get("ts")) > first:  # a thread's root comes along
                found |= {str(file.get("title")) for file in message.get("files") or ()}
        return found

    async def continued(self, to: ConversationRef, first: str) -> dict[int, str]:
        """The messages that continue the one with ts `first`: part → ts."""
        thread = to.thread or first
        place = ConversationRef(platform=to.platform, workspace=to.workspace, channel=to.channel, thread=thread)
        found: dict[int, str] = {}
        async for ts, payload in self._messages(place, since=first):
            if payload.get("of") == first:
                found[_number(payload.get("part"), 2)] = ts
        return found

    async def unmarked(self, to: ConversationRef, user: str, since: str) -> str | None:
        """The ts of the user's last message in a thread that has neither metadata nor files: a stream takes no metadata."""
        found = None
        async for message in self._pages(to, since):
            bare = not message.get("metadata") and not message.get("files") and not message.get("subtype")
            if bare and message.get("user") == user:
                found = str(message.get("ts"))
        return found

    async def _messages(self, to: ConversationRef, since: str = "") -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        async for message in self._pages(to, since):
            marked = message.get("metadata") or {}
            if marked.get("event_type") == EVENT:
                yield str(message.get("ts")), marked.get("event_payload") or {}

    async def _pages(self, to: ConversationRef, since: str) -> AsyncIterator[Mapping[str, Any]]:
        fields: dict[str, str | int] = {"channel": to.channel, "limit": PAGE, "include_all_metadata": "true"}
        fields["oldest"] = since or f"{self._now() - PAST:.6f}"
        method = "conversations.history"
        if to.thread:
            method, fields["ts"] = "conversations.replies", to.thread
        for _ in range(PAGES):
            page = await self._page(to.workspace, method, fields)
            for message in page.get("messages") or ():
                yield message
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return
            fields["cursor"] = cursor

    async def _page(self, workspace: str, method: str, fields: Mapping[str, str | int]) -> Mapping[str, Any]:
        try:
            return await self._web.read(workspace, method, fields)
        except Rejected as error:
            if code_of(error) not in _UNSEEN:
                raise
            raise Hidden(_INVITE) from error


def _number(value: object, default: int) -> int:
    return value if isinstance(value, int) else default
