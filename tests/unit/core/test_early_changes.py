"""Edits and deletions that come before their message: events arrive in any order (SPEC 2, ARCHITECTURE 5)."""

import pytest

from core.commands import Command, DeleteMessage, EditMessage, ReceiveMessage
from core.sessions.model import Session
from core.turns.model import Author, Message
from core.views import Nothing, Reply
from tests.support.desk import Desk
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import started

FIRST = ReceiveMessage(ref="m8", text="first words")
KEY = "message:desk:m8"


async def change(desk: Desk, command: Command, *, who: str = "erin") -> Reply:
    """A change of FIRST, as it comes from the platform."""
    return await desk.send(who, command, about=KEY)


async def come(desk: Desk, message: ReceiveMessage = FIRST, *, event: str = "event:1") -> Reply:
    """FIRST comes, or comes again with another event."""
    return await desk.send("erin", message, keys=(event, KEY), words=message.text)


async def messages(desk: Desk, session: Session) -> list[Message]:
    return list(await desk.look(lambda uow: uow.messages.recent(session.id, 100)))


async def texts(desk: Desk) -> list[str]:
    """What the engineer said in the session after its first words."""
    said = await messages(desk, await desk.session())
    return [message.text for message in said if message.user_id and message.number > 1]


async def test_a_message_is_taken_as_it_was_edited_before_it_came(desk: Desk) -> None:
    """The last edit counts, redacted as any words; a repeat of the message changes nothing."""
    await started(desk)
    assert isinstance(await change(desk, EditMessage(ref="m8", text="second words")), Nothing)
    await change(desk, EditMessage(ref="m8", text="third words, password: Hunter2!Hunter2!"))
    await come(desk)
    await come(desk, event="event:2")
    (said,) = await texts(desk)
    assert said.startswith("third words")
    assert "Hunter2" not in said
    await change(desk, EditMessage(ref="m8", text="fourth words"))
    assert await texts(desk) == ["fourth words"]


async def test_a_session_starts_with_the_words_as_edited(desk: Desk) -> None:
    """Its title and intake too."""
    await change(desk, EditMessage(ref="m8", text="Outlook is slow"))
    await come(desk, ReceiveMessage(ref="m8", text="Outlok is slow", mentioned=True))
    assert (await desk.session()).title == (await desk.session()).intake == "Outlook is slow"


@pytest.mark.parametrize(
    "aside", [EditMessage(ref="m8", text="// lunch?"), EditMessage(ref="m8", text="@Sam lunch?", to_others=True)]
)
async def test_a_message_that_was_edited_to_be_an_aside_before_it_came_is_no_turn(
    scripted: Desk, model: ScriptedModel, aside: EditMessage
) -> None:
    """It is kept as context, as it would be had it been written so."""
    desk, session = scripted, await started(scripted)
    await change(desk, EditMessage(ref="m8", text="second words"))
    await change(desk, aside)
    await come(desk)
    await desk.work()
    assert len(model.turns) == 1
    (said,) = [message for message in await messages(desk, session) if message.ref == "m8"]
    assert aside.text in said.text
    assert said.author is Author.CONTEXT


async def test_a_message_that_is_for_the_bot_when_it_comes_is_a_turn(scripted: Desk, model: ScriptedModel) -> None:
    """Though it was for somebody else when it was written."""
    desk = scripted
    await started(desk)
    await change(desk, EditMessage(ref="m8", text="second words"))
    await come(desk, ReceiveMessage(ref="m8", text="@Sam first words", to_others=True))
    await desk.work()
    assert [message.text for message in model.turns[-1].pending] == ["second words"]


async def test_a_message_that_was_deleted_before_it_came_is_no_turn(desk: Desk) -> None:
    """Nothing of it is kept; an edit that comes after the deletion is older than it."""
    await started(desk)
    await change(desk, EditMessage(ref="m8", text="second words"))
    await change(desk, DeleteMessage(ref="m8"))
    await change(desk, EditMessage(ref="m8", text="third words"))
    assert isinstance(await come(desk), Nothing)
    assert isinstance(await come(desk), Nothing)
    await desk.work()
    assert await texts(desk) == []


async def test_nobody_changes_what_another_has_yet_to_say(desk: Desk) -> None:
    """The message is taken as it was written."""
    await started(desk)
    await change(desk, EditMessage(ref="m8", text="mine now"), who="sam")
    await change(desk, DeleteMessage(ref="m8"), who="sam")
    await come(desk)
    assert await texts(desk) == ["first words"]


async def test_an_edit_waits_on_while_its_message_fails(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The repeat is taken as edited."""
    await started(desk)
    await change(desk, EditMessage(ref="m8", text="second words"))
    with monkeypatch.context() as broken:
        broken.setattr("core.turns.handlers.queue_turn", _broken)
        await come(desk)
    assert await texts(desk) == []
    await come(desk)
    assert await texts(desk) == ["second words"]


def _broken(*args: object, **kwargs: object) -> None:
    raise ZeroDivisionError("a bug")


async def test_an_edit_of_a_message_that_was_none_of_the_sessions_is_forgotten(desk: Desk) -> None:
    """It has come already, so nothing waits for it."""
    await desk.send("erin", FIRST, keys=("event:1", KEY))
    await change(desk, EditMessage(ref="m8", text="second words"))
    await started(desk)
    assert isinstance(await come(desk, event="event:2"), Nothing)
    assert await texts(desk) == []
