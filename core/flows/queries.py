"""Reads of the flow library."""

from core.codec import fitting
from core.commands import Ask, ListFlows, StartSession
from core.flows.offers import offers_for
from core.ports import UnitOfWork
from core.text.neutralise import neutralise
from core.views import Block, Button, Buttons, Notice, Reply, Small, Text

__all__ = ["ask", "list_flows"]


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


def ask(uow: UnitOfWork, command: Ask) -> Reply:
    """A question that is no incident: what the library holds on it, with a model or without, and a way to make it a session."""
    question = command.text
    offers, _ = offers_for(uow, question)
    body: list[Block] = [
        Text(markdown=f"- **{neutralise(offer.flow.title)}**: {neutralise(offer.flow.summary)}") for offer in offers
    ]
    body.append(Small(markdown="I looked in the flow library alone; no model was asked."))
    start = fitting(lambda words: StartSession(text=words), question)
    make = Button(label="Make this a session", action=start)
    body.append(Buttons(items=(make,)))
    words = "This is in the library:" if offers else "Nothing in the library fits that."
    return Notice(markdown=words, body=tuple(body))
