"""What only one person sees, and what is asked about one person: modals, ephemeral messages, the home tab."""

import logging
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

from adapters.slack.delivered import Delivered, metadata
from adapters.slack.errors import code_of
from adapters.slack.memory import Memory
from adapters.slack.pacing import OTHER, PATIENCE, POST, UPDATE
from adapters.slack.plain import Json
from adapters.slack.render import Message, Rendered, render_notice
from adapters.slack.uploads import named, share, unsent
from adapters.slack.web import Web
from adapters.slack.wire import PLATFORM, Handle, Place
from core.errors import Fault, Rejected, Unavailable
from core.people.model import ConversationRef
from core.views import File, Notice, Picture

__all__ = ["SlackPrivate"]

log = logging.getLogger(__name__)

#: Slack takes so many answers by one response_url.
ANSWERS = 5


class SlackPrivate:
    """Slack's private means in one workspace. Everything raises Unavailable, Uncertain or Rejected."""

    def __init__(self, web: Web, workspace: str, opened: Memory[bool]) -> None:
        self._web = web
        self._workspace = workspace
        self._opened = opened

    async def open_view(self, trigger: str, view: Json) -> None:
        """Open a modal. A trigger lives for three seconds, so nothing is waited for."""
        await self._web.write(self._workspace, "views.open", {"trigger_id": trigger, "view": view})
        self._opened.put(str(view.get("external_id")), True)

    async def push_view(self, trigger: str, view: Json) -> None:
        """Lay a modal over the open one; Slack allows three."""
        await self._web.write(self._workspace, "views.push", {"trigger_id": trigger, "view": view})
        self._opened.put(str(view.get("external_id")), True)

    async def update_view(self, view_id: str, view: Json) -> None:
        """Put another view in the place of an open one, by Slack's own id."""
        body: Json = {"view_id": view_id, "view": view}
        await self._web.write(self._workspace, "views.update", body)

    async def publish_home(self, person: str, view: Json) -> None:
        """Show a person's home tab."""
        await self._web.write(self._workspace, "views.publish", {"user_id": person, "view": view})

    async def user(self, person: str) -> Mapping[str, Any]:
        """Slack's user object."""
        found = await self._web.read(self._workspace, "users.info", {"user": person})
        user = found.get("user")
        return user if isinstance(user, Mapping) else {}

    async def channel(self, channel: str) -> Mapping[str, Any] | None:
        """Slack's channel object; None for one that Slack hides because FlowPilot is not in it."""
        try:
            found = await self._web.read(self._workspace, "conversations.info", {"channel": channel})
        except Rejected as error:
            if code_of(error) != "channel_not_found":
                raise
            return None
        known = found.get("channel")
        return known if isinstance(known, Mapping) else {}

    async def members(self, channel: str, most: int) -> list[str]:
        """The ids of the first `most` members of a channel, which is at most a page."""
        fields: dict[str, str | int] = {"channel": channel, "limit": most}
        members = (await self._web.read(self._workspace, "conversations.members", fields)).get("members")
        return [str(member) for member in members] if isinstance(members, list) else []

    async def file(self, id: str) -> Mapping[str, Any]:
        """Slack's file object."""
        found = (await self._web.read(self._workspace, "files.info", {"file": id})).get("file")
        return found if isinstance(found, Mapping) else {}

    async def download(self, address: str, most: int) -> bytes:
        """The first `most` bytes of a file that somebody shared."""
        return await self._web.download(self._workspace, address, most)

    async def whisper(
        self, place: Place, person: str, notice: Notice, handle: Handle | None = None, *, instead: bool = False
    ) -> None:
        """Answer what one person did: by what came with it, in the thread, or else in their own messages. Once, best effort.
        `instead`: in the place of the private message in which it was done, while Slack allows that."""
        rendered = render_notice(notice)
        if handle is not None and handle.alone and not _is_direct(place):
            place = replace(place, thread="")  # in a thread that nobody has begun Slack shows it to nobody
        url = "" if handle is None else handle.within if instead else handle.response_url
        if not await self._answer(url, place, rendered, instead=instead):
            for message in rendered.messages:
                await self._say(place, person, message, metadata(f"w-{uuid4().hex}", 1, 1))
        for file in rendered.files:
            try:
                await self._send_soon(place, person, file)
            except Fault as error:
                log.warning("slack.file_not_sent", extra={"why": str(error)})
                await self._say_unsent(place, person, unsent(file, error))

    async def tell(self, place: Place, person: str, notice: Notice, delivery: str, done: set[str | int]) -> None:
        """Say something to one person, part by part: in the thread, or else in their own messages. `done` has the parts and files
        that were said before, and gets those that are said now. What it raises may be tried again with it."""
        rendered = render_notice(notice)
        for part, message in enumerate(rendered.messages, start=1):
            if part not in done:
                await self._say(place, person, message, metadata(delivery, part, len(rendered.messages)))
                done.add(part)
        for file in rendered.files:
            if named(file) in done:
                continue
            try:
                own = await self._own_place(place, person)
                await share(self._web, own, own.thread, file)
            except Rejected as error:
                log.warning("slack.file_not_sent", extra={"why": str(error)})
                await self._say_unsent(place, person, unsent(file, error))
            done.add(named(file))

    async def told(self, place: Place, person: str, delivery: str, since: str) -> set[str | int]:
        """The parts and files of a delivery to a place that stand in the person's own messages since that ts."""
        delivered = Delivered(self._web)
        try:
            own = await self._own_place(place, person)
            found, _, _ = await delivered.parts(own, delivery, since)
            return {*found, *await delivered.files(own, since, threaded=bool(own.thread))}
        except Rejected as error:  # FlowPilot may not write there, so nothing of it is there
            log.info("slack.no_own_messages", extra={"why": str(error)})
            return set()

    async def _answer(self, response_url: str, place: Place, rendered: Rendered, *, instead: bool) -> bool:
        """Answer by the address that came with a click. False when there is none, or Slack takes no more by it."""
        if not response_url or len(rendered.messages) > ANSWERS:
            return False
        for number, message in enumerate(rendered.messages):
            first = number == 0
            body: Json = {"response_type": "ephemeral", "replace_original": instead and first, **_shown(message)}
            if place.thread:
                body["thread_ts"] = place.thread
            try:
                await self._web.answer(self._workspace, response_url, body)
            except (Rejected, Unavailable):  # it did not happen
                if number:
                    raise
                return False
        return True

    async def _say(self, place: Place, person: str, message: Message, marks: Json) -> None:
        """Whisper it in the channel. Nobody else reads a person's own messages, so there it is said, and stays."""
        thread: Json = {"thread_ts": place.thread} if place.thread else {}
        try:
            if place.channel and not _is_direct(place):
                body: Json = {"channel": place.channel, "user": person, **_shown(message), **thread}
                await self._web.write(self._workspace, "chat.postEphemeral", body, rate=OTHER)
                return
        except Rejected as error:
            log.info("slack.not_whispered", extra={"why": str(error)})
        own = await self._own_place(place, person)
        body = {"channel": own.channel, **_shown(message), "metadata": marks}
        if own.thread:
            body["thread_ts"] = own.thread
        await self._web.write(self._workspace, "chat.postMessage", body, rate=POST, channel=own.channel)

    async def _own_place(self, place: Place, person: str) -> ConversationRef:
        """The person's direct messages with FlowPilot, and the thread in them where the place is one."""
        own = await self.own_messages(person)
        return replace(own, thread=place.thread) if own.channel == place.channel else own

    async def own_messages(self, person: str) -> ConversationRef:
        """The person's direct messages with FlowPilot."""
        opened = await self._web.write(self._workspace, "conversations.open", {"users": person}, rate=UPDATE)
        channel = opened.get("channel")
        own = str(channel.get("id")) if isinstance(channel, Mapping) else person
        return ConversationRef(platform=PLATFORM, workspace=self._workspace, channel=own, thread="")

    async def _send_soon(self, place: Place, person: str, file: File | Picture) -> None:
        """A long file goes to the person's own messages: nothing in a channel is private to one. Where Slack asks for a short
        wait it is tried once more, as no row in the queue would."""
        own = await self._own_place(place, person)
        try:
            await share(self._web, own, own.thread, file)
        except Unavailable as error:
            if error.retry_after is None or error.retry_after > PATIENCE:
                raise
            await share(self._web, own, own.thread, file)

    async def _say_unsent(self, place: Place, person: str, notice: Notice) -> None:
        try:
            for message in render_notice(notice).messages:
                await self._say(place, person, message, metadata(f"w-{uuid4().hex}", 1, 1))
        except Rejected as error:
            log.warning("slack.file_not_said", extra={"why": str(error)})


def _is_direct(place: Place) -> bool:
    """Whether it is in the direct messages of two."""
    return place.channel.startswith("D")


def _shown(message: Message) -> Json:
    return {"blocks": list(message.blocks), "text": message.text}
