"""Tickets that the first words of a session name (SPEC 2)."""

import pytest

from core.fixes.model import FixStatus
from core.ports import Psa
from core.sessions.model import SessionStatus
from tests.fakes.faulty_psa import Down, FaultyPsa
from tests.fakes.platform import words_of
from tests.support.desk import Desk
from tests.unit.core.walking import started, suggested, the_fix


async def test_a_named_ticket_is_linked_and_read(desk: Desk) -> None:
    """Its summary is on the session's card."""
    session = await started(desk, "Outlook asks for a password, T-1001")
    assert (await desk.session(session.number)).ticket_number == "T-1001"
    assert "Outlook asks for the password again" in desk.said()


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("Backup job red, see T-9999", "T-9999"),
        ("Backup job red, CW #4711", "#4711"),
        ("Backup job red, http://localhost:3978/tickets/9999", "http://localhost:3978/tickets/9999"),
    ],
)
async def test_a_named_ticket_that_does_not_exist_is_told(desk: Desk, words: str, name: str) -> None:
    """In one line, once, and the session goes on."""
    session = await started(desk, words)
    lines = [words_of(post.card) for post in desk.platform.posts if "no ticket" in words_of(post.card)]
    assert lines == [f"There is no ticket {name}. Say `link` with the right number."]
    assert (session.status, session.ticket_number) == (SessionStatus.ACTIVE, "")


FOREIGN = "https://support.vendor.example/tickets/4711"


async def test_an_address_of_another_system_is_no_ticket_of_ours(desk: Desk) -> None:
    """Nothing is said of it, and the ticket that is named beside it is linked."""
    await started(desk, f"The vendor looks at the licence server: {FOREIGN}")
    assert "no ticket" not in desk.said()
    second = await started(desk, f"Outlook asks for a password, {FOREIGN}, our T-1001", thread="2")
    assert (await desk.session(second.number)).ticket_number == "T-1001"


async def test_who_links_an_address_of_another_system_is_told_what_to_say(desk: Desk) -> None:
    """Not that there is no such ticket."""
    await started(desk)
    await desk.say("erin", f"link {FOREIGN}")
    await desk.work()
    assert (
        f"{FOREIGN} is no address of the connected ticket system. Say `link` with the ticket’s number." in desk.said()
    )
    assert "There is no ticket" not in desk.said()


@pytest.mark.parametrize("words", ["Event 4711 on build #9999", "The colour #4711 is wrong", "4711 users are out"])
async def test_a_number_that_names_no_ticket_is_not_looked_for(desk: Desk, words: str) -> None:
    """Nothing is said of tickets."""
    await started(desk, words)
    assert "ticket" not in desk.said()


async def test_what_does_not_exist_is_not_told_of_a_session_that_is_over(desk: Desk) -> None:
    """The ticket system was down for as long as it went on."""
    faulty = FaultyPsa(desk.psa_for(desk.accounts["northwind"]))
    faulty.script("find_ticket", Down())
    desk.psas[desk.accounts["northwind"]] = faulty
    await started(desk, "Backup job red, see T-9999")
    await desk.say("erin", "abandon")
    desk.clock.pass_by(minutes=10)
    await desk.work()
    assert faulty.unmet == []
    assert "no ticket" not in desk.said()


async def test_a_ticket_system_that_is_down_blocks_no_start(desk: Desk) -> None:
    """The session goes on; when it is back, the ticket is linked."""
    psa: Psa = desk.psa_for(desk.accounts["northwind"])
    faulty = FaultyPsa(psa)
    faulty.script("find_ticket", *[Down()] * 3)
    desk.psas[desk.accounts["northwind"]] = faulty
    session = await started(desk, "Outlook asks for a password, T-1001")
    assert "[What we know]" in desk.said()
    assert "no ticket" not in desk.said(), "nobody knows yet"
    assert (await desk.session(session.number)).ticket_id is None
    for _ in range(4):
        desk.clock.pass_by(minutes=10)
        await desk.work()
    assert (await desk.session(session.number)).ticket_number == "T-1001"


@pytest.mark.parametrize("words", ["link T-1001 FP-1", "link FP-1 T-1001"])
async def test_a_ticket_is_linked_to_the_session_that_is_named(desk: Desk, words: str) -> None:
    """Whichever thread it is said in; `unlink` takes a name, too."""
    await started(desk, "Outlook asks for a password")
    await started(desk, "The printer is out of toner", thread="2")
    await desk.type("erin", words)
    await desk.work()
    assert [(await desk.session(number)).ticket_number for number in (1, 2)] == ["T-1001", ""]
    await desk.say("erin", "unlink FP-1", thread="2")
    assert (await desk.session(1)).ticket_number == ""


async def test_an_outcome_goes_to_the_session_that_is_named(desk: Desk) -> None:
    """And its name is none of the words about it."""
    first = await started(desk, "Outlook asks for a password")
    fix = await suggested(desk, first)
    await started(desk, "The printer is out of toner", thread="2")
    await desk.say("erin", "failed FP-1: same error", thread="2")
    fix = await the_fix(desk, fix)
    assert (fix.status, fix.notes) == (FixStatus.FAILED, "same error")
