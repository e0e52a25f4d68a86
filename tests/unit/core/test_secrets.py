"""Secrets that people type are stored, queued and said nowhere (SPEC 9)."""

from core.commands import LinkTicket, StartSession
from core.views import Notice
from tests.support.desk import Desk, notice_of

SECRET = "Sup3rS3cret!pw"


async def test_a_secret_in_a_ticket_address_goes_nowhere(desk: Desk) -> None:
    """Typed or decoded: the work row, the thread and the private answer hold none of it."""
    await desk.say("erin", "The printer prints nothing", mention=True)
    await desk.work()
    address = f"https://admin:{SECRET}@psa.example/t/1"
    typed = await desk.type("erin", f"link {address}", thread="1")
    sent = await desk.send("erin", LinkTicket(session_id="FP-1", ticket=address))
    rows = await desk.store.read(lambda tx: tx.queue.listed(account_id=None, state=None, limit=100))
    await desk.work()
    assert SECRET not in f"{typed}{sent}{[row.payload for row in rows]}{desk.said()}"


async def test_no_note_names_a_colleague_who_does_not_take_part(desk: Desk) -> None:
    """The names of all of the account's people are kept out, not only of those who joined."""
    await desk.say("erin", "The printer prints nothing", mention=True)
    await desk.work()
    await desk.say("erin", "fact: Adam told Olivia that the tray was empty")
    await desk.work()
    form = await desk.type("erin", "preview escalation", thread="1")
    await desk.work()
    shown = str(desk.platform.filled.get(getattr(form, "surface", ""), form))
    assert "tray" in shown
    assert "Olivia" not in shown


async def test_words_that_cannot_be_read_are_kept_all_the_same(desk: Desk) -> None:
    """They are refused in the transaction that stores them, and counted as refused."""
    reply = notice_of(await desk.type("erin", "the broken printer please", name="resolve"))
    assert reply.error
    again = await desk.type("erin", "the broken printer please", name="resolve")
    assert isinstance(again, Notice)


async def test_a_start_whose_kept_words_are_another_forms_is_refused_clearly(desk: Desk) -> None:
    """A tampered button names a form that is none of the sort."""
    await desk.say("erin", "The printer prints nothing", mention=True)
    await desk.work()
    form = await desk.type("erin", "resolve", thread="1")
    reply = notice_of(await desk.send("erin", StartSession(text="x", kept=form.surface), thread="2"))  # type: ignore[union-attr]
    assert "Say it again" in reply.markdown
