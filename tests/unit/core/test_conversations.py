"""What people say in threads: starts, turns, context, commands, several sessions in one place (SPEC 2)."""

import asyncio

import pytest

from core.commands import DeleteMessage, EditMessage, ListSessions, ReceiveMessage, StartSession
from core.sessions.model import MAX_TITLE, Session, SessionStatus
from core.turns.model import Author, Message, TurnState
from core.views import Close, Form, Nothing, Notice
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.models import ScriptedModel
from tests.unit.core.walking import started, suggested, the_fix


async def messages(desk: Desk, session: Session) -> list[Message]:
    return list(await desk.look(lambda uow: uow.messages.recent(session.id, 100)))


async def test_every_way_of_starting(desk: Desk) -> None:
    """By mention, slash command, direct message and shortcut; each starts one session and answers it."""
    await desk.say("erin", "Outlook is slow", mention=True, thread="1")
    await desk.type("erin", "The printer is offline")
    await desk.say("erin", "VPN drops", direct=True, thread="3")
    await desk.send("erin", StartSession(text="Teams has no sound", message_ref="m9"), thread="4")
    await desk.work()
    titles = [(await desk.session(number)).title for number in range(1, 5)]
    assert titles == ["Outlook is slow", "The printer is offline", "VPN drops", "Teams has no sound"]
    assert len([post for post in desk.platform.posts if "[What we know]" in words_of(post.card)]) == 4


async def test_a_long_title_is_cut_at_a_word(desk: Desk) -> None:
    """At most 100 characters, with an ellipsis; the intake stays whole."""
    text = "Outlook keeps asking for the password again and again on all machines of the sales team since " + "x" * 30
    session = await started(desk, text)
    assert len(session.title) <= MAX_TITLE
    assert session.title.endswith("since…")
    assert session.intake == text


async def test_a_second_problem_asks(desk: Desk) -> None:
    """Go on, or pause the first and start another, in the same thread."""
    first = await started(desk)
    asked = notice_of(await desk.type("erin", "The printer is offline", thread="1"))
    assert [button.label for button in buttons_of(asked)] == ["Go on with FP-1", "Pause FP-1, start this"]
    assert (await desk.session(first.number)).status is SessionStatus.ACTIVE
    await desk.click("erin", asked, "Pause FP-1, start this")
    await desk.work()
    assert (await desk.session(1)).status is SessionStatus.PAUSED
    assert (await desk.session(2)).title == "The printer is offline"
    assert "FP-1: where we are" in desk.said(), "a pause posts a conclusion"
    assert "Another open session" in notice_of(await desk.type("erin", "resume FP-1", thread="1")).markdown


async def test_a_long_second_problem_keeps_all_its_words(desk: Desk) -> None:
    """A button cannot carry them; they are kept beside it."""
    await started(desk)
    text = "🖨️ The printer is offline and " + "says “paper jam” again and again; " * 60 + "the end"
    asked = notice_of(await desk.type("erin", text, thread="1"))
    await desk.click("erin", asked, "Pause FP-1, start this")
    assert (await desk.session(2)).intake == text


async def test_nobody_pauses_a_session_they_have_no_part_in(desk: Desk) -> None:
    """They may join, or start elsewhere; a tampered button does no more."""
    session = await started(desk)
    asked = notice_of(await desk.type("sam", "The printer is offline", thread="1"))
    assert [button.label for button in buttons_of(asked)] == ["Join FP-1"]
    await desk.send("sam", StartSession(text="The printer", pause=session.id))
    assert (await desk.session(1)).status is SessionStatus.ACTIVE


async def test_participants_messages_are_turns_and_others_context(scripted: Desk, model: ScriptedModel) -> None:
    """Mentions of others and `//` are context too; context gets no answer."""
    session = await started(scripted)
    desk = scripted
    await desk.say("erin", "It began on Monday")
    await desk.work()
    assert len(model.turns) == 2
    await desk.say("sam", "I saw that at Contoso as well")
    await desk.say("gus", "Our users are waiting")
    await desk.say("vera", "worked")
    await desk.say("erin", "// lunch?")
    await desk.say("erin", "Sam, can you look?", to_others=True)
    await desk.work()
    assert len(model.turns) == 2
    kept = [message.author for message in await messages(desk, session) if message.author is not Author.BOT]
    assert kept == [Author.ENGINEER] * 2 + [Author.CONTEXT] * 5


