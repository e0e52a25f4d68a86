"""Crash points: places at which a process can be killed, numbered in the order in which it comes by."""

import os
import signal
from collections.abc import Awaitable, Callable
from contextvars import ContextVar
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from bot.bootstrap import System
from bot.worker import Worker
from core.operations import JOBS
from core.people.model import ConversationRef
from core.ports import Capabilities, ChatPlatform, Psa, Stream, Transaction
from core.tickets.model import NoteRef, NoteWrite, Ticket, TicketRef, TicketStatus, TimeWrite
from core.turns.jobs import answer_turn
from core.turns.queue import TURN
from core.views import Button, Card, Form, Notice
from core.work.model import Work
from core.work.running import Done, Job, Runner

R = TypeVar("R")

#: What the code that comes by is doing: "act", or the kind of the work row.
DOING: ContextVar[str] = ContextVar("DOING", default="act")

#: Functions that the store runs → what they are for.
NAMES = {
    "_Handling.take": "take the command",
    "Worker._claim.<locals>.claim": "claim",
    "Worker._finish.<locals>.finish": "finish",
    "Worker._failed.<locals>.record": "put back",
    "LocalStore.write.<locals>.<lambda>": "chat",
    "SqlLocalTickets._write.<locals>.<lambda>": "tickets",
}


class Points:
    """Counts what it comes by, and kills the process at `kill_at` (the first is 1; None kills never).

    `done` is a file that outlives the process: what the outside has done, one line each.
    """

    def __init__(self, done: Path, kill_at: int | None = None) -> None:
        self.seen: list[str] = []
        #: The text of an answer that was seen last while it was made.
        self.shown = ""
        self._kill_at = kill_at
        self._done = done

    def reach(self, label: str) -> None:
        """Be killed here, if it is time."""
        self.seen.append(label)
        if len(self.seen) == self._kill_at:
            self.note(f"killed {label}")
            os.kill(os.getpid(), signal.SIGKILL)

    def note(self, line: str) -> None:
        """Write down what cannot be undone."""
        with self._done.open("a") as file:
            file.write(f"{line}\n")

    async def around(self, what: str, line: str, call: Callable[[], Awaitable[R]]) -> R:
        """Points before and after a call to the outside."""
        self.reach(f"{DOING.get()}: before {what}")
        result = await call()
        if line:
            self.note(line)
        self.reach(f"{DOING.get()}: after {what}")
        return result


def wire(system: System, points: Points) -> Worker:
    """Put crash points into everything that lasts. Gives a worker that does one thing at a time, so that runs are alike."""
    _wrap_store(system, points)
    for name, platform in system.outside.platforms.items():
        system.outside.platforms[name] = CrashingPlatform(platform, points)
    psa_for = system.outside.psa_for
    system.outside.psa_for = lambda account_id: CrashingPsa(psa_for(account_id), points)
    quick: dict[str, Job] = {**JOBS, TURN: partial(answer_turn, beat=0.005)}
    jobs = {kind: _told(kind, job) for kind, job in quick.items()}
    return Worker(system.application, system.outside, concurrency=1, jobs=jobs)


def _told(kind: str, job: Job) -> Job:
    async def run(runner: Runner, work: Work) -> Done:
        DOING.set(kind)
        return await job(runner, work)

    return run


def _wrap_store(system: System, points: Points) -> None:
    inner = system.store.write

    async def write(
        run: Callable[[Transaction], R],
        otherwise: Callable[[Transaction, Exception], R] | None = None,
        *,
        key: str | None = None,
    ) -> R:
        what = _name(run)
        where = "worker" if what == "claim" else DOING.get()
        points.reach(f"{where}: {what}, before the transaction")

        def inside(transaction: Transaction) -> R:
            result = run(transaction)
            points.reach(f"{where}: {_about(what, result)}, before the commit")
            return result

        result = await inner(inside, otherwise, key=key)
        points.reach(f"{where}: {_about(what, result)}, after the commit")
        return result

    setattr(system.store, "write", write)  # noqa: B010  (a test's own way in)


def _name(run: object) -> str:
    name = getattr(getattr(run, "func", run), "__qualname__", "?")
    return NAMES.get(name, name)


def _about(what: str, result: object) -> str:
    """A claim is told apart by what was claimed."""
    if what != "claim" or not isinstance(result, list):
        return what
    return f"claim {', '.join(work.kind for work in result) or 'nothing'}"


