"""`flowpilot slack …`: bringing one more workspace into an account that exists."""

from typing import TYPE_CHECKING

import click

from bot.operating import account_named, account_option, operate
from core.errors import Misconfigured

if TYPE_CHECKING:
    from bot.bootstrap import System

__all__ = ["slack"]


@click.group()
def slack() -> None:
    """Slack in many workspaces."""


@slack.command()
@account_option
def link(account_name: str | None) -> None:
    """Print an address that installs FlowPilot in one more workspace of an account. It works once, within seven days."""

    async def make(system: "System") -> str:
        from bot.installing import new_link

        if not system.settings.slack_many:
            raise Misconfigured(
                "Slack is not set up for many workspaces: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET (docs/slack.md)."
            )
        account = await account_named(system, account_name)
        return f"{system.settings.base_url}/slack/install?link={await new_link(system.application, account.id)}"

    click.echo(operate(make))
