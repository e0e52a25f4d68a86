"""Notes that are a message, word for word: changed and deleted with it (SPEC 2, 3)."""

import pytest

from core.commands import AddFact, DeleteMessage, EditFact, EditMessage, ReceiveMessage
from core.facts.model import MAX_FACT
from core.sessions.model import Session
from core.turns.gather import context_of
from core.turns.guided import guided
from core.turns.jobs import apply_answer
from core.views import Nothing, Reply
from tests.support.desk import Desk, notice_of
from tests.unit.core.test_flow_steps import open_step, using
from tests.unit.core.walking import kinds, resolved, started

NOTE = "fact: the mailbox is full"


async def write(
    desk: Desk, who: str, text: str, *, ref: str = "r2", thread: str = "1", mentioned: bool = False
) -> Reply:
    """A message of that id."""
    return await desk.send(who, ReceiveMessage(ref=ref, text=text, mentioned=mentioned), thread=thread, words=text)


async def noted(desk: Desk, words: str = NOTE) -> tuple[Session, str]:
    """Erin's session, a note in it, and the platform's id of the message that it is."""
    session = await started(desk)
    await write(desk, "erin", words)
    return session, "r2"


async def known(desk: Desk, session: Session) -> list[str]:
    return [fact.text for fact in await desk.look(lambda uow: uow.facts.of(session.id))]


async def test_a_note_goes_with_its_message(desk: Desk) -> None:
    """It is told, stands in the timeline, and the notes are drafted anew."""
    session, ref = await noted(desk)
    before = await desk.session()
    assert await known(desk, session) == ["the mailbox is full"]
    told = notice_of(await desk.send("erin", DeleteMessage(ref=ref)))
    assert told.markdown == "Deleted from what we know."
    assert await known(desk, session) == []
    assert (await kinds(desk, session))[-1] == "fact_deleted"
    assert (await desk.session()).state_version > before.state_version
    assert isinstance(await desk.send("erin", DeleteMessage(ref=ref)), Nothing), "once"


@pytest.mark.parametrize(
    "words", ["fact: the archive is full", "note: the archive\nis full", "fact the archive is full"]
)
async def test_a_note_is_changed_with_its_message(desk: Desk, words: str) -> None:
    """As it would have been noted."""
    session, ref = await noted(desk)
    told = notice_of(await desk.send("erin", EditMessage(ref=ref, text=words)))
    assert told.markdown == "Changed in what we know."
    assert await known(desk, session) == ["the archive is full"]
    assert (await kinds(desk, session))[-1] == "fact_edited"
    await desk.send("erin", DeleteMessage(ref=ref))
    assert await known(desk, session) == [], "it is that message still"


@pytest.mark.parametrize("words", ["maybe the mailbox is full", "// fact: the mailbox is full", "status", "fact:"])
async def test_a_message_that_notes_nothing_any_more_takes_its_note_along(desk: Desk, words: str) -> None:
    """It is no answered message, either: that is said anew."""
    session, ref = await noted(desk)
    await desk.send("erin", EditMessage(ref=ref, text=words))
    await desk.work()
    assert await known(desk, session) == []
    assert not await desk.look(lambda uow: uow.messages.pending(session.id))


async def test_words_at_an_open_question_are_a_note_that_follows_them(desk: Desk) -> None:
    """Whole: no colon sets them off."""
    session = await started(desk)
    await using(desk, session)
    await write(desk, "erin", "The display shows a red light")
    await desk.work()
    assert await known(desk, session) == ["The display shows a red light"]
    await desk.send("erin", EditMessage(ref="r2", text="The display shows\na yellow light"))
    assert await known(desk, session) == ["The display shows a yellow light"]
    await desk.send("erin", DeleteMessage(ref="r2"))
    assert await known(desk, session) == []
    assert (await open_step(desk, session)).text == "Is the printer on?"


async def test_words_that_are_deleted_before_they_were_read_become_no_note(desk: Desk) -> None:
    """Nor do those that were edited stand as they were."""
    session = await started(desk)
    await using(desk, session)
    await write(desk, "erin", "The display shows a red light")
    await write(desk, "erin", "It hums", ref="r3")
    await desk.send("erin", DeleteMessage(ref="r2"))
    await desk.send("erin", EditMessage(ref="r3", text="It beeps"))
    await desk.work()
    assert await known(desk, session) == ["It beeps"]


