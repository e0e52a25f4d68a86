"""Slack as it is configured: one workspace by its token, or many by their installations; and who is known there.

Slack's packages are imported here where they are needed: a playground starts without them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.installing import Installs
from bot.linking import link_workspace
from bot.settings import Settings
from core.application import Application
from core.errors import Fault, Misconfigured, Rejected
from core.people.model import WorkspaceRef
from core.people.register import Register
from core.ports import Sealer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from aiohttp import web

    from adapters.slack.service import Line, SlackService
    from adapters.slack.workspaces import SlackWorkspaces

__all__ = ["Many", "lacking_scopes", "missing_scopes", "slack_line", "slack_many", "slack_service"]


@asynccontextmanager
async def slack_line(settings: Settings) -> "AsyncIterator[Line]":
    """A line to Slack with the token of the settings. Raises Misconfigured when Slack does not accept it."""
    from adapters.slack.service import connect

    connecting = connect(settings.slack_bot_token.get_secret_value(), settings.slack_api_url)
    try:
        line = await connecting.__aenter__()
    except Rejected as error:
        raise Misconfigured(
            f"Slack does not accept SLACK_BOT_TOKEN: {error} Copy the Bot User OAuth Token from the app's Install App page."
        ) from error
    except Fault as error:
        raise Misconfigured(f"{error} FlowPilot needs {settings.slack_api_url} to start; try again.") from error
    try:
        yield line
    finally:
        await connecting.__aexit__(None, None, None)


async def slack_service(settings: Settings, line: "Line", application: Application) -> "SlackService":
    """What comes in from the workspace, once it is linked to its account."""
    from adapters.slack.service import SlackService

    team = line.bot.team
    await link_workspace(
        application,
        line.platform.name,
        team,
        name=line.bot.team_name or team,
        account=settings.account,
        owner=settings.owner,
    )

    return SlackService(line, application, _register(application, line.platform.name, team))


def _register(application: Application, platform: str, workspace: str) -> Register:
    ref = WorkspaceRef(platform=platform, external_id=workspace)
    return Register(application.store, application.clock, application.rules, ref)


@dataclass(frozen=True, kw_only=True, slots=True)
class Many:
    """Slack in many workspaces, and the pages by which they come."""

    workspaces: "SlackWorkspaces"
    pages: "Sequence[web.RouteDef]"


@asynccontextmanager
async def slack_many(settings: Settings, application: Application, sealer: Sealer) -> AsyncIterator[Many]:
    """All workspaces in which the app of the settings is installed. Nothing is asked of Slack to start."""
    from adapters.slack.install import REDIRECT, install_routes
    from adapters.slack.installations import SlackInstallations, SlackStates
    from adapters.slack.oauth import OAuth
    from adapters.slack.service import SCOPES
    from adapters.slack.tokens import Tokens
    from adapters.slack.web import open_session
    from adapters.slack.wire import PLATFORM
    from adapters.slack.workspaces import SlackWorkspaces

    installs = Installs(application, sealer, PLATFORM)
    installations, now = SlackInstallations(installs), application.clock.now

    def register_of(workspace: str) -> Register:
        return _register(application, PLATFORM, workspace)

    async with open_session() as session:
        oauth = OAuth(
            client_id=settings.slack_client_id,
            client_secret=settings.slack_client_secret.get_secret_value(),
            scopes=SCOPES,
            redirect=f"{settings.base_url}{REDIRECT}",
            session=session,
            now=now,
            api_url=settings.slack_api_url,
        )
        tokens = Tokens(installations, oauth, session, now, settings.slack_api_url)
        workspaces = SlackWorkspaces(tokens, application, register_of, settings.slack_api_url)
        try:
            pages = install_routes(oauth, installations, SlackStates(installs), tokens.forget)
            yield Many(workspaces=workspaces, pages=pages)
        finally:
            await workspaces.close()


def lacking_scopes(secrets: str) -> list[str]:
    """What an installation was not given: the app's manifest has changed since."""
    from adapters.slack.installations import scopes_of
    from adapters.slack.service import SCOPES

    return sorted(SCOPES - scopes_of(secrets))


def missing_scopes(line: "Line") -> list[str]:
    """What the installed app was not given, as far as Slack says."""
    from adapters.slack.service import SCOPES

    return sorted(SCOPES - line.scopes) if line.scopes else []
