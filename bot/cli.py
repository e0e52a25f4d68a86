"""`flowpilot …`: starting it, looking after it, and what operators do by hand.

What a command needs is imported when it runs, so that `flowpilot --help` is quick.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from bot.deliveries_cli import deliveries
from bot.flows_cli import flows
from bot.operating import show_json, show_table
from bot.people_cli import people, role
from bot.sessions_cli import accounts, sessions
from bot.slack_cli import slack
from core.errors import FlowPilotError, Misconfigured

__all__ = ["cli", "main"]

#: Exit codes: something did not work; the settings or the command line are wrong; interrupted.
FAILED, WRONG, INTERRUPTED = 1, 2, 130


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """FlowPilot runs troubleshooting sessions for support engineers, in chat."""


@cli.command()
def run() -> None:
    """Start FlowPilot with everything that is configured; SIGTERM or ctrl-C ends it."""
    import asyncio
    import logging

    from bot.logs import configure
    from bot.server import serve
    from bot.settings import load_settings

    settings = load_settings()
    configure(settings)
    try:
        asyncio.run(serve(settings))
    except FlowPilotError:
        raise
    except Exception:
        logging.getLogger(__name__).exception("server.failed")
        raise


@cli.command()
def migrate() -> None:
    """Bring the database to this version's schema, or make it."""
    import asyncio

    from bot.logs import configure
    from bot.operating import shown_database
    from bot.settings import load_settings
    from storage.migrating import head
    from storage.migrating import migrate as bring

    settings = load_settings()
    configure(settings)
    asyncio.run(bring(settings.database_url))
    click.echo(f"The database {shown_database(settings)} is at revision {head()}.")


@cli.command()
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def check(as_json: bool) -> None:
    """Say what is configured, reachable and missing. Exits with 1 when something prevents a start."""
    from bot.checking import State, check_everything

    results = check_everything()
    if as_json:
        show_json([{"what": r.what, "state": r.state, "text": r.text, "remedy": r.remedy} for r in results])
    else:
        rows = [(r.state, r.what, f"{r.text} → {r.remedy}" if r.remedy else r.text) for r in results]
        show_table(("", "WHAT", "HOW IT IS"), rows, empty="")
    if any(r.state is State.FAIL for r in results):
        sys.exit(FAILED)


@cli.command()
def key() -> None:
    """Print a new key for FLOWPILOT_ENCRYPTION_KEY."""
    from storage.secrets import new_key

    click.echo(new_key())


@cli.command()
def version() -> None:
    """Print the version."""
    from bot.versions import flowpilot_version

    click.echo(f"flowpilot {flowpilot_version()}")


for command in (people, role):
    accounts.add_command(command)
for group in (flows, deliveries, accounts, sessions, slack):
    cli.add_command(group)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and exit: an error is one line on standard error, and tells by its code what kind it is."""
    try:
        sys.exit(cli.main(args=arguments, prog_name="flowpilot", standalone_mode=False))
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (KeyboardInterrupt, click.Abort):
        sys.exit(INTERRUPTED)
    except Misconfigured as error:
        _complain(error)
        sys.exit(WRONG)
    except FlowPilotError as error:
        _complain(error)
        sys.exit(FAILED)
    except Exception as error:
        _unexpected(error)
        sys.exit(FAILED)


def _complain(error: Exception) -> None:
    for line in str(error).splitlines():
        click.echo(f"flowpilot: {line}", err=True)


def _unexpected(error: Exception) -> None:
    """An error nobody foresaw, told without secrets; the traceback goes where log lines go."""
    import logging

    from core.text.redact import redact

    told = redact(f"{type(error).__name__}: {error}").text
    click.echo(f"flowpilot: that did not work: {' '.join(told.split())}", err=True)
    logging.getLogger(__name__).debug("cli.failed", exc_info=error)
