"""Secrets that people type are stored, queued and said nowhere (SPEC 9)."""

from dataclasses import fields
from typing import get_type_hints

import pytest

import core.commands
from core.codec import encode
from core.commands import (
    Command,
    JoinSession,
    LinkTicket,
    PrepareEscalation,
    RecordOutcome,
    SessionAction,
    StartSession,
)
from core.commands.base import WRITTEN
from core.fixes.model import FixStatus
from core.views import Notice
from tests.fakes.platform import buttons_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.walking import started, suggested, the_fix

SECRET = "Sup3rS3cret!pw"
WORDS = f"the password is {SECRET}"

#: Fields that hold what FlowPilot itself gave out, or a choice of those that it offered.
GIVEN = frozenset({
    "account_zone", "after", "billing_day", "daily_quota", "escalation_channel", "fact_id", "fix_id", "flow_id", "kept", "kind",
    "look_again", "look_again_on", "message_ref", "minutes", "model_documents", "monthly_quota", "name", "offer", "outcome",
    "pause", "person", "queue", "ref", "session_id", "shown", "status", "step_id", "surface", "then", "ticket_status",
    "time_entries", "urgency", "use_new", "visibility", "zone",
})  # fmt: skip
COMMANDS = [
    found
    for name in core.commands.__all__
    if isinstance(found := getattr(core.commands, name), type) and issubclass(found, Command)
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.__name__)
def test_every_text_of_a_command_is_known_for_what_it_is(command: type[Command]) -> None:
    """What people write comes to a handler without secrets; what was given out, and comes back, as it was."""
    kinds = get_type_hints(command)
    texts = {field.name for field in fields(command) if kinds[field.name] is str}
    assert texts <= WRITTEN | GIVEN
    assert not WRITTEN & GIVEN


@pytest.mark.parametrize("action", [
    RecordOutcome(status=FixStatus.FAILED, notes=WORDS),
    PrepareEscalation(surface="s", reason=WORDS, person="", queue=""),
], ids=lambda action: type(action).__name__)  # fmt: skip
async def test_a_join_button_carries_no_secret(action: SessionAction, desk: Desk) -> None:
    """What was typed in a form goes into the button that joins and then does it."""
    session = await started(desk)
    await suggested(desk, session)
    (join,) = buttons_of(notice_of(await desk.send("sam", action)))
    assert isinstance(join.action, JoinSession)
    assert "the password is [redacted: password]" in join.action.then
    assert SECRET not in encode(join.action)


async def test_what_an_older_button_carries_is_kept_without_its_secrets(desk: Desk) -> None:
    """It was made before its words were redacted, or by somebody else."""
    session = await started(desk)
    fix = await suggested(desk, session)
    then = encode(RecordOutcome(session_id=session.id, fix_id=fix.id, status=FixStatus.FAILED, notes=WORDS))
    await desk.send("sam", JoinSession(session_id=session.id, then=then))
    assert (await the_fix(desk, fix)).notes == "the password is [redacted: password]"


async def test_the_buttons_of_a_picker_carry_no_secret(desk: Desk) -> None:
    """Where several sessions fit, each button does what was typed on one of them."""
    for thread in ("1", "2"):
        await started(desk, f"The printer {thread} prints nothing", thread=thread)
    reply = notice_of(await desk.send("erin", RecordOutcome(status=FixStatus.FAILED, notes=WORDS), thread=""))
    carried = [encode(button.action) for button in buttons_of(reply)]
    assert len(carried) == 2
    assert SECRET not in "".join(carried)
    assert all("[redacted: password]" in text for text in carried)


async def test_what_was_given_out_comes_back_as_it_was(desk: Desk) -> None:
    """A form's id is not read, whatever it looks like."""
    await started(desk)
    prepare = PrepareEscalation(surface="pwd=Hunter22", reason="Needs rights", person="", queue="")
    (join,) = buttons_of(notice_of(await desk.send("sam", prepare)))
    assert "pwd=Hunter22" in encode(join.action)


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
