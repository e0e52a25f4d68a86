"""Many workspaces: what comes in goes to the service of the workspace that it was verified for."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from slack_bolt.response import BoltResponse

from adapters.slack.client import SlackPlatform
from adapters.slack.events import Application, ends
from adapters.slack.payloads import part, word, workspace_of
from adapters.slack.service import Line, SlackService, socket_line
from adapters.slack.socket import SocketLine
from adapters.slack.tokens import Tokens
from adapters.slack.web import API_URL, web_client
from core.errors import Fault, FlowPilotError, Rejected
from core.people.register import Register
from core.ports import Inbound, PersonRef, Room
from core.views import Reply

__all__ = ["SlackWorkspaces"]

log = logging.getLogger(__name__)

#: Services that are kept; those of quiet workspaces are made again when they are needed, in a few milliseconds.
MOST = 200

#: The register of a workspace.
RegisterOf = Callable[[str], Register]


class SlackWorkspaces:
    """All workspaces in which the app is installed. A payload for one that is known costs a look into a dictionary."""

    def __init__(
        self,
        tokens: Tokens,
        application: Application,
        register_of: RegisterOf,
        api_url: str = API_URL,
        *,
        most: int = MOST,
    ) -> None:
        self.platform = SlackPlatform(tokens.client)
        self.tokens = tokens
        self.socket: SocketLine | None = None
        self._application = application
        self._register_of = register_of
        self._api_url = api_url
        self._most = most
        self._services: OrderedDict[str, SlackService] = OrderedDict()
        self._opening: dict[str, asyncio.Task[SlackService | None]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        tokens.dropped = self._drop

    async def dispatch(self, body: dict[str, Any]) -> BoltResponse:
        """The answer to a payload that is known to come from Slack. What is for nobody here is answered, and not kept."""
        workspace, kind = workspace_of(body), word(part(body, "event"), "type")
        if ends(kind, part(body, "event")):
            return await self._ended(workspace, kind, body)
        service = self._services.get(workspace)
        if service is None:
            try:
                service = await self._open(workspace) if workspace else None
            except FlowPilotError as error:
                log.warning("slack.not_taken", extra={"workspace": workspace, "why": str(error)})
                return BoltResponse(status=503)
        if service is None:
            log.warning(
                "slack.unknown_workspace", extra={"workspace": workspace, "kind": word(body, "type", "command")}
            )
            return BoltResponse(status=200)
        if workspace in self._services:
            self._services.move_to_end(workspace)
        return await service.dispatch(body)

    async def who(self, workspace: str, person: str) -> PersonRef:
        """Somebody, as Slack says now. Raises Fault."""
        return await (await self._of(workspace)).who(workspace, person)

    async def room(self, workspace: str, channel: str, person: str = "") -> Room:
        """A channel. Raises Fault."""
        return await (await self._of(workspace)).room(workspace, channel, person)

    async def members(self, workspace: str, channel: str) -> Sequence[str]:
        """Who is in a channel, as far as they are looked at. Raises Fault."""
        return await (await self._of(workspace)).members(workspace, channel)

    async def answer(self, inbound: Inbound, reply: Reply) -> None:
        """Give a reply to what came in earlier."""
        try:
            service = await self._of(inbound.workspace.external_id)
        except Fault as error:
            log.warning("slack.reply_lost", extra={"reply": type(reply).__name__, "why": str(error)})
            return
        await service.answer(inbound, reply)

    def over_socket(self, app_token: str) -> SocketLine:
        """Socket Mode beside HTTP: one line brings what all workspaces say."""
        session = self.tokens.session
        self.socket = socket_line(web_client("", session, self._api_url), session, app_token, self.dispatch)
        return self.socket

    @property
    def state(self) -> str:
        """Why nothing can come in, or "ok". That one workspace has ended says nothing about the others."""
        return "ok" if self.socket is None or self.socket.alive else "connecting"

    async def settled(self) -> None:
        """Wait until what is under way has been said."""
        for service in list(self._services.values()):
            await service.settled()
        await self.tokens.settled()
        if self._closing:
            await asyncio.wait(set(self._closing))

    async def close(self) -> None:
        """Say what is still to be said, and stop asking."""
        for workspace in list(self._services):
            self._drop(workspace)
        if self._closing:
            await asyncio.wait(set(self._closing))
        await self.tokens.close()

    async def _of(self, workspace: str) -> SlackService:
        """The service of a workspace. Raises Fault, Rejected where the app is not installed any more."""
        service = self._services.get(workspace) or await self._open(workspace)
        if service is None:
            raise Rejected("FlowPilot is not installed in that Slack workspace any more.")
        return service

    async def _open(self, workspace: str) -> SlackService | None:
        """The service of a workspace, made once however many ask. Raises Fault, or Misconfigured for a wrong key."""
        task = self._opening.get(workspace)
        if task is None:
            task = self._opening[workspace] = asyncio.create_task(self._opened(workspace))
            task.add_done_callback(lambda _: self._opening.pop(workspace, None))
        return await asyncio.shield(task)

    async def _opened(self, workspace: str) -> SlackService | None:
        grant = await self.tokens.grant(workspace)
        if grant is None:
            return None
        line = Line(
            bot=grant.bot,
            scopes=frozenset(grant.slack.bot_scopes or ()),
            client=web_client("", self.tokens.session, self._api_url),
            session=self.tokens.session,
            platform=self.platform,
        )

        service = SlackService(line, self._application, self._register_of(workspace))
        self._services[workspace] = service
        while len(self._services) > self._most:
            self._drop(next(iter(self._services)))
        return service

    async def _ended(self, workspace: str, kind: str, body: dict[str, Any]) -> BoltResponse:
        """The app was removed, or its token revoked: erase the tokens before Slack is told that this was heard. What is said of a
        team may mean the organisation that it is of, where the app is installed in the whole."""
        at, above = body.get("event_time"), word(body, "enterprise_id", "context_enterprise_id")
        try:
            await self.tokens.ended(workspace, datetime.fromtimestamp(at if isinstance(at, int) else 0, UTC))
            if above not in ("", workspace):
                await self.tokens.doubted(above)
        except Fault as error:
            log.warning("slack.not_taken", extra={"workspace": workspace, "why": str(error)})
            return BoltResponse(status=503)
        return BoltResponse(status=200)

    def _drop(self, workspace: str) -> None:
        """Let go of a service; it says what is still to be said."""
        service = self._services.pop(workspace, None)
        if service is not None:
            task = asyncio.create_task(service.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
