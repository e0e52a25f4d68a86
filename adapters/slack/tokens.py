"""Clients by workspace, each with the token that is good now.

Tokens are read from the store once and kept. A token that ends soon (Slack rotates them every 12 hours where the app says so)
is renewed in the background, by one process at a time. When Slack refuses a token, the store is read again: another process
may have renewed it, or the app may have been installed anew. A token that Slack says is revoked is erased.
"""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.errors import as_fault, code_of
from adapters.slack.installations import Grant, SlackInstallations
from adapters.slack.oauth import OAuth, Renewed
from adapters.slack.web import API_URL, CALL, web_client
from core.errors import Fault, Rejected, Unavailable

__all__ = ["MOST", "Tokens"]

log = logging.getLogger(__name__)

#: Workspaces that are kept in memory; the others are read again when they are needed.
MOST = 1_000
#: How long before its end a token is renewed: the two hours of slack_sdk's own rotation.
EARLY = timedelta(hours=2)
#: A token with less than this left is not used for anything new.
SPENT = timedelta(seconds=30)
#: How long a failed renewal rests while the old token is good.
PAUSE = timedelta(minutes=1)
#: Seconds between looks at what another process renews, and how often at most: it has that long, Slack's call included.
LOOK, LOOKS = 0.25, 60

#: Slack's words for a token that is good for nothing any more, and for one that may have a successor.
REVOKED = frozenset({"account_inactive", "token_revoked"})
_DOUBTFUL = REVOKED | {"invalid_auth", "not_authed", "token_expired"}
_GONE = "FlowPilot is not installed in that Slack workspace any more."

#: A client whose token was refused, and Slack's word → one to try again with, or None.
Again = Callable[["_Client", str], Awaitable["AsyncWebClient | None"]]


class _Client(AsyncWebClient):
    """Of one workspace. A call that was refused for its token alone is tried once more with the one that replaced it."""

    def __init__(
        self, workspace: str, token: str, again: Again, session: aiohttp.ClientSession, api_url: str = API_URL
    ) -> None:
        super().__init__(token=token, base_url=api_url, session=session, timeout=int(CALL), retry_handlers=[])
        self.workspace = workspace
        self._again = again

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:
        """Call a method of the Web API."""
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            code = str(error.response.get("error"))
            other = await self._again(self, code) if code in _DOUBTFUL else None
            if other is None:
                raise
        return await AsyncWebClient.api_call(other, api_method, **arguments)


@dataclass(kw_only=True, slots=True)
class _Held:
    grant: Grant
    client: _Client
    #: When a renewal may be tried.
    renew_at: datetime | None


