"""Looking at a channel: whether FlowPilot is in it, and whether guests are, without haste (SPEC 2)."""

import logging
from dataclasses import dataclass, replace
from datetime import timedelta

from core.errors import Rejected
from core.people.knowing import learn
from core.people.model import Channel, Standing, WorkspaceRef
from core.ports import PersonRef, Reception, Room, UnitOfWork
from core.work.model import Work
from core.work.running import Done, Runner

__all__ = ["LOOK", "look", "look_at"]

log = logging.getLogger(__name__)

#: The kind of work rows that this module queues.
LOOK = "look"
#: Of people whom nobody knows so many are asked about in one go, and the next ones after so long: platforms count such questions.
AT_ONCE, PAUSE = 10, timedelta(seconds=24)


def look_at(uow: UnitOfWork, workspace: WorkspaceRef, workspace_id: str, channel: str, person: str = "") -> None:
    """See that a channel is looked at, and that `person` (by the external id) is looked at with its members."""
    _queue(
        uow,
        {
            "platform": workspace.platform,
            "workspace": workspace.external_id,
            "workspace_id": workspace_id,
            "channel": channel,
            "person": person,
        },
    )


def _queue(uow: UnitOfWork, payload: dict[str, str], *, later: bool = False) -> None:
    lane = f"{LOOK}:{payload['workspace_id']}:{payload['channel']}"
    uow.work.add(
        LOOK,
        lane=lane,
        session_id=None,
        subject=payload["channel"],
        payload=payload,
        dedupe_key=f"{lane}:{payload['person']}",
        due_at=uow.now + PAUSE if later else None,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class _Found:
    """What a look has found. `guests`: None where it did not come out; `more`: people are left of whom nothing is known."""

    guests: bool | None
    more: bool = False


async def look(runner: Runner, work: Work) -> Done:
    """Ask where FlowPilot is, and who else. A channel that had guests keeps them; members are looked at once for as long as
    FlowPilot is there, which hears then of who joins."""
    reception = runner.outside.receptions.get(work.payload["platform"])
    if reception is None:
        return _nothing
    workspace_id, channel = work.payload["workspace_id"], work.payload["channel"]
    known = await runner.look(work, lambda uow: uow.channels.get(workspace_id, channel))
    room = await reception.room(work.payload["workspace"], channel)
    found = _Found(guests=room.shared or known.guests)
    if room.direct:
        found = _Found(guests=False)
    elif not room.shared and not (known.guests or (known.guests is False and known.here and room.here)):
        found = await _search(runner, work, reception)
    return lambda uow: _record(uow, work, room, known, found)


async def _search(runner: Runner, work: Work, reception: Reception) -> _Found:
    """Whether a guest is among the members. Of a channel that does not show them nothing comes out."""
    workspace, workspace_id = work.payload["workspace"], work.payload["workspace_id"]
    try:
        members = await reception.members(workspace, work.payload["channel"])
    except Rejected as error:
        log.warning("look.no_members", extra={"channel": work.payload["channel"], "why": str(error)})
        return _Found(guests=None)
    standings = await runner.look(work, lambda uow: uow.users.standings(workspace_id))
    people = dict.fromkeys([*members, *([work.payload["person"]] if work.payload["person"] else [])])
    if any(standings.get(person) is Standing.GUEST for person in people):
        return _Found(guests=True)
    strangers = [person for person in people if person not in standings]
    for person in strangers[:AT_ONCE]:
        said = await reception.who(workspace, person)
        await _note(runner, work, said)
        if said.standing is Standing.GUEST:
            return _Found(guests=True)
    more = len(strangers) > AT_ONCE
    return _Found(guests=None if more else False, more=more)


async def _note(runner: Runner, work: Work, said: PersonRef) -> None:
    await runner.change(work, lambda uow: learn(uow, work.payload["workspace_id"], said))


def _record(uow: UnitOfWork, work: Work, room: Room, before: Channel, found: _Found) -> None:
    known = uow.channels.get(work.payload["workspace_id"], work.payload["channel"])
    guests = True if known.guests else found.guests
    moved, doubted = known.here is not before.here, known.guests is not before.guests
    again = guests is False and (moved or doubted)
    if again or (guests is False and known.guests is None and uow.work.overtaken(work)):
        guests = None  # somebody has joined meanwhile of whom nothing is known, or FlowPilot itself has or was removed
    here = known.here if moved or room.here is None else room.here
    uow.channels.put(replace(known, here=here, guests=guests, asked_at=uow.now))
    _tell_threads(uow, known, guests)
    if again:
        _queue(uow, work.payload)
    elif found.more:
        _queue(uow, work.payload, later=True)


def _tell_threads(uow: UnitOfWork, channel: Channel, guests: bool | None) -> None:
    if guests:
        uow.conversations.guests_in(workspace_id=channel.workspace_id, channel=channel.channel)
    else:
        unsure = guests is None
        uow.conversations.unsure_in(workspace_id=channel.workspace_id, channel=channel.channel, unsure=unsure)


def _nothing(uow: UnitOfWork) -> None:
    """Nobody can be asked."""