@pytest.mark.parametrize("word", ["worked", "failed: same error", "resolve", "pause", "dismiss"])
async def test_other_peoples_words_are_never_commands(desk: Desk, word: str) -> None:
    """Neither carried out nor refused: kept as context."""
    session = await started(desk)
    fix = await suggested(desk, session)
    assert isinstance(await desk.say("sam", word), Nothing)
    assert isinstance(await desk.say("vera", word), Nothing)
    assert isinstance(await desk.say("gus", word), Nothing)
    assert await the_fix(desk, fix) == fix
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE
    assert [message.text for message in await messages(desk, session)][-3:] == [word] * 3


@pytest.mark.parametrize("who", ["adam", "olivia"])
async def test_an_admins_words_in_passing_are_context_and_no_commands(
    scripted: Desk, model: ScriptedModel, who: str
) -> None:
    """They may act on any session, and yet talk in its thread as anybody else does."""
    desk, session = scripted, await started(scripted)
    fix = await suggested(desk, session)
    for words in ("I saw that at Contoso as well", "fact: the outbox is full", "worked", "pause"):
        assert isinstance(await desk.say(who, words), Nothing)
    await desk.work()
    assert len(model.turns) == 1
    assert [message.author for message in await messages(desk, session)][-4:] == [Author.CONTEXT] * 4
    assert await the_fix(desk, fix) == fix
    assert await desk.look(lambda uow: uow.facts.of(session.id)) == []
    assert (await desk.session()).status is SessionStatus.ACTIVE


async def test_an_admin_who_mentions_the_bot_talks_to_it(scripted: Desk, model: ScriptedModel) -> None:
    """Words are a turn, and commands are carried out; so they are without a mention for one who has joined."""
    desk, session = scripted, await started(scripted)
    await desk.say("adam", "Have you looked at the mail server?", mention=True)
    await desk.work()
    assert [message.text for message in model.turns[-1].pending] == ["Have you looked at the mail server?"]
    assert isinstance(await desk.say("adam", "fact: the mail server is up", mention=True), Close)
    await desk.say("adam", "pause", mention=True)
    assert (await desk.session()).status is SessionStatus.PAUSED
    await desk.say("adam", "", mention=True)
    assert (await desk.session()).status is SessionStatus.ACTIVE
    await desk.type("adam", f"join {session.ref}")
    await desk.say("adam", "pause")
    assert (await desk.session()).status is SessionStatus.PAUSED


async def test_said_to_the_bot_they_are_answered_privately(desk: Desk) -> None:
    """An engineer is asked to join, a viewer hears which role it needs."""
    await started(desk)
    joining = notice_of(await desk.say("sam", "pause", mention=True))
    assert [button.label for button in buttons_of(joining)] == ["Join"]
    assert "engineer" in notice_of(await desk.say("vera", "pause", mention=True)).markdown
    talking = notice_of(await desk.say("sam", "It is the same at Contoso", mention=True))
    assert [button.label for button in buttons_of(talking)] == ["Join"]
    assert isinstance(await desk.say("vera", "status"), Notice)


@pytest.mark.parametrize("text", ["failed to print", "worked yesterday", "resolve the name first", "pending updates"])
async def test_words_in_passing_are_no_commands(desk: Desk, text: str) -> None:
    """Only as the whole text, or with arguments of their own."""
    session = await started(desk)
    fix = await suggested(desk, session)
    assert isinstance(await desk.say("erin", text), Nothing)
    assert await the_fix(desk, fix) == fix


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("link", "Say which ticket: `link #4711`."),
        ("fact:", "Say what is confirmed: `fact: it began on Monday`."),
        ("Decide", "Say how it will be run: `decide one-off`, `decide draft` or `decide build`."),
        ("rate", "Say how it went, from 1 to 5: `rate 4`."),
    ],
)
async def test_a_command_that_lacks_something_says_what(desk: Desk, text: str, told: str) -> None:
    """In the thread, said to the bot, and typed: it is no part of the problem, and no problem of its own."""
    session = await started(desk)
    for reply in (
        await desk.say("erin", text),
        await desk.say("erin", text, mention=True, thread="2"),
        await desk.type("erin", text),
    ):
        assert notice_of(reply).markdown == told
    await desk.work()
    assert await desk.look(lambda uow: uow.facts.of(session.id)) == []
    assert len(await desk.look(lambda uow: uow.sessions.page(["active"], after="", limit=9))) == 1  # type: ignore[list-item]


