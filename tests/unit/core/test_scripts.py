"""`scripts`: what is to be run in a session, whoever of the engineers asks, and wherever."""

import pytest

from core.commands import ListScripts
from core.fixes.suggest import suggest_fix
from core.flows.guide import put_step
from core.ports import UnitOfWork
from core.sessions.model import Session, StepKind
from core.turns.model import NewFix, NewStep
from core.views import File, Notice, Text
from tests.fakes.platform import buttons_of, words_of
from tests.support.desk import Desk, notice_of
from tests.unit.core.walking import started

WARNING = "⚠️ Printing stops for everybody meanwhile."
SHORT = f"{WARNING}\n\n```powershell\nRestart-Service Spooler\n```\n\nThen:\n\n```\nnet start spooler\n```"
LONG = "1. Run\n   ```bash\n" + "   echo 'jam <@U1>'\n" * 200 + "   ```"


async def suggest(desk: Desk, session: Session, title: str, detail: str) -> None:
    """A fix with commands."""
    new = NewFix(title=title, description="…", cause="", confidence=0.8, detail=detail)

    def put(uow: UnitOfWork) -> None:
        current = uow.sessions.get(session.id)
        assert current is not None
        suggest_fix(uow, current, new)

    await desk.change(put)
    desk.clock.pass_by(minutes=1)
    await desk.work()


async def test_the_newest_fix_comes_first_with_its_state_and_what_is_said_before_its_commands(desk: Desk) -> None:
    """Its commands stay in their order; the warning stands before them."""
    session = await started(desk)
    await suggest(desk, session, "Restart the spooler", SHORT)
    await suggest(desk, session, "Clear the queue", "```cmd\ndel /q *.spl\n```")
    notice = notice_of(await desk.say("erin", "scripts", mention=True))
    assert notice.markdown == "**Scripts of FP-1**"
    assert [block.markdown for block in notice.body if isinstance(block, Text)] == [
        "**Clear the queue** · Suggested",
        "```cmd\ndel /q *.spl\n```",
        f"**Restart the spooler** · Replaced\n\n{WARNING}",
        "```powershell\nRestart-Service Spooler\n```",
        "**Restart the spooler** · Replaced\n\nThen:",
        "```\nnet start spooler\n```",
    ]


async def test_a_long_script_is_a_file_named_for_its_fix(desk: Desk) -> None:
    """Line by line as it is to be run, without the margin of the list that it stood in."""
    session = await started(desk)
    await suggest(desk, session, "Größe: reset & go!", LONG)
    notice = notice_of(await desk.type("erin", "scripts FP-1"))
    (file,) = [block for block in notice.body if isinstance(block, File)]
    assert file.name == "FP-1-größe-reset-go.sh"
    assert file.content == "echo 'jam <@U1>'\n" * 200


@pytest.mark.parametrize("code", ["echo @here", "cat <<'~'\n```\n~"])
async def test_a_script_that_cannot_be_shown_exactly_is_a_file(desk: Desk, code: str) -> None:
    """Where its words would ping somebody, or end the block."""
    session = await started(desk)
    await suggest(desk, session, "Ask", f"~~~sh\n{code}\n~~~")
    (file,) = [block for block in notice_of(await desk.type("erin", "scripts")).body if isinstance(block, File)]
    assert file.content == code + "\n"


async def test_the_steps_of_a_flow_have_scripts_too(desk: Desk) -> None:
    """After those of the fixes."""
    session = await started(desk, "the printer prints nothing")
    await suggest(desk, session, "Restart the spooler", SHORT)

    def put(uow: UnitOfWork) -> None:
        current = uow.sessions.get(session.id)
        assert current is not None
        put_step(uow, current, NewStep(kind=StepKind.ACTION, text="Ping it", detail="```\nping prt01\n```", options=()))

    await desk.change(put)
    words = words_of(notice_of(await desk.say("sam", "scripts", mention=True)))
    assert words.index("net start spooler") < words.index("Step 1: Ping it") < words.index("ping prt01")


async def test_without_any_it_says_what_to_do(desk: Desk) -> None:
    """By the words anybody would type, of a session that is over, too."""
    session = await started(desk)
    for reply in (await desk.type("erin", "scripts"), await desk.say("erin", "scripts", mention=True)):
        assert notice_of(reply).markdown.startswith("No scripts yet in FP-1: they come with the fixes and steps")
    await desk.say("erin", "abandon", mention=True)
    assert "No scripts yet" in notice_of(await desk.send("erin", ListScripts(session_id=session.id))).markdown


async def test_with_several_sessions_of_ones_own_one_picks(desk: Desk) -> None:
    """As with all other words that are typed outside a thread."""
    await started(desk)
    await started(desk, "The printer jams", thread="2")
    notice = notice_of(await desk.type("erin", "scripts"))
    assert isinstance(notice, Notice)
    picks = [button.action for button in buttons_of(notice)]
    assert [type(action) for action in picks] == [ListScripts, ListScripts]


@pytest.mark.parametrize("who", ["vera", "gus"])
async def test_scripts_are_for_engineers(desk: Desk, who: str) -> None:
    """They are run, not only read."""
    await started(desk)
    notice = notice_of(await desk.type(who, "scripts FP-1"))
    assert notice.error
    assert "engineer" in notice.markdown
