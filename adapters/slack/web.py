"""Calls of Slack's Web API: one shared connection pool, explicit time limits, no retries of the SDK's own."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from inspect import isawaitable
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.errors import as_fault, retry_after
from adapters.slack.pacing import UPDATE, Pacing, Rate
from core.errors import Fault, Rejected, Unavailable

__all__ = ["API_URL", "Clients", "Web", "open_session", "web_client"]

API_URL: Final = "https://slack.com/api/"
#: Where Slack keeps files.
FILES: Final = ("https", "files.slack.com")
#: Seconds for a whole call, and for a connection to stand.
CALL: Final = 10.0
CONNECT: Final = 4.0

#: Sends one request.
_Send = Callable[[aiohttp.ClientSession], AbstractAsyncContextManager[aiohttp.ClientResponse]]
#: A workspace's external id → the client that holds its token.
Clients = Callable[[str], AsyncWebClient | Awaitable[AsyncWebClient]]


def open_session() -> aiohttp.ClientSession:
    """The pool that all clients share. Whoever opens it closes it."""
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=CALL, sock_connect=CONNECT))


def web_client(token: str, session: aiohttp.ClientSession, api_url: str = API_URL) -> AsyncWebClient:
    """A client of one token on the shared pool. A failed call is the work row's to repeat, not the SDK's."""
    return AsyncWebClient(token=token, base_url=api_url, session=session, timeout=int(CALL), retry_handlers=[])


class Web:
    """Calls by workspace, paced, with FlowPilot's errors: Unavailable, Uncertain, Rejected."""

    def __init__(self, clients: Clients, pacing: Pacing, *, time_limit: float = CALL) -> None:
        self._clients = clients
        self._pacing = pacing
        self._time_limit = time_limit

    async def write(
        self,
        workspace: str,
        method: str,
        body: Mapping[str, object],
        *,
        rate: Rate | None = None,
        channel: str = "",
    ) -> Mapping[str, Any]:
        """Call a method that takes JSON. `channel`: its rate is counted by channel, not by workspace. Without a rate nothing is
        waited for: where Slack has asked for patience it is Unavailable at once."""
        key = (workspace, method, channel)
        if rate is None:
            self._pacing.ready(key)
        else:
            await self._pacing.turn(key, rate)
        return await self._call(workspace, method, key, json=dict(body))

    def free(self, workspace: str, method: str, rate: Rate, *, keep: int = 0) -> bool:
        """Whether a call of the method may go out at this moment, with `keep` more left to others; it is counted as gone."""
        return self._pacing.free((workspace, method, ""), rate, keep=keep)

    async def read(self, workspace: str, method: str, fields: Mapping[str, str | int]) -> Mapping[str, Any]:
        """Call a method that takes form fields, and changes nothing."""
        key = (workspace, method, "")
        await self._pacing.turn(key, UPDATE)
        return await self._call(workspace, method, key, params=dict(fields), http_verb="GET")

    async def upload(self, workspace: str, url: str, content: bytes) -> None:
        """Send a file's content to the address that Slack gave for it."""
        async with self._plain(workspace, "upload", lambda session: session.post(url, data=content)) as response:
            if response.status != 200:
                raise Unavailable(f"Slack did not take a file ({response.status}).")

    async def answer(self, workspace: str, response_url: str, body: Mapping[str, object]) -> None:
        """Answer by a response_url. Rejected when it has expired or is used up, or is not one of Slack's."""
        client = await self._client(workspace)
        if not _is_slacks(response_url, client.base_url):
            raise Rejected("That address is not one of Slack’s.")
        send: _Send = lambda session: session.post(response_url, json=dict(body), allow_redirects=False)  # noqa: E731
        async with self._plain(workspace, "response_url", send) as response:
            if response.status >= 500:
                raise Unavailable(f"Slack did not take an answer ({response.status}).")
            if response.status != 200:
                raise Rejected("Slack takes no more answers to that click.")

    async def download(self, workspace: str, address: str, most: int) -> bytes:
        """The first `most` bytes of a file that Slack keeps. The token goes to the host of its files only."""
        client = await self._client(workspace)
        if not _is_slacks_file(address, client.base_url):
            raise Rejected("That file is not kept by Slack.")
        headers = {"Authorization": f"Bearer {client.token}"}
        send: _Send = lambda session: session.get(address, headers=headers, allow_redirects=False)  # noqa: E731
        async with self._plain(workspace, "download", send) as response:
            if response.status >= 500:
                raise Unavailable(f"Slack did not hand out a file ({response.status}).")
            if response.status != 200:
                raise Rejected(f"Slack did not hand out a file ({response.status}).")
            return await _first(response.content, most)

    @asynccontextmanager
    async def _plain(self, workspace: str, kind: str, send: _Send) -> AsyncIterator[aiohttp.ClientResponse]:
        """A call of an address that Slack gave, which is none of its methods. It is held as long as Slack asks."""
        key = (workspace, kind, "")
        self._pacing.ready(key)
        session = await self._session(workspace)
        try:
            async with asyncio.timeout(self._time_limit), send(session) as response:
                if response.status == 429:
                    seconds = retry_after(response)
                    self._pacing.hold(key, seconds)
                    raise Unavailable("Slack asks FlowPilot to slow down.", retry_after=seconds)
                yield response
        except Fault:
            raise
        except Exception as error:
            raise as_fault(error, kind) from error

    async def _session(self, workspace: str) -> aiohttp.ClientSession:
        session = (await self._client(workspace)).session
        if session is None or session.closed:
            raise Unavailable("FlowPilot’s connection to Slack is closed.")
        return session

    async def _client(self, workspace: str) -> AsyncWebClient:
        found = self._clients(workspace)
        return await found if isawaitable(found) else found

    async def _call(self, workspace: str, method: str, key: tuple[str, ...], **arguments: Any) -> Mapping[str, Any]:
        client = await self._client(workspace)
        try:
            async with asyncio.timeout(self._time_limit):
                response = await client.api_call(method, **arguments)
        except Exception as error:
            fault = as_fault(error, method)
            if isinstance(fault, Unavailable) and fault.retry_after:
                self._pacing.hold(key, fault.retry_after)
            raise fault from error
        data = response.data
        return data if isinstance(data, Mapping) else {}


def _is_slacks(address: str, base_url: str) -> bool:
    """Whether an address is Slack's, or that of the API that stands in for it. It takes no token with it."""
    parts = urlsplit(address)
    host = parts.hostname or ""
    if parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com")):
        return True
    return (parts.scheme, parts.netloc) == urlsplit(base_url)[:2]


def _is_slacks_file(address: str, base_url: str) -> bool:
    """Whether it is that of one of Slack's files, or of the API that stands in for Slack."""
    try:
        where = urlsplit(address)[:2]
    except ValueError:
        return False
    return where == FILES or (base_url != API_URL and where == urlsplit(base_url)[:2])


async def _first(content: aiohttp.StreamReader, most: int) -> bytes:
    """At most so many bytes of a stream."""
    read = bytearray()
    async for chunk in content.iter_chunked(64 * 1024):
        read += chunk
        if len(read) >= most:
            break
    return bytes(read[:most])
