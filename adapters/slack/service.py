"""Slack, put together for one workspace."""

import asyncio
import logging
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.app import SlackApp
from adapters.slack.client import SlackPlatform
from adapters.slack.errors import as_fault, code_of
from adapters.slack.events import Application, Events
from adapters.slack.inbound import Bot, Reader, is_channel
from adapters.slack.payloads import is_shared, word
from adapters.slack.people import People
from adapters.slack.replies import Origin, Replies
from adapters.slack.socket import Dispatch, SocketLine
from adapters.slack.web import API_URL, open_session, web_client
from adapters.slack.wire import handle_of
from core.errors import Fault, Rejected
from core.people.register import Register
from core.ports import Inbound, PersonRef, Room
from core.views import Reply

log = logging.getLogger(__name__)

__all__ = ["SCOPES", "Line", "SlackService", "connect", "socket_line", "who_am_i"]

#: What the app needs; the manifest gives a reason for each.
SCOPES = frozenset(
    {
        "app_mentions:read",
        "assistant:write",
        "channels:history",
        "channels:read",
        "chat:write",
        "chat:write.public",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "groups:read",
        "im:history",
        "im:write",
        "mpim:history",
        "mpim:read",
        "users:read",
        "users:read.email",
    }
)

#: Members of a channel that are looked at for guests: one page of Slack's.
MEMBERS = 200
#: Seconds that Slack has to say whose token it is.
PATIENCE = 10.0
#: What Slack answers about people whom the bot may not see.
_STRANGERS = ("user_not_found", "user_not_visible", "users_not_found")


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A way to Slack with one token; `bot` is whose token it is."""

    bot: Bot
    #: What the app was given, as Slack says; empty where it does not say.
    scopes: frozenset[str]
    client: AsyncWebClient
    session: aiohttp.ClientSession
    platform: SlackPlatform


class SlackService:
    """What comes in from one workspace, and what is answered."""

    def __init__(self, line: Line, application: Application, register: Register) -> None:
        self._private = private = line.platform.private(line.bot.team)

        async def ask(id: str) -> Mapping[str, Any]:
            try:
                return await private.user(id)
            except Rejected as error:
                if code_of(error) not in _STRANGERS:
                    raise
                return {"id": id, "is_stranger": True}

        self.people = People(line.bot.team, ask, register, line.bot.organisation)
        reader = Reader(line.bot, self.people)
        self.events = Events(application, reader, private, register)
        self._replies = Replies(private)
        self.app = SlackApp(application, reader, self._replies, self.events, line.client)
        self.dispatch = self.app.dispatch
        self._line = line
        self.socket: SocketLine | None = None

    async def who(self, workspace: str, person: str) -> PersonRef:
        """Somebody, as Slack says now. Raises Fault."""
        return await self.people.who(person)

    async def room(self, workspace: str, channel: str, person: str = "") -> Room:
        """A channel; or direct messages, which are FlowPilot's own when they are those of `person` with it. Raises Fault."""
        if not is_channel(channel):
            here = (await self._private.own_messages(person)).channel == channel if person else None
            return Room(here=here, direct=True)
        found = await self._private.channel(channel)
        if found is None:
            return Room(here=False)
        return Room(here=found.get("is_member") is not False, shared=is_shared(found))

    async def members(self, workspace: str, channel: str) -> Sequence[str]:
        """The first page of them. Raises Fault."""
        members = await self._private.members(channel, MEMBERS)
        return [person for person in members if person != self._line.bot.user]

    async def answer(self, inbound: Inbound, reply: Reply) -> None:
        """Give a reply to what came in earlier, by what came with it as far as that is still good."""
        try:
            if await self.events.answer(inbound, reply):
                return
        except Fault as error:
            log.warning("slack.reply_lost", extra={"reply": "home", "why": str(error)})
            return
        origin = Origin.CLICK if handle_of(inbound.surface).trigger else Origin.MESSAGE
        await self._replies.give(inbound, reply, origin)

    def over_socket(self, app_token: str) -> SocketLine:
        """Socket Mode instead of HTTP, or beside it."""
        self.socket = socket_line(self._line.client, self._line.session, app_token, self.app.dispatch)
        return self.socket

    @property
    def state(self) -> str:
        """Why nothing can come in, or "ok"."""
        if self.events.ended:
            return self.events.ended
        return "ok" if self.socket is None or self.socket.alive else "connecting"

    async def settled(self) -> None:
        """Wait until what is under way has been said and asked."""
        await self.app.settled()
        await self.people.settled()

    async def close(self) -> None:
        """Say what is still to be said, and stop asking."""
        await self.app.close()
        await self.people.close()


def socket_line(
    client: AsyncWebClient, session: aiohttp.ClientSession, app_token: str, dispatch: Dispatch
) -> SocketLine:
    """A line of Socket Mode, which the app's own token opens; `client` needs none."""

    async def address() -> str:
        try:
            async with asyncio.timeout(PATIENCE):
                answer = await client.apps_connections_open(app_token=app_token)
        except Exception as error:
            raise as_fault(error, "apps.connections.open", harmless=True) from error
        return str(answer["url"])

    return SocketLine(address, dispatch, session)


async def who_am_i(client: AsyncWebClient) -> tuple[Bot, frozenset[str]]:
    """auth.test, and the scopes of the token.

    Raises Rejected for a token that is none of a bot's, Unavailable when Slack cannot be reached.
    """
    try:
        async with asyncio.timeout(PATIENCE):
            answer = await client.auth_test()
    except Exception as error:
        raise as_fault(error, "auth.test", harmless=True) from error
    data = answer.data if isinstance(answer.data, dict) else {}
    bot = Bot(
        team=word(data, "team_id"),
        team_name=word(data, "team"),
        user=word(data, "user_id"),
        id=word(data, "bot_id"),
        organisation=word(data, "enterprise_id"),
    )
    if not (bot.team and bot.user and bot.id):
        raise Rejected("That is not the token of a bot.")
    said = str(answer.headers.get("x-oauth-scopes") or answer.headers.get("X-OAuth-Scopes") or "")
    return bot, frozenset(scope.strip() for scope in said.split(",") if scope.strip())


@asynccontextmanager
async def connect(token: str, api_url: str = API_URL) -> AsyncIterator[Line]:
    """A line with its connection pool, which is closed afterwards. Raises Fault."""
    async with open_session() as session:
        client = web_client(token, session, api_url)
        bot, scopes = await who_am_i(client)
        yield Line(
            bot=bot, scopes=scopes, client=client, session=session, platform=SlackPlatform(lambda workspace: client)
        )
