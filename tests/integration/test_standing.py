"""How people stand to a workspace, and what is known of channels, on both databases."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

from core.people.knowing import learn
from core.people.model import Channel, Identity, Role, Standing, User
from core.ports import PersonRef, Transaction, UnitOfWork
from tests.builders import NOW, Seeded
from tests.integration.databases import Store, act, look


def somebody(north: Seeded, **changes: object) -> Identity:
    given = {
        "id": "new",
        "account_id": north.account.id,
        "user_id": None,
        "workspace_id": north.workspace.id,
        "external_id": "U-new",
    }
    return Identity(**{**given, **changes})  # type: ignore[arg-type]


async def said(store: Store, north: Seeded, *, member: bool) -> None:
    """The platform says whether the account's user is a member."""
    person = PersonRef(external_id="U-north", name="North", member=member)
    await act(store, north, lambda uow: learn(uow, north.workspace.id, person))


def _save(user: User, uow: UnitOfWork) -> None:
    uow.users.save(user)


async def test_what_is_said_of_a_person_replaces_what_was_said(store: Store, north: Seeded) -> None:
    """And never who they are in the account."""
    first = somebody(north, name="Nina", email="n@x.example", standing=Standing.GUEST, asked_at=NOW)
    await act(store, north, lambda uow: uow.users.note(first))
    assert await look(store, north, lambda uow: uow.users.identity(north.workspace.id, "U-new")) == first
    assert await store.read(lambda tx: tx.directory.actor("slack", "T-north", "U-new")) is None
    await act(store, north, lambda uow: uow.users.note(replace(first, user_id=north.user.id)))
    later = replace(first, id="other", name="Nina N.", standing=Standing.MEMBER, asked_at=NOW + timedelta(hours=1))
    await act(store, north, lambda uow: uow.users.note(later))
    known = await look(store, north, lambda uow: uow.users.identity(north.workspace.id, "U-new"))
    assert known == replace(later, id="new", user_id=north.user.id)
    standings = await look(store, north, lambda uow: uow.users.standings(north.workspace.id))
    assert standings == {"U-north": Standing.MEMBER, "U-new": Standing.MEMBER}


async def test_authority_follows_the_standing(store: Store, north: Seeded) -> None:
    """A guest has no role in the workspace, and is nobody who may claim; as a member they have it again."""

    def roles(uow: UnitOfWork) -> list[str]:
        return [user.id for user in uow.users.with_role(Role.ENGINEER)]

    for member, expected in ((False, None), (True, north.user.role)):
        await said(store, north, member=member)
        actor = await store.read(lambda tx: tx.directory.actor("slack", "T-north", "U-north"))
        assert actor is not None
        assert (actor.role, actor.guest) == (expected, not member)
        assert (north.user.id in await look(store, north, roles)) is member


async def test_a_role_that_was_taken_away_stays_away(store: Store, north: Seeded) -> None:
    """Whatever somebody becomes in the workspace; who never had one gets the default."""
    for removed, expected in ((True, None), (False, Role.ENGINEER)):
        await act(store, north, partial(_save, replace(north.user, role=None, removed=removed)))
        for member in (False, True):
            await said(store, north, member=member)
        user = await look(store, north, lambda uow: uow.users.get(north.user.id))
        assert user is not None
        assert user.role is expected


async def test_a_channel_is_known_for_all_its_threads(store: Store, north: Seeded) -> None:
    """Until it is, a new thread is unsure; what is known of it holds for new threads, too."""
    place = {"workspace_id": north.workspace.id, "channel": "C7"}

    async def thread(name: str) -> tuple[bool, bool]:
        found = await act(store, north, lambda uow: uow.conversations.ensure(**place, thread=name, guests=None))
        return found.guests, found.unsure

    assert await thread("1") == (True, True)
    channel = Channel(account_id=north.account.id, **place, here=True, guests=False, asked_at=NOW)
    assert (await look(store, north, lambda uow: uow.channels.get(**place))).guests is None
    await act(store, north, lambda uow: uow.channels.put(channel))
    await act(store, north, lambda uow: uow.conversations.unsure_in(**place, unsure=False))
    assert await look(store, north, lambda uow: uow.channels.get(**place)) == channel
    assert [await thread("1"), await thread("2")] == [(False, False)] * 2
    await act(store, north, lambda uow: uow.channels.put(replace(channel, guests=True)))
    await act(store, north, lambda uow: uow.conversations.guests_in(**place))
    assert [await thread("1"), await thread("3")] == [(True, False)] * 2


async def test_what_waits_in_the_inbox_is_taken_once(store: Store, north: Seeded) -> None:
    """By whoever carries it out; a repeat finds it taken."""
    keys = ("command:1", "event:1")

    def keep(tx: Transaction) -> bool:
        taken = tx.inbox.take(keys, north.account.id, "TypeWords", "words", NOW)
        tx.inbox.mark(keys, "waiting")
        return taken

    assert await store.write(keep)
    assert await store.read(lambda tx: tx.inbox.waits("event:1"))
    assert not await store.write(lambda tx: tx.inbox.take(keys, north.account.id, "TypeWords", "words", NOW))
    assert [await store.write(lambda tx: tx.inbox.resume(keys)) for _ in range(2)] == [True, False]
    assert not await store.read(lambda tx: tx.inbox.waits("event:1"))
