"""The playground with a scripted bot in the place of FlowPilot: every kind of card, form and answer that a page can get.

`python -m tests.e2e.playground.scripted 8099` serves it, to look at the page while it is being made.
"""

import asyncio
import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from aiohttp import web

from adapters.playground.changes import Changes
from adapters.playground.client import PlaygroundPlatform
from adapters.playground.routes import playground_routes
from adapters.playground.seed import ensure_chat
from core.commands import (
    Action,
    AnswerStep,
    ApplyFix,
    ClaimSession,
    Command,
    OpenEscalate,
    OpenPreview,
    OpenResolve,
    PostResolution,
    PrepareEscalation,
    ReceiveMessage,
    RecordOutcome,
    RefreshPreview,
    ShowHelp,
    SkipStep,
    StartSession,
    TypeWords,
)
from core.fixes.model import FixStatus
from core.local import LocalChat
from core.people.model import ConversationRef
from core.ports import Inbound
from core.tickets.local import LocalTicket, LocalTime
from core.tickets.model import TicketNote, TicketRef
from core.views import (
    Badge,
    Button,
    Buttons,
    Card,
    Choice,
    Close,
    Divider,
    FieldErrors,
    Fields,
    File,
    Form,
    Input,
    Nothing,
    Notice,
    Option,
    Person,
    Reply,
    Small,
    Style,
    Text,
    Tone,
)
from tests.fakes.local_chat import FakeLocalChat

NOTE = """## Problem

Outlook stops at “Loading profile” on Dana Reyes' laptop `NW-LT-0142` since this morning.

## What we confirmed

- Outlook on the web works for the same mailbox.
- `outlook.exe /safe` starts without the profile's add-ins.

## Root cause

A broken navigation pane file (`%AppData%\\Microsoft\\Outlook\\Outlook.xml`).

## Resolution

Started Outlook once with `/resetnavpane`; it opens normally and stays open.
"""


@dataclass
class Board:
    """A ticket list in memory."""

    tickets: dict[str, list[LocalTicket]] = field(default_factory=dict)

    async def board(self, workspace: str) -> Sequence[LocalTicket]:
        return self.tickets.get(workspace, [])

    def add_note(self, workspace: str, text: str, *, internal: bool, resolution: bool, status: str) -> None:
        ticket, *rest = self.tickets[workspace]
        note = TicketNote(
            id=str(len(ticket.notes) + 100),
            text=text,
            author="FlowPilot",
            internal=internal,
            resolution=resolution,
            created_at=datetime.now(UTC),
        )
        at = datetime.now(UTC)
        time = LocalTime(id="1", minutes=14, text="Remote session.", author="FlowPilot", ended_at=at)
        changed = replace(
            ticket, notes=(*ticket.notes, note), status=status, closed=resolution, times=(time,), changed_at=at
        )
        self.tickets[workspace] = [changed, *rest]


def some_tickets() -> Board:
    """Tickets as a small MSP might have them."""
    at = datetime.now(UTC)
    first = LocalTicket(
        ref=TicketRef(id="4711", number="4711"),
        summary="Outlook will not open",
        description="Dana rang: Outlook stops at “Loading profile” since this morning. Restarted twice already.",
        company="Contoso Dental",
        contact="Dana Reyes",
        device="NW-LT-0142",
        status="New",
        changed_at=at,
        notes=(
            TicketNote(id="1", text="Called in by phone at 08:52.", author="Front desk", internal=True, created_at=at),
        ),
    )
    second = LocalTicket(
        ref=TicketRef(id="4708", number="4708"),
        summary="Account locked out again",
        company="Fourth Coffee",
        contact="Maria Lopes",
        device="FC-PC-07",
        status="In progress",
        changed_at=at,
    )
    third = LocalTicket(
        ref=TicketRef(id="4699", number="4699"),
        summary="Printer on the second floor offline",
        company="Contoso Dental",
        contact="Reception",
        status="Closed",
        changed_at=at,
        closed=True,
    )
    other = replace(first, ref=TicketRef(id="12", number="12"), summary="VPN drops", company="Wingtip Toys")
    return Board({"northwind": [first, second, third], "fabrikam": [other]})


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
                return Notice(markdown=NOTE, body=(File(name="note.md", media_type="text/markdown", content=NOTE),))
            case RefreshPreview(surface=surface):
                form = resolve_form(surface, NOTE.replace("normally", "normally again"))
                self._later(self._fill(place, inbound.person.external_id, form))
            case PostResolution(text=text, visibility=visibility):
                if "badword" in text:
                    return FieldErrors(fields={"text": "Take the bad word out."})
                self._later(self._resolved(place, text, visibility))
                return Close(notice="Resolved. The note was posted to this thread and to **#4711**.")
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


