"""Chats: asked, gone on with, made a session of (SPEC 2, *Ask*)."""

from datetime import timedelta

import pytest

from core.commands import EditMessage, ListSessions, MakeSession, StartSession
from core.sessions.model import Session, SessionStatus
from core.sessions.quiet import ABANDON
from core.tickets.queue import LINK
from core.turns.model import Answer
from core.views import Nothing
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.models import ScriptedModel

QUESTION = "How do I reset MFA for a user?"


async def asked(desk: Desk, text: str = QUESTION) -> Session:
    """Erin's chat in thread 1, its first question answered."""
    assert await desk.say("erin", text, direct=True) == Nothing()
    await desk.work()
    return await desk.session()


async def test_a_question_written_directly_is_answered_and_no_session_is_made(desk: Desk) -> None:
    """Out of the library where there is no model, with a way to use what is found."""
    chat = await asked(desk)
    assert (chat.status, chat.title) == (SessionStatus.CHAT, QUESTION)
    (post,) = desk.platform.posts
    assert "This is in the library" in words_of(post.card)
    assert [button.label for button in buttons_of(post.card)][-1] == "Make this a session"
    for status in ("open", "all"):
        assert "No sessions there" in notice_of(await desk.send("erin", ListSessions(status=status))).markdown
    assert await desk.look(lambda uow: uow.work.open_for(chat.id, [ABANDON])) == []


async def test_a_question_with_nothing_in_the_library_says_so(desk: Desk) -> None:
    await asked(desk, "ask: who made the coffee?")
    assert "Nothing in the library fits that." in desk.said()


async def test_a_slash_command_puts_the_question_into_a_thread_of_its_own(desk: Desk) -> None:
    """Nothing stands there yet that could be answered."""
    assert await desk.type("erin", f"ask {QUESTION}") == Nothing()
    await desk.work()
    head, answer = desk.platform.posts
    assert QUESTION in words_of(head.card)
    assert "Erin asks" in words_of(head.card)
    assert answer.to.thread == head.ref


async def test_a_mention_asks_with_the_word_alone(desk: Desk) -> None:
    """In a channel a question may be a problem: who asks says so."""
    await desk.say("erin", f"ask: {QUESTION}", mention=True)
    assert (await desk.session()).status is SessionStatus.CHAT
    await desk.say("erin", QUESTION, mention=True, thread="2")
    assert (await desk.session(2)).status is SessionStatus.ACTIVE


async def test_a_chat_goes_on_and_has_words_alone(scripted: Desk, model: ScriptedModel) -> None:
    """Whatever else a model comes up with. The way to a session stands on the latest answer."""
    model.answers = [Answer(prose="In Entra, under *Authentication methods*."), Answer(prose="A global admin may.")]
    chat = await asked(scripted)
    await scripted.say("erin", "and who may do that?")
    await scripted.work()
    assert [turn.session.id for turn in model.turns] == [chat.id, chat.id]
    assert [len(turn.transcript) for turn in model.turns] == [1, 3]
    first, second = scripted.platform.posts
    assert "Entra" in words_of(first.card)
    assert [list(buttons_of(card)) == [] for card in (first.card, second.card)] == [True, False]


async def test_a_session_carries_the_chat_over(scripted: Desk, model: ScriptedModel) -> None:
    """Its words are there, what was said last is answered as its problem, and the ticket that it names is linked."""
    chat = await asked(scripted)
    await scripted.say("erin", "Jane cannot sign in at all, T-1001")
    await scripted.work()
    model.answers = [Answer(prose="Since when?")]
    assert await scripted.click("erin", scripted.platform.posts[-1].card, "Make this a session") == Nothing()
    await scripted.work()
    session = await scripted.session()
    assert (session.id, session.status, session.ticket_number) == (chat.id, SessionStatus.ACTIVE, "T-1001")
    assert session.title == "Jane cannot sign in at all, T-1001"
    assert [message.text for message in model.turns[-1].pending] == [session.title]
    assert "Since when?" in scripted.said()
    assert "Make this a session" not in scripted.said()
    assert len(await scripted.look(lambda uow: uow.work.open_for(session.id, [ABANDON]))) == 1
    told = notice_of(await scripted.send("erin", MakeSession(session_id=session.id)))
    assert told.markdown == "This is FP-1 already."


