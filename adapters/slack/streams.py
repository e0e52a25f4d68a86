"""Answers that are seen while they are made: chat.startStream, then appendStream; stopStream is the final text's to call.

A stream dies about five minutes after it was started, and one that an earlier process began holds words of its own: both are
gone on with by chat.update, which replaces the whole text. A full rate is never waited for: the next look brings what is missing.
"""

import logging
from typing import Final

from adapters.slack import limits
from adapters.slack.errors import code_of
from adapters.slack.mrkdwn import escape
from adapters.slack.pacing import UPDATE, Rate
from adapters.slack.plain import Json, line, sendable
from adapters.slack.web import Web
from core.errors import Fault, Rejected, Unavailable
from core.people.model import ConversationRef
from core.text.split import split

__all__ = ["SlackStream", "end", "start"]

log = logging.getLogger(__name__)

#: chat.startStream and chat.stopStream, and chat.appendStream, by workspace.
START: Final = Rate(count=20, seconds=60.0)
APPEND: Final = Rate(count=100, seconds=60.0)
#: Updates that previews leave to the cards of the workspace.
LEFT: Final = UPDATE.count // 2

_OVER = "message_not_in_streaming_state"


class SlackStream:
    """One message. `grows`: Slack takes more of its text; otherwise the text is replaced."""

    def __init__(self, web: Web, to: ConversationRef, ref: str, *, grows: bool) -> None:
        self.ref = ref
        self._web = web
        self._to = to
        self._grows = grows
        self._ended = False
        self._shown = ""

    async def show(self, text: str) -> None:
        """Show all of the text so far, at once or with a later call. Never raises."""
        text = sendable(text)
        if self._ended or text == self._shown:
            return
        try:
            if self._grows:
                await self._append(text)
            if not self._grows:
                await self._update(text)
        except Unavailable as error:
            log.debug("slack.stream_waits", extra={"why": str(error)})
        except Fault as error:
            log.info("slack.stream_ended", extra={"why": str(error)})
            self._ended = True

    async def _append(self, text: str) -> None:
        """Add what is new. Where the text has begun anew, or Slack has closed the stream, the text is replaced from now on."""
        if not text.startswith(self._shown):
            await end(self._web, self._to, self.ref, now=True)
            self._grows = False
            return
        if not self._web.free(self._to.workspace, "chat.appendStream", APPEND):
            return
        body: Json = {"channel": self._to.channel, "ts": self.ref, "markdown_text": text[len(self._shown) :]}
        try:
            await self._web.write(self._to.workspace, "chat.appendStream", body)
        except Rejected as error:
            if code_of(error) != _OVER:
                raise
            self._grows = False
        else:
            self._shown = text

    async def _update(self, text: str) -> None:
        if not self._web.free(self._to.workspace, "chat.update", UPDATE, keep=LEFT):
            return
        blocks = [{"type": "markdown", "text": part} for part in split(text, limits.MARKDOWN)]
        words = escape(line(text, limits.FALLBACK))
        body: Json = {"channel": self._to.channel, "ts": self.ref, "blocks": blocks, "text": words}
        await self._web.write(self._to.workspace, "chat.update", body)
        self._shown = text


async def start(web: Web, to: ConversationRef, person: str, team: str) -> SlackStream:
    """Begin a message in a thread, for a person of a team. Raises Unavailable when there are too many just now."""
    if not to.thread:
        raise Rejected("Slack streams in threads only.")
    if not web.free(to.workspace, "chat.startStream", START):
        raise Unavailable("Slack takes only so many streams at a time.")
    body: Json = {"channel": to.channel, "thread_ts": to.thread}
    if person:
        body |= {"recipient_user_id": person, "recipient_team_id": team}
    started = await web.write(to.workspace, "chat.startStream", body)
    return SlackStream(web, to, str(started["ts"]), grows=True)


async def end(web: Web, to: ConversationRef, ref: str, *, now: bool = False) -> None:
    """No more text comes. One that is closed already, or never was open, is none to stop.

    Raises Unavailable when there are too many just now, after a short wait unless it is to be `now`.
    """
    if now and not web.free(to.workspace, "chat.stopStream", START):
        raise Unavailable("Slack takes only so many streams at a time.")
    body: Json = {"channel": to.channel, "ts": ref}
    try:
        await web.write(to.workspace, "chat.stopStream", body, rate=None if now else START)
    except Rejected as error:
        log.debug("slack.no_stream", extra={"why": str(error)})
