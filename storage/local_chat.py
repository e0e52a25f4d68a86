"""The playground's chat in the database (core.local.LocalChat).

Every write takes the workspace's row first, so that a workspace's writes have one order, and a page that has read up to a
`seq` has missed nothing before it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TypeVar

from core.errors import NotFound
from core.local import LocalChannel, LocalMessage, LocalPerson, LocalSurface, LocalWorkspace, NewMessage
from core.ports import Clock, Store
from storage import local_statements as sql
from storage.local_store import LocalStore
from storage.statements import Connection, Row

__all__ = ["SqlLocalChat"]

R = TypeVar("R")

#: The platform whose workspaces are kept here.
PLATFORM = "playground"


class SqlLocalChat:
    """The chat of every playground workspace on one store. A workspace must be linked to an account before `ensure`."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._local = LocalStore(store)
        self._clock = clock

    async def ensure(
        self, workspace: LocalWorkspace, channels: Sequence[LocalChannel], people: Sequence[LocalPerson]
    ) -> None:
        """Make the workspace, or bring its names up to date. Raises NotFound when no account has it."""
        now = self._clock.now()

        def run(db: Connection) -> None:
            account = db.one(sql.ACCOUNT, platform=PLATFORM, workspace=workspace.id)
            if account is None:
                raise NotFound("No account has a playground workspace of that name.")
            db.run(sql.PUT_WORKSPACE, id=workspace.id, account_id=account[0], name=workspace.name, created_at=now)
            db.run_each(sql.PUT_CHANNEL, [_fields(each, i) for i, each in enumerate(channels)])
            db.run_each(sql.PUT_PERSON, [_fields(each, i) for i, each in enumerate(people)])

        await self._local.write(run)

    async def workspaces(self) -> Sequence[LocalWorkspace]:
        """All of them."""
        rows = await self._local.read(lambda db: db.all(sql.WORKSPACES))
        return [LocalWorkspace(id=id, name=name) for id, name in rows]

    async def channels(self, workspace: str) -> Sequence[LocalChannel]:
        """A workspace's channels."""
        rows = await self._local.read(lambda db: db.all(sql.CHANNELS, workspace=workspace))
        return [LocalChannel(**dict(zip(sql.CHANNEL, row, strict=True))) for row in rows]

    async def people(self, workspace: str) -> Sequence[LocalPerson]:
        """A workspace's people."""
        rows = await self._local.read(lambda db: db.all(sql.PEOPLE, workspace=workspace))
        return [LocalPerson(**dict(zip(sql.PERSON, row, strict=True))) for row in rows]

    async def newest(self, workspace: str) -> int:
        """The last `seq`."""
        row = await self._local.read(lambda db: db.one(sql.SEQ, workspace=workspace))
        return 0 if row is None else int(row[0])

    async def messages(self, person: LocalPerson, *, after: int, limit: int) -> Sequence[LocalMessage]:
        """What the person sees that changed after a cursor."""
        values = {"workspace": person.workspace, "person": person.id, "member": person.member}
        rows = await self._local.read(lambda db: db.all(sql.NEWS, **values, after=after, most=limit))
        return [_message(row) for row in rows]

    async def message(self, workspace: str, id: str) -> LocalMessage | None:
        """One message."""
        return await self._local.read(lambda db: _find(db, workspace, id))

    async def find(self, workspace: str, delivery: str) -> LocalMessage | None:
        """The message of a delivery."""
        return await self._local.read(lambda db: _delivered(db, workspace, delivery))

    async def post(self, message: NewMessage) -> LocalMessage:
        """Write a message, once for its delivery."""
        now = self._clock.now()

        def run(db: Connection, seq: int) -> LocalMessage:
            known = _delivered(db, message.workspace, message.delivery)
            if known is not None:
                return known
            _check_place(db, message.workspace, message.channel, message.thread)
            posted = LocalMessage(
                workspace=message.workspace,
                channel=message.channel,
                id=str(seq + 1),
                thread=message.thread,
                author=message.author,
                text=message.text,
                view=message.view,
                private_to=message.private_to,
                delivery=message.delivery,
                edited=False,
                deleted=False,
                created_at=now,
                seq=_next(db, message.workspace, seq),
            )
            values = {name: getattr(posted, name) for name in sql.MESSAGE if name != "number"}
            db.run(sql.ADD_MESSAGE, **values, number=int(posted.id))
            return posted

        return await self._write(message.workspace, run)

    async def update(self, workspace: str, id: str, view: str) -> LocalMessage:
        """Put another card in the place of the message's."""
        return await self._change(workspace, id, lambda message: replace(message, view=view))

    async def edit(self, workspace: str, id: str, text: str) -> LocalMessage:
        """Change the words."""

        def change(message: LocalMessage) -> LocalMessage:
            return message if message.text == text else replace(message, text=text, edited=True)

        return await self._change(workspace, id, change)

    async def delete(self, workspace: str, id: str) -> LocalMessage:
        """Take the words away."""

        def change(message: LocalMessage) -> LocalMessage:
            return message if message.deleted else replace(message, text="", view="", deleted=True)

        return await self._change(workspace, id, change, deleted_too=True)

    async def open_surface(
        self, *, workspace: str, id: str, person: str, channel: str, thread: str, view: str
    ) -> LocalSurface:
        """Show a form."""

        def run(db: Connection, seq: int) -> LocalSurface:
            _check_place(db, workspace, channel, thread)
            known = _surface(db, workspace, id)
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
                seq=_next(db, workspace, seq),
            )
            db.run(sql.PUT_SURFACE, **{name: getattr(surface, name) for name in sql.SURFACE})
            return surface

        return await self._write(workspace, run)

    async def fill_surface(self, *, workspace: str, id: str, person: str, view: str) -> LocalSurface | None:
        """Replace an open form."""

        def run(db: Connection, seq: int) -> LocalSurface | None:
            known = _surface(db, workspace, id)
            if known is None or not known.open or known.person != person:
                return None
            return _set_surface(db, replace(known, view=view), seq)

        return await self._write(workspace, run)

    async def close_surface(self, *, workspace: str, id: str, person: str) -> None:
        """Take a form away."""

        def run(db: Connection, seq: int) -> None:
            known = _surface(db, workspace, id)
            if known is not None and known.open and known.person == person:
                _set_surface(db, replace(known, view="", open=False), seq)

        await self._write(workspace, run)

    async def surface(self, workspace: str, id: str) -> LocalSurface | None:
        """One form."""
        return await self._local.read(lambda db: _surface(db, workspace, id))

    async def surfaces(self, person: LocalPerson, *, after: int) -> Sequence[LocalSurface]:
        """The person's forms that changed after a cursor."""
        values = {"workspace": person.workspace, "person": person.id, "after": after}
        rows = await self._local.read(lambda db: db.all(sql.SURFACES, **values))
        return [LocalSurface(**dict(zip(sql.SURFACE, row, strict=True))) for row in rows]

    async def _change(
        self,
        workspace: str,
        id: str,
        change: Callable[[LocalMessage], LocalMessage],
        *,
        deleted_too: bool = False,
    ) -> LocalMessage:
        """Write what `change` makes of a message; nothing when it leaves it as it is."""

        def run(db: Connection, seq: int) -> LocalMessage:
            message = _find(db, workspace, id)
            if message is None or (message.deleted and not deleted_too):
                raise NotFound("There is no such message in this chat.")
            changed = change(message)
            if changed is message:
                return message
            changed = replace(changed, seq=_next(db, workspace, seq))
            values = {f"{name}_": getattr(changed, name) for name in sql.CHANGING}
            db.run(sql.SET_MESSAGE, **values, workspace=workspace, number=int(id))
            return changed

        return await self._write(workspace, run)

    async def _write(self, workspace: str, run: Callable[[Connection, int], R]) -> R:
        """Run with the workspace's row locked, and its `seq`."""

        def locked(db: Connection) -> R:
            row = db.one(sql.LOCK, workspace=workspace)
            if row is None:
                raise NotFound("There is no such workspace in this chat.")
            return run(db, int(row[0]))

        return await self._local.write(locked)


