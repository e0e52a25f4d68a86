"""The Psa that fails as it is told to."""

import asyncio

import pytest

from adapters.psa.local import LocalPsa
from adapters.psa.local_seed import seed_tickets
from core.errors import Rejected, Unavailable, Uncertain
from core.ports import Psa
from core.tickets.model import NoteWrite
from storage.local_tickets import SqlLocalTickets
from tests.contract.psa.local_desk import NOW, FixedClock
from tests.fakes.faulty_psa import Down, FaultyPsa, Ignored, LostReply, Refused, Slow, Works

NOTE = NoteWrite(text="x\n\nref bcdfghjk", marker="ref bcdfghjk", internal=True, resolution=False)


@pytest.fixture
async def id(tickets: SqlLocalTickets) -> str:
    await tickets.ensure("northwind", seed_tickets(NOW)["Northwind IT"])
    found = await tickets.find("northwind", 1001)
    assert found is not None
    return found


@pytest.fixture
def psa(tickets: SqlLocalTickets) -> FaultyPsa:
    return FaultyPsa(LocalPsa(tickets=tickets, account_id="northwind", clock=FixedClock()))


async def test_without_a_script_everything_goes_through(psa: FaultyPsa, id: str) -> None:
    """It is the Psa behind it, and remembers what was asked of it."""
    plain: Psa = psa
    await plain.add_note(id, NOTE)
    assert await plain.find_note(id, NOTE.marker) is not None
    assert psa.calls == [("add_note", id, NOTE), ("find_note", id, NOTE.marker)]
    assert psa.called("add_note") == [NOTE]
    assert psa.name == "local"


async def test_faults_are_met_in_order_then_it_works_again(psa: FaultyPsa, id: str) -> None:
    """Down, then refused, then a healthy call, then a lost reply."""
    psa.script("add_note", Down(retry_after=7), Refused("Closed."), Works(), LostReply())
    with pytest.raises(Unavailable) as down:
        await psa.add_note(id, NOTE)
    with pytest.raises(Rejected, match="Closed"):
        await psa.add_note(id, NOTE)
    assert await psa.find_note(id, NOTE.marker) is None
    await psa.add_note(id, NOTE)
    with pytest.raises(Uncertain):
        await psa.add_note(id, NOTE)
    await psa.add_note(id, NOTE)
    ticket = await psa.ticket(id)
    assert ticket is not None
    assert (len(ticket.notes), down.value.retry_after, psa.unmet) == (3, 7, [])


async def test_a_script_of_one_method_leaves_the_others_alone(psa: FaultyPsa, id: str) -> None:
    """And what was not met is told."""
    psa.script("set_status", Ignored())
    await psa.add_note(id, NOTE)
    assert psa.unmet == ["set_status"]
    await psa.set_status(id, "closed")
    ticket = await psa.ticket(id)
    assert ticket is not None
    assert (ticket.status, psa.unmet) == ("New", [])


async def test_a_slow_call_waits_until_the_test_lets_it_go(psa: FaultyPsa, id: str) -> None:
    """Nothing happens before."""
    gate = asyncio.Event()
    psa.script("add_note", Slow(gate))
    writing = asyncio.ensure_future(psa.add_note(id, NOTE))
    assert await psa.find_note(id, NOTE.marker) is None
    gate.set()
    await writing
    assert await psa.find_note(id, NOTE.marker) is not None


@pytest.mark.parametrize(("method", "fault"), [("add_note", Ignored()), ("add_nte", Works())])
def test_a_script_that_makes_no_sense_is_refused(psa: FaultyPsa, method: str, fault: Ignored | Works) -> None:
    """A misspelt test would test nothing."""
    with pytest.raises((AssertionError, AttributeError)):
        psa.script(method, fault)
