"""The ticket list in the database: seeds, the playground's board, and trouble."""

import sqlite3
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.psa.local_seed import seed_tickets
from core.errors import NotFound, Unavailable
from core.local import TicketBoard
from core.tickets.local import STATUSES, LocalTickets, NewNote, NewTicket, NewTime
from storage.local_tickets import BOARD, RECENT, SqlLocalTickets
from storage.sqlite import SqliteStore
from tests.contract.psa.local_desk import NOW

SEEDS = seed_tickets(NOW)
NORTHWIND, FABRIKAM = SEEDS["Northwind IT"], SEEDS["Fabrikam Support"]


def note(text: str, at: datetime = NOW) -> NewNote:
    return NewNote(text=text, author="FlowPilot", internal=True, marker="", at=at)


def time(minutes: int, at: datetime = NOW) -> NewTime:
    return NewTime(minutes=minutes, text="Worked on it", author="FlowPilot", ended_at=at, at=at)


async def id_of(tickets: SqlLocalTickets, number: int, account: str = "northwind") -> str:
    id = await tickets.find(account, number)
    assert id is not None
    return id


async def test_each_account_starts_with_its_own_tickets(tickets: SqlLocalTickets) -> None:
    """Both count from T-1001, and neither shows the other's."""
    await tickets.ensure("northwind", NORTHWIND)
    await tickets.ensure("fabrikam", FABRIKAM)
    boards = {account: await tickets.board(account) for account in ("northwind", "fabrikam")}
    shown = {account: {ticket.ref.number for ticket in board} for account, board in boards.items()}
    assert shown["northwind"] == {f"T-{number}" for number in range(1001, 1008)}
    assert shown["fabrikam"] == {"T-1001", "T-1002", "T-1003"}
    assert {t.company for t in boards["northwind"]}.isdisjoint({t.company for t in boards["fabrikam"]})
    assert await id_of(tickets, 1001) != await id_of(tickets, 1001, "fabrikam")


async def test_seeding_again_changes_nothing_and_adds_what_is_new(tickets: SqlLocalTickets) -> None:
    """Every start seeds; what people did to a ticket stays, notes are not written twice."""
    await tickets.ensure("northwind", NORTHWIND)
    await tickets.set_status("northwind", await id_of(tickets, 1004), "resolved", NOW)
    before = await tickets.board("northwind")
    new = NewTicket(number=2000, summary="New", opened_at=NOW - timedelta(days=30))
    await tickets.ensure("northwind", (*NORTHWIND, new))
    after = await tickets.board("northwind")
    assert list(after[:-1]) == list(before)
    assert after[-1].ref.number == "T-2000"


def test_the_seeds_are_what_a_service_desk_has_before_it() -> None:
    """Different states, both visibilities, a customer's own words first, nothing from the future."""
    assert {ticket.status for ticket in (*NORTHWIND, *FABRIKAM)} == {status.id for status in STATUSES}
    assert {note.internal for ticket in NORTHWIND for note in ticket.notes} == {True, False}
    for ticket in (*NORTHWIND, *FABRIKAM):
        assert all((ticket.summary, ticket.description, ticket.company, ticket.contact))
        written = [note.at for note in ticket.notes] + [time.at for time in ticket.times]
        assert all(ticket.opened_at <= at <= NOW for at in written)
        assert len(ticket.summary) <= 100
    assert any(ticket.device for ticket in NORTHWIND)


async def test_the_board_shows_the_ticket_written_to_last_first(tickets: SqlLocalTickets) -> None:
    """A note, a time entry or a status brings a ticket to the top; its notes and times are oldest first."""
    await tickets.ensure("northwind", NORTHWIND)
    first, second = await id_of(tickets, 1007), await id_of(tickets, 1003)
    await tickets.add_note("northwind", first, note("Looked at it"))
    await tickets.add_time("northwind", first, time(5))
    await tickets.set_status("northwind", second, "in_progress", NOW + timedelta(seconds=1))
    board = await tickets.board("northwind")
    assert [ticket.ref.id for ticket in board[:2]] == [second, first]
    assert (board[0].status, board[0].changed_at) == ("In progress", NOW + timedelta(seconds=1))
    assert [note.text for note in board[1].notes][1:] == ["Looked at it"]
    assert [time.minutes for time in board[1].times] == [15, 5]


