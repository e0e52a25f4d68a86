"""The private list of what we know: whatever is done in it is answered with the list as it is now."""

from core.commands import AddFact
from core.views import Close, Notice
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import escalated, started


def now(reply: object) -> Notice:
    """The list that takes the place of the one before."""
    assert isinstance(reply, Close)
    assert reply.now is not None
    return reply.now


async def test_the_list_is_drawn_anew_after_each_change_in_it(desk: Desk) -> None:
    """Added, edited, deleted; its own buttons go on from there."""
    await started(desk)
    listed = notice_of(await desk.say("erin", "facts"))
    form = form_of(await desk.click("erin", listed, "Add a fact"))
    listed = now(await desk.submit("erin", form, text="The mailbox is full"))
    assert words_of(listed).startswith("Added to what we know.\n\n**FP-1: What we know**\n- The mailbox is full\n")
    form = form_of(await desk.click("erin", listed, "Edit"))
    listed = now(await desk.submit("erin", form, text="The archive is full"))
    assert words_of(listed).startswith("Changed.\n\n**FP-1: What we know**\n- The archive is full\n")
    listed = now(await desk.click("erin", listed, "Delete"))
    assert words_of(listed) == "Deleted from what we know.\n\n**FP-1: Nothing confirmed yet**\n[Add a fact]"


async def test_a_repeat_in_the_list_is_said_there(desk: Desk) -> None:
    """And added once."""
    await started(desk)
    await desk.say("erin", "fact: the mailbox is full")
    form = form_of(await desk.click("erin", notice_of(await desk.say("erin", "facts")), "Add a fact"))
    listed = now(await desk.submit("erin", form, text="The mailbox is full."))
    assert words_of(listed).startswith("That is known already.\n\n")
    assert words_of(listed).count("the mailbox is full") == 1


async def test_a_list_of_an_escalated_session_keeps_its_buttons(desk: Desk) -> None:
    """Facts are changed while it waits, too."""
    session = await started(desk)
    await desk.say("erin", "fact: the mailbox is full")
    await escalated(desk, session)
    listed = notice_of(await desk.say("erin", "facts"))
    form = form_of(await desk.click("erin", listed, "Edit"))
    listed = now(await desk.submit("erin", form, text="The archive is full"))
    assert [button.label for button in buttons_of(listed)] == ["Edit", "Delete", "Add a fact"]


async def test_what_is_noted_elsewhere_is_answered_in_a_word(desk: Desk) -> None:
    """There is no list to draw anew."""
    session = await started(desk)
    assert await desk.say("erin", "fact: the mailbox is full") == Close(notice="Added to what we know.")
    shortcut = AddFact(session_id=session.id, text="The archive is full")
    assert await desk.send("erin", shortcut) == Close(notice="Added to what we know.")