class CrashingPlatform:
    """core.ports.ChatPlatform with a point before and after each call."""

    def __init__(self, inner: ChatPlatform, points: Points) -> None:
        self._inner = inner
        self._points = points

    @property
    def name(self) -> str:
        return self._inner.name

    @property
    def capabilities(self) -> Capabilities:
        return self._inner.capabilities

    async def post(self, to: ConversationRef, card: Card, *, delivery: str) -> str:
        line = f"post {delivery}"
        return await self._points.around("post", line, lambda: self._inner.post(to, card, delivery=delivery))

    async def find(self, to: ConversationRef, delivery: str, *, since: datetime | None = None) -> str | None:
        return await self._points.around("find", "", lambda: self._inner.find(to, delivery, since=since))

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        await self._points.around("update", "", lambda: self._inner.update(to, ref, card))

    async def stream(
        self, to: ConversationRef, *, person: str, delivery: str, ref: str = "", stop: Button | None = None
    ) -> Stream:
        call = lambda: self._inner.stream(to, person=person, delivery=delivery, ref=ref, stop=stop)  # noqa: E731
        return CrashingStream(await self._points.around("stream", "", call), self._points)

    async def find_stream(self, to: ConversationRef, delivery: str, *, since: datetime) -> str | None:
        return await self._inner.find_stream(to, delivery, since=since)

    async def replace(self, to: ConversationRef, ref: str, card: Card, *, delivery: str) -> None:
        await self._points.around("replace", "", lambda: self._inner.replace(to, ref, card, delivery=delivery))

    async def fetch(self, to: ConversationRef, address: str, *, most: int) -> bytes:
        return await self._inner.fetch(to, address, most=most)

    async def permalink(self, to: ConversationRef, ref: str) -> str | None:
        return await self._inner.permalink(to, ref)

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        await self._points.around("fill", "", lambda: self._inner.fill(to, person, surface, form))

    async def tell(
        self, to: ConversationRef, person: str, notice: Notice, *, delivery: str, since: datetime | None = None
    ) -> None:
        call = lambda: self._inner.tell(to, person, notice, delivery=delivery, since=since)  # noqa: E731
        await self._points.around("tell", "", call)

    async def progress(self, to: ConversationRef, text: str) -> None:
        await self._inner.progress(to, text)


class CrashingStream:
    """core.ports.Stream with a point before and after each look."""

    def __init__(self, inner: Stream, points: Points) -> None:
        self.ref = inner.ref
        self._inner = inner
        self._points = points

    async def show(self, text: str) -> None:
        if text != self._points.shown:
            await self._points.around("show", "", lambda: self._inner.show(text))
            self._points.shown = text


class CrashingPsa:
    """core.ports.Psa with a point before and after each write."""

    def __init__(self, inner: Psa, points: Points) -> None:
        self._inner = inner
        self._points = points

    @property
    def name(self) -> str:
        return self._inner.name

    def owns(self, address: str) -> bool:
        return self._inner.owns(address)

    async def find_ticket(self, text: str) -> TicketRef | None:
        return await self._inner.find_ticket(text)

    async def ticket(self, ticket_id: str) -> Ticket | None:
        return await self._inner.ticket(ticket_id)

    async def statuses(self, ticket_id: str) -> Any:
        statuses: list[TicketStatus] = list(await self._inner.statuses(ticket_id))
        return statuses

    async def add_note(self, ticket_id: str, note: NoteWrite) -> NoteRef:
        line = f"note {note.marker}"
        return await self._points.around("add_note", line, lambda: self._inner.add_note(ticket_id, note))

    async def find_note(self, ticket_id: str, marker: str) -> NoteRef | None:
        return await self._inner.find_note(ticket_id, marker)

    async def set_status(self, ticket_id: str, status_id: str) -> None:
        line = f"status {ticket_id} {status_id}"
        await self._points.around("set_status", line, lambda: self._inner.set_status(ticket_id, status_id))

    async def add_time(self, ticket_id: str, time: TimeWrite) -> NoteRef:
        line = f"time {time.marker}"
        return await self._points.around("add_time", line, lambda: self._inner.add_time(ticket_id, time))

    async def find_time(self, ticket_id: str, marker: str) -> NoteRef | None:
        return await self._inner.find_time(ticket_id, marker)
