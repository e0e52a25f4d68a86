"""`flowpilot deliveries …`: queued work, and another try for what failed for good."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import click

from bot.operating import account_named, account_option, actor_for, operate, show_json, show_table
from core.errors import NotFound, WrongState

if TYPE_CHECKING:
    from bot.bootstrap import System
    from core.ports import UnitOfWork
    from core.work.model import Work

__all__ = ["deliveries"]

#: Dead rows that one command revives at most.
_MOST = 10_000


@click.group()
def deliveries() -> None:
    """Posts, notes, answers and timers: what is queued, was done, or failed for good."""


@deliveries.command(name="list")
@click.option("--state", type=click.Choice(["open", "dead", "done"]), help="Only those.")
@account_option
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="The newest so many.")
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(state: str | None, account_name: str | None, limit: int, as_json: bool) -> None:
    """Show deliveries, the newest first."""
    told = operate(lambda system: _listed(system, state, account_name, limit))
    if as_json:
        show_json(told)
        return
    columns = ("id", "state", "kind", "account", "session", "due_at", "attempts", "error")
    rows = [[row[column] or "" for column in columns] for row in told]
    headings = ("ID", "STATE", "KIND", "ACCOUNT", "SESSION", "DUE (UTC)", "TRIES", "ERROR")
    show_table(headings, rows, empty="There are none.")


async def _listed(
    system: "System", state: str | None, account_name: str | None, limit: int
) -> Sequence[dict[str, object]]:
    from core.work.model import WorkState

    account = None if account_name is None else await account_named(system, account_name)
    wanted = None if state is None else WorkState(state)
    rows = await system.store.read(
        lambda tx: tx.queue.listed(account_id=account.id if account else None, state=wanted, limit=limit)
    )
    names = {a.id: a.name for a in await system.store.read(lambda tx: tx.directory.accounts())}
    refs: dict[str, str] = {}
    for account_id in sorted({row.account_id for row in rows}):
        sessions = {row.session_id for row in rows if row.account_id == account_id and row.session_id}
        refs |= await system.application.look(actor_for(account_id), partial(_refs, sorted(sessions)))
    return [_told(row, names, refs) for row in rows]


def _refs(ids: Sequence[str], uow: "UnitOfWork") -> dict[str, str]:
    found = (uow.sessions.get(id) for id in ids)
    return {session.id: session.ref for session in found if session is not None}


def _told(row: "Work", accounts: Mapping[str, str], refs: Mapping[str, str]) -> dict[str, object]:
    from core.text.redact import redact

    return {
        "id": row.id,
        "state": str(row.state),
        "kind": row.kind,
        "account": accounts.get(row.account_id, row.account_id),
        "session": refs.get(row.session_id or ""),
        "due_at": row.due_at,
        "attempts": row.attempts,
        "error": redact(row.error).text,
        "created_at": row.created_at,
        "finished_at": row.finished_at,
    }


@deliveries.command()
@click.argument("id", type=int, required=False)
@click.option("--all-dead", is_flag=True, help="Every dead one, in every account unless --account is given.")
@account_option
def retry(id: int | None, all_dead: bool, account_name: str | None) -> None:
    """Give a dead delivery, by the id that `list` shows, another eight tries."""
    if (id is None) is not all_dead:
        raise click.UsageError("Give the id of one delivery, or --all-dead.")
    count = operate(lambda system: _retry(system, id, account_name))
    click.echo(f"{count} queued again." if count else "There are no dead deliveries.")


async def _retry(system: "System", id: int | None, account_name: str | None) -> int:
    from core.work.model import WorkState

    account = None if account_name is None else await account_named(system, account_name)
    if id is None:
        dead = await system.store.read(
            lambda tx: tx.queue.listed(account_id=account.id if account else None, state=WorkState.DEAD, limit=_MOST)
        )
        # The oldest first, as they were queued.
        return sum([await _revive(system, row) for row in reversed(dead)])
    row = await system.store.read(lambda tx: tx.queue.get(id))
    if row is None or (account is not None and row.account_id != account.id):
        raise NotFound(f"There is no delivery {id}.")
    if not await _revive(system, row):
        raise WrongState(f"Delivery {id} is {row.state}; only a dead one can be tried again.")
    return 1


async def _revive(system: "System", row: "Work") -> bool:
    def revive(uow: "UnitOfWork") -> bool:
        session = uow.sessions.get(row.session_id) if row.session_id else None
        revived = uow.work.revive(row.id, uow.now)
        if revived and session is not None:
            uow.log(session.id, "delivery_retried", text=row.kind)
        return revived

    return await system.application.act(actor_for(row.account_id), revive, key=f"session:{row.session_id}")
