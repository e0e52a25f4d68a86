"""That FlowPilot is at work in a thread: words under it and, where the app is declared an agent, Slack's own stop button.

Slack shows the button while the thread's agent session is "processing" (agents.sessions.setStatus), and only the app ends that.
"""

import asyncio
import logging
from time import monotonic
from typing import Final

from adapters.slack.errors import code_of
from adapters.slack.memory import Memory
from adapters.slack.pacing import UPDATE
from adapters.slack.plain import Json
from adapters.slack.web import Web
from core.errors import Fault
from core.people.model import FRESH, ConversationRef

__all__ = ["Progress"]

log = logging.getLogger(__name__)

#: What Slack answers for an app that is not declared an agent.
_NO_AGENT: Final = frozenset({"missing_scope", "not_authorized", "unknown_method"})


class Progress:
    """Of all workspaces. Best effort: nothing is raised."""

    def __init__(self, web: Web) -> None:
        self._web = web
        #: Workspaces in which the app is no agent → when Slack said so.
        self._no_agent: Memory[float] = Memory()

    async def show(self, to: ConversationRef, text: str) -> None:
        """Show the words under the thread, and the button beside them; "" takes both away."""
        await asyncio.gather(self._words(to, text), self._session(to, working=bool(text)))

    async def _words(self, to: ConversationRef, text: str) -> None:
        """Slack takes them away by itself when FlowPilot posts."""
        body: Json = {"channel_id": to.channel, "thread_ts": to.thread, "status": text[:100]}
        try:
            await self._web.write(to.workspace, "assistant.threads.setStatus", body)
        except Fault as error:
            log.info("slack.no_status", extra={"why": str(error)})

    async def _session(self, to: ConversationRef, *, working: bool) -> None:
        """A start that is lost costs the button; an end would leave it there, so for that a turn is waited for."""
        said = self._no_agent.get(to.workspace)
        if said is not None and monotonic() - said < FRESH.total_seconds():
            return
        status = "processing" if working else "active"
        body: Json = {"channel_id": to.channel, "thread_ts": to.thread, "status": status}
        try:
            await self._web.write(to.workspace, "agents.sessions.setStatus", body, rate=None if working else UPDATE)
        except Fault as error:
            log.info("slack.no_agent_session", extra={"why": str(error)})
            if code_of(error) in _NO_AGENT:
                self._no_agent.put(to.workspace, monotonic())
