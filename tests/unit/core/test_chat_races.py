"""What happens to a chat while it is being answered (SPEC 2, *Ask*)."""

from core.commands import JoinSession, MakeSession
from core.sessions.model import SessionStatus
from core.turns.gather import context_of
from core.turns.jobs import apply_answer
from core.turns.model import Answer, TurnContext
from core.views import Nothing
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.models import ScriptedModel

QUESTION = "How do I reset MFA for a user?"


async def being_answered(desk: Desk) -> TurnContext:
    """Erin's chat in thread 1, as the turn that is under way has read it."""
    assert await desk.say("erin", QUESTION, direct=True) == Nothing()
    chat = await desk.session()
    turn = await desk.look(lambda uow: context_of(uow, chat.id))
    assert turn is not None
    return turn


async def finish(desk: Desk, turn: TurnContext, prose: str) -> None:
    """The answer that was being made is there."""
    answer = Answer(prose=prose)
    await desk.change(lambda uow: apply_answer(uow, turn.session.id, turn, answer))
    await desk.work()


async def test_a_session_made_while_its_chat_is_answered_answers_the_problem_as_one(
    scripted: Desk, model: ScriptedModel
) -> None:
    """What the chat says to it comes first, and takes no button along that makes a session."""
    turn = await being_answered(scripted)
    assert await scripted.send("erin", MakeSession(session_id=turn.session.id)) == Nothing()
    model.answers = [Answer(prose="Since when?")]
    await finish(scripted, turn, "In Entra.")
    assert [seen.session.status for seen in model.turns] == [SessionStatus.ACTIVE]
    assert [message.text for message in model.turns[0].pending] == [QUESTION]
    said = [words_of(post.card) for post in scripted.platform.posts]
    assert ["In Entra." in words for words in said] == [False, True, False]
    assert "Since when?" in said[-1]


async def test_a_chat_that_ended_while_it_was_answered_says_nothing_more(scripted: Desk, model: ScriptedModel) -> None:
    """The thread is another problem's now. Its words are answered when a session is made of it after all."""
    turn = await being_answered(scripted)
    assert await scripted.type("erin", "start Outlook does not open", thread="1") == Nothing()
    await finish(scripted, turn, "In Entra.")
    assert "In Entra." not in scripted.said()
    assert "Make this a session" not in [
        button.label for post in scripted.platform.posts for button in buttons_of(post.card)
    ]
    assert [seen.session.number for seen in model.turns] == [2]
    await scripted.say("erin", "abandon")
    assert await scripted.send("erin", MakeSession(session_id=turn.session.id)) == Nothing()
    await scripted.work()
    assert [message.text for message in model.turns[-1].pending] == [QUESTION]


async def test_the_problem_of_a_session_made_of_a_long_chat_is_answered_like_any_other(desk: Desk) -> None:
    """Though it is not the first of its words: there is no flow for it, and it is said what to do then."""
    await desk.say("erin", QUESTION, direct=True)
    await desk.work()
    await desk.say("erin", "the coffee machine of Jane leaks")
    await desk.work()
    await desk.click("erin", desk.platform.posts[-1].card, "Make this a session")
    await desk.work()
    assert "I have no flow for this." in words_of(desk.platform.posts[-1].card)


async def test_a_paused_session_takes_its_thread_back_from_a_chat(desk: Desk) -> None:
    """Nobody can pause or resolve a chat, so nobody is asked to."""
    await desk.say("erin", "Outlook does not open", mention=True)
    again = await desk.type("erin", "start the printer is broken", thread="1")
    await desk.click("erin", notice_of(again), "Pause FP-1, start this")
    await desk.say("erin", "abandon")
    await desk.say("erin", f"ask: {QUESTION}", mention=True)
    chat = await desk.session(3)
    assert chat.status is SessionStatus.CHAT
    assert await desk.type("erin", "resume FP-1") == Nothing()
    assert [(await desk.session(number)).status for number in (1, 3)] == [SessionStatus.ACTIVE, SessionStatus.CHAT]
    assert (await desk.session(3)).closed_at == desk.clock.now()
    await desk.say("erin", "it asks for a password")
    assert (await desk.session(1)).last_message == 2


async def test_what_was_asked_in_a_chat_becomes_no_fact_of_a_flow_that_is_used_at_once(desk: Desk) -> None:
    """A session was made and a flow used before the turn that answers the problem ran."""
    for text in (QUESTION, "and how do I reset the password of a user?"):
        await desk.say("erin", text, direct=True)
        await desk.work()
    answer = desk.platform.posts[-1].card
    chat = await desk.session()
    await desk.send("sam", JoinSession(session_id=chat.id))
    await desk.click("erin", answer, "Make this a session")
    await desk.click("sam", answer, "Use this flow")
    await desk.work()
    assert await desk.look(lambda uow: uow.facts.of(chat.id)) == []
    assert len(await desk.look(lambda uow: uow.steps.open_in(chat.id))) == 1