async def test_words_that_are_deleted_while_they_are_read_become_no_note(desk: Desk) -> None:
    """The answer was made of them already."""
    session = await started(desk)
    await using(desk, session)
    await write(desk, "erin", "The display shows a red light")
    turn = await desk.look(lambda uow: context_of(uow, session.id))
    assert turn is not None
    await desk.send("erin", DeleteMessage(ref="r2"))
    await desk.change(lambda uow: apply_answer(uow, session.id, turn, guided(turn)))
    assert await known(desk, session) == []


async def test_a_note_of_a_session_that_is_over_stays(desk: Desk) -> None:
    """What was posted was made of it."""
    session, ref = await noted(desk)
    await resolved(desk, session)
    before = await known(desk, session)
    for change in (EditMessage(ref=ref, text="fact: something else"), DeleteMessage(ref=ref)):
        assert isinstance(await desk.send("erin", change), Nothing)
    assert await known(desk, session) == before
    assert before[0] == "the mailbox is full"


async def test_a_note_that_was_edited_by_itself_is_no_message_any_more(desk: Desk) -> None:
    """Somebody has made it theirs."""
    session, ref = await noted(desk)
    (fact,) = await desk.look(lambda uow: uow.facts.of(session.id))
    await desk.send("erin", EditFact(session_id=session.id, fact_id=fact.id, text="The mailbox is at 49.8 of 50 GB"))
    await desk.send("erin", DeleteMessage(ref=ref))
    assert await known(desk, session) == ["The mailbox is at 49.8 of 50 GB"]


async def test_nobody_changes_the_note_of_another(desk: Desk) -> None:
    """Not by the id of its message, and not where they do not take part any more."""
    session, ref = await noted(desk)
    for change in (EditMessage(ref=ref, text="fact: it is empty"), DeleteMessage(ref=ref)):
        await desk.send("sam", change)
    assert await known(desk, session) == ["the mailbox is full"]
    await desk.say("sam", "join")
    await write(desk, "sam", "fact: the quota is 50 GB", ref="r4")
    await desk.say("sam", "leave")
    await desk.send("sam", EditMessage(ref="r4", text="fact: the quota is 5 GB"))
    assert await known(desk, session) == ["the mailbox is full", "the quota is 50 GB"]
    await desk.send("sam", DeleteMessage(ref="r4"))
    assert await known(desk, session) == ["the mailbox is full"], "one's own words one may take back"


async def test_a_note_of_a_session_that_was_named_follows_its_message(desk: Desk) -> None:
    """Wherever it was said."""
    first = await started(desk)
    await started(desk, "The printer is out of toner", thread="2")
    await write(desk, "erin", "fact FP-1: the mailbox is full", ref="r3", thread="2")
    assert await known(desk, first) == ["the mailbox is full"]
    await desk.send("erin", DeleteMessage(ref="r3"), thread="2")
    assert await known(desk, first) == []


async def test_a_note_that_is_too_long_is_refused_and_stays(desk: Desk) -> None:
    """In words: there is no form whose field could be marked."""
    session, ref = await noted(desk)
    told = notice_of(await desk.send("erin", EditMessage(ref=ref, text=f"fact: {'x' * (MAX_FACT + 1)}")))
    assert told.error
    assert "Keep it under" in told.markdown
    assert await known(desk, session) == ["the mailbox is full"]


async def test_the_text_of_a_file_is_no_part_of_the_note_that_it_came_with(desk: Desk) -> None:
    """Nobody has edited it."""
    session, ref = await noted(desk, f"{NOTE}\n📎 quota.txt")
    text = f"{NOTE}\n📎 quota.txt\n{'49.8 of 50 GB ' * MAX_FACT}"
    assert isinstance(await desk.send("erin", EditMessage(ref=ref, text=text, read=True)), Nothing)
    assert await known(desk, session) == ["the mailbox is full 📎 quota.txt"]


async def test_what_was_made_of_a_message_with_a_shortcut_stays_without_it(desk: Desk) -> None:
    """Whoever added it has confirmed it."""
    session = await started(desk)
    await write(desk, "erin", "The mailbox is full")
    await desk.send("erin", AddFact(session_id=session.id, text="The mailbox is full"))
    await desk.send("erin", DeleteMessage(ref="r2"))
    assert await known(desk, session) == ["The mailbox is full"]


async def test_a_note_of_who_joined_first_follows_its_message(desk: Desk) -> None:
    """Their words were noted with the click."""
    session = await started(desk)
    asked = notice_of(await write(desk, "sam", "fact: the mailbox is full", mentioned=True))
    await desk.click("sam", asked, "Join")
    assert await known(desk, session) == ["the mailbox is full"]
    await desk.send("sam", DeleteMessage(ref="r2"))
    assert await known(desk, session) == []
