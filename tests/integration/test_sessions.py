"""Sessions as their repository keeps them: numbers, pages, threads, participants."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from core.errors import NotFound, WrongState
from core.people.model import KnownAs, Role
from core.ports import UnitOfWork
from core.sessions.model import OPEN, STATUSES, TALKING, Session, SessionStatus
from tests import builders as make
from tests.builders import NOW, Seeded, later
from tests.integration.databases import Store, act, look

ACTIVE, PAUSED, ESCALATED, RESOLVED, ABANDONED, CHAT = SessionStatus


def another(uow: UnitOfWork, north: Seeded, status: SessionStatus = ACTIVE, *, thread: str = "") -> Session:
    """One more session, in a thread of its own."""
    number = uow.sessions.next_number()
    place = uow.conversations.ensure(
        workspace_id=north.workspace.id, channel="C1", thread=thread or f"{number}.0", guests=False
    )
    session = make.a_session(
        id=uow.new_id(),
        number=number,
        status=status,
        conversation_id=place.id,
        closed_at=None if status in OPEN | TALKING else uow.now,
    )
    uow.sessions.add(session)
    uow.sessions.link(session.id, place.id)
    return session


def several(uow: UnitOfWork, north: Seeded, statuses: Sequence[SessionStatus]) -> list[Session]:
    """Sessions of these statuses, oldest first."""
    made = [another(uow, north, status) for status in statuses]
    for session in made:
        if session.status not in OPEN | TALKING:
            uow.sessions.release(session.id)
    return made


def ids(sessions: Sequence[Session]) -> list[str]:
    return [session.id for session in sessions]


async def test_numbers_are_counted_per_account(store: Store, north: Seeded, south: Seeded) -> None:
    """FP-1, FP-2, … in each account, and one that was refused leaves a gap nowhere."""
    numbers = [await act(store, north, lambda uow: uow.sessions.next_number()) for _ in range(3)]
    assert numbers == [2, 3, 4]
    assert await act(store, south, lambda uow: uow.sessions.next_number()) == 2

    def fails(uow: UnitOfWork) -> None:
        uow.sessions.next_number()
        raise WrongState("no")

    with pytest.raises(WrongState):
        await act(store, north, fails)
    assert await act(store, north, lambda uow: uow.sessions.next_number()) == 5


async def test_pages_follow_each_other_without_gap_or_repeat(store: Store, north: Seeded) -> None:
    """Newest first, each page after the last session of the one before, whatever is added meanwhile."""
    made = await act(store, north, lambda uow: several(uow, north, [ACTIVE] * 7))
    expected = [*reversed(ids(made)), north.session.id]
    # The seeded session's id is a word and sorts after ids of hexadecimal digits; its place is not at stake here.
    expected = sorted(expected, reverse=True)
    seen: list[str] = []

    def following(uow: UnitOfWork) -> Sequence[Session]:
        return uow.sessions.page(list(SessionStatus), after=seen[-1] if seen else "", limit=3)

    while page := await look(store, north, following):
        assert len(page) <= 3
        seen += ids(page)
        await act(store, north, lambda uow: another(uow, north))
    assert seen == expected


@pytest.mark.parametrize(
    "wanted",
    [
        list(SessionStatus),
        list(OPEN),
        [RESOLVED],
        [ACTIVE],
        [RESOLVED, ABANDONED],
        [PAUSED, ESCALATED, RESOLVED],
        [],
    ],
    ids=lambda wanted: "+".join(sorted(wanted)) or "none",
)
async def test_a_page_holds_the_wanted_statuses_only(wanted: list[SessionStatus], store: Store, north: Seeded) -> None:
    """Any choice of them, also those that no index was made for. (The seeded session, whose id is a word, is passed by.)"""
    made = await act(store, north, lambda uow: several(uow, north, [*SessionStatus, *SessionStatus]))
    page = await look(store, north, lambda uow: uow.sessions.page(wanted, after="g", limit=50))
    assert page == [session for session in reversed(made) if session.status in wanted]


async def test_ids_made_in_one_moment_sort_in_the_order_of_making(store: Store, north: Seeded) -> None:
    """Facts of one command are listed as they were learned, and so are those of commands in the same millisecond."""
    texts = [f"fact {number}" for number in range(50)]

    def add(uow: UnitOfWork, some: Sequence[str]) -> None:
        for text in some:
            uow.facts.add(make.a_fact(id=uow.new_id(), text=text))
        uow.log(north.session.id, "tested")

    await act(store, north, lambda uow: add(uow, texts[:40]))
    await act(store, north, lambda uow: add(uow, texts[40:]))
    facts = await look(store, north, lambda uow: uow.facts.of(north.session.id))
    assert [fact.text for fact in facts] == texts


async def test_a_thread_has_one_open_session(store: Store, north: Seeded) -> None:
    """A second one is refused until the first lets the thread go; then it is the thread's."""
    with pytest.raises(WrongState, match="Another open session has this thread"):
        await act(store, north, lambda uow: another(uow, north, thread="1.0"))
    await act(store, north, lambda uow: uow.sessions.release(north.session.id))
    assert await look(store, north, lambda uow: uow.sessions.open_in(north.conversation.id)) is None
    second = await act(store, north, lambda uow: another(uow, north, thread="1.0"))
    assert await look(store, north, lambda uow: uow.sessions.open_in(north.conversation.id)) == second
    assert await look(store, north, lambda uow: uow.sessions.last_in(north.conversation.id)) == second
    with pytest.raises(WrongState, match="Another open session has this thread now"):
        await act(store, north, lambda uow: uow.sessions.hold(north.session.id))
    await act(store, north, lambda uow: uow.sessions.release(second.id))
    await act(store, north, lambda uow: uow.sessions.hold(north.session.id))
    assert await look(store, north, lambda uow: uow.sessions.open_in(north.conversation.id)) == north.session


