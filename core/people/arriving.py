"""What comes in before it is known who it is from, or whether FlowPilot hears an answer there: it is kept, and carried out when
the platform has said so. Nobody waits for that: what came in is acknowledged as soon as it is kept.
"""

import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, get_type_hints

import core.commands
from core.commands import Command, DeleteMessage, EditMessage, ReceiveMessage, SharedPicture
from core.errors import Rejected
from core.people.model import ConversationRef, WorkspaceRef
from core.ports import Inbound, PersonRef, Reception, Room, Transaction, UnitOfWork
from core.views import Notice
from core.work.model import Work, arrive_lane
from core.work.running import Done, Runner

__all__ = ["ARRIVE", "EXCUSE", "LATE", "arrive", "excuse", "give_up", "keep"]

log = logging.getLogger(__name__)

#: The kinds of work rows that this module queues.
ARRIVE, EXCUSE = "arrive", "excuse"
#: What was kept for longer is late: whoever did it has gone on since.
LATE = timedelta(minutes=10)
_UNKNOWN = (
    "I could not find out who you are and where this was said, so it was not done: "
    "say it again, and if that does not help, tell your admin."
)


def keep(uow: UnitOfWork, workspace_id: str, inbound: Inbound, *, aside: bool = False) -> None:
    """Keep what came in, until it is known who it is from; what one person does is done in its order. Its texts are redacted.

    `aside`: nothing of what they do elsewhere has to wait for it, because only the place is not known.
    """
    person, place = inbound.person.external_id, inbound.place
    lane = arrive_lane(workspace_id, person)
    uow.work.add(
        ARRIVE,
        lane=f"{lane}:{place.channel}" if aside and place is not None else lane,
        session_id=None,
        subject=person,
        payload={
            "platform": inbound.workspace.platform,
            "workspace_id": workspace_id,
            "keys": json.dumps(inbound.keys),
            "inbound": uow.rules.seal(_packed(inbound)),
        },
    )


def give_up(transaction: Transaction, uow: UnitOfWork, work: Work) -> None:
    """It was not done, and will not be: a repeat of it is taken anew, and whoever it is from is told; unless it is done."""
    keys = json.loads(work.payload["keys"])
    if not transaction.inbox.waits(keys[0]):
        return
    transaction.inbox.mark(keys, "failed")
    uow.work.add(EXCUSE, lane=f"{EXCUSE}:{work.id}", session_id=None, subject=work.subject, payload=work.payload)


async def arrive(runner: Runner, work: Work) -> Done:
    """Ask who it is from, and what the place is, as far as that is not known; carry it out, and give its answer."""
    reception = runner.outside.receptions.get(work.payload["platform"])
    if reception is None:
        raise Rejected(f"{work.payload['platform']} is not configured any more.")
    inbound = _unpacked(runner.outside.sealer.unseal(work.payload["inbound"]))
    workspace, place = inbound.workspace.external_id, inbound.place
    if not await runner.knows(inbound):
        inbound = replace(inbound, person=await reception.who(workspace, inbound.person.external_id))
    room = None
    if inbound.unheard and place is not None:
        room = await _room(reception, workspace, place.channel, inbound.person.external_id)
    late = runner.outside.clock.now() - work.created_at > LATE
    reply = await runner.resume(inbound, room, late=late)
    await reception.answer(inbound, reply)
    return lambda uow: uow.work.empty(work.id)


async def excuse(runner: Runner, work: Work) -> Done:
    """Tell somebody that what they said was not done, and what to do. Best effort; it needs not be known who they are."""
    reception = runner.outside.receptions.get(work.payload["platform"])
    if reception is None:
        return _nothing
    inbound = _unpacked(runner.outside.sealer.unseal(work.payload["inbound"]))
    if await runner.look(work, lambda uow: _was_for_us(uow, work.payload["workspace_id"], inbound)):
        await reception.answer(inbound, Notice(markdown=_UNKNOWN, error=True))
    return lambda uow: uow.work.empty(work.id)


def _was_for_us(uow: UnitOfWork, workspace_id: str, inbound: Inbound) -> bool:
    """Whether an answer is expected: not to what others say to each other, nor to the change of a message, which had its own."""
    command, place = inbound.command, inbound.place
    if isinstance(command, (EditMessage, DeleteMessage)):
        return False
    if not isinstance(command, ReceiveMessage) or command.mentioned or command.direct:
        return True
    if place is None or command.to_others:
        return False
    return uow.conversations.find(workspace_id=workspace_id, channel=place.channel, thread=place.thread) is not None


async def _room(reception: Reception, workspace: str, channel: str, person: str) -> Room:
    """The place. A platform that refuses to say what it is, for good, has not said that FlowPilot is not there."""
    try:
        return await reception.room(workspace, channel, person)
    except Rejected as error:
        log.warning("arrive.no_room", extra={"channel": channel, "why": str(error)})
        return Room(here=None)


def _nothing(uow: UnitOfWork) -> None:
    """There is nothing more to record."""


def _packed(inbound: Inbound) -> str:
    data = {**asdict(inbound), "command": {"c": type(inbound.command).__name__, **asdict(inbound.command)}}
    return json.dumps(data, separators=(",", ":"), ensure_ascii=False)


def _unpacked(text: str) -> Inbound:
    data = json.loads(text)
    return Inbound(
        **{
            **data,
            "keys": tuple(data["keys"]),
            "workspace": WorkspaceRef(**data["workspace"]),
            "person": PersonRef(**data["person"]),
            "place": None if data["place"] is None else ConversationRef(**data["place"]),
            "command": _command(data["command"]),
        }
    )


def _command(data: Mapping[str, Any]) -> Command:
    cls: type[Command] = getattr(core.commands, data["c"])
    kinds = get_type_hints(cls)
    return cls(**{field.name: _value(data[field.name], kinds[field.name]) for field in fields(cls)})


def _value(value: Any, kind: Any) -> Any:
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind(value)
    if isinstance(value, list):
        return tuple(SharedPicture(**picture) for picture in value)
    return value
