"""PlaygroundPlatform: what FlowPilot says, written to the local chat."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import quote

from adapters.playground.changes import Changes
from adapters.playground.render import Json, render_card, render_form, render_notice
from core.errors import Fault, NotOpen, Refused, Rejected
from core.local import BOT, LocalChat, NewMessage
from core.people.model import ConversationRef
from core.ports import Capabilities
from core.views import Button, Buttons, Card, Form, Notice, Text

__all__ = ["PLATFORM", "WHOEVER", "PlaygroundPlatform", "PlaygroundStream", "as_text"]

log = logging.getLogger(__name__)

PLATFORM = "playground"

#: Nothing in the page needs splitting; a post is still kept to what a person can scroll through.
POST_LIMIT = 100_000

#: In the place of a person in an address: whoever opens it.
WHOEVER = "me"
#: A draft may be ready before the page was sent the form that it belongs into: look again after this long, in seconds.
UNOPENED = 0.2


def as_text(view: Json) -> str:
    """A rendered view as the chat keeps it. Half a surrogate pair cannot be stored, and becomes a question mark."""
    text = json.dumps(view, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "replace").decode()


@contextmanager
def _as_fault() -> Iterator[None]:
    """What the chat refuses, it refuses for good; its faults are the platform's own."""
    try:
        yield
    except Refused as error:
        raise Rejected(str(error)) from error


@dataclass(frozen=True, kw_only=True, slots=True)
class PlaygroundPlatform:
    """The ChatPlatform of the playground. `changes` wakes the pages of this process; `base_url` is where the page is, such as
    "http://localhost:3978"."""

    chat: LocalChat
    changes: Changes
    base_url: str = ""

    @property
    def name(self) -> str:
        """Its name in ids and settings."""
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        """It can do everything."""
        return Capabilities(post_limit=POST_LIMIT)

    async def post(self, to: ConversationRef, card: Card, *, delivery: str) -> str:
        """Post a card; posting a delivery again finds the first post."""
        return await self._write(to, render_card(card), delivery, private_to="")

    async def find(self, to: ConversationRef, delivery: str, *, since: datetime | None = None) -> str | None:
        """The id of the message that was posted for `delivery`."""
        with _as_fault():
            message = await self.chat.find(to.workspace, delivery)
        return message.id if message is not None and message.channel == to.channel else None

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Put `card` in the place of a posted one."""
        with _as_fault():
            await self.chat.update(to.workspace, ref, as_text(render_card(card)))
        self.changes.notify()

    async def stream(
        self, to: ConversationRef, *, person: str, delivery: str, ref: str = "", stop: Button | None = None
    ) -> "PlaygroundStream":
        """A message that is changed again and again; opening a delivery again finds the first."""
        ref = ref or await self._write(to, _growing("", stop), delivery, private_to="")
        return PlaygroundStream(platform=self, workspace=to.workspace, ref=ref, stop=stop)

    async def find_stream(self, to: ConversationRef, delivery: str, *, since: datetime) -> str | None:
        """The message that was opened for `delivery`."""
        return await self.find(to, delivery)

    async def replace(self, to: ConversationRef, ref: str, card: Card, *, delivery: str) -> None:
        """The final card."""
        await self.update(to, ref, card)

    async def fetch(self, to: ConversationRef, address: str, *, most: int) -> bytes:
        """Nobody shares files here."""
        raise Rejected("The playground keeps no files.")

    async def permalink(self, to: ConversationRef, ref: str) -> str | None:
        """The page at that thread, as whoever opens it; None where nobody said where the page is."""
        parts = (to.workspace, WHOEVER, to.channel, ref)
        return f"{self.base_url}/#/{'/'.join(quote(part, safe='') for part in parts)}" if self.base_url else None

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Put `form` into an open one; nothing happens when it was closed. One that the page has yet to open is waited for."""
        view, id = as_text(render_form(form)), form.surface or surface
        with _as_fault():
            filled = await self.chat.fill_surface(workspace=to.workspace, id=id, person=person, view=view)
            known = filled or await self.chat.surface(to.workspace, id)
        if known is None or (filled is None and known.open and known.person == person):  # opened between the two looks
            raise NotOpen("The form is not open yet.", retry_after=UNOPENED)
        self.changes.notify()

    async def tell(
        self, to: ConversationRef, person: str, notice: Notice, *, delivery: str, since: datetime | None = None
    ) -> None:
        """Say something that only this person sees; in their own channel it is a message like others, which can be answered."""
        if to.channel:
            await self._write(to, render_notice(notice), delivery, private_to=person)
            return
        with _as_fault():
            channels = await self.chat.channels(to.workspace)
        own = next((channel.id for channel in channels if channel.direct == person), None)
        if own is None:
            raise Rejected("There is no such person in this chat.")
        await self._write(replace(to, channel=own), render_notice(notice), delivery, private_to="")

    async def progress(self, to: ConversationRef, text: str) -> None:
        """Show a line under the conversation; it is kept in memory, for the pages of this process."""
        self.changes.show_progress(to, text)

    async def _write(self, to: ConversationRef, view: Json, delivery: str, *, private_to: str) -> str:
        message = NewMessage(
            workspace=to.workspace,
            channel=to.channel,
            thread=to.thread,
            author=BOT,
            view=as_text(view),
            private_to=private_to,
            delivery=delivery,
        )
        with _as_fault():
            posted = await self.chat.post(message)
        self.changes.notify()
        return posted.id


def _growing(text: str, stop: Button | None) -> Json:
    """A card that is marked as unfinished."""
    buttons = () if stop is None else (Buttons(items=(stop,)),)
    return {**render_card(Card(body=(Text(markdown=text), *buttons))), "growing": True}


@dataclass(kw_only=True, slots=True)
class PlaygroundStream:
    """A message whose text is put anew whenever there is more of it."""

    platform: PlaygroundPlatform
    workspace: str
    ref: str
    stop: Button | None = None
    shown: str = ""

    async def show(self, text: str) -> None:
        """All of the text so far. Never raises."""
        if text == self.shown:
            return
        try:
            await self.platform.chat.update(self.workspace, self.ref, as_text(_growing(text, self.stop)))
        except (Fault, Refused) as error:
            log.info("playground.not_shown", extra={"why": str(error)})
            return
        self.shown = text
        self.platform.changes.notify()