HELP = """**What you can type here**

- `/flowpilot <problem>` starts a session
- `/resolve` and `/escalate` end one
- `fact: …` adds what you know
"""


def button(label: str, action: Action, style: Style = Style.DEFAULT, confirm: str | None = None) -> Button:
    return Button(label=label, action=action, style=style, confirm=confirm)


def session_card(problem: str) -> Card:
    return Card(
        title="FP-12 · Outlook will not open",
        badge=Badge(text="Discovery · 35 %", tone=Tone.INFO),
        body=(
            Text(markdown=problem),
            Fields(
                items=(
                    ("Owner", "Erin Engineer"),
                    ("Ticket", "#4711"),
                    ("Contact", "Dana Reyes"),
                    ("Device", "NW-LT-0142"),
                )
            ),
            Divider(),
            Small(markdown="Similar: **FP-7** *Outlook hangs at start*, solved by a new profile."),
        ),
        fallback="FP-12 started: Outlook will not open",
    )


def question_card() -> Card:
    return Card(
        title="Does Outlook on the web work for the same mailbox?",
        badge=Badge(text="Question"),
        body=(
            Text(
                markdown="It tells a broken mailbox from a broken profile. Ask Dana to open "
                "<https://outlook.office.com> in a private window, or run:\n\n"
                "```powershell\nTest-NetConnection outlook.office365.com -Port 443\n"
                "Get-Process outlook -ErrorAction SilentlyContinue | Stop-Process -Force\n```"
            ),
            Buttons(
                items=(
                    button("Yes, it works", AnswerStep(step_id="1", option=0), Style.PRIMARY),
                    button("No", AnswerStep(step_id="1", option=1)),
                    button("Skip", SkipStep(step_id="1")),
                )
            ),
        ),
        fallback="Question: does Outlook on the web work for the same mailbox?",
    )


def fix_card(badge: Badge) -> Card:
    return Card(
        title="Suggested fix: reset the navigation pane",
        badge=badge,
        body=(
            Text(
                markdown="1. Close Outlook.\n2. Press **Win+R** and run `outlook.exe /resetnavpane`.\n"
                "3. Wait until the profile is loaded.\n\n> Custom groups in the navigation pane are lost."
            ),
            Buttons(
                items=(
                    button("Apply", ApplyFix(fix_id="f"), Style.PRIMARY),
                    button("It worked", RecordOutcome(fix_id="f", status=FixStatus.SUCCESS)),
                    button("Pending…", RecordOutcome(fix_id="f", status=FixStatus.PENDING)),
                    button(
                        "Dismiss",
                        RecordOutcome(fix_id="f", status=FixStatus.DISMISSED),
                        Style.DANGER,
                        "Set this fix aside? It will not be listed as tried.",
                    ),
                )
            ),
            Buttons(
                items=(
                    button("Preview note", OpenPreview()),
                    button("Resolve", OpenResolve()),
                    button("Escalate", OpenEscalate()),
                )
            ),
        ),
        fallback="Suggested fix: reset the navigation pane",
    )


def resolve_form(surface: str, note: str) -> Form:
    return Form(
        surface=surface,
        title="Resolve FP-12",
        body=(
            Small(markdown="A fix that is being verified **will be recorded as worked**. Drafted just now."),
            Input(name="text", label="Resolution note", value=note, multiline=True, required=True, max_length=3000),
            Choice(
                name="visibility",
                label="Who sees the note on #4711",
                options=(
                    Option(value="internal", label="Internal"),
                    Option(value="customer", label="The customer too"),
                ),
                selected="internal",
            ),
            Choice(
                name="ticket_status",
                label="New ticket status",
                options=tuple(
                    Option(value=str(i), label=name)
                    for i, name in enumerate(("Keep", "Resolved", "Waiting", "Closed", "Cancelled"))
                ),
                selected="1",
            ),
            Input(name="minutes", label="Minutes worked", value="14"),
            Buttons(items=(button("Refresh the draft", RefreshPreview(surface=surface)),)),
        ),
        action=PostResolution(surface=surface),
        submit="Post",
    )


def escalate_form(surface: str) -> Form:
    people = (Option(value="u2", label="Sam Engineer"), Option(value="u3", label="Adam Admin"))
    urgency = (Option(value="normal", label="Normal"), Option(value="urgent", label="Urgent: somebody cannot work"))
    return Form(
        surface=surface,
        title="Escalate FP-12",
        body=(
            Input(
                name="reason",
                label="Why",
                required=True,
                multiline=True,
                placeholder="What do you need that you do not have?",
            ),
            Person(name="person", label="To whom", people=people, hint="Leave it open and anyone may claim it."),
            Choice(name="urgency", label="How urgent", options=urgency, selected="normal"),
        ),
        action=PrepareEscalation(surface=surface, reason=""),
        submit="Continue",
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