async def test_a_flow_that_is_used_makes_a_session(desk: Desk) -> None:
    """And begins in it."""
    await asked(desk)
    await desk.click("erin", desk.platform.posts[-1].card, "Use this flow")
    await desk.work()
    session = await desk.session()
    assert (session.status, session.flow_id is not None) == (SessionStatus.ACTIVE, True)
    (step,) = await desk.look(lambda uow: uow.steps.open_in(session.id))
    assert step.text in desk.said()


@pytest.mark.parametrize(
    "words", ["resolve", "fact: it works", "worked", "status", "doc", "pause", "escalate", "facts"]
)
async def test_what_only_a_session_has_is_refused_with_the_way_to_one(desk: Desk, words: str) -> None:
    chat = await asked(desk)
    told = notice_of(await desk.say("erin", words))
    assert (told.error, told.markdown) == (True, "This is a chat so far: it has no steps, facts or notes.")
    assert [button.action for button in buttons_of(told)] == [MakeSession(session_id=chat.id)]
    assert await desk.session() == chat


async def test_who_did_not_ask_is_answered_once_they_take_part(desk: Desk) -> None:
    """What they say to one another is theirs."""
    chat = await asked(desk)
    assert await desk.say("sam", "I do that in the portal") == Nothing()
    told = notice_of(await desk.say("sam", "is it the same in the old portal?", mention=True))
    assert told.markdown == "I read along, and answer who takes part in this chat."
    await desk.click("sam", told, "Join")
    await desk.work()
    assert "Sam joined this chat." in desk.said()
    people = await desk.look(lambda uow: uow.sessions.participants(chat.id))
    assert [user.name for user in people] == ["Erin", "Sam"]


async def test_the_word_that_asks_makes_a_message_of_a_chat_like_any_other(
    scripted: Desk, model: ScriptedModel
) -> None:
    """It is not refused for its number, and who does not take part is answered no sooner for it."""
    await asked(scripted)
    for number in range(8):
        assert await scripted.say("erin", f"ask: and what of case {number}?") == Nothing()
    assert await scripted.say("sam", "ask: who may do that?") == Nothing()
    await scripted.work()
    assert [message.text for message in model.turns[-1].pending] == [f"and what of case {n}?" for n in range(8)]
    chat = await scripted.session()
    assert [user.name for user in await scripted.look(lambda uow: uow.sessions.participants(chat.id))] == ["Erin"]


@pytest.mark.parametrize("words", ["show FP-1", "join FP-1", "resolve FP-1"])
async def test_a_chat_is_found_by_no_number(desk: Desk, words: str) -> None:
    """Nobody is told it: what was asked elsewhere, in messages to FlowPilot alone, is nobody's to guess."""
    await asked(desk)
    told = notice_of(await desk.type("sam", words, thread="2"))
    assert (told.error, told.markdown) == (True, "There is no session FP-1 in your account.")


async def test_in_a_sessions_thread_the_library_answers_privately(scripted: Desk, model: ScriptedModel) -> None:
    """The session is not left for a question, and its own questions need no word before them."""
    await scripted.say("erin", "Outlook does not open", mention=True)
    await scripted.work()
    told = notice_of(await scripted.say("erin", "ask: how do I free a full mailbox?"))
    assert "Mailbox full" in words_of(told)
    assert "answered in FP-1" in words_of(told)
    assert len(model.turns) == 1


async def test_a_problem_in_the_thread_of_a_chat_begins_anew(desk: Desk) -> None:
    """The chat is over; nobody is asked to pause it."""
    chat = await asked(desk)
    assert await desk.type("erin", "start Outlook does not open", thread="1") == Nothing()
    session = await desk.session(2)
    assert session.status is SessionStatus.ACTIVE
    ended = await desk.session()
    assert (ended.id, ended.status, ended.closed_at) == (chat.id, SessionStatus.CHAT, desk.clock.now())
    told = notice_of(await desk.send("erin", MakeSession(session_id=chat.id)))
    assert told.markdown == "Another open session has this thread now. Resolve or pause it first."
    await desk.say("erin", "pause")
    await desk.change(lambda uow: uow.sessions.release(session.id))
    assert await desk.send("erin", MakeSession(session_id=chat.id)) == Nothing()
    assert (await desk.session()).open