async def test_what_is_said_beside_a_question_is_no_fact(desk: Desk) -> None:
    """Without a model nobody can tell talk from what is confirmed: where nothing was asked, the engineer says which it is."""
    session = await started(desk, "The toner of the plotter smells of oranges")
    await desk.say("erin", "brb lunch")
    await desk.work()
    assert "`fact: …`" in desk.said()
    await suggested(desk, session)
    await desk.say("erin", "it works now, thanks!")
    await desk.work()
    assert await desk.look(lambda uow: uow.facts.of(session.id)) == []


async def test_several_messages_are_answered_together_once(scripted: Desk, model: ScriptedModel) -> None:
    """Those that come while a turn is running wait for the next one."""
    desk = scripted
    await desk.say("erin", "Outlook is slow", mention=True)
    await desk.say("erin", "since Monday")
    await desk.say("erin", "only in the office")
    await desk.work()
    assert [[message.text for message in turn.pending] for turn in model.turns] == [
        ["Outlook is slow", "since Monday", "only in the office"]
    ]


async def test_an_edit_before_the_turn_replaces_the_text_everywhere(scripted: Desk, model: ScriptedModel) -> None:
    """Title, intake and what the model is shown; afterwards only the transcript."""
    desk = scripted
    say = ReceiveMessage(ref="m1", text="Outlok is slow", mentioned=True)
    await desk.send("erin", say)
    await desk.send("erin", EditMessage(ref="m1", text="Outlook is slow, password: Hunter2!Hunter2!"))
    await desk.work()
    session = await desk.session()
    assert session.title == session.intake == model.turns[0].pending[0].text
    assert session.title.startswith("Outlook is slow")
    assert "Hunter2" not in session.intake
    await desk.send("erin", EditMessage(ref="m1", text="Something else"))
    await desk.work()
    assert (await desk.session()).title == session.title
    assert len(model.turns) == 1
    assert (await messages(desk, session))[0].text == "Something else"


ASIDES = [EditMessage(ref="m50", text="// never mind"), EditMessage(ref="m50", text="@Sam look", to_others=True)]


@pytest.mark.parametrize("aside", ASIDES)
async def test_an_edit_before_the_turn_may_make_an_aside_of_it(
    scripted: Desk, model: ScriptedModel, aside: EditMessage
) -> None:
    """Context only, as it would be had it been written so: not answered, and nothing of it becomes known."""
    desk, session = scripted, await started(scripted)
    await desk.send("erin", ReceiveMessage(ref="m50", text="It is slow in the office, too"))
    await desk.say("erin", "and at home")
    await desk.send("erin", aside)
    await desk.work()
    assert [message.text for message in model.turns[-1].pending] == ["and at home"]
    (said,) = [message for message in await messages(desk, session) if message.ref == "m50"]
    assert (said.text, said.author, said.turn) == (aside.text, Author.CONTEXT, TurnState.NONE)


@pytest.mark.parametrize("aside", ASIDES)
async def test_a_session_keeps_the_problem_it_was_started_with(
    scripted: Desk, model: ScriptedModel, aside: EditMessage
) -> None:
    """Though its first words are edited to be an aside; they are not answered then."""
    desk = scripted
    await desk.send("erin", ReceiveMessage(ref="m50", text="Outlook is slow", mentioned=True))
    await desk.send("erin", aside)
    await desk.work()
    session = await desk.session()
    assert (session.title, session.intake, model.turns) == ("Outlook is slow", "Outlook is slow", [])
    await desk.say("erin", "Outlook is slow in the office")
    await desk.work()
    assert len(model.turns) == 1


async def test_no_edit_makes_a_turn_of_an_aside(scripted: Desk, model: ScriptedModel) -> None:
    """What is to be answered after all is said anew."""
    desk, session = scripted, await started(scripted)
    await desk.send("erin", ReceiveMessage(ref="m50", text="// It is slow in the office, too"))
    await desk.send("erin", EditMessage(ref="m50", text="It is slow in the office, too"))
    await desk.work()
    assert len(model.turns) == 1
    assert (await messages(desk, session))[-1].text == "It is slow in the office, too"


async def test_a_deletion_removes_the_text(scripted: Desk, model: ScriptedModel) -> None:
    """It is neither answered nor read again; nobody deletes or edits another's words."""
    desk = scripted
    session = await started(desk)
    await desk.send("erin", ReceiveMessage(ref="m7", text="The password is on the desk"))
    await desk.send("sam", DeleteMessage(ref="m7"))
    await desk.send("sam", EditMessage(ref="m7", text="mine now"))
    assert "The password is on the desk" in [message.text for message in await messages(desk, session)]
    await desk.send("erin", DeleteMessage(ref="m7"))
    await desk.work()
    assert len(model.turns) == 1
    assert "desk" not in " ".join(message.text for message in await messages(desk, session))


