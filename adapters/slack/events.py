"""Events beside messages, and what follows a message: the home tab, channels, the end of an installation, files."""

import logging
from collections.abc import Mapping
from time import monotonic
from typing import Any, Protocol

from adapters.slack.files import described, files_of, looked_up, pictures_of, texts_of, unsaid
from adapters.slack.inbound import Reader, is_channel
from adapters.slack.memory import Memory
from adapters.slack.payloads import part, word
from adapters.slack.plain import Json
from adapters.slack.private import SlackPrivate
from adapters.slack.render_forms import render_form
from adapters.slack.wire import Handle, Place, handle_of
from core.commands import EditMessage, ReceiveMessage, ShowHome
from core.errors import Fault
from core.people.model import FRESH
from core.people.register import Register
from core.ports import Inbound
from core.text.neutralise import neutralise
from core.views import FieldErrors, Form, Notice, Reply, Text

__all__ = ["ENDS", "Application", "Events", "ends"]

log = logging.getLogger(__name__)

#: Channels that are remembered.
MOST = 10_000
#: Events after which the token is of no use.
ENDS = {"app_uninstalled": "the app was uninstalled", "tokens_revoked": "the token was revoked"}
_WELCOME = (
    "Mention me with a problem to start: **@FlowPilot Outlook will not open on the reception PC**. "
    "Name a ticket (`CW #4711`) and I read it. `/flowpilot help` says more."
)


class Application(Protocol):
    """What takes everything that comes in."""

    async def handle(self, inbound: Inbound) -> Reply:
        """Do it, once, and say what the one who acted is to see."""
        ...


class Events:
    """Of one workspace. `ended` says why Slack no longer lets FlowPilot in; "" while it does."""

    def __init__(self, application: Application, reader: Reader, private: SlackPrivate, register: Register) -> None:
        self._application = application
        self._reader = reader
        self._private = private
        self._register = register
        #: When this process saw to it last that a channel is looked at.
        self._met: Memory[float] = Memory(MOST)
        #: Messages, by their key, of which the files are read.
        self._read: Memory[bool] = Memory()
        self.ended = ""

    async def keep(self, kind: str, body: Mapping[str, Any]) -> None:
        """What an event that is no message says of people and channels, before Slack is told that it was heard. Raises Fault."""
        event = part(body, "event")
        channel, person = word(event, "channel"), word(event, "user")
        if kind == "user_change":
            await self._reader.people.learn(part(event, "user"))
        elif kind == "member_joined_channel" and channel and person == self._reader.bot.user:
            await self._register.here(channel, True)
        elif kind == "member_joined_channel" and channel and person:
            await self._register.joined(channel, person)
        elif kind in ("channel_left", "group_left") and channel:
            await self._register.here(channel, False)
        elif kind == "channel_id_changed" and (to := word(event, "new_channel_id")):
            await self._register.renamed(word(event, "old_channel_id"), to)

    async def take(self, kind: str, body: Mapping[str, Any]) -> None:
        """What follows from an event that is no message."""
        event = part(body, "event")
        if kind == "app_home_opened":
            await self._home(body, event)
        elif kind == "member_joined_channel":
            await self._welcome(event)
        elif ends(kind, event):
            self.ended = ENDS[kind]
            log.error("slack.ended", extra={"why": self.ended})
        elif kind in ("channel_left", "group_left"):
            log.info("slack.channel_left", extra={"channel": word(event, "channel")})

    def first_met(self, channel: str) -> bool:
        """Whether this process has not seen to it lately that the channel is looked at."""
        met = self._met.get(channel)
        if not is_channel(channel) or (met is not None and monotonic() - met < FRESH.total_seconds()):
            return False
        self._met.put(channel, monotonic())
        return True

    async def meet(self, channel: str) -> None:
        """See to it."""
        try:
            await self._register.meet(channel)
        except Fault:
            self._met.forget(channel)
            raise

    async def answer(self, inbound: Inbound, reply: Reply) -> bool:
        """Show the home tab, if that was asked for when it was not known who asks. False for anything else."""
        if not isinstance(inbound.command, ShowHome):
            return False
        await self._show_home(inbound, reply)
        return True

    async def refresh_home(self, inbound: Inbound) -> None:
        """After a click on the home tab: what it shows may have changed."""
        seen = Inbound(
            keys=(f"home:{inbound.keys[0]}",),
            workspace=inbound.workspace,
            person=inbound.person,
            place=None,
            command=ShowHome(),
        )
        await self._publish(seen)

    async def read_files(self, body: Mapping[str, Any], inbound: Inbound) -> None:
        """The contents of text files follow their names, as an edit of the message: once, though a mention comes in two events.
        Who sent one that cannot be read is told."""
        event, command, key = part(body, "event"), inbound.command, inbound.keys[-1]
        files = files_of(event) or files_of(part(event, "message"))
        if not files or not isinstance(command, (ReceiveMessage, EditMessage)) or self._read.get(key):
            return
        self._read.put(key, True)
        known = await looked_up(files, self._private.file)
        new = [file for file, before in zip(known, files, strict=True) if unsaid(before)]
        words = command.text.replace(described(files), described(known)) if new else command.text
        pictures = pictures_of(new) if isinstance(command, ReceiveMessage) else ()  # an edit finds them noted
        texts, unread = await texts_of(known, self._private.download)
        if texts or words != command.text or pictures:
            whole = f"{words}\n\n{texts}".strip()
            await self._application.handle(self._reader.with_texts(inbound, whole, pictures))
        if unread and inbound.place is not None:
            sentence = neutralise(" ".join([*unread, "Send it again, or write what matters of it."]))
            place = Place(channel=inbound.place.channel, thread=inbound.place.thread)
            handle, notice = handle_of(inbound.surface), Notice(markdown=sentence, error=True)
            await self._private.whisper(place, inbound.person.external_id, notice, handle)

    async def _home(self, body: Mapping[str, Any], event: Mapping[str, Any]) -> None:
        if word(event, "tab") in ("", "home") and word(event, "user"):
            await self._publish(self._reader.home(body))

    async def _publish(self, inbound: Inbound) -> None:
        await self._show_home(inbound, await self._application.handle(inbound))

    async def _show_home(self, inbound: Inbound, reply: Reply) -> None:
        if isinstance(reply, FieldErrors):
            reply = Notice(markdown=" ".join(reply.fields.values()), error=True)
        if isinstance(reply, Notice):
            await self._private.publish_home(inbound.person.external_id, home_view(reply))

    async def _welcome(self, event: Mapping[str, Any]) -> None:
        """Whoever invites FlowPilot is told how to begin, privately."""
        inviter, person = word(event, "inviter"), word(event, "user")
        place = Place(channel=word(event, "channel"))
        if person != self._reader.bot.user or not inviter:
            return
        await self._private.whisper(place, inviter, Notice(markdown=_WELCOME), Handle())


def ends(kind: str, event: Mapping[str, Any]) -> bool:
    """Whether it ends the installation. Slack tells of other people's own tokens as well: only a bot's matters, of which an app
    has one."""
    return kind in ENDS and (kind != "tokens_revoked" or bool(part(event, "tokens").get("bot")))


def home_view(notice: Notice) -> Json:
    """A notice as the home tab, which takes the same blocks as a modal."""
    body = (Text(markdown=notice.markdown), *notice.body)
    form = Form(surface="", title="FlowPilot", body=body, action=ShowHome(), submit=None)
    return {"type": "home", "blocks": render_form(form)["blocks"]}
