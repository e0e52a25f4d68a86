"""Slack's OAuth, for several workspaces on one address: codes, tokens that rotate, revocation, organisations.

As Slack documents it: a code is good once, for its client and redirect address; without the app's secret nothing is exchanged;
a refresh token is good once; an expired token is refused with `token_expired`, a revoked one with `token_revoked`, that of a
removed app with `account_inactive`; an app without rotation gets the same token at every install.
"""

import asyncio
import base64
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from aiohttp import web
from aiohttp.test_utils import TestServer

from tests.fakes.slack_api import BOT, SlackApi

__all__ = ["CLIENT_ID", "CLIENT_SECRET", "SlackOAuth", "Team"]

Json = dict[str, Any]

CLIENT_ID = "123456.7890"
CLIENT_SECRET = "client-secret-for-tests"
#: Seconds that a rotating token lasts.
LASTS = 43_200


@dataclass
class Team:
    """A workspace, or with `org` an organisation whose teams share one installation."""

    id: str
    name: str
    api: SlackApi
    enterprise: Json | None = None
    org: bool = False
    token: str = ""
    refresh: str = ""
    #: What is given instead of what was asked for: that of an older manifest.
    scope: str = ""
    #: Token → why it is refused.
    dead: dict[str, str] = field(default_factory=dict)


@dataclass
class _Code:
    team: Team
    user: str
    redirect: str
    scope: str


class SlackOAuth:
    """All of Slack that one app sees. `url` is the API's base."""

    def __init__(self, *, rotating: bool = False) -> None:
        self.url = ""
        self.rotating = rotating
        self.teams: dict[str, Team] = {}
        self.codes: dict[str, _Code] = {}
        #: Every token and secret that was ever handed out or used.
        self.secrets: set[str] = {CLIENT_SECRET}
        #: Refused with this error, the next calls of oauth.v2.access.
        self.failing: list[str] = []
        #: Closed, it lets codes and refresh tokens wait.
        self.gate = asyncio.Event()
        self.gate.set()
        self.exchanges: list[Json] = []

    def team(self, id: str, name: str, *, enterprise: Json | None = None, org: bool = False) -> Team:
        """One more workspace, at first without the app."""
        api = SlackApi(team=id, name=name)
        api.url = self.url.replace("/api/", f"/{id}/api/")
        self.teams[id] = Team(id=id, name=name, api=api, enterprise=enterprise, org=org)
        return self.teams[id]

    def allow(self, address: str, team: Team, user: str) -> str:
        """Somebody clicks *Allow* on the page that `address` names; the address that Slack sends them back to."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert urlsplit(address).path == "/oauth/v2/authorize", address
        assert asked["client_id"] == CLIENT_ID, asked
        assert "chat:write" in asked["scope"].split(","), asked
        code = f"code-{secrets.token_hex(8)}"
        self.codes[code] = _Code(team, user, asked["redirect_uri"], team.scope or asked["scope"])
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def deny(self, address: str) -> str:
        """Somebody clicks *Cancel*."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        return f"{asked['redirect_uri']}?{urlencode({'error': 'access_denied', 'state': asked['state']})}"

    def end(self, team: Team, why: str = "account_inactive") -> None:
        """The app is removed, or its token revoked."""
        team.dead[team.token] = why
        team.token = team.refresh = ""

    def expire(self, team: Team) -> None:
        """Its token ends; its refresh token does not."""
        team.dead[team.token] = "token_expired"

    @asynccontextmanager
    async def running(self) -> "AsyncIterator[SlackOAuth]":
        """Listen on a free port of loopback."""
        app = web.Application(client_max_size=8 * 1024 * 1024)
        app.router.add_route("*", "/api/{method}", self._call)
        app.router.add_post("/{team}/response/{id}", self._response)
        async with TestServer(app) as server:
            self.url = str(server.make_url("/api/"))
            yield self

    async def _call(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        if method == "oauth.v2.access":
            return web.json_response(await self._access(request))
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        for team in self.teams.values():
            if token in team.dead:
                return web.json_response({"ok": False, "error": team.dead[token]})
            if token and token == team.token:
                if method == "auth.revoke":
                    self.end(team, "token_revoked")
                    return web.json_response({"ok": True, "revoked": True})
                return await team.api.answer(request)
        return web.json_response({"ok": False, "error": "invalid_auth"})

    async def _response(self, request: web.Request) -> web.Response:
        return await self.teams[request.match_info["team"]].api.take_response(request)

    async def _access(self, request: web.Request) -> Json:
        fields = {**request.query, **{key: str(value) for key, value in (await request.post()).items()}}
        self.exchanges.append(fields)
        await self.gate.wait()
        if self.failing:
            return {"ok": False, "error": self.failing.pop(0)}
        given = base64.b64decode(request.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if given != f"{CLIENT_ID}:{CLIENT_SECRET}":
            return {"ok": False, "error": "bad_client_secret"}
        if fields.get("grant_type") == "refresh_token":
            return self._refreshed(fields["refresh_token"])
        code = self.codes.pop(fields.get("code", ""), None)
        if code is None:
            return {"ok": False, "error": "invalid_code"}
        if fields.get("redirect_uri") != code.redirect:
            return {"ok": False, "error": "bad_redirect_uri"}
        return self._installed(code)

    def _installed(self, code: _Code) -> Json:
        team, user = code.team, code.user
        if self.rotating or not team.token:
            self._issue(team)
        return {
            "ok": True,
            "access_token": team.token,
            "token_type": "bot",
            "scope": code.scope,
            "bot_user_id": BOT,
            "app_id": "A0FLOWPILOT",
            "team": None if team.org else {"id": team.id, "name": team.name},
            "enterprise": team.enterprise,
            "is_enterprise_install": team.org,
            "authed_user": {"id": user},
            **({"refresh_token": team.refresh, "expires_in": LASTS} if self.rotating else {}),
        }

    def _refreshed(self, token: str) -> Json:
        team = next((team for team in self.teams.values() if token and team.refresh == token), None)
        if team is None:
            return {"ok": False, "error": "invalid_refresh_token"}
        self._issue(team)
        return {
            "ok": True,
            "access_token": team.token,
            "refresh_token": team.refresh,
            "expires_in": LASTS,
            "token_type": "bot",
            "team": {"id": team.id, "name": team.name},
        }

    def _issue(self, team: Team) -> None:
        team.token = f"{'xoxe.xoxb' if self.rotating else 'xoxb'}-{team.id}-{secrets.token_hex(8)}"
        team.refresh = f"xoxe-{team.id}-{secrets.token_hex(8)}" if self.rotating else ""
        team.api.token = team.token
        self.secrets |= {team.token, *([team.refresh] if team.refresh else [])}