async def test_events_out_of_order_do_no_harm(desk: Desk) -> None:
    """An edit or deletion of what is not known yet changes nothing, and the message is taken when it comes."""
    session = await started(desk)
    assert isinstance(await desk.send("erin", EditMessage(ref="m8", text="later words")), Nothing)
    assert isinstance(await desk.send("erin", DeleteMessage(ref="m9")), Nothing)
    await desk.send("erin", ReceiveMessage(ref="m8", text="first words"))
    assert "first words" in [message.text for message in await messages(desk, session)]


async def test_pause_stops_turns_and_a_mention_goes_on(scripted: Desk, model: ScriptedModel) -> None:
    """What was said meanwhile is context."""
    desk = scripted
    session = await started(desk)
    await desk.say("erin", "pause")
    await desk.work()
    assert "FP-1: where we are" in desk.said()
    await desk.say("erin", "I am back tomorrow")
    await desk.work()
    assert len(model.turns) == 1
    await desk.say("erin", "It happens again", mention=True)
    await desk.work()
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE
    assert [message.text for message in model.turns[-1].pending] == ["It happens again"]
    await desk.say("erin", "pause")
    await desk.say("erin", "", mention=True)
    assert (await desk.session(session.number)).status is SessionStatus.ACTIVE


async def test_two_people_with_two_problems_in_one_channel(desk: Desk) -> None:
    """Each command is about one's own session; several of one's own are picked from."""
    await desk.say("erin", "Outlook is slow", mention=True, thread="1")
    await desk.say("sam", "The printer is offline", mention=True, thread="2")
    await desk.type("erin", "pause")
    assert [(await desk.session(number)).status for number in (1, 2)] == ["paused", "active"]
    await desk.say("erin", "VPN drops", mention=True, thread="3")
    picker = notice_of(await desk.type("erin", "abandon"))
    assert [button.label for button in buttons_of(picker)] == ["FP-3 VPN drops", "FP-1 Outlook is slow"]
    await desk.click("erin", picker, "FP-3 VPN drops")
    assert [(await desk.session(number)).status for number in (1, 2, 3)] == ["paused", "active", "abandoned"]
    await desk.say("erin", "Teams has no sound", mention=True, thread="4")
    long = notice_of(await desk.type("erin", "fact: " + "🔥 hot " * 160))
    assert "FP-4 Teams has no sound" in long.markdown, "too much for a button, so the thread is named"


async def test_a_word_in_a_closed_thread_touches_no_other_session(desk: Desk) -> None:
    """The thread's session is over, and the open one in the next thread is another matter."""
    await started(desk)
    await desk.say("erin", "abandon")
    other = await started(desk, "The printer is offline", thread="2")
    await desk.say("erin", "pause", thread="1")
    assert "abandoned" in notice_of(await desk.say("erin", "pause", thread="1", mention=True)).markdown
    assert (await desk.session(other.number)).status is SessionStatus.ACTIVE


async def test_the_list_is_paged_and_filtered(desk: Desk) -> None:
    """Twenty a page, newest first; an unknown status is refused."""
    for number in range(23):
        await desk.say("erin", f"Problem number {number}", mention=True, thread=f"t{number}")
    await desk.type("erin", "abandon FP-3")
    page = notice_of(await desk.type("vera", "list"))
    shown = [button.label for button in buttons_of(page)]
    assert shown[:2] == ["Show FP-23", "Show FP-22"]
    assert (len(shown), shown[-1]) == (21, "More")
    rest = notice_of(await desk.click("vera", page, "More"))
    assert [button.label for button in buttons_of(rest)] == ["Show FP-2", "Show FP-1"]
    gone = notice_of(await desk.type("vera", "list abandoned"))
    assert [button.label for button in buttons_of(gone)] == ["Show FP-3"]
    wrong = await desk.send("vera", ListSessions(status="lost"))
    assert not isinstance(wrong, (Notice, Form))


async def test_unknown_references_are_told(desk: Desk) -> None:
    """FP-n that never was."""
    assert "no session FP-99" in notice_of(await desk.type("erin", "show FP-99")).markdown
    assert "no session FP-999999999" in notice_of(await desk.type("erin", "show fp-999999999")).markdown


async def test_twenty_problems_at_once_are_twenty_sessions(desk: Desk) -> None:
    """Counted without a gap."""
    says = [desk.say("erin", f"Problem {number}", mention=True, thread=f"t{number}") for number in range(20)]
    await asyncio.gather(*says)
    assert (await desk.session(20)).number == 20
