"""An edit of the first message, before it was answered, names another ticket (SPEC 2)."""

import pytest

from core.commands import EditMessage, LinkTicket
from core.tickets.handlers import store_ticket
from tests.support.desk import Desk

FIRST = "Printer broken T-1001"


async def _linked(desk: Desk) -> str:
    """The ticket that stands on the session while its first turn is still to run."""
    session = await desk.session()
    found = await desk.psa_for(session.account_id).find_ticket("T-1001")
    assert found is not None
    ticket = await desk.psa_for(session.account_id).ticket(found.id)
    assert ticket is not None
    await desk.change(lambda uow: store_ticket(uow, session.id, ticket, said=False))
    return (await desk.session()).ticket_number


@pytest.mark.parametrize("linked", [False, True])
@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("Outlook broken T-1002", "T-1002"),
        ("Outlook broken", ""),
        ("The printer is broken, see T-1001", "T-1001"),
    ],
)
async def test_the_ticket_of_the_new_words_is_linked(desk: Desk, words: str, number: str, *, linked: bool) -> None:
    """And that of the old ones is not, whether or not it was looked up already."""
    await desk.say("erin", FIRST, mention=True)
    assert not linked or await _linked(desk) == "T-1001"
    await desk.send("erin", EditMessage(ref="m1", text=words))
    await desk.work()
    session = await desk.session()
    assert (session.title, session.ticket_number) == (words, number)
    ticket = await desk.look(lambda uow: uow.tickets.get(session.id))
    assert ("" if ticket is None else ticket.ref.number) == number
    assert "Unlinked" not in desk.said(), "the words say what they name"


async def test_a_ticket_that_was_asked_for_by_name_stays(desk: Desk) -> None:
    """`link` says more than what the first words mention."""
    await desk.say("erin", FIRST, mention=True)
    await desk.send("erin", LinkTicket(session_id="FP-1", ticket="T-1003"))
    await desk.send("erin", EditMessage(ref="m1", text="Printer broken"))
    await desk.work()
    assert (await desk.session()).ticket_number == "T-1003"
