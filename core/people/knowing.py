"""What a platform says of people and channels, taken over for the account.

Authority is read from it (core.people.enrol): whoever is no member of the workspace any more has no role there, whichever
process heard of it.
"""

from collections.abc import Callable
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.ids import new_id
from core.people.model import NO_ZONE, Actor, Channel, Identity, Standing, User
from core.ports import Inbound, PersonRef, Room, UnitOfWork
from core.work.model import arrive_lane

__all__ = ["as_called", "doubt", "guests_met", "learn", "placed", "restored", "zone_of"]


def learn(uow: UnitOfWork, workspace_id: str, person: PersonRef) -> Identity:
    """Take over what the platform says of a person: it has said whether they are a member.

    Who was a guest and is a member now gets the account's default role, unless an admin took it away, and becomes the same
    person as the one who has the address.
    """
    standing = person.standing
    assert standing is not None, "only what was said is learned"
    known = uow.users.identity(workspace_id, person.external_id)
    identity = Identity(
        id=new_id(uow.now) if known is None else known.id,
        account_id=uow.actor.account_id,
        user_id=None if known is None else known.user_id,
        workspace_id=workspace_id,
        external_id=person.external_id,
        name=person.name,
        email=person.email,
        standing=standing,
        zone=zone_of(person) or ("" if known is None else known.zone),
        asked_at=uow.now,
    )
    if standing is Standing.MEMBER and identity.user_id is not None and known is not None:
        identity = replace(identity, user_id=_risen(uow, identity, identity.user_id, known.standing))
    user = None if identity.user_id is None else uow.users.get(identity.user_id)
    if user is not None and (called := as_called(user, identity, known)) != user:
        uow.users.save(called)
    if known is None:  # what was kept of theirs has nothing left to wait for
        uow.work.hasten_lane(arrive_lane(workspace_id, person.external_id), uow.now)
    uow.users.note(identity)
    return uow.users.identity(workspace_id, person.external_id) or identity  # somebody else may have noted it first


def zone_of(person: PersonRef) -> str:
    """The zone that the platform says; "" where it says none that is known here."""
    try:
        return ZoneInfo(person.zone).key if person.zone else ""
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ""


def as_called(user: User, identity: Identity, before: Identity | None) -> User:
    """The user by the name and in the zone that the platform says now, where they had those that it said before, or none: an
    owner who was named by address alone, somebody who chose no zone."""
    names = {user.email, identity.external_id, "" if before is None else before.name}
    named = identity.name not in ("", identity.external_id)
    zones = {NO_ZONE} if before is None or not before.zone else {before.zone}
    return replace(
        user,
        name=identity.name if named and user.name in names else user.name,
        zone=identity.zone if identity.zone and user.zone in zones else user.zone,
    )


def _risen(uow: UnitOfWork, identity: Identity, user_id: str, before: Standing) -> str:
    """The user of a member; of one who was none, that may be another than before."""
    user = uow.users.get(user_id)
    if user is None or before is Standing.MEMBER:
        return user_id
    owner = uow.users.by_email(identity.email) if identity.email else None
    if owner is not None and owner.id != user.id and not user.removed:
        return restored(uow, owner).id
    restored(uow, replace(user, email=user.email or identity.email))
    return user_id


def restored(uow: UnitOfWork, user: User) -> User:
    """The user as a member: with a role, unless an admin took it away."""
    role = user.role
    if role is None and not user.removed:
        role = uow.accounts.get().default_role
    user = replace(user, role=role)
    if user != uow.users.get(user.id):
        uow.users.save(user)
    return user


def guests_met(uow: UnitOfWork, workspace_id: str, channel: str) -> None:
    """Guests read along in a channel, in all of its threads (SPEC 2)."""
    known = uow.channels.get(workspace_id, channel)
    if known.guests is not True:
        uow.channels.put(replace(known, guests=True))
        uow.conversations.guests_in(workspace_id=workspace_id, channel=channel)


def doubt(uow: UnitOfWork, channel: Channel) -> None:
    """It is not known any more that no guests read along in a channel, whose row this becomes: somebody may have joined of whom
    nothing was heard. One that had guests keeps them."""
    uow.channels.put(replace(channel, guests=channel.guests or None, asked_at=None))
    if not channel.guests:
        uow.conversations.unsure_in(workspace_id=channel.workspace_id, channel=channel.channel, unsure=True)


def placed(system: Callable[[], UnitOfWork], actor: Actor, inbound: Inbound, room: Room | None) -> Inbound | None:
    """What came in, with what is known of its place; None where that has to be asked first. `room` is what was said of it.
    Mostly there is nothing to ask, and no need of `system`'s unit."""
    place = inbound.place
    if place is None or not (inbound.guests or actor.guest or inbound.unheard):
        return inbound
    uow = system()
    known = uow.channels.get(actor.workspace_id, place.channel)
    if (
        room is None and inbound.unheard and known.here is not True
    ):  # a "no" is not relied on: it may have been invited since
        return None
    if room is not None and room.here not in (None, known.here):
        doubt(uow, replace(known, here=room.here))
    here = known.here if room is None else room.here
    met = inbound.guests or actor.guest or (room is not None and room.shared)
    if met:
        guests_met(uow, actor.workspace_id, place.channel)
    direct = room is not None and room.direct
    return replace(inbound, guests=True if met else inbound.guests, unheard=here is False, direct=direct)
