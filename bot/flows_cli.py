"""`flowpilot flows …`: the library as files."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.operating import account_named, account_option, actor_for, operate, show_json, show_table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bootstrap import System
    from bot.flow_files import FlowFile
    from core.flows.library import FlowRecord
    from core.ports import UnitOfWork

__all__ = ["flows"]

_path = click.argument("path", metavar="DIR|FILE", type=click.Path(exists=True, path_type=Path))


@click.group()
def flows() -> None:
    """The troubleshooting flows of an account."""


@flows.command()
@_path
def validate(path: Path) -> None:
    """Check flows without importing them; prints FILE:LINE: MESSAGE for every problem.

    What would make a sound flow a better one is printed as FILE: warning: MESSAGE.
    """
    found = _sound_flows(path)
    for flow in found:
        for hint in flow.hints:
            click.echo(f"{flow.path}: warning: {hint}")
    click.echo(f"{_count(len(found))} valid.")


@flows.command(name="import")
@_path
@account_option
def import_(path: Path, account_name: str | None) -> None:
    """Put flows into the library, in the place of those with the same slug. All of them, or none."""
    found = _sound_flows(path, "Nothing was imported.")

    async def put(system: "System") -> tuple[str, dict[str, int]]:
        account = await account_named(system, account_name)
        counts = await system.application.act(actor_for(account.id), lambda uow: _import_all(uow, found))
        return account.name, counts

    name, counts = operate(put)
    ends = ", ".join(f"{count} {end}" for end, count in counts.items() if count)
    click.echo(f"{name}: {ends}.")


def _import_all(uow: "UnitOfWork", found: "Sequence[FlowFile]") -> dict[str, int]:
    from core.flows.handlers import import_flow

    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for flow in found:
        known = uow.flows.by_slug(flow.slug)
        import_flow(uow, flow.source, str(flow.path))
        end = "new" if known is None else "unchanged" if known.source == flow.source else "changed"
        counts[end] += 1
    return counts


def _sound_flows(path: Path, otherwise: str = "") -> "Sequence[FlowFile]":
    """The flows of the files; with problems it prints them and exits."""
    from bot.flow_files import read_flows

    found, problems = read_flows(path)
    if not problems:
        return found
    for problem in problems:
        click.echo(problem)
    number = len(problems)
    click.echo(f"{number} {'problem' if number == 1 else 'problems'}. {otherwise}".rstrip(), err=True)
    sys.exit(1)


@flows.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@account_option
def export(folder: Path, account_name: str | None) -> None:
    """Write the library into DIR, each flow as <slug>.yaml, byte for byte as it was imported."""
    from bot.flow_files import write_flows

    records = operate(lambda system: _library(system, account_name))
    changed = sum(1 for _ in write_flows(folder, records))
    click.echo(f"{_count(len(records))} in {folder}, {changed} written.")


@flows.command(name="list")
@account_option
@click.option("--json", "as_json", is_flag=True, help="For programs.")
def list_(account_name: str | None, as_json: bool) -> None:
    """Show the library and how its flows have fared."""
    records = operate(lambda system: _library(system, account_name))
    if as_json:
        show_json([_told(record) for record in records])
        return
    rows = [(r.slug, r.title, r.matched, r.used, _percent(r.success_rate), r.updated_at) for r in records]
    show_table(("SLUG", "TITLE", "OFFERED", "USED", "WORKED", "UPDATED"), rows, empty="The library is empty.")


async def _library(system: "System", account_name: str | None) -> "Sequence[FlowRecord]":
    account = await account_named(system, account_name)
    return await system.application.look(actor_for(account.id), lambda uow: uow.flows.all())


def _told(record: "FlowRecord") -> dict[str, object]:
    counts = {"matched": record.matched, "used": record.used, "worked": record.worked, "failed": record.failed}
    return {"slug": record.slug, "title": record.title, **counts, "updated_at": record.updated_at}


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.0%}"


def _count(number: int) -> str:
    return f"{number} flow is" if number == 1 else f"{number} flows are"
