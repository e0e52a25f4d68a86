"""Slack as it is configured: whose token it is, which account the workspace belongs to, and who is known there.

Slack's packages are imported here where they are needed: a playground starts without them.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.linking import link_workspace
from bot.settings import Settings
from core.application import Application
from core.errors import Fault, Misconfigured, Rejected

if TYPE_CHECKING:
    from adapters.slack.service import Line, SlackService

__all__ = ["missing_scopes", "slack_line", "slack_service"]


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

    team, platform = line.bot.team, line.platform.name
    await link_workspace(
        application, platform, team, name=line.bot.team_name or team, account=settings.account, owner=settings.owner
    )

    async def known(person: str) -> str | None:
        """The name of somebody who has a role here."""
        actor = await application.store.read(lambda transaction: transaction.directory.actor(platform, team, person))
        return actor.name if actor is not None and actor.role is not None else None

    return SlackService(line, application, known)


def missing_scopes(line: "Line") -> list[str]:
    """What the installed app was not given, as far as Slack says."""
    from adapters.slack.service import SCOPES

    return sorted(SCOPES - line.scopes) if line.scopes else []
