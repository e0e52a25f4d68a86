"""What the cards of a walk are made of: the words that fill them, and an album that keeps every view by a name."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from core.cards import build
from core.commands import Command
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.views import Card, Form, Notice, Replace
from tests.support.desk import Desk

__all__ = ["HOSTILE", "LONGEST", "PLAIN", "WORDS", "Album", "View", "Words"]

R = TypeVar("R")
View = Card | Form | Notice


@dataclass(frozen=True, kw_only=True)
class Words:
    """What people and models write: a problem, a line (titles, labels), a text (descriptions, reasons), a command."""

    name: str
    problem: str
    line: str
    text: str
    code: str


PLAIN = Words(
    name="plain",
    problem="Outlook keeps asking for the password since the phone was changed",
    line="Clear the stored password",
    text="Remove the old entry in the **Credential Manager**, then start Outlook again.",
    code="Run `cmdkey /list` first:\n\n```powershell\ncmdkey /delete:MicrosoftOffice16_Data\n```",
)
HOSTILE = Words(
    name="hostile",
    problem="Outlook <!channel> <script>alert(1)</script> keeps asking @everyone for the password \u202etxt.exe",
    line='<b onclick="x()">Reset</b> <@U024BE7LH> </at> *it* `now` | \U0001f469\u200d\U0001f4bb "q" \\ ﷽ \u202egnp.exe',
    text=(
        "<!here> <at>Ann</at> @channel [click](javascript:alert(1)) [ok](https://example.com/a?b=1&c=2)\n"
        "| a | b |\n|---|---|\n</textarea><img src=x onerror=alert(1)> {{x}} ${y} %s &lt;b&gt; ``` ~~~\n"
        "# heading\n> quote\n- [ ] box\n1. one\nשלום \u200fعليكم e\u0301 \U0001f1e9\U0001f1ea \u0007\ufeff end"
    ),
    code="```\n</pre></code><script>alert(1)</script>\n~~~\n``\n```\n\n~~~html\n```\n<@everyone>\n~~~",
)
LONGEST = Words(
    name="longest",
    problem="Outlook password prompt " + "again and again since Monday for the whole sales team " * 60,
    line="Rebuild the profile of the user on the terminal server and sign in once more " * 6,
    text="The prompt comes back after every restart of the client, on all devices of the team. " * 150,
    code="```powershell\n"
    + "Get-ChildItem -Path C:\\Users -Recurse -Filter *.ost | Remove-Item -WhatIf\n" * 150
    + "```",
)
WORDS = (PLAIN, HOSTILE, LONGEST)


class Album:
    """A walk on a desk with one set of words; `views` keeps what was seen under `<words>/<what>`.

    Each `begin` opens a session in a thread of its own; what follows is about that session.
    """

    def __init__(self, desk: Desk, words: Words, views: dict[str, View]) -> None:
        self.desk = desk
        self.words = words
        self.views = views
        self.thread = ""
        self.session_id = ""

    async def begin(self, what: str, *, ticket: bool = False) -> Session:
        """Start a session in a thread named after what it is for, and let it be answered."""
        self.thread = f"{self.words.name}-{what}"
        named = " T-1001" if ticket else ""
        await self.desk.say("erin", self.words.problem + named, thread=self.thread, mention=True)
        await self.desk.work()
        found = await self.desk.look(lambda uow: uow.sessions.page(tuple(SessionStatus), after="", limit=1))
        self.session_id = found[0].id
        assert not ticket or found[0].ticket_id, "the ticket was not found"
        return found[0]

    async def session(self) -> Session:
        """The session as it stands."""
        session = await self.desk.look(lambda uow: uow.sessions.get(self.session_id))
        assert session is not None
        return session

    async def stand(self, status: SessionStatus, **more: object) -> Session:
        """Put the session into a state."""

        def put(uow: UnitOfWork) -> Session:
            session = uow.sessions.get(self.session_id)
            assert session is not None
            uow.sessions.save(replace(session, status=status, **more))  # type: ignore[arg-type]
            return session

        return await self.change(put)

    async def change(self, run: Callable[[UnitOfWork], R]) -> R:
        """Write to the session's account, with an entry in its timeline, as every change has one."""

        def logged(uow: UnitOfWork) -> R:
            uow.sessions.get(self.session_id)
            result = run(uow)
            uow.log(self.session_id, "joined", name="Erin")
            return result

        return await self.desk.change(logged)

    def keep(self, what: str, view: View) -> View:
        """Keep a view; a name is given once."""
        name = f"{self.words.name}/{what}"
        assert name not in self.views, f"{name} is there already"
        self.views[name] = view
        return view

    async def show(self, what: str, card: str, subject: str = "", /, **details: str) -> Card:
        """Keep a card of core.cards as it is now, under `<card>/<what>`."""
        view = await self.desk.look(lambda uow: build(uow, self.session_id, card, subject, details))
        assert view is not None, f"there is nothing to show of {card}/{what}"
        self.keep(f"{card}/{what}", view)
        return view

    async def ask(self, what: str, command: Command, who: str = "erin", thread: str | None = None) -> View:
        """Keep the form or notice that a command is answered with."""
        return self.answered(what, await self.desk.send(who, command, thread=self.place(thread)))

    async def submit(self, what: str, form: View, **inputs: str) -> View:
        """Keep what a submitted form is answered with."""
        assert isinstance(form, Form)
        return self.answered(what, await self.desk.submit("erin", form, thread=self.thread, **inputs))

    def answered(self, what: str, reply: object) -> View:
        """Keep a reply that shows something."""
        view = reply.form if isinstance(reply, Replace) else reply
        assert isinstance(view, (Form, Notice)), f"{what} is answered with {reply}"
        return self.keep(what, view)

    async def filled(self, what: str, form: View) -> Form:
        """Let the worker draft, and keep what then stands in the form."""
        assert isinstance(form, Form)
        self.desk.platform.filled.pop(form.surface, None)
        await self.desk.work()
        shown = self.desk.platform.filled[form.surface]
        self.keep(what, shown)
        return shown

    def place(self, thread: str | None) -> str:
        """The thread that is meant: the session's own unless another is named."""
        return self.thread if thread is None else thread
