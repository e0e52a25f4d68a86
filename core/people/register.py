"""The people and channels of a workspace, as its adapter hears of them: what it hears is kept, and outlives the process."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from core.people.knowing import doubt, guests_met, learn, zone_of
from core.people.looking import look_at
from core.people.model import Channel, Identity, Standing, WorkspaceRef, is_old
from core.people.system import system_actor
from core.ports import Clock, PersonRef, Store, Transaction, UnitOfWork
from core.rules import Rules

__all__ = ["Register"]

R = TypeVar("R")


class Register:
    """The people and channels of one workspace, as its adapter hears of them. Everything raises Fault.

    A workspace that is not linked to an account has none: nothing is kept of it.
    """

    def __init__(self, store: Store, clock: Clock, rules: Rules, workspace: WorkspaceRef) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._workspace = workspace

    async def person(self, id: str) -> Identity | None:
        """Somebody who is known."""
        return (await self.people((id,))).get(id)

    async def people(self, ids: Iterable[str]) -> Mapping[str, Identity]:
        """Those of them who are known, by their id."""

        def known(uow: UnitOfWork, workspace: str) -> dict[str, Identity]:
            found = ((id, uow.users.identity(workspace, id)) for id in ids)
            return {id: identity for id, identity in found if identity is not None}

        return await self._store.read(lambda tx: self._in(tx, known)) or {}

    async def learn(self, person: PersonRef) -> None:
        """The platform says something of a person. Of somebody who is not known nothing is kept."""
        known = await self.person(person.external_id)
        if known is None or (_same(known, person) and not self.old(known)):
            return
        await self._write(lambda uow, workspace: learn(uow, workspace, person))

    async def meet(self, channel: str) -> None:
        """Somebody is heard of in a channel: it is looked at when it is not known, or has not been looked at for long."""
        known = await self._store.read(lambda tx: self._in(tx, lambda uow, ws: uow.channels.get(ws, channel)))
        if known is not None and self.old(known):
            await self._write(lambda uow, workspace: look_at(uow, self._workspace, workspace, channel))

    async def joined(self, channel: str, person: str) -> None:
        """Somebody was added. Until it is known who they are, guests may read along there."""

        def note(uow: UnitOfWork, workspace: str) -> None:
            who = uow.users.identity(workspace, person)
            if who is not None and who.standing is Standing.GUEST:
                guests_met(uow, workspace, channel)
            elif who is None:
                known = uow.channels.get(workspace, channel)
                if known.guests is not True:
                    doubt(uow, known)
                    look_at(uow, self._workspace, workspace, channel, person)

        await self._write(note)

    async def here(self, channel: str, here: bool) -> None:
        """FlowPilot itself was added, so that the channel is looked at; or it was removed. Who joins while it is away it does not
        hear of, so that what was known of guests is not any more."""

        def note(uow: UnitOfWork, workspace: str) -> None:
            doubt(uow, replace(uow.channels.get(workspace, channel), here=here))
            if here:
                look_at(uow, self._workspace, workspace, channel)

        await self._write(note)

    async def renamed(self, channel: str, to: str) -> None:
        """The platform calls a channel by another id, with all that stands in it."""

        def note(uow: UnitOfWork, workspace: str) -> None:
            uow.conversations.rename_channel(workspace_id=workspace, channel=channel, to=to)
            account = uow.accounts.get()
            if account.settings.get("escalation_channel") == f"{workspace}/{channel}":
                settings = {**account.settings, "escalation_channel": f"{workspace}/{to}"}
                uow.accounts.save(replace(account, settings=settings))
            doubt(uow, replace(uow.channels.get(workspace, channel), channel=to))
            look_at(uow, self._workspace, workspace, to)

        await self._write(note)

    def old(self, known: Identity | Channel) -> bool:
        """Whether the platform was not asked for long."""
        return is_old(known, self._clock.now())

    async def _write(self, run: Callable[[UnitOfWork, str], object]) -> None:
        await self._store.write(lambda tx: self._in(tx, run))

    def _in(self, transaction: Transaction, run: Callable[[UnitOfWork, str], R]) -> R | None:
        workspace = transaction.directory.workspace(self._workspace.platform, self._workspace.external_id)
        if workspace is None:
            return None
        return run(transaction.unit(system_actor(workspace.account_id), self._clock.now(), self._rules), workspace.id)


def _same(known: Identity, person: PersonRef) -> bool:
    said = (person.name, person.email, person.standing, zone_of(person) or known.zone)
    return (known.name, known.email, known.standing, known.zone) == said
