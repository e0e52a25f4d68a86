"""Drafts, surfaces, escalations, tickets, posts, conversations, messages, flows: what their repositories promise."""

from dataclasses import replace
from functools import partial

import pytest

from core.documents.model import Draft
from core.errors import NotFound, WrongState
from core.escalation.model import EscalationStatus
from core.people.model import Account, Identity, User, Workspace
from core.ports import Transaction, UnitOfWork
from core.tickets.model import Ticket
from core.turns.model import TurnState
from tests import builders as make
from tests.builders import NOW, Seeded, later
from tests.integration.databases import Store, act, look


async def test_a_draft_takes_the_place_of_one_with_its_key(store: Store, north: Seeded) -> None:
    """A fallback is replaced by the next good one."""
    first = make.a_draft(fallback=True, markdown="deterministic")
    better = replace(first, fallback=False, markdown="better", source="model", created_at=later(seconds=1))
    other = make.a_draft(key="other", state_version=2)

    def put(draft: Draft, uow: UnitOfWork) -> None:
        uow.drafts.put(draft)

    for draft in (first, other, better):
        await act(store, north, partial(put, draft))
    assert await look(store, north, lambda uow: uow.drafts.get(first.key)) == better
    assert await look(store, north, lambda uow: uow.drafts.get("other")) == other
    assert await look(store, north, lambda uow: uow.drafts.get("none")) is None


async def test_surfaces_wait_for_a_draft_and_expire(store: Store, north: Seeded) -> None:
    """Those that wait for nothing are not found by an empty key; expired ones go."""

    def add(uow: UnitOfWork) -> None:
        uow.surfaces.add(make.a_surface(id="1", waits_for="draft"))
        uow.surfaces.add(make.a_surface(id="2", waits_for=""))
        uow.surfaces.add(make.a_surface(id="3", waits_for="draft", expires_at=later(hours=2)))

    await act(store, north, add)
    waiting = await look(store, north, lambda uow: uow.surfaces.waiting_for("draft"))
    assert [surface.id for surface in waiting] == ["1", "3"]
    assert await look(store, north, lambda uow: uow.surfaces.waiting_for("")) == []
    assert await act(store, north, lambda uow: uow.surfaces.forget(later(hours=1))) == 0
    assert await act(store, north, lambda uow: uow.surfaces.forget(later(hours=1, microseconds=1))) == 2
    assert await look(store, north, lambda uow: uow.surfaces.get("3")) is not None


async def test_escalations_wait_until_they_are_claimed(store: Store, north: Seeded) -> None:
    """Oldest first; the latest is the newest, whatever its status."""
    escalations = [make.an_escalation(id=str(number)) for number in (1, 2, 3)]

    def add(uow: UnitOfWork) -> None:
        for escalation in escalations:
            uow.escalations.add(escalation)

    await act(store, north, add)
    assert await look(store, north, lambda uow: uow.escalations.waiting()) == escalations
    from_now_on = replace(escalations[2], status=EscalationStatus.CLAIMED, claimed_by=north.user.id)
    await act(store, north, lambda uow: uow.escalations.save(from_now_on))
    assert await look(store, north, lambda uow: uow.escalations.waiting()) == escalations[:2]
    assert await look(store, north, lambda uow: uow.escalations.latest(north.session.id)) == from_now_on
    assert await look(store, north, lambda uow: uow.escalations.of(north.session.id)) == [*escalations[:2], from_now_on]
    assert await look(store, north, lambda uow: uow.escalations.latest("none")) is None


async def test_a_ticket_is_kept_as_it_was_read(store: Store, north: Seeded) -> None:
    """In the place of an older one, until it is dropped."""
    note = replace(make.a_ticket().notes[0], text="Zeile\n🙂", resolution=True, created_at=later(microseconds=7))
    newer = make.a_ticket(description="d" * 100_000, company="Ü", closed=True, notes=(note, note))

    def put(ticket: Ticket, uow: UnitOfWork) -> None:
        uow.tickets.put(north.session.id, ticket, NOW)
        uow.log(north.session.id, "ticket_read")

    for ticket in (make.a_ticket(), newer):
        await act(store, north, partial(put, ticket))
        assert await look(store, north, lambda uow: uow.tickets.get(north.session.id)) == ticket
    await act(store, north, lambda uow: uow.tickets.drop(north.session.id))
    assert await look(store, north, lambda uow: uow.tickets.get(north.session.id)) is None


