"""SlackPlatform: what FlowPilot says, sent to Slack: posts, live cards, private messages, modals, files.

A card that is too long for one message is several: its reference is their ts, joined by commas. Only the first opens a new
thread; the rest stand in it, are found by their metadata, and are not part of that reference, which names the thread.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from adapters.slack.delivered import SKEW, Delivered, metadata, since_of
from adapters.slack.errors import code_of
from adapters.slack.memory import Memory
from adapters.slack.pacing import OTHER, POST, UPDATE, Pacing
from adapters.slack.people import team_of
from adapters.slack.plain import Json
from adapters.slack.private import SlackPrivate
from adapters.slack.progress import Progress
from adapters.slack.render import Message, Rendered, render_card, render_notice
from adapters.slack.render_forms import render_form
from adapters.slack.streams import SlackStream, end, start
from adapters.slack.uploads import named, share, unsent
from adapters.slack.web import CALL, Clients, Web
from adapters.slack.wire import PLATFORM, Place, placed
from core.errors import Fault, Hidden, NotOpen, Rejected, Unavailable, Uncertain
from core.people.model import ConversationRef
from core.ports import Capabilities
from core.views import Button, Card, Form, Notice

__all__ = ["PLATFORM", "SlackPlatform"]

log = logging.getLogger(__name__)

#: A draft may be ready before Slack has opened the form that it belongs into: look again after this long, in seconds.
UNOPENED: Final = 1.0

_CLOSED = frozenset({"not_found", "view_not_found", "expired_trigger_id", "no_permission"})


class SlackPlatform:
    """The ChatPlatform of Slack. `clients` gives a workspace's client, by the workspace's external id."""

    def __init__(
        self,
        clients: Clients,
        *,
        pacing: Pacing | None = None,
        now: Callable[[], float] = time.time,
        time_limit: float = CALL,
    ) -> None:
        self._web = Web(clients, Pacing() if pacing is None else pacing, time_limit=time_limit)
        self._delivered = Delivered(self._web, now=now)
        self._progress = Progress(self._web)
        #: delivery → part → ts, of posts that were found half done.
        self._begun: Memory[dict[int, str]] = Memory()
        #: delivery → the names of files that are there already, and the numbers of those that are said not to be.
        self._sent: Memory[set[str | int]] = Memory()
        #: delivery → the parts and files of a private message that were said.
        self._told: Memory[set[str | int]] = Memory()
        #: The first ts of a card → the ts of the messages that continue it beyond its reference.
        self._grown: Memory[list[str]] = Memory()
        #: Forms that were opened by this process, or missed once.
        self._opened: Memory[bool] = Memory()
        #: Workspace → FlowPilot's own user there.
        self._selves: Memory[str] = Memory()
        #: Person → their team, where the workspace is an organisation.
        self._teams: Memory[str] = Memory()

    @property
    def name(self) -> str:
        """Its name in ids and settings."""
        return PLATFORM

    @property
    def capabilities(self) -> Capabilities:
        """It can do everything."""
        return Capabilities()

    async def post(self, to: ConversationRef, card: Card, *, delivery: str) -> str:
        """Post a card in as many messages as it needs; what `find` has found of it is not posted again."""
        rendered = render_card(card)
        try:
            refs = await self._parts(to, rendered, delivery)
            await self._share(to, to.thread or refs[0], rendered, delivery)
        except Unavailable as error:
            if self._begun.get(delivery) is None:
                raise
            raise Uncertain(str(error), error.retry_after) from error  # a part of it stands
        except Uncertain:
            self._begun.forget(delivery)  # it is known no longer what stands
            raise
        self._begun.forget(delivery)
        if not to.thread:
            self._grown.put(refs[0], refs[1:])
            return refs[0]
        return ",".join(refs)

    async def _parts(self, to: ConversationRef, rendered: Rendered, delivery: str) -> list[str]:
        """The ts of each message of a card, those that do not stand posted now."""
        done = dict(self._begun.get(delivery) or {})
        refs: list[str] = []
        for part, message in enumerate(rendered.messages, start=1):
            if part not in done:
                of = refs[0] if refs else ""
                marks = metadata(delivery, part, len(rendered.messages), of, files=len(rendered.files))
                done[part] = await self._post(to, message, marks, to.thread or of)
                self._begun.put(delivery, done)
            refs.append(done[part])
        return refs

    async def find(self, to: ConversationRef, delivery: str, *, since: datetime | None = None) -> str | None:
        """The reference of what was posted for `delivery` since then; None while parts or files of it may be missing, which
        `post` then adds. Hidden in a channel that FlowPilot is not in, unless this process has begun it and knows what stands."""
        try:
            found, parts, files = await self._delivered.parts(
                to, delivery, since_of(since, early=SKEW) if since else ""
            )
        except Hidden:
            if self._begun.get(delivery) is None:
                raise
            return None
        if not found:
            return None
        if any(part not in found for part in range(1, parts + 1)):
            self._begun.put(delivery, found)
            return None
        if files:  # which of them are there, `post` knows by their names
            self._begun.put(delivery, found)
            self._sent.put(delivery, await self._shared(to, found[1], delivery))
            return None
        refs = [found[part] for part in range(1, parts + 1)]
        return ",".join(refs) if to.thread else refs[0]

    async def _shared(self, to: ConversationRef, first: str, delivery: str) -> set[str | int]:
        """The names of files that are there, and the numbers of those that are said not to be."""
        thread = replace(to, thread=to.thread or first)
        said, _, _ = await self._delivered.parts(thread, f"{delivery}!", first)
        return {*await self._delivered.files(to, first), *said}

    async def stream(
        self, to: ConversationRef, *, person: str, delivery: str, ref: str = "", stop: Button | None = None
    ) -> SlackStream:
        """Start a stream in the thread, which Slack can stop. One of an earlier process is stopped, and its text replaced."""
        if not ref:
            return await start(self._web, to, person, await self._team_of(to.workspace, person))
        await end(self._web, to, ref)
        return SlackStream(self._web, to, ref, grows=False)

    async def _team_of(self, workspace: str, person: str) -> str:
        """The team that somebody belongs to: where the app is installed in an organisation, one of its teams."""
        if not workspace.startswith("E") or not person:
            return workspace
        known = self._teams.get(person)
        if known is None:
            known = team_of(await self.private(workspace).user(person))
            if not known:
                raise Rejected("Slack does not say which team that person belongs to.")
            self._teams.put(person, known)
        return known

    async def find_stream(self, to: ConversationRef, delivery: str, *, since: datetime) -> str | None:
        """The one message of FlowPilot in the thread that has no metadata: all others say what they are."""
        if not to.thread:
            return None
        known = self._selves.get(to.workspace)
        if known is None:
            known = str((await self._web.read(to.workspace, "auth.test", {})).get("user_id") or "")
            self._selves.put(to.workspace, known)
        return await self._delivered.unmarked(to, known, since_of(since))

    async def replace(self, to: ConversationRef, ref: str, card: Card, *, delivery: str) -> None:
        """Stop the stream, and put the card in its place; from then on the message says by metadata what it is."""
        await end(self._web, to, ref)
        await self._put(to, ref, card, metadata(delivery, 1, 1))

    async def update(self, to: ConversationRef, ref: str, card: Card) -> None:
        """Put `card` in the place of a posted one; it may take more or fewer messages than before."""
        await self._put(to, ref, card)

    async def _put(self, to: ConversationRef, ref: str, card: Card, marks: Json | None = None) -> None:
        shown = ref.split(",")
        first = shown[0]
        messages = render_card(card).messages
        shown += await self._beyond(to, shown, len(messages))
        for ts, message in zip(shown, messages, strict=False):
            body: Json = {"channel": to.channel, "ts": ts, "blocks": list(message.blocks), "text": message.text}
            if marks is not None and ts == first:
                body["metadata"] = marks
            await self._web.write(to.workspace, "chat.update", body, rate=UPDATE)
        for part in range(len(shown) + 1, len(messages) + 1):
            continued = metadata(f"{first}+", part, len(messages), first)
            shown.append(await self._post(to, messages[part - 1], continued, to.thread or first))
            self._grown.put(first, shown[len(ref.split(",")) :])
        for ts in shown[len(messages) :]:
            await self._remove(to, ts)
        self._grown.put(first, shown[len(ref.split(",")) : len(messages)])

    async def fill(self, to: ConversationRef, person: str, surface: str, form: Form) -> None:
        """Put `form` into an open modal, which its surface names. One that this process has not seen opened is looked for
        once more when it is not there: it may be opening. Otherwise it was closed."""
        view = placed(render_form(form), Place(channel=to.channel, thread=to.thread))
        body: Json = {"external_id": form.surface, "view": view}
        try:
            await self._web.write(to.workspace, "views.update", body, rate=OTHER)
        except Rejected as error:
            if code_of(error) not in _CLOSED:
                raise
            if not self._opened.get(form.surface):
                self._opened.put(form.surface, True)
                raise NotOpen("The form is not open yet.", retry_after=UNOPENED) from error

    async def tell(
        self, to: ConversationRef, person: str, notice: Notice, *, delivery: str, since: datetime | None = None
    ) -> None:
        """Say something that only this person sees: in the thread, or in their own messages where that cannot be or no channel is
        named. What an earlier try left in their own messages is found there; what was whispered in a thread cannot be looked
        for."""
        place = Place(channel=to.channel, thread=to.thread)
        private = self.private(to.workspace)
        done = set(self._told.get(delivery) or ())
        if since is not None:
            done |= await private.told(place, person, delivery, since_of(since))
        self._told.put(delivery, done)
        await private.tell(place, person, notice, delivery, done)
        self._told.forget(delivery)

    async def progress(self, to: ConversationRef, text: str) -> None:
        """Show a status under the thread, with Slack's stop button where the app is an agent; "" ends both."""
        if to.thread:
            await self._progress.show(to, text)

    def private(self, workspace: str) -> SlackPrivate:
        """The private means of one workspace: modals, ephemeral messages, the home tab."""
        return SlackPrivate(self._web, workspace, self._opened)

    async def fetch(self, to: ConversationRef, address: str, *, most: int) -> bytes:
        """The first `most` bytes of a file that Slack keeps."""
        return await self._web.download(to.workspace, address, most)

    async def permalink(self, to: ConversationRef, ref: str) -> str | None:
        """The address of a message, for people."""
        fields: dict[str, str | int] = {"channel": to.channel, "message_ts": ref.split(",")[0]}
        try:
            found = await self._web.read(to.workspace, "chat.getPermalink", fields)
        except Fault as error:
            log.info("slack.no_permalink", extra={"why": str(error)})
            return None
        return str(found.get("permalink") or "") or None

    async def _post(self, to: ConversationRef, message: Message, marks: Json, thread: str) -> str:
        body: Json = {
            "channel": to.channel,
            "blocks": list(message.blocks),
            "text": message.text,
            "metadata": marks,
            "unfurl_links": False,
            "unfurl_media": False,
        }
        if thread:
            body["thread_ts"] = thread
        posted = await self._web.write(to.workspace, "chat.postMessage", body, rate=POST, channel=to.channel)
        return str(posted["ts"])

    async def _beyond(self, to: ConversationRef, shown: list[str], needed: int) -> list[str]:
        """Messages of the card that its reference does not name: known to this process, or looked for when they matter."""
        known = self._grown.get(shown[0])
        if known is None and (needed > len(shown) or shown[0] == to.thread):
            try:
                found = await self._delivered.continued(to, shown[0])
            except (Hidden, Unavailable) as error:
                if isinstance(error, Unavailable) and needed > len(shown):
                    raise  # or what stands already would be posted twice
                found = {}  # what is not seen is not taken away; the card itself is brought up to date all the same
            known = [found[part] for part in sorted(found) if found[part] not in shown]
        return known or []

    async def _remove(self, to: ConversationRef, ts: str) -> None:
        try:
            await self._web.write(to.workspace, "chat.delete", {"channel": to.channel, "ts": ts}, rate=UPDATE)
        except Rejected as error:
            log.info("slack.not_removed", extra={"why": str(error)})

    async def _share(self, to: ConversationRef, thread: str, rendered: Rendered, delivery: str) -> None:
        """Long files go up whole, beside their previews. One that Slack refuses for good is said there; what stands stands."""
        sent = set(self._sent.get(delivery) or ())
        for number, file in enumerate(rendered.files, start=1):
            if named(file) in sent or number in sent:
                continue
            try:
                await share(self._web, to, thread, file)
                sent.add(named(file))
            except Rejected as error:
                log.warning("slack.file_not_sent", extra={"why": str(error)})
                await self._say_unsent(to, thread, unsent(file, error), metadata(f"{delivery}!", number, 1))
                sent.add(number)
            self._sent.put(delivery, sent)
        self._sent.forget(delivery)

    async def _say_unsent(self, to: ConversationRef, thread: str, notice: Notice, marks: Json) -> None:
        try:
            for message in render_notice(notice).messages:
                await self._post(to, message, marks, thread)
        except Rejected as error:
            log.warning("slack.file_not_said", extra={"why": str(error)})
