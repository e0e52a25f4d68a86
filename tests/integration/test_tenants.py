"""Nothing crosses accounts: one never sees nor changes another's rows, even when it knows every id."""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import asyncpg
import pytest

from core.errors import Refused
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import SessionStatus
from core.usage.periods import Period
from storage.tables import metadata
from tests import builders as make
from tests.builders import NOW, Seeded, later
from tests.integration.databases import Database, Store, act, look

SECOND = "north-second-thread"
#: How such a write may end: by a check, or by a key that is taken.
REFUSALS = (AssertionError, Refused, sqlite3.IntegrityError, asyncpg.IntegrityConstraintViolationError)


def fill(uow: UnitOfWork, north: Seeded) -> None:
    """One of everything for the first account."""
    session = north.session
    uow.steps.add(make.a_step())
    uow.facts.add(make.a_fact(step_id="north-step"))
    uow.fixes.add(make.a_fix())
    uow.fixes.add(make.a_fix(id="north-waiting", waiting=True))
    uow.messages.add(make.a_message(conversation_id=north.conversation.id))
    uow.attachments.add(make.an_attachment())
    uow.attachments.keep(make.an_attachment(), b"theirs alone")
    uow.drafts.put(make.a_draft())
    uow.notes.add(make.a_note())
    uow.surfaces.add(make.a_surface(waits_for="draft-key"))
    uow.escalations.add(make.an_escalation())
    uow.flows.add(make.a_flow())
    uow.tickets.put(session.id, make.a_ticket(), NOW)
    uow.usage.add(make.a_usage(), NOW.date())
    uow.usage.warn(Period.DAY, NOW.date())
    uow.posts.add(
        session_id=session.id, conversation_id=north.conversation.id, card="session", subject="s", ref="1", at=NOW
    )
    uow.sessions.index(session, "vpn tunnel")
    uow.work.add("post", lane="say:1", session_id=session.id, subject="s", dedupe_key="key", due_at=later(days=1))
    uow.log(session.id, "filled")


@pytest.fixture
async def full(store: Store, database: Database, north: Seeded, south: Seeded) -> Seeded:
    """The first account, with one of everything. Its work row is the number 1."""
    await act(store, north, lambda uow: fill(uow, north))
    await database.sql("UPDATE work SET id = 1")
    return north


