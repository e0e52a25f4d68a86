"""Replies that are lost, systems that are down: whatever may have happened is looked for before it is done again."""

from collections.abc import Callable

import pytest

from core.errors import Fault, NotOpen, Unavailable, Uncertain
from core.ports import UnitOfWork
from core.say import FILL
from core.tickets.model import Ticket
from core.turns.queue import TURN
from core.views import Form
from core.work.model import MAX_ATTEMPTS, Work, think_lane
from tests.fakes.faulty_psa import Down, FaultyPsa, Ignored, LostReply, Refused
from tests.fakes.platform import words_of
from tests.support.desk import Desk, form_of

PROBLEM = "the printer at reception prints nothing, #1001"


def once(call: str, error: Fault, times: int = 1) -> Callable[[str], None]:
    """Trouble at the first calls of that name."""
    left = [times]

    def trouble(name: str) -> None:
        if name == call and left[0]:
            left[0] -= 1
            raise error

    return trouble


async def resolve(desk: Desk, **inputs: str) -> None:
    """A session on ticket 1001, resolved; the worker has not begun to post."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    form = form_of(await desk.say("erin", "resolve"))
    form = form_of(await desk.submit("erin", form, resolved_by="Put paper in."))
    await desk.work()
    form = desk.platform.filled[form.surface]
    await desk.submit("erin", form, **{"minutes": "9", **inputs})


async def wait(desk: Desk, minutes: float = 10.0) -> None:
    """Let time pass in small steps, and work be done."""
    for _ in range(int(minutes * 6)):
        desk.clock.pass_by(seconds=10)
        await desk.work()


async def ticket(desk: Desk) -> Ticket:
    """Ticket 1001 as it stands."""
    psa = desk.psa_for(desk.accounts["northwind"])
    ref = await psa.find_ticket("1001")
    assert ref is not None
    found = await psa.ticket(ref.id)
    assert found is not None
    return found


async def notes(desk: Desk) -> list[str]:
    """FlowPilot's notes on ticket 1001."""
    return [note.text for note in (await ticket(desk)).notes if note.author == "FlowPilot"]


async def test_a_post_whose_reply_was_lost_is_found_and_not_repeated(desk: Desk) -> None:
    """The message is there, though the platform did not say so."""
    desk.platform.trouble = once("posted", Uncertain("timeout"))
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    assert len(desk.platform.posts) == 1
    await wait(desk, 1)
    deliveries = [post.delivery for post in desk.platform.posts]
    assert len(deliveries) == len(set(deliveries)) > 1
    updated = desk.platform.posts[0]
    await desk.say("erin", "pause")
    await desk.work()
    assert updated.updates > 0


async def test_a_post_that_did_not_happen_is_repeated_before_what_was_said_later(desk: Desk) -> None:
    """Looked for and not found: posted, in its place."""
    desk.platform.trouble = once("post", Uncertain("timeout"))
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    assert desk.platform.posts == []
    await wait(desk, 1)
    first, second = [words_of(post.card) for post in desk.platform.posts]
    assert first.startswith("FP-1")
    assert "Printer does not print" in second


@pytest.mark.parametrize("lost", ["add_note", "add_time", "set_status"])
async def test_a_write_to_the_ticket_whose_reply_was_lost_stands_once(desk: Desk, psa: FaultyPsa, lost: str) -> None:
    """It is found by its reference; a status is read before it is set again."""
    psa.script(lost, LostReply())
    await resolve(desk)
    await wait(desk, 1)
    assert psa.unmet == []
    assert len(await notes(desk)) == 1
    assert [len(psa.called(each)) for each in ("add_note", "add_time", "set_status")] == [1, 1, 1]
    assert (await ticket(desk)).status == "Resolved"
    assert "internal note · status Resolved, verified · 9 min" in desk.said()


async def test_looking_goes_on_after_a_retry_by_hand(desk: Desk, psa: FaultyPsa) -> None:
    """The note was written at the first try; eight failed looks later an engineer clicks Retry, and there is one note."""
    psa.script("add_note", LostReply())
    psa.script("find_note", *[Down()] * (MAX_ATTEMPTS - 1))
    await resolve(desk)
    await wait(desk, 20)
    assert psa.unmet == []
    card = desk.card("Writing the note to the ticket failed.")
    await desk.click("erin", card, "Retry")
    await desk.work()
    assert len(await notes(desk)) == 1
    assert len(psa.called("add_note")) == 1
    assert "internal note · status Resolved, verified · 9 min" in desk.said()
    assert "A failed delivery was tried again." in desk.said()


async def test_a_status_that_is_silently_refused_is_told_in_the_receipt(desk: Desk, psa: FaultyPsa) -> None:
    """The ticket is read again after the change."""
    psa.script("set_status", Ignored())
    before = (await ticket(desk)).status
    await resolve(desk)
    await desk.work()
    assert f"the ticket did not take the status “Resolved”; it is still {before}" in desk.said()
    assert len(await notes(desk)) == 1


async def test_a_status_that_is_refused_is_told_with_its_reason(desk: Desk, psa: FaultyPsa) -> None:
    """The other writes stand."""
    psa.script("set_status", Refused("A time entry is missing."))
    await resolve(desk)
    await desk.work()
    assert "the ticket refused the status “Resolved”: A time entry is missing." in desk.said()
    assert "9 min" in desk.said()


