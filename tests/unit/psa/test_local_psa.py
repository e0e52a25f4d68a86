"""The local PSA's own manners, beyond the contract of every Psa."""

import asyncio
from dataclasses import dataclass, replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.psa.local import AUTHOR, LocalPsa
from adapters.psa.local_seed import seed_tickets
from core.errors import Rejected
from core.tickets.model import NoteWrite, TimeWrite
from storage.local_tickets import SqlLocalTickets
from tests.contract.psa.local_desk import NOW, FixedClock

BASE_URL = "http://localhost:3978"


@dataclass
class Changes:
    """Counts how often a page would be told."""

    count: int = 0

    def notify(self) -> None:
        self.count += 1


class Numbers(SqlLocalTickets):
    """Knows no ticket and has no database, and remembers which numbers were asked for."""

    def __init__(self) -> None:
        self.asked: list[int] = []

    async def find(self, account_id: str, number: int) -> str | None:
        self.asked.append(number)
        return None

    async def ticket(self, account_id: str, ticket_id: str) -> None:
        return None


@pytest.fixture
def changes() -> Changes:
    return Changes()


@pytest.fixture
async def psa(tickets: SqlLocalTickets, changes: Changes) -> LocalPsa:
    await tickets.ensure("northwind", seed_tickets(NOW)["Northwind IT"])
    return LocalPsa(tickets=tickets, account_id="northwind", clock=FixedClock(), changed=changes.notify)


async def id_of(psa: LocalPsa, text: str) -> str:
    ref = await psa.find_ticket(text)
    assert ref is not None
    return ref.id


def note(text: str) -> NoteWrite:
    return NoteWrite(text=text, marker="ref bcdfghjk", internal=True, resolution=False)


def time(minutes: int = 5, text: str = "ref bcdfghjk") -> TimeWrite:
    return TimeWrite(minutes=minutes, text=text, marker="ref bcdfghjk", ended_at=NOW)


async def test_pages_are_told_of_every_write_and_of_nothing_else(psa: LocalPsa, changes: Changes) -> None:
    """Three writes are three changes; reads and refusals are none."""
    id = await id_of(psa, "T-1001")
    await psa.add_note(id, note("x"))
    await psa.add_time(id, time())
    await psa.set_status(id, "closed")
    assert changes.count == 3
    await psa.find_note(id, "ref bcdfghjk")
    await psa.statuses(id)
    with pytest.raises(Rejected):
        await psa.set_status(id, "gone")
    with pytest.raises(Rejected):
        await psa.add_note("0" * 32, note("x"))
    assert changes.count == 3


async def test_notes_are_by_flowpilot_and_of_the_clocks_time(psa: LocalPsa) -> None:
    """A reader sees who wrote, and when."""
    id = await id_of(psa, "T-1001")
    await psa.add_note(id, note("x"))
    ticket = await psa.ticket(id)
    assert ticket is not None
    assert [(each.author, each.created_at) for each in ticket.notes] == [(AUTHOR, NOW)]


async def test_a_ticket_has_a_link_only_where_the_list_is_shown(psa: LocalPsa, tickets: SqlLocalTickets) -> None:
    """Beside a real platform there may be no page to link to."""
    shown = LocalPsa(tickets=tickets, account_id="northwind", clock=FixedClock(), base_url=BASE_URL)
    refs = [await each.find_ticket("T-1001") for each in (psa, shown)]
    assert [ref.url for ref in refs if ref is not None] == ["", f"{BASE_URL}/#ticket/T-1001"]


@pytest.mark.parametrize("text", ["a\0b", "half a pair \ud83d"])
async def test_a_text_that_cannot_be_stored_is_rejected(psa: LocalPsa, text: str) -> None:
    """Not tried again for ever, and nothing of it is written."""
    id = await id_of(psa, "T-1001")
    with pytest.raises(Rejected):
        await psa.add_note(id, note(text))
    with pytest.raises(Rejected):
        await psa.add_time(id, time(text=text))
    assert (await psa.find_note(id, "ref bcdfghjk"), await psa.find_time(id, "ref bcdfghjk")) == (None, None)
    for look in (psa.find_note, psa.find_time):
        with pytest.raises(Rejected):
            await look(id, text)


async def test_more_minutes_than_a_day_has_are_rejected(psa: LocalPsa) -> None:
    """1440 are a day's work, 1441 a mistake."""
    id = await id_of(psa, "T-1001")
    await psa.add_time(id, time(1440))
    with pytest.raises(Rejected):
        await psa.add_time(id, time(1441))
    assert await psa.find_time(id, "ref bcdfghjk") is not None


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:3978/#ticket/T-1001", "https://flowpilot.example/#ticket/T-1001", "/#ticket/T-1001",
        "#ticket/T-1001", "http://[::1]:3978/#ticket/1001", "HTTP://LOCALHOST:3978/#TICKET/t-1001",
    ],
)  # fmt: skip
async def test_the_pages_own_links_name_their_ticket(psa: LocalPsa, text: str) -> None:
    """Under whatever name of this machine the page was opened, and those that it answers to besides."""
    shown = replace(psa, base_url=BASE_URL, names=("flowpilot.example",))
    ref = await shown.find_ticket(text)
    assert ref is not None
    assert ref.number == "T-1001"


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:3979/#ticket/T-1001",
        "https://tickets.example/#ticket/T-1001",
        "https://localhost/#ticket/T-1001",
    ],
)
async def test_the_same_link_elsewhere_names_none(psa: LocalPsa, text: str) -> None:
    """Nor does any where the list is not shown."""
    assert await replace(psa, base_url=BASE_URL).find_ticket(text) is None
    assert await psa.find_ticket(f"{BASE_URL}/#ticket/T-1001") is None


@pytest.mark.parametrize(
    "text",
    [
        "https://redmine.example/issues/1001", "https://x.example/tickets/1001", "http://localhost:3978/x#ticket/1001",
        "http://localhost:3978/?id=1001", "http://localhost:3978/#ticket/T-1001/notes",
    ],
)  # fmt: skip
async def test_links_of_other_systems_name_no_local_ticket(psa: LocalPsa, text: str) -> None:
    """The same number elsewhere is another ticket."""
    assert await psa.find_ticket(text) is None


@given(st.text() | st.from_regex(r"(CW |T-|#|ticket )*[0-9]{0,12}.?"))
@example("\ud800")
@example("9" * 5000)
def test_whatever_is_asked_for_never_raises(text: str) -> None:
    """Hostile text asks the database for a small number, or for nothing."""
    tickets = Numbers()
    psa = LocalPsa(tickets=tickets, account_id="northwind", clock=FixedClock())
    assert asyncio.run(psa.find_ticket(text)) is None
    assert all(0 < number < 2**31 for number in tickets.asked)