async def test_a_session_holds_and_releases_all_its_threads(store: Store, north: Seeded) -> None:
    """Home first, then those of a claim elsewhere; linking twice changes nothing."""

    def link(uow: UnitOfWork) -> list[str]:
        for thread in ("2.0", "3.0", "2.0"):
            place = uow.conversations.ensure(workspace_id=north.workspace.id, channel="C2", thread=thread, guests=False)
            uow.sessions.link(north.session.id, place.id)
        return [place.thread for place in uow.conversations.of(north.session.id)]

    assert await act(store, north, link) == ["1.0", "2.0", "3.0"]

    def holders(uow: UnitOfWork) -> list[Session | None]:
        return [uow.sessions.open_in(place.id) for place in uow.conversations.of(north.session.id)]

    assert await look(store, north, holders) == [north.session] * 3
    await act(store, north, lambda uow: uow.sessions.release(north.session.id))
    assert await look(store, north, holders) == [None] * 3
    await act(store, north, lambda uow: uow.sessions.hold(north.session.id))
    assert await look(store, north, holders) == [north.session] * 3


async def test_linking_what_is_not_there_is_refused(store: Store, north: Seeded) -> None:
    """Neither a session nor a thread comes into being by being linked."""
    with pytest.raises(NotFound):
        await act(store, north, lambda uow: uow.sessions.link(north.session.id, "no-thread"))
    with pytest.raises(NotFound):
        await act(store, north, lambda uow: uow.sessions.link("no-session", "no-thread"))
    assert len(await look(store, north, lambda uow: uow.conversations.of(north.session.id))) == 1


async def test_people_join_and_leave(store: Store, north: Seeded) -> None:
    """In the order of joining, also within one moment; joining twice and leaving twice change nothing."""
    sam = make.a_user(id="a-sam", name="Sam")

    def join(uow: UnitOfWork) -> None:
        uow.users.add(sam)
        uow.sessions.join(north.session.id, sam.id, NOW)
        uow.sessions.join(north.session.id, sam.id, later(minutes=-5))

    await act(store, north, join)
    assert await look(store, north, lambda uow: uow.sessions.participants(north.session.id)) == [north.user, sam]
    assert await look(store, north, lambda uow: uow.sessions.has_joined(north.session.id, sam.id))
    for _ in range(2):
        await act(store, north, lambda uow: uow.sessions.leave(north.session.id, sam.id))
    assert not await look(store, north, lambda uow: uow.sessions.has_joined(north.session.id, sam.id))
    assert await look(store, north, lambda uow: uow.sessions.participants(north.session.id)) == [north.user]