class Tokens:
    """The clients of all workspaces. `dropped` is told the workspace whose installation ended, or changed its bot."""

    def __init__(
        self,
        installations: SlackInstallations,
        oauth: OAuth,
        session: aiohttp.ClientSession,
        now: Callable[[], datetime],
        api_url: str = API_URL,
        *,
        most: int = MOST,
    ) -> None:
        self.session = session
        self.dropped: Callable[[str], None] = _nobody
        self._installations = installations
        self._oauth = oauth
        self._now = now
        self._api_url = api_url
        self._most = most
        self._held: OrderedDict[str, _Held] = OrderedDict()
        self._renewing: dict[str, asyncio.Task[None]] = {}
        #: A refresh token that Slack takes no more → what it gave for it, until that is stored.
        self._given: dict[str, Renewed] = {}
        self._doubts: set[asyncio.Task[None]] = set()

    def client(self, workspace: str) -> AsyncWebClient | Awaitable[AsyncWebClient]:
        """The client of a workspace, at once where its token is known and good. Raises Rejected where there is none."""
        held = self._held.get(workspace)
        if held is None or (held.renew_at is not None and held.renew_at <= self._now()):
            return self._fresh(workspace)
        self._held.move_to_end(workspace)
        return held.client

    async def grant(self, workspace: str) -> Grant | None:
        """What the workspace has given; None where FlowPilot is not installed."""
        held = self._held.get(workspace)
        if held is not None:
            return held.grant
        found = await self._installations.grant(workspace)
        return None if found is None else self._hold(found).grant

    def forget(self, workspace: str) -> None:
        """Read it again when it is needed."""
        self._held.pop(workspace, None)
        self.dropped(workspace)

    async def ended(self, workspace: str, since: datetime) -> None:
        """Slack says that the app was removed there at `since`: erase the tokens.

        Slack may say so late, when the app was installed anew. So what is not clearly later than the installation is believed
        only when Slack refuses the token, which is asked afterwards; should Slack not say, the next use of the token shows it.
        Raises Fault when the database does not answer.
        """
        self.forget(workspace)
        found = await self._installations.grant(workspace)
        if found is not None and since - found.stored.installed_at >= PAUSE:
            await self._erase(found)
        elif found is not None:
            self._doubt(found)

    async def doubted(self, workspace: str) -> None:
        """The app may have been removed there: find out afterwards. Raises Fault when the database does not answer."""
        found = await self._installations.grant(workspace)
        if found is not None:
            self._doubt(found)

    def _doubt(self, found: Grant) -> None:
        task = asyncio.create_task(self._doubted(found), name=f"slack-end-{found.workspace}")
        self._doubts.add(task)
        task.add_done_callback(self._doubts.discard)

    async def settled(self) -> None:
        """Wait until it is found out which tokens are still good."""
        if self._doubts:
            await asyncio.wait(set(self._doubts))

    async def close(self) -> None:
        """Stop renewing. A renewal that Slack has answered is stored: it gets the time for that."""
        doubts = list(self._doubts)
        for doubt in doubts:
            doubt.cancel()
        await asyncio.gather(*doubts, return_exceptions=True)
        renewing = list(self._renewing.values())
        if renewing:
            _, late = await asyncio.wait(renewing, timeout=CALL)
            for task in late:
                task.cancel()
            await asyncio.gather(*renewing, return_exceptions=True)

    async def _fresh(self, workspace: str) -> AsyncWebClient:
        grant = await self.grant(workspace)
        if grant is None:
            raise Rejected(_GONE)
        if self._due(grant):
            renewal = self._renewal(workspace)
            if self._left(grant) <= SPENT:
                await asyncio.shield(renewal)
        held = self._held.get(workspace)
        if held is None:
            raise Rejected(_GONE)
        return held.client

    def _hold(self, grant: Grant) -> _Held:
        before = self._held.get(grant.workspace)
        if before is not None and before.grant.bot != grant.bot:
            self.dropped(grant.workspace)
        client = _Client(grant.workspace, grant.token, self._again, self.session, self._api_url)
        ends = grant.stored.expires_at
        held = _Held(grant=grant, client=client, renew_at=None if ends is None else ends - EARLY)
        self._held[grant.workspace] = held
        self._held.move_to_end(grant.workspace)
        while len(self._held) > self._most:
            self._held.popitem(last=False)
        return held

    def _left(self, grant: Grant) -> timedelta:
        ends = grant.stored.expires_at
        return timedelta.max if ends is None else ends - self._now()

    def _due(self, grant: Grant) -> bool:
        return self._left(grant) <= EARLY

    def _renewal(self, workspace: str, *, refused: str = "") -> asyncio.Task[None]:
        """The one renewal of this process for the workspace. `refused`: a token that Slack takes no more."""
        task = self._renewing.get(workspace)
        if task is None:
            task = asyncio.create_task(self._renewed(workspace, refused), name=f"slack-renew-{workspace}")
            self._renewing[workspace] = task
            task.add_done_callback(lambda done: self._finished(workspace, done))
        return task

    def _finished(self, workspace: str, task: asyncio.Task[None]) -> None:
        self._renewing.pop(workspace, None)
        if task.cancelled() or (error := task.exception()) is None:
            return
        log.error("slack.not_renewed", extra={"workspace": workspace, "why": str(error)})
        held = self._held.get(workspace)
        if held is not None:
            held.renew_at = self._now() + PAUSE

    async def _renewed(self, workspace: str, refused: str) -> None:
        """Renew, unless another process has done it or is at it. Raises Fault."""
        found = await self._current(workspace)
        if not self._wanting(found, refused):
            return
        if not await self._installations.lease(found):
            await self._awaited(found, refused)
            return
        refresh = found.slack.bot_refresh_token or ""
        try:
            new = self._given.get(refresh) or await self._oauth.refresh(refresh)
        except Rejected:
            found = await self._current(workspace)
            if not self._wanting(found, refused):
                return  # another process was first
            raise
        self._given[refresh] = new
        renewed = await self._installations.renew(found, new.token, new.refresh, new.expires_at)
        del self._given[refresh]
        if renewed is None:
            await self._current(workspace)
            return
        self._hold(renewed)
        log.info("slack.renewed", extra={"workspace": workspace})

    async def _awaited(self, found: Grant, refused: str) -> None:
        """Another process renews: go on with the old token while it is good, else wait for the new one."""
        if not refused and self._left(found) > SPENT:
            return
        for _ in range(LOOKS):
            await asyncio.sleep(LOOK)
            if not self._wanting(await self._current(found.workspace), refused):
                return
        raise Unavailable("Another FlowPilot is renewing the token for Slack.")

    def _wanting(self, grant: Grant, refused: str) -> bool:
        return grant.token == refused if refused else self._due(grant)

    async def _current(self, workspace: str) -> Grant:
        """As it is stored now. Raises Rejected when it has ended."""
        found = await self._installations.grant(workspace)
        if found is None:
            self.forget(workspace)
            raise Rejected(_GONE)
        held = self._held.get(workspace)
        if held is None or held.grant.stored.version != found.stored.version:
            self._hold(found)
        return found

    async def _again(self, client: _Client, code: str) -> AsyncWebClient | None:
        """After a refusal: the client with the workspace's new token, None where there is none."""
        try:
            found = await self._current(client.workspace)
            if found.token == client.token:
                if code in REVOKED:
                    await self._erase(found)
                    return None
                if code != "token_expired" or not found.slack.bot_refresh_token:
                    return None
                await asyncio.shield(self._renewal(client.workspace, refused=found.token))
        except Rejected:
            return None
        held = self._held.get(client.workspace)
        return None if held is None else held.client

    async def _doubted(self, grant: Grant) -> None:
        """Erase what has ended, if Slack says so."""
        try:
            if await self._works(grant):
                log.info("slack.end_not_confirmed", extra={"workspace": grant.workspace})
            else:
                await self._erase(grant)
        except Fault as error:
            log.warning("slack.end_not_found_out", extra={"workspace": grant.workspace, "why": str(error)})

    async def _works(self, grant: Grant) -> bool:
        """Whether Slack still takes the token. Raises Fault when Slack does not say."""
        client = web_client(grant.token, self.session, self._api_url)
        try:
            await client.auth_test()
        except Exception as error:
            fault = as_fault(error, "auth.test", harmless=True)
            fault.__cause__ = error
            if isinstance(fault, Rejected) and code_of(fault) in _DOUBTFUL:
                return False
            raise fault from error
        return True

    async def _erase(self, grant: Grant) -> None:
        erased = await self._installations.erase(grant)
        self.forget(grant.workspace)
        if erased:
            log.warning("slack.uninstalled", extra={"workspace": grant.workspace})


def _nobody(workspace: str) -> None:
    """Nobody is told."""
