"""The playground's chat in memory, with the same rules as the one in the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from core.errors import NotFound
from core.local import LocalChannel, LocalMessage, LocalPerson, LocalSurface, LocalWorkspace, NewMessage

__all__ = ["FakeLocalChat"]


@dataclass
class _Room:
    """One workspace and all that is in it."""

    workspace: LocalWorkspace
    channels: dict[str, LocalChannel] = field(default_factory=dict)
    people: dict[str, LocalPerson] = field(default_factory=dict)
    messages: dict[str, LocalMessage] = field(default_factory=dict)
    deliveries: dict[str, str] = field(default_factory=dict)
    surfaces: dict[str, LocalSurface] = field(default_factory=dict)
    seq: int = 0

    def next(self) -> int:
        self.seq += 1
        return self.seq


class FakeLocalChat:
    """Implements core.local.LocalChat."""

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._now = now
        self._rooms: dict[str, _Room] = {}

    async def ensure(
        self, workspace: LocalWorkspace, channels: Sequence[LocalChannel], people: Sequence[LocalPerson]
    ) -> None:
        room = self._rooms.setdefault(workspace.id, _Room(workspace))
        room.workspace = workspace
        room.channels.update({channel.id: channel for channel in channels})
        room.people.update({person.id: person for person in people})

    async def workspaces(self) -> Sequence[LocalWorkspace]:
        return [room.workspace for room in self._rooms.values()]

    async def channels(self, workspace: str) -> Sequence[LocalChannel]:
        return list(self._room(workspace).channels.values()) if workspace in self._rooms else []

    async def people(self, workspace: str) -> Sequence[LocalPerson]:
        return list(self._room(workspace).people.values()) if workspace in self._rooms else []

    async def newest(self, workspace: str) -> int:
        return self._rooms[workspace].seq if workspace in self._rooms else 0

    async def messages(self, person: LocalPerson, *, after: int, limit: int) -> Sequence[LocalMessage]:
        room = self._room(person.workspace)
        seen = [
            message
            for message in room.messages.values()
            if message.seq > after
            and message.private_to in ("", person.id)
            and room.channels[message.channel].open_to(person)
        ]
        return sorted(seen, key=lambda message: message.seq)[:limit]

    async def message(self, workspace: str, id: str) -> LocalMessage | None:
        room = self._rooms.get(workspace)
        return room.messages.get(id) if room else None

    async def find(self, workspace: str, delivery: str) -> LocalMessage | None:
        room = self._rooms.get(workspace)
        return room.messages.get(room.deliveries.get(delivery, "")) if room else None

    async def post(self, message: NewMessage) -> LocalMessage:
        room = self._room(message.workspace)
        if message.delivery in room.deliveries:
            return room.messages[room.deliveries[message.delivery]]
        self._check_place(room, message.channel, message.thread)
        seq = room.next()
        posted = LocalMessage(
            workspace=message.workspace,
            channel=message.channel,
            id=str(seq),
            thread=message.thread,
            author=message.author,
            text=message.text,
            view=message.view,
            private_to=message.private_to,
            delivery=message.delivery,
            edited=False,
            deleted=False,
            created_at=self._now(),
            seq=seq,
        )
        room.messages[posted.id] = posted
        room.deliveries[message.delivery] = posted.id
        return posted

    async def update(self, workspace: str, id: str, view: str) -> LocalMessage:
        message = self._standing(workspace, id)
        return self._keep(replace(message, view=view, seq=self._room(workspace).next()))

    async def edit(self, workspace: str, id: str, text: str) -> LocalMessage:
        message = self._standing(workspace, id)
        if message.text == text:
            return message
        return self._keep(replace(message, text=text, edited=True, seq=self._room(workspace).next()))

    async def delete(self, workspace: str, id: str) -> LocalMessage:
        message = self._any(workspace, id)
        if message.deleted:
            return message
        gone = replace(message, text="", view="", deleted=True, seq=self._room(workspace).next())
        return self._keep(gone)

    async def open_surface(
        self, *, workspace: str, id: str, person: str, channel: str, thread: str, view: str
    ) -> LocalSurface:
        room = self._room(workspace)
        self._check_place(room, channel, thread)
        known = room.surfaces.get(id)
        if known is not None and known.person != person:
            raise NotFound("There is no such form before this person.")
        surface = LocalSurface(
            workspace=workspace,
            id=id,
            person=person,
            channel=channel,
            thread=thread,
            view=view,
            open=True,
            seq=room.next(),
        )
        room.surfaces[id] = surface
        return surface

    async def fill_surface(self, *, workspace: str, id: str, person: str, view: str) -> LocalSurface | None:
        room = self._room(workspace)
        known = room.surfaces.get(id)
        if known is None or not known.open or known.person != person:
            return None
        room.surfaces[id] = replace(known, view=view, seq=room.next())
        return room.surfaces[id]

    async def close_surface(self, *, workspace: str, id: str, person: str) -> None:
        room = self._room(workspace)
        known = room.surfaces.get(id)
        if known is not None and known.open and known.person == person:
            room.surfaces[id] = replace(known, view="", open=False, seq=room.next())

    async def surface(self, workspace: str, id: str) -> LocalSurface | None:
        room = self._rooms.get(workspace)
        return room.surfaces.get(id) if room else None

    async def surfaces(self, person: LocalPerson, *, after: int) -> Sequence[LocalSurface]:
        room = self._room(person.workspace)
        mine = [s for s in room.surfaces.values() if s.person == person.id and s.seq > after]
        return sorted(mine, key=lambda surface: surface.seq)

    def _room(self, workspace: str) -> _Room:
        if workspace not in self._rooms:
            raise NotFound("There is no such workspace in this chat.")
        return self._rooms[workspace]

    def _check_place(self, room: _Room, channel: str, thread: str) -> None:
        if channel not in room.channels:
            raise NotFound("There is no such channel in this chat.")
        root = room.messages.get(thread) if thread else None
        if thread and (root is None or root.channel != channel or root.thread):
            raise NotFound("There is no such thread in this channel.")

    def _any(self, workspace: str, id: str) -> LocalMessage:
        message = self._room(workspace).messages.get(id)
        if message is None:
            raise NotFound("There is no such message in this chat.")
        return message

    def _standing(self, workspace: str, id: str) -> LocalMessage:
        message = self._any(workspace, id)
        if message.deleted:
            raise NotFound("There is no such message in this chat.")
        return message

    def _keep(self, message: LocalMessage) -> LocalMessage:
        self._room(message.workspace).messages[message.id] = message
        return message