async def test_an_hour_without_the_ticket_system_ends_with_everything_written_once(desk: Desk, psa: FaultyPsa) -> None:
    """Its Retry-After is honoured, the session is resolved all the while, and then all three writes happen in order."""
    await resolve(desk)
    begun = len(psa.calls)
    psa.script("add_note", *[Down(retry_after=900)] * 4)
    await desk.work()
    assert (await desk.session()).status == "resolved"
    await wait(desk, 61)
    assert psa.unmet == []
    writes = [name for name, _, _ in psa.calls[begun:] if name.startswith(("add", "set"))]
    assert writes == ["add_note"] * 5 + ["set_status", "add_time"]
    assert len(await notes(desk)) == 1
    assert "internal note · status Resolved, verified · 9 min" in desk.said()


async def test_a_start_does_not_wait_for_the_ticket_system(desk: Desk, psa: FaultyPsa) -> None:
    """The session is there and answered; the ticket is linked when it can be read."""
    psa.script("find_ticket", Down(), Down())
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    assert "Printer does not print" in desk.said()
    assert (await desk.session()).ticket_id is None
    await wait(desk, 1)
    assert (await desk.session()).ticket_number == "T-1001"


async def test_overtaken_updates_are_left_out_and_the_card_shows_the_last_state(desk: Desk) -> None:
    """While the platform was away the card changed three times; it is brought up to date once."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    card = desk.platform.posts[0]
    before = card.updates
    desk.platform.trouble = once("update", Unavailable("away"))
    for words in ("pause", "resume", "pause"):
        await desk.say("erin", words)
        await desk.work()
    await wait(desk, 1)
    assert card.updates == before + 1
    assert "Paused" in words_of(card.card)


async def test_a_message_that_is_gone_does_not_keep_another_from_its_update(desk: Desk) -> None:
    """A card shown twice in a thread is brought up to date where it still stands."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    session = await desk.session()
    first = desk.platform.posts[0]

    def again(uow: UnitOfWork) -> None:
        uow.posts.add(
            session_id=session.id,
            conversation_id=session.conversation_id,
            card="session",
            subject=session.id,
            ref="bot-0",
            at=uow.now,
        )

    await desk.change(again)
    before = first.updates
    await desk.say("erin", "pause")
    await desk.work()
    assert first.updates == before + 1
    assert "Paused" in words_of(first.card)


async def test_a_form_that_is_not_open_yet_is_filled_when_it_is(desk: Desk) -> None:
    """The draft may be quicker than the platform's answer to the click."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    form = form_of(await desk.say("erin", "resolve"))
    desk.platform.trouble = once("fill", NotOpen("not open yet", retry_after=0.2))
    form = form_of(await desk.submit("erin", form, resolved_by="Put paper in."))
    await desk.work()
    assert form.surface not in desk.platform.filled
    desk.clock.pass_by(seconds=1)
    await desk.work()
    assert desk.platform.filled[form.surface].submit == "Post"


async def test_filling_a_form_that_was_never_opened_comes_to_an_end(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """The answer that would have opened it was lost: nobody waits for it, so nothing failed, and the log says it."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    form = form_of(await desk.say("erin", "resolve"))
    desk.platform.trouble = once("fill", NotOpen("not open yet", retry_after=0.2), times=99)
    form = form_of(await desk.submit("erin", form, resolved_by="Put paper in."))
    await desk.work()
    (row,) = await fills(desk, form)
    with caplog.at_level("INFO"):
        for _ in range(12):
            await desk.work()
            desk.clock.pass_by(seconds=10)
    assert await fills(desk, form) == []
    assert [record.work for record in caplog.records if record.message == "fill.never_opened"] == [row.id]  # type: ignore[attr-defined]
    assert "failed" not in desk.said()


async def fills(desk: Desk, form: Form) -> list[Work]:
    """Open and dead rows that fill the form."""
    return list(await desk.look(lambda uow: uow.work.open_for(form.surface, [FILL])))


async def test_a_message_that_comes_while_there_was_nothing_to_answer_is_answered(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The turn's row was open when it came, so it queued none of its own."""
    await desk.say("erin", PROBLEM, mention=True)
    await desk.work()
    session = await desk.session()
    key = f"turn:{session.id}"

    def idle(uow: UnitOfWork) -> None:
        uow.work.add(TURN, lane=think_lane(session.id), session_id=session.id, subject=session.id, dedupe_key=key)

    await desk.change(idle)
    look = desk.worker.look

    async def slow(work: Work, read: Callable[[UnitOfWork], object]) -> object:
        found = await look(work, read)
        if work.kind == TURN and found is None:
            await desk.say("erin", "it blinks red")
        return found

    monkeypatch.setattr(desk.worker, "look", slow)
    await desk.work()
    assert list(await desk.look(lambda uow: uow.messages.pending(session.id))) == []
    said = await desk.look(lambda uow: [message.text for message in uow.messages.recent(session.id, 2)])
    assert said[0] == "it blinks red"
    assert "tell me more" in said[1]