async def test_greetings_are_answered_with_help(desk: Desk) -> None:
    """A session on *thanks* is nobody's."""
    for number, text in enumerate(("hi", "thanks!")):
        told = await desk.say("erin", text, thread=f"t{number}", direct=True)
        assert "**Start**" in notice_of(told).markdown
    assert "**Start**" in notice_of(await desk.say("erin", "hello", mention=True)).markdown
    assert await desk.look(lambda uow: uow.sessions.by_number(1)) is None


async def test_a_chat_where_nothing_was_said_for_long_goes_with_closed_sessions(desk: Desk) -> None:
    chat = await asked(desk)
    desk.clock.pass_by(days=10)
    early, late = (desk.clock.now() - timedelta(days=days) for days in (11, 9))
    assert await desk.change(lambda uow: [each.id for each in uow.sessions.closed_before(early, limit=9)]) == []
    assert await desk.change(lambda uow: [each.id for each in uow.sessions.closed_before(late, limit=9)]) == [chat.id]


async def test_an_edited_question_is_answered_as_it_stands(scripted: Desk, model: ScriptedModel) -> None:
    """Before its turn ran, like any other message."""
    await scripted.say("erin", QUESTION, direct=True)
    await scripted.send("erin", EditMessage(ref="m1", text="How do I reset MFA for an admin?"))
    await scripted.work()
    assert [message.text for message in model.turns[0].pending] == ["How do I reset MFA for an admin?"]


async def test_an_edited_question_keeps_the_word_that_asks_to_itself(scripted: Desk, model: ScriptedModel) -> None:
    """And links no ticket that it names: a chat has none."""
    await scripted.say("erin", f"ask: {QUESTION}", direct=True)
    await scripted.send("erin", EditMessage(ref="m1", text="ask: how is T-1001 closed?"))
    chat = await scripted.session()
    assert (chat.title, chat.intake) == ("how is T-1001 closed?", "how is T-1001 closed?")
    assert await scripted.look(lambda uow: uow.work.open_for(chat.id, [LINK])) == []
    await scripted.work()
    assert [message.text for message in model.turns[0].pending] == ["how is T-1001 closed?"]


async def test_the_ticket_that_was_named_last_is_linked(scripted: Desk) -> None:
    """An earlier one was another example; thanks are no problem, and a question is no title."""
    chat = await asked(scripted)
    for text in ("as it was in T-1002", "is it the same in T-1001?", "thanks!"):
        await scripted.say("erin", text)
    await scripted.work()
    await scripted.send("erin", MakeSession(session_id=chat.id))
    (pending,) = await scripted.look(lambda uow: uow.messages.pending(chat.id))
    assert pending.text == "is it the same in T-1001?"
    await scripted.work()
    session = await scripted.session()
    assert (session.title, session.ticket_number) == (QUESTION, "T-1001")


async def test_the_shortcut_on_a_message_of_a_chat_makes_a_session_of_it(scripted: Desk, model: ScriptedModel) -> None:
    """The message is not said in two sessions, one of which would not hear that it was changed or deleted."""
    chat = await asked(scripted)
    await scripted.say("sam", "Jane has that on her new phone")
    assert (
        await scripted.send("sam", StartSession(text="Jane has that on her new phone", message_ref="m3")) == Nothing()
    )
    session = await scripted.session()
    assert (session.id, session.status, session.title) == (
        chat.id,
        SessionStatus.ACTIVE,
        "Jane has that on her new phone",
    )
    await scripted.send("sam", EditMessage(ref="m3", text="Jane has that on her old phone"))
    await scripted.work()
    assert [message.text for message in model.turns[-1].pending] == ["Jane has that on her old phone"]
    assert await scripted.look(lambda uow: uow.sessions.by_number(2)) is None