READS: dict[str, Callable[[UnitOfWork, Seeded], Any]] = {
    "session by id": lambda uow, north: uow.sessions.get(north.session.id),
    "open session": lambda uow, north: uow.sessions.open_in(north.conversation.id),
    "last session": lambda uow, north: uow.sessions.last_in(north.conversation.id),
    "open sessions of a user": lambda uow, north: uow.sessions.open_of(north.user.id, None),
    "open sessions in a channel": lambda uow, north: uow.sessions.open_of(north.user.id, (north.workspace.id, "C1")),
    "participation": lambda uow, north: uow.sessions.has_joined(north.session.id, north.user.id),
    "participants": lambda uow, north: uow.sessions.participants(north.session.id),
    "similar sessions": lambda uow, north: uow.sessions.alike(["vpn"], limit=5),
    "conversation": lambda uow, north: uow.conversations.get(north.conversation.id),
    "conversation by place": lambda uow, north: uow.conversations.find(
        workspace_id=north.workspace.id, channel="C1", thread="1.0"
    ),
    "conversations": lambda uow, north: uow.conversations.of(north.session.id),
    "message": lambda uow, north: uow.messages.get("north-message"),
    "message by ref": lambda uow, north: uow.messages.by_ref(north.conversation.id, "1.1"),
    "pending messages": lambda uow, north: uow.messages.pending(north.session.id),
    "recent messages": lambda uow, north: uow.messages.recent(north.session.id, 5),
    "attachments": lambda uow, north: uow.attachments.of(north.session.id),
    "bytes of an attachment": lambda uow, north: uow.attachments.content("north-attachment"),
    "step": lambda uow, north: uow.steps.get("north-step"),
    "steps": lambda uow, north: uow.steps.of(north.session.id),
    "open steps": lambda uow, north: uow.steps.open_in(north.session.id),
    "fact": lambda uow, north: uow.facts.get("north-fact"),
    "facts": lambda uow, north: uow.facts.of(north.session.id),
    "facts of a step": lambda uow, north: uow.facts.of_step(north.session.id, "north-step"),
    "fix": lambda uow, north: uow.fixes.get("north-fix"),
    "fixes": lambda uow, north: uow.fixes.of(north.session.id),
    "active fix": lambda uow, north: uow.fixes.active(north.session.id),
    "waiting fix": lambda uow, north: uow.fixes.waiting(north.session.id),
    "timeline": lambda uow, north: uow.timeline.of(north.session.id),
    "work": lambda uow, north: uow.work.get(1),
    "work about": lambda uow, north: uow.work.open_for("s", ["post"]),
    "draft": lambda uow, north: uow.drafts.get(make.a_draft().key),
    "note": lambda uow, north: uow.notes.get("north-note"),
    "notes": lambda uow, north: uow.notes.of(north.session.id),
    "surface": lambda uow, north: uow.surfaces.get("north-surface"),
    "surfaces": lambda uow, north: uow.surfaces.waiting_for("draft-key"),
    "escalation": lambda uow, north: uow.escalations.get("north-escalation"),
    "latest escalation": lambda uow, north: uow.escalations.latest(north.session.id),
    "escalations": lambda uow, north: uow.escalations.of(north.session.id),
    "waiting escalations": lambda uow, north: uow.escalations.waiting(),
    "flow": lambda uow, north: uow.flows.get("north-flow"),
    "flow by slug": lambda uow, north: uow.flows.by_slug("vpn-drops"),
    "flows": lambda uow, north: uow.flows.all(),
    "flows that hold a word": lambda uow, north: uow.flows.holding(["vpn"]),
    "how many flows": lambda uow, north: uow.flows.size(),
    "posts": lambda uow, north: uow.posts.of(north.session.id, "s"),
    "ticket": lambda uow, north: uow.tickets.get(north.session.id),
    "usage": lambda uow, north: uow.usage.of(north.session.id),
    "usage by day": lambda uow, north: uow.usage.totals(NOW.date()),
    "usage spent": lambda uow, north: any(uow.usage.spent(NOW.date(), NOW.date())),
    "user": lambda uow, north: uow.users.get(north.user.id),
    "external id": lambda uow, north: uow.users.external_id(north.user.id, north.workspace.id),
    "identity": lambda uow, north: uow.users.identity(north.workspace.id, north.identity.external_id),
    "standings": lambda uow, north: uow.users.standings(north.workspace.id),
    "known as": lambda uow, north: uow.users.known_as(north.user.id),
}