def _fields(each: LocalChannel | LocalPerson, position: int) -> dict[str, object]:
    names = sql.CHANNEL if isinstance(each, LocalChannel) else sql.PERSON
    return {**{name: getattr(each, name) for name in names}, "position": position}


def _next(db: Connection, workspace: str, seq: int) -> int:
    db.run(sql.SET_SEQ, workspace=workspace, seq_=seq + 1)
    return seq + 1


def _check_place(db: Connection, workspace: str, channel: str, thread: str) -> None:
    if db.one(sql.HAS_CHANNEL, workspace=workspace, channel=channel) is None:
        raise NotFound("There is no such channel in this chat.")
    root = _find(db, workspace, thread) if thread else None
    if thread and (root is None or root.channel != channel or root.thread):
        raise NotFound("There is no such thread in this channel.")


def _find(db: Connection, workspace: str, id: str) -> LocalMessage | None:
    """Ids come from outside: what is no number of ours names nothing."""
    if not id.isascii() or not id.isdigit() or len(id) > 18 or str(int(id)) != id:
        return None
    row = db.one(sql.MESSAGE_BY_ID, workspace=workspace, number=int(id))
    return None if row is None else _message(row)


def _delivered(db: Connection, workspace: str, delivery: str) -> LocalMessage | None:
    row = db.one(sql.MESSAGE_BY_DELIVERY, workspace=workspace, delivery=delivery)
    return None if row is None else _message(row)


def _message(row: Row) -> LocalMessage:
    values = dict(zip(sql.MESSAGE, row, strict=True))
    return LocalMessage(id=str(values.pop("number")), **values)


def _surface(db: Connection, workspace: str, id: str) -> LocalSurface | None:
    row = db.one(sql.SURFACE_BY_ID, workspace=workspace, id=id)
    return None if row is None else LocalSurface(**dict(zip(sql.SURFACE, row, strict=True)))


def _set_surface(db: Connection, surface: LocalSurface, seq: int) -> LocalSurface:
    changed = replace(surface, seq=_next(db, surface.workspace, seq))
    db.run(sql.PUT_SURFACE, **{name: getattr(changed, name) for name in sql.SURFACE})
    return changed
