"""What the operator's commands have in common: the opened system, the account they are about, tables."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from core.errors import NotFound, Unavailable

if TYPE_CHECKING:  # the program's parts are imported when a command runs, so that --help is quick
    from bot.bootstrap import System
    from bot.settings import Settings
    from core.people.model import Account, Actor

__all__ = [
    "DatabaseState",
    "account_named",
    "account_option",
    "actor_for",
    "as_json",
    "database_state",
    "operate",
    "show_json",
    "show_table",
    "shown_database",
    "sqlite_file",
]

R = TypeVar("R")

#: Of what the command line does in an account's name.
_PLATFORM = "cli"

account_option = click.option("--account", "account_name", metavar="NAME", help="The account, by name or id.")


class DatabaseState(StrEnum):
    """How far a database is from being used."""

    #: No SQLite file, or no tables.
    NEW = "new"
    #: It lacks a migration.
    OLD = "old"
    READY = "ready"


def operate(do: "Callable[[System], Awaitable[R]]") -> R:
    """Run something with the settings and the database of this installation, beside a server that may be running."""
    from bot.bootstrap import build
    from bot.logs import configure
    from bot.settings import load_settings

    settings = load_settings()
    configure(settings)

    async def run() -> R:
        await _require_database(settings)
        async with build(settings, prepare=False) as system:
            return await do(system)

    return asyncio.run(run())


async def database_state(settings: "Settings") -> DatabaseState:
    """Looks without changing anything. Raises Fault when the database cannot be reached."""
    from storage.migrating import head
    from storage.store import open_store

    file = sqlite_file(settings)
    if file is not None and not await asyncio.to_thread(file.exists):
        return DatabaseState.NEW
    store = open_store(settings.database_url)
    try:
        revision = await store.read(lambda transaction: transaction.revision())
    finally:
        await store.close()
    if revision is None:
        return DatabaseState.NEW
    return DatabaseState.READY if revision == head() else DatabaseState.OLD


def sqlite_file(settings: "Settings") -> Path | None:
    """The file of a SQLite database."""
    from sqlalchemy.engine import make_url

    url = make_url(settings.database_url)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def shown_database(settings: "Settings") -> str:
    """Which database it is, without a password."""
    from sqlalchemy.engine import make_url

    if file := sqlite_file(settings):
        return str(file)
    url = make_url(settings.database_url)
    place = url.host or url.query.get("host") or "this computer"
    return f"PostgreSQL {url.database} at {place}{f':{url.port}' if url.port else ''}"


async def _require_database(settings: "Settings") -> None:
    state = await database_state(settings)
    if state is DatabaseState.NEW:
        raise NotFound(
            f"There is nothing in the database {shown_database(settings)} yet: `flowpilot migrate` begins it."
        )
    if state is DatabaseState.OLD:
        raise Unavailable("The database lacks a migration: run `flowpilot migrate`.")


async def account_named(system: "System", name: str | None) -> "Account":
    """The account of that name or id, or the only one. Raises NotFound with the names to choose from."""
    accounts = await system.store.read(lambda transaction: transaction.directory.accounts())
    names = ", ".join(f"“{account.name}”" for account in accounts)
    if not accounts:
        raise NotFound("There is no account yet: one is made when FlowPilot is started or installed somewhere.")
    if name is None:
        if len(accounts) > 1:
            raise NotFound(f"There are several accounts: add --account with one of {names}.")
        return accounts[0]
    wanted = name.strip().casefold()
    found = [account for account in accounts if wanted in (account.name.casefold(), account.id.casefold())]
    if len(found) > 1:
        raise NotFound(f"Several accounts are called “{name}”: give the id that `flowpilot accounts list` shows.")
    if not found:
        raise NotFound(f"There is no account “{name}”: there are {names}.")
    return found[0]


def actor_for(account_id: str) -> "Actor":
    """FlowPilot itself, told to by the command line."""
    from core.people.system import system_actor

    return system_actor(account_id, platform=_PLATFORM)


def show_table(headings: Sequence[str], rows: Sequence[Sequence[object]], *, empty: str) -> None:
    """Print rows in columns, or what it says when there are none."""
    if not rows:
        click.echo(empty)
        return
    cells = [[_cell(value) for value in row] for row in rows]
    widths = [max(len(row[column]) for row in (headings, *cells)) for column in range(len(headings))]
    for row in (headings, *cells):
        click.echo("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())


def show_json(value: Any) -> None:
    """Print as JSON, times in ISO 8601."""
    click.echo(as_json(value))


def as_json(value: Any) -> str:
    """JSON for people and programs alike."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=_plain)


def _plain(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _cell(value: object) -> str:
    text = value.strftime("%Y-%m-%d %H:%M:%S") if isinstance(value, datetime) else str(value)
    line = " ".join(text.split())
    return "".join(character if character.isprintable() else "?" for character in line)