async def test_the_board_is_cut_to_what_a_person_can_read(tickets: SqlLocalTickets) -> None:
    """The newest notes of the newest tickets, each ticket with its own."""
    opened = NOW - timedelta(days=1)
    made = [NewTicket(number=n, summary=f"Ticket {n}", opened_at=opened) for n in range(1, BOARD + 4)]
    many = tuple(note(f"Note {n}") for n in range(RECENT + 5))
    await tickets.ensure("northwind", [*made[:-2], *(replace(ticket, notes=many) for ticket in made[-2:])])
    board = await tickets.board("northwind")
    assert len(board) == BOARD
    for ticket in board[:2]:
        assert [note.text for note in ticket.notes] == [f"Note {n}" for n in range(5, RECENT + 5)]
    assert all(not ticket.notes for ticket in board[2:])


async def test_a_workspace_that_nobody_knows_has_an_empty_board(tickets: SqlLocalTickets) -> None:
    """The page of a workspace without an account shows no tickets."""
    await tickets.ensure("northwind", NORTHWIND)
    assert await tickets.board("contoso") == []


async def test_the_board_is_equal_until_something_is_written(tickets: SqlLocalTickets) -> None:
    """Pages compare it to see whether there is something new."""
    await tickets.ensure("northwind", NORTHWIND)
    board: TicketBoard = tickets
    before = await board.board("northwind")
    assert await board.board("northwind") == before
    await tickets.add_time("northwind", await id_of(tickets, 1001), time(5))
    assert await board.board("northwind") != before


@pytest.mark.parametrize("account", ["northwind", "fabrikam"])
async def test_writing_to_a_ticket_that_the_account_lacks_is_refused(tickets: SqlLocalTickets, account: str) -> None:
    """It may be another account's, or nobody's."""
    await tickets.ensure("northwind", NORTHWIND)
    id = await id_of(tickets, 1001) if account == "fabrikam" else "0" * 32
    before = await tickets.board("northwind")
    with pytest.raises(NotFound):
        await tickets.add_note(account, id, note("x"))
    with pytest.raises(NotFound):
        await tickets.add_time(account, id, time(1))
    with pytest.raises(NotFound):
        await tickets.set_status(account, id, "closed", NOW)
    assert await tickets.board("northwind") == before


async def test_a_closed_store_is_an_outage(tickets: SqlLocalTickets, store: SqliteStore) -> None:
    """While FlowPilot stops, a delivery is put back, not lost."""
    await store.close()
    with pytest.raises(Unavailable):
        await tickets.add_note("northwind", "0" * 32, note("x"))
    with pytest.raises(Unavailable):
        await tickets.board("northwind")


CALLS: dict[str, Callable[[LocalTickets], Any]] = {
    "ensure": lambda tickets: tickets.ensure("northwind", NORTHWIND),
    "find": lambda tickets: tickets.find("northwind", 1001),
    "ticket": lambda tickets: tickets.ticket("northwind", "x"),
    "add_note": lambda tickets: tickets.add_note("northwind", "x", note("x")),
    "find_note": lambda tickets: tickets.find_note("northwind", "x", "ref x"),
    "set_status": lambda tickets: tickets.set_status("northwind", "x", "new", NOW),
    "add_time": lambda tickets: tickets.add_time("northwind", "x", time(1)),
    "find_time": lambda tickets: tickets.find_time("northwind", "x", "ref x"),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
async def test_a_database_in_trouble_is_an_outage(tmp_path: Any, call: Callable[[LocalTickets], Any]) -> None:
    """A driver's error becomes one that a worker knows how to wait out, with its cause."""
    store = SqliteStore(tmp_path / "without-tables.db")
    try:
        with pytest.raises(Unavailable) as raised:
            await call(SqlLocalTickets(store))
        assert isinstance(raised.value.__cause__, sqlite3.OperationalError)
    finally:
        await store.close()