async def test_open_sessions_of_somebody_are_owned_or_joined(store: Store, north: Seeded) -> None:
    """Newest first, anywhere or in one channel; closed ones and those of others are left out."""
    sam = make.a_user(id="north-sam")

    def arrange(uow: UnitOfWork) -> tuple[Session, Session]:
        uow.users.add(sam)
        owned, joined = another(uow, north), another(uow, north)
        another(uow, north)
        uow.sessions.save(replace(owned, owner_id=sam.id))
        uow.sessions.join(joined.id, sam.id, NOW)
        closed = another(uow, north, RESOLVED)
        uow.sessions.join(closed.id, sam.id, NOW)
        return replace(owned, owner_id=sam.id), joined

    owned, joined = await act(store, north, arrange)
    assert await look(store, north, lambda uow: uow.sessions.open_of(sam.id, None)) == [joined, owned]
    here, there = (north.workspace.id, "C1"), (north.workspace.id, "C2")
    assert await look(store, north, lambda uow: uow.sessions.open_of(sam.id, here)) == [joined, owned]
    assert await look(store, north, lambda uow: uow.sessions.open_of(sam.id, there)) == []


async def test_a_chat_holds_its_thread_and_is_among_no_sessions(store: Store, north: Seeded) -> None:
    """Whoever asks for open sessions, or for all of them; who exports an account finds it."""
    chat = await act(store, north, lambda uow: another(uow, north, CHAT))
    held = await look(store, north, lambda uow: uow.sessions.open_in(chat.conversation_id))
    assert held == chat

    def listed(uow: UnitOfWork, statuses: Sequence[SessionStatus]) -> bool:
        return chat.id in ids(uow.sessions.page(list(statuses), after="", limit=9))

    assert not await look(store, north, lambda uow: listed(uow, list(OPEN)))
    assert not await look(store, north, lambda uow: listed(uow, list(STATUSES)))
    assert await look(store, north, lambda uow: listed(uow, list(SessionStatus)))
    here = (north.workspace.id, "C1")
    assert chat.id not in ids(await look(store, north, lambda uow: uow.sessions.open_of(north.user.id, None)))
    assert chat.id not in ids(await look(store, north, lambda uow: uow.sessions.open_of(north.user.id, here)))


async def test_a_command_sees_its_own_change_of_a_session_everywhere(store: Store, north: Seeded) -> None:
    """By whatever way it is found, before the change is written."""

    def change(uow: UnitOfWork) -> list[str]:
        session = uow.sessions.get(north.session.id)
        assert session is not None
        uow.sessions.index(session, "vpn")
        uow.sessions.save(replace(session, title="Renamed"))
        uow.log(session.id, "renamed")
        found = [
            uow.sessions.get(session.id),
            uow.sessions.by_number(1),
            uow.sessions.open_in(north.conversation.id),
            uow.sessions.last_in(north.conversation.id),
            *uow.sessions.open_of(north.user.id, None),
            *uow.sessions.page([ACTIVE], after="", limit=5),
            *uow.sessions.alike(["vpn"], limit=5),
        ]
        return [session.title for session in found if session is not None]

    assert await act(store, north, change) == ["Renamed"] * 7


async def test_a_session_that_was_only_listed_cannot_be_saved(store: Store, north: Seeded) -> None:
    """Lists lock nothing, so saving from one could undo what another command did meanwhile."""

    def save(uow: UnitOfWork) -> None:
        (session,) = uow.sessions.page([ACTIVE], after="", limit=5)
        uow.sessions.save(replace(session, title="Renamed"))

    with pytest.raises(AssertionError, match="read and locked"):
        await act(store, north, save)


async def test_users_are_listed_by_role_and_name(store: Store, north: Seeded) -> None:
    """Of the roles that are asked for."""
    people = [("zoe", Role.ADMIN), ("abe", Role.OWNER), ("guest", None), ("mia", Role.ADMIN)]

    def add(uow: UnitOfWork) -> None:
        for name, role in people:
            uow.users.add(make.a_user(id=name, name=name, role=role))

    await act(store, north, add)
    found = await look(store, north, lambda uow: uow.users.with_role(Role.ADMIN, Role.OWNER))
    assert [user.name for user in found] == ["abe", "mia", "zoe"]
    assert await look(store, north, lambda uow: uow.users.external_id("north-user", "north-workspace")) == "U-north"
    here = KnownAs(workspace_id="north-workspace", platform="slack", workspace="T-north", external_id="U-north")
    assert await look(store, north, lambda uow: uow.users.known_as("north-user")) == [here]
    assert await look(store, north, lambda uow: uow.users.known_as("zoe")) == []
