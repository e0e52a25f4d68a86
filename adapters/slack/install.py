"""Installing: the page with the button, and the way back from Slack with a code.

A state goes with it, once, for ten minutes, in one browser: nobody can be made to install into somebody else's account, and no
code is exchanged that was not asked for here.
"""

import logging
from collections.abc import Callable

from aiohttp import web
from slack_sdk.oauth.installation_store import Installation
from slack_sdk.oauth.state_utils import OAuthStateUtils

from adapters.slack.installations import SlackInstallations, SlackStates, workspace_id
from adapters.slack.oauth import OAuth
from adapters.slack.pages import page
from core.errors import Fault, Refused

__all__ = ["INSTALL", "REDIRECT", "install_routes"]

log = logging.getLogger(__name__)

INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"

_AGAIN = (INSTALL, "Start again")
_NOT = "FlowPilot is not installed"
#: Longer than any state or code of ours or Slack's.
_LONG = 2_000


def install_routes(
    oauth: OAuth, installations: SlackInstallations, states: SlackStates, changed: Callable[[str], None]
) -> list[web.RouteDef]:
    """The two pages. `changed` is told the workspace that was installed."""
    install = _Install(oauth, installations, states, changed)
    return [web.get(INSTALL, install.begin, allow_head=False), web.get(REDIRECT, install.end, allow_head=False)]


class _Install:
    """The handlers."""

    def __init__(
        self, oauth: OAuth, installations: SlackInstallations, states: SlackStates, changed: Callable[[str], None]
    ) -> None:
        self._oauth = oauth
        self._installations = installations
        self._states = states
        self._changed = changed
        self._browser = OAuthStateUtils()

    async def begin(self, request: web.Request) -> web.Response:
        """The page with the button. `?link=` leads into an account that exists. 400 for a link that opens nothing."""
        try:
            state = await self._states.async_issue(link=request.query.get("link", "")[:_LONG])
        except Refused as error:
            return page(_NOT, str(error), status=400)
        except Fault as error:
            return _not_now(error)
        answer = page(
            "Add FlowPilot to Slack",
            "FlowPilot troubleshoots with your engineers in Slack's threads, and writes the ticket note.",
            "Slack will show what FlowPilot asks for. Whoever installs it first owns the account that is made for the workspace.",
            link=(self._oauth.authorize_url(state), "Add to Slack"),
        )
        answer.headers["Set-Cookie"] = f"{self._browser.build_set_cookie_for_new_state(state)}; SameSite=Lax"
        return answer

    async def end(self, request: web.Request) -> web.Response:
        """Back from Slack, allowed or not: 200; 400 for what was not begun here; 502 when Slack fails; 503 when we do."""
        try:
            answer = await self._ended(request)
        except Refused as error:
            answer = page(_NOT, str(error), link=_AGAIN, status=400)
        except Exception as error:  # two first installs of one workspace at the same time end here, too
            if not isinstance(error, Fault):
                log.exception("slack.install_failed")
            answer = _not_now(error)
        answer.headers["Set-Cookie"] = self._browser.build_set_cookie_for_deletion()
        return answer

    async def _ended(self, request: web.Request) -> web.Response:
        given = {name: request.query.get(name, "")[:_LONG] for name in ("state", "code", "error")}
        ours = self._browser.is_valid_browser(given["state"] or None, {"cookie": request.headers.get("Cookie", "")})
        link = await self._states.take(given["state"]) if ours else None
        if given["error"] == "access_denied":
            return page(_NOT, "You did not allow it, so nothing was stored.", link=_AGAIN)
        if link is None:
            log.warning("slack.bad_state", extra={"own_browser": ours})
            return page(
                _NOT,
                "This page was not reached from the install page in this browser, or more than ten minutes have passed.",
                "Nothing was stored.",
                link=_AGAIN,
                status=400,
            )
        if given["error"] or not given["code"]:
            return page(_NOT, "Slack sent nothing to install with. Nothing was stored.", link=_AGAIN, status=400)
        try:
            installation = await self._oauth.exchange(given["code"])
        except Fault as error:
            log.warning("slack.no_exchange", extra={"why": str(error)})
            return page(_NOT, "Slack did not complete the installation. Nothing was stored.", link=_AGAIN, status=502)
        return await self._stored(installation, link)

    async def _stored(self, installation: Installation, link: str) -> web.Response:
        org = bool(installation.is_enterprise_install)
        workspace = workspace_id(installation.enterprise_id, installation.team_id, org)
        installation.set_custom_value("link", link)
        await self._installations.async_save(installation)
        self._changed(workspace)
        log.info("slack.installed", extra={"workspace": workspace})
        name = (installation.enterprise_name if org else installation.team_name) or workspace
        return page(
            f"FlowPilot is installed in {name}",
            "You can close this page. In Slack, invite it to a channel (/invite @FlowPilot) and mention it with a problem.",
        )


def _not_now(error: Exception) -> web.Response:
    log.warning("slack.install_failed", extra={"why": str(error)})
    return page(_NOT, "FlowPilot cannot store anything right now. Try again in a minute.", link=_AGAIN, status=503)
