"""`flowpilot accounts …` and `flowpilot sessions …`: handing out what is stored about a session, and deleting it."""

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from bot.operating import account_named, account_option, actor_for, operate, show_json, show_table
from core.errors import NotFound

if TYPE_CHECKING:
    from bot.bootstrap import System
    from core.people.model import Account
    from core.ports import UnitOfWork
    from core.sessions.model import Session

__all__ = ["accounts", "sessions"]

_ref = click.argument("ref", metavar="REF")


@click.group()
def accounts() -> None:
    """The accounts of this installation."""


@accounts.command(name="list")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_accounts(as_json: bool) -> None:
    """Show the accounts."""
    found = operate(lambda system: system.store.read(lambda transaction: transaction.directory.accounts()))
    if as_json:
        show_json([{"id": a.id, "name": a.name, "created_at": a.created_at} for a in found])
        return
    show_table(("NAME", "ID", "SINCE"), [(a.name, a.id, a.created_at) for a in found], empty="There is none yet.")


@accounts.command(name="export")
@click.argument("name")
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."), help="Where to write."
)
def export_account(name: str, folder: Path) -> None:
    """Write all that is stored about an account: account.json with settings, people, flows, usage and tickets, and two files a
    session."""
    from bot.exporting import every_session, export_account, exported

    async def write(system: "System") -> None:
        account = await account_named(system, name)
        with _opened(folder, "account.json") as file:
            await export_account(system.store, account, file)
        actor = actor_for(account.id)
        for session in await system.application.look(actor, every_session):
            _write(await system.application.look(actor, partial(exported, session=session)), folder)

    operate(write)


@accounts.command(name="erase")
@click.argument("name")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_account(name: str, yes: bool) -> None:
    """Delete an account with its people, sessions, flows and connections."""
    account = operate(lambda system: account_named(system, name))
    if not yes:
        click.confirm(f"Delete {account.name} with everything that belongs to it? This cannot be undone", abort=True)
    operate(lambda system: system.store.write(lambda transaction: transaction.directory.erase_account(account.id)))
    logging.getLogger(__name__).info("account.erased", extra={"account": account.id})
    click.echo(f"{account.name} is erased. What was posted in chat or to tickets elsewhere is still there.")


@click.group()
def sessions() -> None:
    """What is stored about a session, such as FP-12."""


@sessions.command()
@_ref
@account_option
@click.option(
    "--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("."), help="Where to write."
)
def export(ref: str, account_name: str | None, folder: Path) -> None:
    """Write all that is stored about a session: REF.md to read, REF.json with everything."""
    from bot.exporting import exported

    async def read(system: "System") -> dict[str, str]:
        account = await account_named(system, account_name)
        return await system.application.look(
            actor_for(account.id), lambda uow: exported(uow, _named(uow, ref, account))
        )

    _write(operate(read), folder)


def _write(files: dict[str, str], folder: Path) -> None:
    for name, content in files.items():
        with _opened(folder, name) as file:
            file.write(content)


def _opened(folder: Path, name: str) -> TextIO:
    """A new file in the folder, which is made when it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    click.echo(folder / name)
    return (folder / name).open("w", encoding="utf-8")


@sessions.command(name="erase")
@_ref
@account_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_(ref: str, account_name: str | None, yes: bool) -> None:
    """Delete a session with its messages, facts, notes and timeline. What was posted in chat or to a ticket stays there."""

    async def find(system: "System") -> "tuple[Account, Session]":
        account = await account_named(system, account_name)
        return account, await system.application.look(actor_for(account.id), lambda uow: _named(uow, ref, account))

    account, session = operate(find)
    if not yes:
        click.echo(f"{session.ref} of {account.name}, {session.status}: {' '.join(session.title.split())}")
        click.confirm("Delete it with everything that belongs to it? This cannot be undone", abort=True)

    async def delete(system: "System") -> None:
        await system.application.act(
            actor_for(account.id), lambda uow: _erase(uow, session.id), key=f"session:{session.id}"
        )

    operate(delete)
    logging.getLogger(__name__).info("session.erased", extra={"session": session.id, "account": account.id})
    click.echo(f"{session.ref} is erased. What was posted in chat or to a ticket is still there.")


def _named(uow: "UnitOfWork", ref: str, account: "Account") -> "Session":
    from core.turns.words import reference

    known = reference(ref)
    session = uow.sessions.by_number(int(known[3:])) if known else uow.sessions.get(ref)
    if session is None:
        raise NotFound(f"There is no session {known or f'“{ref}”'} in {account.name}.")
    return session


def _erase(uow: "UnitOfWork", session_id: str) -> None:
    from core.sessions.erasing import erase

    session = uow.sessions.get(session_id)
    if session is None:
        raise NotFound("The session is gone already.")
    erase(uow, session)