WRITES: dict[str, Callable[[UnitOfWork, Seeded], Any]] = {
    "join": lambda uow, north: uow.sessions.join(north.session.id, "south-user", NOW),
    "leave": lambda uow, north: uow.sessions.leave(north.session.id, north.user.id),
    "release": lambda uow, north: uow.sessions.release(north.session.id),
    "hold": lambda uow, north: uow.sessions.hold(north.session.id),
    "link their session": lambda uow, north: uow.sessions.link(north.session.id, "south-thread"),
    "link their thread": lambda uow, north: uow.sessions.link("south-session", SECOND),
    "erase": lambda uow, north: uow.sessions.erase(north.session.id),
    "index": lambda uow, north: uow.sessions.index(north.session, "taken over"),
    "log": lambda uow, north: uow.log(north.session.id, "taken over"),
    "make a thread": lambda uow, north: uow.conversations.ensure(
        workspace_id=north.workspace.id, channel="C1", thread="1.0", guests=True
    ),
    "let guests read along": lambda uow, north: uow.conversations.guests_in(
        workspace_id=north.workspace.id, channel="C1"
    ),
    "be unsure of guests": lambda uow, north: uow.conversations.unsure_in(
        workspace_id=north.workspace.id, channel="C1", unsure=True
    ),
    "know a person": lambda uow, north: uow.users.note(replace(north.identity, account_id="south", name="taken over")),
    "move a thread": lambda uow, north: uow.conversations.move(north.conversation.id, "9.9"),
    "drop facts": lambda uow, north: uow.facts.drop_of_steps(north.session.id, ["north-step"], NOW),
    "note follow-up": lambda uow, north: uow.fixes.note_follow_up(make.a_fix("south", id="north-fix", follow_ups=3)),
    "keep a picture": lambda uow, north: uow.attachments.keep(make.an_attachment("south", id="north-attachment"), b"x"),
    "forget pictures": lambda uow, north: uow.attachments.forget(north.session.id, "north-message"),
    "hasten": lambda uow, north: uow.work.hasten("key", NOW),
    "hasten a lane": lambda uow, north: uow.work.hasten_lane("lane", NOW),
    "empty a row": lambda uow, north: uow.work.empty(1),
    "drop work": lambda uow, north: uow.work.drop("s", ["post"], NOW),
    "revive": lambda uow, north: uow.work.revive(1, NOW),
    "put a draft": lambda uow, north: uow.drafts.put(replace(make.a_draft("south"), key=make.a_draft().key)),
    "forget surfaces": lambda uow, north: uow.surfaces.forget(later(days=365)),
    "remove a flow": lambda uow, north: uow.flows.remove("north-flow"),
    "count a flow": lambda uow, north: uow.flows.count("north-flow", matched=1, used=1, worked=1, failed=1, at=NOW),
    "put a ticket": lambda uow, north: uow.tickets.put(north.session.id, make.a_ticket(summary="theirs"), NOW),
    "drop a ticket": lambda uow, north: uow.tickets.drop(north.session.id),
    "add usage for them": lambda uow, north: uow.usage.add(make.a_usage(id="slipped-in"), NOW.date()),
    "add usage of the same day": lambda uow, north: uow.usage.add(
        make.a_usage("south", user_id="north-user"), NOW.date()
    ),
    "warn": lambda uow, north: uow.usage.warn(Period.DAY, NOW.date()),
    "save the account": lambda uow, north: uow.accounts.save(replace(north.account, name="theirs")),
    "save as mine": lambda uow, north: uow.facts.save(make.a_fact("south", id="north-fact", text="theirs")),
    "save as theirs": lambda uow, north: uow.facts.save(make.a_fact(text="theirs")),
    "add for them": lambda uow, north: uow.facts.add(make.a_fact(id="slipped-in")),
    "add a session for them": lambda uow, north: uow.sessions.add(make.a_session(id="slipped-in", number=9)),
    "index a flow as theirs": lambda uow, north: uow.flows.save(make.a_flow("south", id="north-flow", words="theirs")),
}


async def test_an_account_reads_nothing_of_another(store: Store, full: Seeded, south: Seeded) -> None:
    """Asked with the other's ids, every question is answered as if there were nothing."""

    def seen(uow: UnitOfWork) -> set[str]:
        return {name for name, asked in READS.items() if asked(uow, full)}

    assert await look(store, full, seen) == set(READS)
    assert await look(store, south, seen) == set()


async def test_lists_hold_the_own_rows_only(store: Store, full: Seeded, south: Seeded) -> None:
    """Those that name nothing of the other account."""

    def lists(uow: UnitOfWork) -> list[set[str]]:
        pages = [
            uow.sessions.page(statuses, after="", limit=9) for statuses in (list(SessionStatus), [SessionStatus.ACTIVE])
        ]
        users = uow.users.with_role(*Role)
        return [{session.id for session in page} for page in pages] + [{user.id for user in users}]

    assert await look(store, south, lists) == [{"south-session"}, {"south-session"}, {"south-user"}]
    assert await look(store, full, lambda uow: uow.sessions.by_number(1)) != await look(
        store, south, lambda uow: uow.sessions.by_number(1)
    )