async def test_posts_are_listed_as_they_were_made(store: Store, north: Seeded) -> None:
    """Also those of one moment; other cards and subjects are left out."""
    refs = [f"1.{number}" for number in range(20)]

    def add(uow: UnitOfWork) -> None:
        post = partial(uow.posts.add, session_id=north.session.id, conversation_id=north.conversation.id, at=NOW)
        for ref in refs:
            post(card="fix", subject="1", ref=ref)
        post(card="fix", subject="2", ref="other")
        post(card="step", subject="1", ref="other")

    await act(store, north, add)
    shown = await look(store, north, lambda uow: uow.posts.of(north.session.id, "1"))
    assert shown == [*(("fix", north.conversation.id, ref) for ref in refs), ("step", north.conversation.id, "other")]


async def test_a_conversation_is_made_once_and_learns_of_guests(store: Store, north: Seeded) -> None:
    """Guests who have read along are not forgotten."""

    def ensure(guests: bool, uow: UnitOfWork) -> bool:
        place = {"workspace_id": north.workspace.id, "channel": "C9", "thread": ""}
        made = uow.conversations.ensure(guests=guests, **place)
        assert uow.conversations.find(**place) == made == uow.conversations.get(made.id)
        return made.guests

    seen = [await act(store, north, partial(ensure, guests)) for guests in (False, True, False)]
    assert seen == [False, True, True]
    with pytest.raises(NotFound):
        await act(
            store, north, lambda uow: uow.conversations.ensure(workspace_id="x", channel="c", thread="", guests=True)
        )


async def test_guests_who_read_a_channel_read_all_of_its_threads(store: Store, north: Seeded) -> None:
    """Those that are there and those to come, and no other channel's."""

    def ensure(channel: str, thread: str, uow: UnitOfWork) -> bool:
        place = {"workspace_id": north.workspace.id, "channel": channel, "thread": thread}
        return uow.conversations.ensure(guests=False, **place).guests

    places = [("C8", "1.0"), ("C8", "2.0"), ("C9", "1.0")]
    assert [await act(store, north, partial(ensure, *place)) for place in places] == [False] * 3
    await act(store, north, lambda uow: uow.conversations.guests_in(workspace_id=north.workspace.id, channel="C8"))
    found = [await act(store, north, partial(ensure, *place)) for place in [*places, ("C8", "3.0"), ("C9", "3.0")]]
    assert found == [True, True, False, True, False]


async def test_a_thread_gets_its_name_from_the_first_post(store: Store, north: Seeded) -> None:
    """Also when somebody wrote in it before that was known here, and made a row for it; not over an open session."""

    def make_places(uow: UnitOfWork) -> tuple[str, str]:
        new, early = (
            uow.conversations.ensure(workspace_id=north.workspace.id, channel="C1", thread=thread, guests=False)
            for thread in ("new:1", "5.0")
        )
        return new.id, early.id

    new, early = await act(store, north, make_places)
    await act(store, north, lambda uow: uow.conversations.move(new, "5.0"))
    found = await look(
        store, north, lambda uow: uow.conversations.find(workspace_id=north.workspace.id, channel="C1", thread="5.0")
    )
    assert found is not None
    assert found.id == new
    assert await look(store, north, lambda uow: uow.conversations.get(early)) is not None
    await act(store, north, lambda uow: uow.conversations.move(new, "5.0"))
    with pytest.raises(WrongState):
        await act(store, north, lambda uow: uow.conversations.move(new, "1.0"))


async def test_messages_are_found_by_what_is_asked_of_them(store: Store, north: Seeded) -> None:
    """Pending ones by number; recent ones without the deleted; the newest of a reference."""
    pending, none = TurnState.PENDING, TurnState.NONE
    messages = [
        make.a_message(
            id=str(9 - number),  # ids are no help
            number=number,
            conversation_id=north.conversation.id,
            turn=none if number % 2 else pending,
            ref="same" if number in (2, 5) else f"r{number}",
            deleted_at=NOW if number == 4 else None,
        )
        for number in range(1, 7)
    ]

    def add(uow: UnitOfWork) -> None:
        for message in reversed(messages):
            uow.messages.add(message)

    await act(store, north, add)
    one, two, three, four, five, six = messages
    assert await look(store, north, lambda uow: uow.messages.pending(north.session.id)) == [two, four, six]
    assert await look(store, north, lambda uow: uow.messages.recent(north.session.id, 4)) == [two, three, five, six]
    assert await look(store, north, lambda uow: uow.messages.recent(north.session.id, 50)) == [
        one, two, three, five, six,
    ]  # fmt: skip
    assert await look(store, north, lambda uow: uow.messages.by_ref(north.conversation.id, "same")) == five
    assert await look(store, north, lambda uow: uow.messages.by_ref(north.conversation.id, "gone")) is None


