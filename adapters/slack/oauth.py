"""Slack's OAuth: where people allow the app, what their code is exchanged for, and how tokens are renewed."""

import asyncio
import base64
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urljoin

import aiohttp
from slack_sdk.oauth.installation_store import Installation

from adapters.slack.errors import as_fault
from adapters.slack.payloads import part, word
from adapters.slack.people import person_of
from adapters.slack.web import API_URL, CALL, web_client
from core.errors import Rejected

__all__ = ["OAuth", "Renewed"]

Now = Callable[[], datetime]
_NO_BOT = "Slack gave no bot token"


@dataclass(frozen=True, kw_only=True, slots=True)
class Renewed:
    """What a refresh token was exchanged for."""

    token: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_at: datetime


class OAuth:
    """The app, by its client id and secret. `redirect` is the address that Slack sends people back to."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        scopes: frozenset[str],
        redirect: str,
        session: aiohttp.ClientSession,
        now: Now,
        api_url: str = API_URL,
    ) -> None:
        self._id = client_id
        self._secret = client_secret
        self._scopes = scopes
        self._redirect = redirect
        self._now = now
        self._api_url = api_url
        self._session = session
        self._client = web_client("", session, api_url)

    def authorize_url(self, state: str) -> str:
        """Where somebody allows the app in their workspace or organisation."""
        fields = {
            "client_id": self._id,
            "scope": ",".join(sorted(self._scopes)),
            "redirect_uri": self._redirect,
            "state": state,
        }
        return f"{urljoin(self._api_url, '/oauth/v2/authorize')}?{urlencode(fields)}"

    async def exchange(self, code: str) -> Installation:
        """What a code stands for, with who FlowPilot is there and who allowed it (`custom_values["installer"]`).

        Raises Fault; nothing is stored anywhere then.
        """
        now = self._now()
        given = await self._access(code=code, redirect_uri=self._redirect)
        token, user = word(given, "access_token"), word(part(given, "authed_user"), "id")
        client = web_client(token, self._session, self._api_url)
        if not token or word(given, "token_type") != "bot" or not user:
            raise Rejected(f"{_NO_BOT}.")
        bot = await self._ask("auth.test", client.auth_test())
        about = part(await self._ask("users.info", client.users_info(user=user)), "user")
        team, enterprise = part(given, "team"), part(given, "enterprise")
        org = given.get("is_enterprise_install") is True
        home, bot_id = word(enterprise if org else team, "id"), word(bot, "bot_id")
        if not home or not bot_id:
            raise Rejected(f"{_NO_BOT} of a workspace.")
        return Installation(
            app_id=word(given, "app_id"),
            enterprise_id=word(enterprise, "id") or None,
            enterprise_name=word(enterprise, "name") or None,
            team_id=None if org else home,
            team_name=None if org else word(team, "name"),
            bot_token=token,
            bot_id=bot_id,
            bot_user_id=word(given, "bot_user_id") or word(bot, "user_id"),
            bot_scopes=word(given, "scope"),
            bot_refresh_token=word(given, "refresh_token") or None,
            bot_token_expires_at=_end(given, now),
            user_id=user,
            is_enterprise_install=org,
            token_type=word(given, "token_type"),
            installed_at=now.timestamp(),
            custom_values={"installer": person_of({"id": user, **about}, home, word(enterprise, "id"))},
        )

    async def refresh(self, token: str) -> Renewed:
        """New tokens for a refresh token, which Slack then takes no more. Raises Fault."""
        now = self._now()
        given = await self._access(grant_type="refresh_token", refresh_token=token)
        ends = given.get("expires_in")
        if not word(given, "access_token") or not word(given, "refresh_token") or not isinstance(ends, int):
            raise Rejected(f"{_NO_BOT} for a refresh token.")
        return Renewed(
            token=word(given, "access_token"),
            refresh=word(given, "refresh_token"),
            expires_at=now + timedelta(seconds=ends),
        )

    async def _access(self, **fields: str) -> Mapping[str, Any]:
        """The app shows its secret in a header. slack_sdk's own method does it by what aiohttp no longer wants."""
        credentials = base64.b64encode(f"{self._id}:{self._secret}".encode()).decode()
        headers = {"Authorization": f"Basic {credentials}"}
        return await self._ask(
            "oauth.v2.access", self._client.api_call("oauth.v2.access", data=fields, headers=headers)
        )

    async def _ask(self, method: str, call: Awaitable[Any]) -> Mapping[str, Any]:
        try:
            async with asyncio.timeout(CALL):
                answer = await call
        except Exception as error:
            raise as_fault(error, method) from error
        return answer.data if isinstance(answer.data, dict) else {}


def _end(given: Mapping[str, Any], now: datetime) -> int | None:
    """When the token ends, in seconds since 1970; None for one that does not (Slack rotates only where the app says so)."""
    lasts = given.get("expires_in")
    return int(now.timestamp()) + lasts if isinstance(lasts, int) else None
