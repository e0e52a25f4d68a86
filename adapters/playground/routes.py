"""The playground's HTTP side: the page, what it shows, what it sends, and a stream that says "something changed"."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Protocol

from aiohttp import web

from adapters.playground.changes import Changes
from adapters.playground.guard import HEADERS, Declined, Handler, Hosts, guarded, read_body
from adapters.playground.inbound import Reader, person_of
from adapters.playground.payloads import Click, Close, Dismiss, Payload, Submit, parse
from adapters.playground.render import Json
from adapters.playground.replies import give
from adapters.playground.state import people_of, state_of, tickets_of
from core.commands import ReceiveMessage
from core.errors import BadCommand, InvalidInput
from core.local import LocalChat, LocalPerson, TicketBoard
from core.ports import Inbound
from core.views import Reply

__all__ = ["Application", "playground_routes"]

logger = logging.getLogger(__name__)

PAGE = Path(__file__).parent / "page"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".html": "text/html"}

#: How often a page looks for what another process wrote, and how often it hears that the line is alive, in seconds.
POLL = 1.0
HEARTBEAT = 15.0


class Application(Protocol):
    """What takes everything that comes in."""

    async def handle(self, inbound: Inbound) -> Reply:
        """Do it, once, and say what the one who acted is to see."""
        ...


def playground_routes(
    application: Application,
    chat: LocalChat,
    tickets: TicketBoard | None,
    changes: Changes,
    *,
    listening: str,
    names: Sequence[str] = (),
) -> list[web.RouteDef]:
    """The routes, for an aiohttp application that listens on the address `listening`; `names` are
    further ones it answers to.

    `tickets` is None where tickets are kept elsewhere. Call `changes.close` when the server begins to stop: streams would
    hold it up.
    """
    hosts = Hosts(listening, names)
    playground = _Playground(application, chat, tickets, changes)
    handlers: list[tuple[str, str, Handler, bool]] = [
        ("GET", "/", playground.index, False),
        ("GET", r"/playground/page/{name:[a-z-]+\.(?:js|css|svg)}", playground.asset, False),
        ("GET", "/playground/people", playground.people, True),
        ("GET", "/playground/state", playground.state, True),
        ("GET", "/playground/events", playground.events, True),
        ("POST", "/playground/act", playground.act, True),
    ]
    return [
        web.RouteDef(method, path, guarded(handler, hosts, fresh=fresh), {})
        for method, path, handler, fresh in handlers
    ]


@dataclass(frozen=True, slots=True)
class _Playground:
    """The handlers."""

    application: Application
    chat: LocalChat
    tickets: TicketBoard | None
    changes: Changes

    async def index(self, request: web.Request) -> web.StreamResponse:
        """The page."""
        return _file("index.html")

    async def asset(self, request: web.Request) -> web.StreamResponse:
        """A style sheet, module or icon."""
        return _file(request.match_info["name"])

    async def people(self, request: web.Request) -> web.StreamResponse:
        """Who there is."""
        return web.json_response(await people_of(self.chat))

    async def state(self, request: web.Request) -> web.StreamResponse:
        """What the person sees, after a cursor."""
        person = await self._person(request)
        after = request.query.get("after", "0")
        if not after.isascii() or not after.isdigit() or len(after) > 18:
            raise Declined(400, "“after” must be the number that the last answer gave as its cursor.")
        return web.json_response(await state_of(self.chat, self.tickets, self.changes, person, int(after)))

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Server-sent events without content: one whenever the page should ask for what is new."""
        person = await self._person(request)
        headers = {**HEADERS, "Cache-Control": "no-store", "Content-Type": "text/event-stream"}
        stream = web.StreamResponse(headers=headers)
        await stream.prepare(request)
        try:
            await self._tell_changes(person, stream, request)
        except ConnectionError:
            logger.debug("a page of the playground went away")
        except Exception:  # the head is sent, so that there is no other way to say it; the page connects again
            logger.exception("a stream of the playground ended")
        return stream

    async def _tell_changes(self, person: LocalPerson, stream: web.StreamResponse, request: web.Request) -> None:
        seen: object = None
        spoke = monotonic()
        while not self.changes.closed and request.transport is not None:
            count = self.changes.count
            now = await self._newest(person, count)
            if now != seen:
                await stream.write(b"data: changed\n\n")
                seen, spoke = now, monotonic()
            elif monotonic() - spoke >= HEARTBEAT:
                await stream.write(b": here\n\n")
                spoke = monotonic()
            await self.changes.wait(count, POLL)

    async def act(self, request: web.Request) -> web.StreamResponse:
        """One act of one person; answers with what only they see."""
        person = await self._person(request)
        payload = parse(await read_body(request))
        try:
            return web.json_response(await self._act(person, payload))
        finally:
            self.changes.notify()

    async def _act(self, person: LocalPerson, payload: Payload) -> Json:
        reader = Reader(self.chat, person)
        surface = payload.surface if isinstance(payload, Click | Submit | Close) else ""
        try:
            inbound = await reader.read(payload)
        except BadCommand as error:
            raise Declined(400, str(error)) from None
        except InvalidInput as error:
            if not isinstance(payload, Submit):
                raise Declined(400, str(error)) from None
            return {"kind": "errors", "fields": error.fields}
        if inbound is None:
            await self._in_chat_alone(reader, payload)
            return {"kind": "nothing"}
        within = payload.message if isinstance(payload, Click | Submit) else ""
        done = await self.application.handle(inbound)
        reply = await give(self.chat, inbound, done, surface=surface, within=within)
        return reply | {"posted": inbound.command.ref} if isinstance(inbound.command, ReceiveMessage) else reply

    async def _in_chat_alone(self, reader: Reader, payload: Payload) -> None:
        person = reader.person
        if isinstance(payload, Close):
            await self.chat.close_surface(workspace=person.workspace, id=payload.surface, person=person.id)
        elif isinstance(payload, Dismiss):
            message = await reader.message(payload.message)
            if not message.private_to:
                raise Declined(403, "Only a private message can be dismissed.")
            await self.chat.delete(message.workspace, message.id)

    async def _newest(self, person: LocalPerson, count: int) -> tuple[object, ...]:
        board: Sequence[object] = await tickets_of(self.tickets, person) if self.tickets else ()
        return await self.chat.newest(person.workspace), count, tuple(board)

    async def _person(self, request: web.Request) -> LocalPerson:
        return await person_of(self.chat, request.query.get("as", ""))


def _file(name: str) -> web.StreamResponse:
    path = PAGE / name
    if not path.is_file():
        raise Declined(404, "The playground has no such file.")
    return web.FileResponse(path, headers={"Content-Type": f"{TYPES[path.suffix]}; charset=utf-8"})
