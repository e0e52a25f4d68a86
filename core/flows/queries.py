"""Reads of the flow library."""

from core.commands import ListFlows
from core.flows.offers import offers_for
from core.ports import UnitOfWork
from core.text.neutralise import neutralise
from core.views import Notice, Reply, Text

__all__ = ["list_flows"]


def list_flows(uow: UnitOfWork, command: ListFlows) -> Reply:
    """The library, or what of it fits some words."""
    records = uow.flows.all()
    if command.search:
        found, _ = offers_for(uow, command.search)
        ids = [offer.flow_id for offer in found]
        records = [record for id in ids for record in records if record.id == id]
    if not records:
        return Notice(markdown="No flow fits that. `flows` lists all of them.")
    lines = []
    for record in records:
        rate = "" if record.success_rate is None else f", worked in {round(record.success_rate * 100)} %"
        lines.append(f"- **{neutralise(record.title)}** (used {record.used}×{rate})")
    return Notice(markdown="**Flows**", body=(Text(markdown="\n".join(lines)),))
