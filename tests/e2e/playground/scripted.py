"""The playground with a scripted bot in the place of FlowPilot: every kind of card, form and answer that a page can get.

`python -m tests.e2e.playground.scripted 8099` serves it, to look at the page while it is being made.
"""

import asyncio
import itertools
import sys
from dataclasses import dataclass, field, replace

from aiohttp import web

from adapters.playground.changes import Changes
from adapters.playground.client import PlaygroundPlatform
from adapters.playground.routes import playground_routes
from adapters.playground.seed import ensure_chat
from core.commands import (
    AnswerStep,
    ApplyFix,
    ClaimSession,
    Command,
    FindPeople,
    OpenEscalate,
    OpenPreview,
    OpenResolve,
    PostResolution,
    PrepareEscalation,
    ReceiveMessage,
    RecordOutcome,
    RefreshPreview,
    ShowHelp,
    StartSession,
    TypeWords,
)
from core.fixes.model import FixStatus
from core.local import LocalChat
from core.people.model import ConversationRef
from core.ports import Inbound
from core.usage.chart import chart
from core.views import (
    Badge,
    Buttons,
    Card,
    Close,
    FieldErrors,
    File,
    Form,
    Nothing,
    Notice,
    Option,
    Options,
    Picture,
    Reply,
    Small,
    Style,
    Text,
    Tone,
)
from tests.e2e.playground.scripted_board import Board, some_tickets
from tests.e2e.playground.scripted_views import (
    HELP,
    NOTE,
    button,
    escalate_form,
    fix_card,
    question_card,
    resolve_form,
    session_card,
)
from tests.fakes.local_chat import FakeLocalChat