async def test_steps_are_in_their_order_and_open_until_answered(store: Store, north: Seeded) -> None:
    """By number; answered, skipped and dropped ones are no longer open."""
    steps = [
        make.a_step(id="d", number=1, answer="yes"),
        make.a_step(id="c", number=2, skipped=True),
        make.a_step(id="b", number=3, dropped_at=NOW),
        make.a_step(id="a", number=4),
    ]

    def add(uow: UnitOfWork) -> None:
        for step in reversed(steps):
            uow.steps.add(step)

    await act(store, north, add)
    assert await look(store, north, lambda uow: uow.steps.of(north.session.id)) == steps
    assert await look(store, north, lambda uow: uow.steps.open_in(north.session.id)) == steps[3:]


async def test_facts_of_steps_are_dropped_once(store: Store, north: Seeded) -> None:
    """Softly, and those of other steps stay."""

    def add(uow: UnitOfWork) -> None:
        for number, step in enumerate(["one", "one", "two", None]):
            uow.facts.add(make.a_fact(id=str(number), step_id=step))
        uow.log(north.session.id, "tested")

    def drop(uow: UnitOfWork) -> int:
        uow.log(north.session.id, "tested")
        return uow.facts.drop_of_steps(north.session.id, ["one", "three"], later(seconds=1))

    await act(store, north, add)
    assert await act(store, north, drop) == 2
    assert await act(store, north, drop) == 0
    assert [fact.id for fact in await look(store, north, lambda uow: uow.facts.of(north.session.id))] == ["2", "3"]
    dropped = await look(store, north, lambda uow: uow.facts.get("0"))
    assert dropped is not None
    assert dropped.deleted_at == later(seconds=1)


async def test_flows_are_counted_and_listed_by_title(store: Store, north: Seeded) -> None:
    """Counters add up; only being matched says when."""
    vpn, mail = make.a_flow(id="1", slug="vpn", title="VPN"), make.a_flow(id="2", slug="mail", title="Mail")

    def arrange(uow: UnitOfWork) -> None:
        uow.flows.add(vpn)
        uow.flows.add(mail)
        uow.flows.count(vpn.id, matched=1, at=later(seconds=1))
        uow.flows.count(vpn.id, used=1, at=later(seconds=2))
        uow.flows.count(vpn.id, matched=2, used=1, worked=3, failed=1, at=later(seconds=3))
        uow.flows.count(vpn.id, worked=1, at=later(seconds=4))

    await act(store, north, arrange)
    counted = replace(vpn, matched=3, used=2, worked=4, failed=1, matched_at=later(seconds=3))
    assert await look(store, north, lambda uow: uow.flows.all()) == [mail, counted]
    assert await look(store, north, lambda uow: uow.flows.by_slug("vpn")) == counted
    await act(store, north, lambda uow: uow.flows.save(replace(vpn, title="A VPN")))
    assert [flow.matched for flow in await look(store, north, lambda uow: uow.flows.all())] == [3, 0]
    await act(store, north, lambda uow: uow.flows.remove(vpn.id))
    assert await look(store, north, lambda uow: uow.flows.all()) == [mail]


async def test_the_directory_knows_who_is_who(store: Store, north: Seeded, south: Seeded) -> None:
    """By what a platform says, by id, by address in any case of letters."""

    def ask(tx: Transaction) -> dict[str, object]:
        who = tx.directory
        return {
            "actor": who.actor("slack", "T-north", "U-north"),
            "stranger": who.actor("slack", "T-north", "U-south"),
            "other platform": who.actor("teams", "T-north", "U-north"),
            "workspace": who.workspace("slack", "T-north"),
            "no workspace": who.workspace("teams", "T-north"),
            "account": who.account("north"),
            "accounts": list(who.accounts()),
            "by address": who.user_by_email("north", "ERIN@NORTH.example"),
            "in the other account": who.user_by_email("south", "erin@north.example"),
        }

    assert await store.read(ask) == {
        "actor": north.actor,
        "stranger": None,
        "other platform": None,
        "workspace": north.workspace,
        "no workspace": None,
        "account": north.account,
        "accounts": [north.account, south.account],
        "by address": north.user,
        "in the other account": None,
    }


async def test_people_appear_with_their_workspace(store: Store) -> None:
    """An account is built up from nothing."""
    account = Account(id="a", name="A", settings={}, created_at=NOW)
    workspace = Workspace(id="w", account_id="a", platform="teams", external_id="tenant", name="W")
    user = User(id="u", account_id="a", name="U", role=None, created_at=NOW)
    identity = Identity(id="i", account_id="a", user_id="u", workspace_id="w", external_id="29:1")

    def add(tx: Transaction) -> None:
        tx.directory.add_account(account)
        tx.directory.add_workspace(workspace)
        tx.directory.add_user(user)
        tx.directory.add_identity(identity)

    await store.write(add)
    actor = await store.read(lambda tx: tx.directory.actor("teams", "tenant", "29:1"))
    assert actor is not None
    assert (actor.account_id, actor.workspace_id, actor.user_id, actor.role) == ("a", "w", "u", None)