async def everything_of(database: Database, account: str) -> dict[str, list[Any]]:
    """All rows of an account, and what hangs on its sessions."""
    queries: dict[str, str] = {}
    for table in metadata.tables.values():
        if "account_id" in table.c:
            where = "account_id = :account"
        elif table.name == "accounts":
            where = "id = :account"
        elif "session_id" in table.c:
            where = "session_id IN (SELECT id FROM sessions WHERE account_id = :account)"
        else:
            continue
        queries[table.name] = f"SELECT * FROM {table.name} WHERE {where}"
    found = await database.sqls(queries.values(), account=account)
    return {name: sorted(rows, key=repr) for name, rows in zip(queries, found, strict=True)}


@pytest.mark.parametrize("name", WRITES)
async def test_an_account_changes_nothing_of_another(
    name: str, store: Store, database: Database, full: Seeded, south: Seeded
) -> None:
    """Refused, or without effect: the other's rows are as they were, and found as before."""

    def more_threads(uow: UnitOfWork) -> None:
        uow.conversations.ensure(workspace_id=uow.actor.workspace_id, channel="C2", thread="2.0", guests=False)

    await act(store, full, more_threads)
    await act(store, south, more_threads)
    if name == "revive":
        await database.sql("UPDATE work SET state = 'dead'")
    await database.sql("UPDATE conversations SET id = account_id || '-second-thread' WHERE channel = 'C2'")
    await database.sql("UPDATE conversations SET id = 'south-thread' WHERE id = 'south-second-thread'")
    before = await everything_of(database, "north")
    with suppress(*REFUSALS):
        await act(store, south, lambda uow: WRITES[name](uow, full))
    assert await everything_of(database, "north") == before
    assert await look(store, full, lambda uow: [session.id for session in uow.sessions.alike(["vpn"], limit=5)]) == [
        full.session.id
    ]
    flows = await look(store, full, lambda uow: uow.flows.holding(["vpn"]))
    assert [flow.id for flow in flows] == ["north-flow"]
    held = await look(store, full, lambda uow: uow.sessions.open_in(full.conversation.id))
    assert held is not None
    assert held.id == full.session.id


async def test_the_same_dedupe_key_and_lane_may_be_used_by_two_accounts(
    store: Store, north: Seeded, south: Seeded
) -> None:
    """Ticket 4711 is another ticket in another account's PSA."""
    for seeded in (north, south):
        await act(
            store,
            seeded,
            lambda uow: uow.work.add("note", lane="ticket:4711", session_id=None, dedupe_key="note:4711"),
        )
    claimed = await store.write(
        lambda tx: tx.queue.claim(worker="w", now=NOW, lease=later(minutes=1) - NOW, kinds=["note"], limit=9)
    )
    assert [row.account_id for row in claimed] == ["north", "south"]


async def test_erasing_a_session_leaves_nothing_of_it(store: Store, database: Database, full: Seeded) -> None:
    """Every table that hangs on sessions is empty for it, and search does not find it."""
    await act(store, full, lambda uow: uow.sessions.erase(full.session.id))
    left = await everything_of(database, "north")
    kept = {
        "accounts",
        "workspaces",
        "users",
        "identities",
        "conversations",
        "flows",
        "inbox",
        "usage_days",
        "usage_warnings",
    }
    assert {name for name, rows in left.items() if rows} <= kept
    assert await look(store, full, lambda uow: uow.sessions.alike(["vpn"], limit=5)) == []
    assert await database.sql("SELECT count(*) FROM session_search") == [(0,)]


async def test_erasing_an_account_leaves_nothing_of_it(
    store: Store, database: Database, full: Seeded, south: Seeded
) -> None:
    """Everything goes with its account, the words that search has kept of it too; the other account stays."""
    south_before = await everything_of(database, "south")
    await database.sql("DELETE FROM accounts WHERE id = 'north'")
    assert not any((await everything_of(database, "north")).values())
    for table in ("session_search", "flow_search", "session_threads", "participants"):
        where = "" if "search" in table else " WHERE session_id = 'north-session'"
        assert await database.sql(f"SELECT count(*) FROM {table}{where}") == [(0,)]
    if database.kind == "sqlite":
        found = await database.sql("SELECT count(*) FROM session_search_words WHERE session_search_words MATCH 'vpn'")
        assert found == [(0,)]
    assert await everything_of(database, "south") == south_before