@dataclass
class ScriptedBot:
    """Takes what comes in and answers from a script. `seen` is everything that came in."""

    chat: LocalChat
    changes: Changes
    board: Board
    #: Seconds that "thinking" takes.
    pause: float = 0.6
    seen: list[Inbound] = field(default_factory=list)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)
    counter: "itertools.count[int]" = field(default_factory=itertools.count)

    @property
    def platform(self) -> PlaygroundPlatform:
        return PlaygroundPlatform(chat=self.chat, changes=self.changes)

    async def handle(self, inbound: Inbound) -> Reply:
        repeat = any(before.keys == inbound.keys for before in self.seen)
        self.seen.append(inbound)
        if repeat:
            return Nothing()
        place = inbound.place
        assert place is not None
        if not inbound.person.member or inbound.person.external_id == "vera":
            refusable = not isinstance(inbound.command, ReceiveMessage) or inbound.command.mentioned
            return Notice(markdown="You need the role **engineer** for that.", error=True) if refusable else Nothing()
        return await self._answer(inbound.command, place, inbound)

    async def _answer(self, command: Command, place: ConversationRef, inbound: Inbound) -> Reply:
        match command:
            case ReceiveMessage(mentioned=True) | ReceiveMessage(direct=True) | StartSession():
                self._later(self._start(place, command.text))
            case TypeWords(name="resolve") | OpenResolve():
                return self._open_resolve(place, inbound)
            case TypeWords(name="escalate") | OpenEscalate():
                return escalate_form(f"escalate-{next(self.counter)}")
            case TypeWords(text="help") | ShowHelp():
                return Notice(markdown=HELP, body=(Buttons(items=(button("Resolve", OpenResolve()),)),))
            case TypeWords(text="join"):
                join = button("Join", OpenResolve(), Style.PRIMARY)
                return Notice(markdown="You do not take part yet.", body=(Buttons(items=(join,)),), error=True)
            case TypeWords(text=text):
                self._later(self._start(place, text))
            case AnswerStep(step_id=step, option=option):
                self._later(self._answered(place, step, option, inbound.person.name))
            case ApplyFix():
                self._later(self._fix(place, Badge(text="Verifying", tone=Tone.INFO)))
            case RecordOutcome(status=FixStatus.SUCCESS):
                self._later(self._fix(place, Badge(text="Worked", tone=Tone.GOOD)))
            case RecordOutcome():
                return FieldErrors(fields={"notes": "Say what it waits for."})
            case OpenPreview():
                picture = Picture(name="chart.png", alt="Two bars", data=chart([1, 2], [1, 2]))
                file = File(name="note.md", media_type="text/markdown", content=NOTE)
                return Notice(markdown=NOTE, body=(file, picture))
            case RefreshPreview(surface=surface):
                form = resolve_form(surface, NOTE.replace("normally", "normally again"))
                self._later(self._fill(place, inbound.person.external_id, form))
            case PostResolution(text=text, visibility=visibility):
                if "badword" in text:
                    return FieldErrors(fields={"text": "Take the bad word out."})
                self._later(self._resolved(place, text, visibility))
                return Close(notice="Resolved. The note was posted to this thread and to **#4711**.")
            case FindPeople(text=text):
                everybody = [f"Engineer {number:03}" for number in range(150)]
                fitting = [name for name in everybody if text.lower() in name.lower()]
                return Options(items=tuple(Option(value=name, label=name) for name in fitting[:100]))
            case PrepareEscalation():
                self._later(self._escalated(place, inbound.person.name))
                return Close(notice="Escalated.")
            case ClaimSession():
                return Notice(markdown="You have it now. The package is in the thread.")
        return Nothing()

    def _later(self, what: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.get_running_loop().create_task(what)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _say(self, place: ConversationRef, card: Card) -> str:
        return await self.platform.post(place, card, delivery=f"scripted {next(self.counter)}")

    async def _think(self, place: ConversationRef, text: str) -> None:
        await self.platform.progress(place, text)
        await asyncio.sleep(self.pause)
        await self.platform.progress(place, "")

    async def _start(self, place: ConversationRef, problem: str) -> None:
        await self._think(place, "FlowPilot is reading the problem…")
        await self._say(place, session_card(problem))
        await self._think(place, "FlowPilot is looking at similar sessions…")
        await self._say(place, question_card())

    async def _answered(self, place: ConversationRef, step: str, option: int, name: str) -> None:
        answer = ("Yes", "No")[option]
        found = await self.chat.find(place.workspace, f"scripted {step}")
        if found is not None:
            card = Card(
                title="Does Outlook on the web work for the same mailbox?",
                badge=Badge(text=answer, tone=Tone.NEUTRAL),
                body=(Small(markdown=f"Answered by {name}."),),
            )
            await self.platform.update(place, found.id, card)
        await self._fix(place, Badge(text="92 % sure", tone=Tone.GOOD))

    async def _fix(self, place: ConversationRef, badge: Badge) -> None:
        await self._think(place, "FlowPilot is thinking…")
        await self._say(place, fix_card(badge))

    def _open_resolve(self, place: ConversationRef, inbound: Inbound) -> Reply:
        surface = f"resolve-{next(self.counter)}"
        self._later(self._fill_later(place, inbound.person.external_id, resolve_form(surface, NOTE)))
        return Form(
            surface=surface,
            title="Resolve FP-12",
            body=(Small(markdown="The note is drafted from what the session knows."),),
            action=PostResolution(surface=surface),
            submit=None,
            busy="Drafting the resolution note…",
        )

    async def _fill_later(self, place: ConversationRef, person: str, form: Form) -> None:
        await asyncio.sleep(self.pause * 2)
        await self._fill(place, person, form)

    async def _fill(self, place: ConversationRef, person: str, form: Form) -> None:
        await self.platform.fill(place, person, form.surface, form)

    async def _resolved(self, place: ConversationRef, text: str, visibility: str) -> None:
        await self._say(
            place, Card(title="Resolution", badge=Badge(text="Resolved", tone=Tone.GOOD), body=(Text(markdown=text),))
        )
        self.board.add_note(
            place.workspace, text, internal=visibility == "internal", resolution=True, status="Resolved"
        )
        await self._say(place, Card(body=(Small(markdown="Posted to **#4711** (internal), status *Resolved*."),)))

    async def _escalated(self, place: ConversationRef, name: str) -> None:
        target = replace(place, channel="escalations", thread="")
        await self._say(
            target,
            Card(
                title="FP-12 waits for somebody: Outlook will not open",
                badge=Badge(text="Urgent", tone=Tone.BAD),
                body=(
                    Text(markdown=f"Escalated by {name}: *needs Exchange rights*."),
                    Buttons(items=(button("Claim", ClaimSession(), Style.PRIMARY),)),
                ),
            ),
        )


def scripted_app(bot: ScriptedBot, *, listening: str = "127.0.0.1") -> web.Application:
    """The application with its routes."""
    app = web.Application()
    app.add_routes(playground_routes(bot, bot.chat, bot.board, bot.changes, listening=listening))

    async def stop(_: web.Application) -> None:
        bot.changes.close()

    app.on_shutdown.append(stop)
    return app


async def make_bot(*, pause: float = 0.6) -> ScriptedBot:
    """A bot with the seeded chat and some tickets."""
    chat = FakeLocalChat()
    await ensure_chat(chat)
    return ScriptedBot(chat=chat, changes=Changes(), board=some_tickets(), pause=pause)


async def _serve() -> web.Application:
    return scripted_app(await make_bot())


if __name__ == "__main__":
    web.run_app(_serve(), host="127.0.0.1", port=int(sys.argv[1]))
