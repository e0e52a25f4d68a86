"""What one person's page shows, as JSON: everything that changed after a cursor, and what is always sent whole."""

import json
from collections.abc import Sequence

from adapters.playground.changes import Changes
from adapters.playground.render import Json
from core.local import BOT, LocalChannel, LocalChat, LocalMessage, LocalPerson, LocalSurface, TicketBoard
from core.tickets.local import LocalTicket, LocalTime
from core.tickets.model import TicketNote

__all__ = ["people_of", "state_of", "tickets_of"]

#: Messages in one answer; the page asks again while there are more.
PAGE = 500


async def people_of(chat: LocalChat) -> Json:
    """Everybody that the page can act as, by workspace."""
    return {
        "bot": BOT,
        "workspaces": [
            {
                "id": workspace.id,
                "name": workspace.name,
                "people": [_person(person) for person in await chat.people(workspace.id)],
            }
            for workspace in await chat.workspaces()
        ],
    }


async def state_of(
    chat: LocalChat, tickets: TicketBoard | None, changes: Changes, person: LocalPerson, after: int
) -> Json:
    """The person's view. `cursor` is what to ask after next; `more`: ask at once."""
    newest = await chat.newest(person.workspace)  # read first: what comes in meanwhile is sent again, not missed
    messages = await chat.messages(person, after=after, limit=PAGE)
    more = len(messages) == PAGE
    cursor = messages[-1].seq if more else newest
    surfaces = [s for s in await chat.surfaces(person, after=after) if not more or s.seq <= cursor]
    channels = [c for c in await chat.channels(person.workspace) if c.open_to(person)]
    return {
        "cursor": cursor,
        "more": more,
        "channels": [_channel(channel) for channel in channels],
        "messages": [_message(message, person) for message in messages],
        "surfaces": [_surface(surface) for surface in surfaces],
        "progress": _progress(changes, person.workspace, channels),
        "tickets": None if tickets is None else [_ticket(ticket) for ticket in await tickets_of(tickets, person)],
    }


async def tickets_of(tickets: TicketBoard, person: LocalPerson) -> Sequence[LocalTicket]:
    """The tickets that the person sees: guests none, for they are of other organisations."""
    return await tickets.board(person.workspace) if person.member else ()


def _person(person: LocalPerson) -> Json:
    return {"id": person.id, "name": person.name, "title": person.title, "member": person.member}


def _channel(channel: LocalChannel) -> Json:
    return {
        "id": channel.id,
        "name": channel.name,
        "topic": channel.topic,
        "guests": channel.guests,
        "direct": bool(channel.direct),
    }


def _message(message: LocalMessage, person: LocalPerson) -> Json:
    own = f"page:{person.id}:"
    return {
        "id": message.id,
        "seq": message.seq,
        "channel": message.channel,
        "thread": message.thread,
        "author": message.author,
        "text": message.text,
        "view": json.loads(message.view) if message.view else None,
        "private": bool(message.private_to),
        "edited": message.edited,
        "deleted": message.deleted,
        "at": message.created_at.isoformat(),
        "sent_as": message.delivery.removeprefix(own) if message.delivery.startswith(own) else "",
    }


def _surface(surface: LocalSurface) -> Json:
    return {
        "id": surface.id,
        "open": surface.open,
        "seq": surface.seq,
        "form": json.loads(surface.view) if surface.view else None,
    }


def _progress(changes: Changes, workspace: str, channels: Sequence[LocalChannel]) -> list[Json]:
    seen = {channel.id for channel in channels}
    return [
        {"channel": place.channel, "thread": place.thread, "text": text}
        for place, text in changes.progress(workspace).items()
        if place.channel in seen
    ]


def _ticket(ticket: LocalTicket) -> Json:
    return {
        "id": ticket.ref.id,
        "number": ticket.ref.number,
        "summary": ticket.summary,
        "description": ticket.description,
        "company": ticket.company,
        "contact": ticket.contact,
        "device": ticket.device,
        "status": ticket.status,
        "closed": ticket.closed,
        "notes": [_note(note) for note in ticket.notes],
        "times": [_time(time) for time in ticket.times],
    }


def _note(note: TicketNote) -> Json:
    return {
        "id": note.id,
        "text": note.text,
        "author": note.author,
        "internal": note.internal,
        "resolution": note.resolution,
        "at": note.created_at.isoformat(),
    }


def _time(time: LocalTime) -> Json:
    return {
        "id": time.id,
        "minutes": time.minutes,
        "text": time.text,
        "author": time.author,
        "at": time.ended_at.isoformat(),
    }
