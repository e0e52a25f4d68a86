"""What the card of an escalation says, wherever it stands (SPEC 5)."""

from dataclasses import replace

from core.commands import LinkTicket, OpenRetarget, ShowHome
from core.errors import Unavailable
from core.views import Card, Close, Fields
from tests.fakes.platform import words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import escalated, started, user_id


def facts_of(card: Card) -> dict[str, str]:
    """What its fields say."""
    return {name: words for block in card.body if isinstance(block, Fields) for name, words in block.items}


async def test_the_card_leads_to_ticket_and_thread(desk: Desk) -> None:
    """It may stand in another channel. It follows the ticket; where there is none, it says nothing of it."""
    session = await started(desk)
    await escalated(desk, session)
    assert "Ticket" not in facts_of(desk.card("**Why**"))
    await desk.send("erin", LinkTicket(session_id=session.id, ticket="T-1001"))
    await desk.work()
    facts = facts_of(desk.card("**Why**"))
    assert facts["Ticket"] == "[T-1001](http://localhost:3978/#ticket/T-1001)"
    assert facts["Thread"] == "[FP-1](https://chat.example/desk/1)"


async def test_a_thread_without_an_address_is_not_led_to(desk: Desk) -> None:
    """The platform gave none."""

    def away(call: str) -> None:
        if call == "permalink":
            raise Unavailable("away")

    desk.platform.trouble = away
    await escalated(desk, await started(desk))
    assert "Thread" not in facts_of(desk.card("**Why**"))


async def test_a_person_and_a_queue_both_stand_on_the_card(desk: Desk) -> None:
    """And wherever else it says to whom: the reminder, the home page, the conclusion, and after it was aimed elsewhere."""
    await desk.change(
        lambda uow: uow.accounts.save(replace(uow.accounts.get(), settings={"queues": "Network, Servers"}))
    )
    session = await started(desk)
    await escalated(desk, session, to="Sam", queue="Network")
    assert facts_of(desk.card("**Why**"))["To"] == "Sam, Network"
    assert "to Sam, Network" in words_of(notice_of(await desk.send("adam", ShowHome())))
    await desk.say("erin", "conclude")
    await desk.work()
    assert "a colleague, Network" in desk.said()
    form = form_of(await desk.send("erin", OpenRetarget(session_id=session.id)))
    reply = await desk.submit("erin", form, person=await user_id(desk, "Adam"), queue="Servers")
    assert isinstance(reply, Close)
    assert reply.notice == "FP-1 is now aimed at Adam, Servers."
    desk.clock.pass_by(minutes=15)
    await desk.work()
    assert "still unclaimed** (Adam, Servers)" in desk.said()
