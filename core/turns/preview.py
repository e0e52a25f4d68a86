"""An answer, seen while it is made: sent by the turn that holds the lease, lost without harm (ARCHITECTURE 12)."""

import asyncio
import logging
from dataclasses import dataclass

from core.commands import StopTurn
from core.errors import Fault, Uncertain
from core.people.model import ConversationRef
from core.ports import ChatPlatform, Model, Stream, UnitOfWork
from core.say import POST
from core.text.neutralise import neutralise
from core.turns.ending import STOPPED, ended
from core.turns.model import Answer, TurnContext
from core.turns.placeholder import Placeholder, keep, kept
from core.usage.model import Used, uncounted
from core.views import Button
from core.work.deliver import delivery_of, place_of
from core.work.model import Work, WorkState
from core.work.running import Runner

__all__ = ["BEAT", "Preview", "answered", "stopped"]

log = logging.getLogger(__name__)

#: Seconds between two looks at the text, and at whether it is still wanted. Platforms keep their own rates beside it.
BEAT = 0.5


@dataclass(frozen=True, kw_only=True, slots=True)
class _Home:
    """Where the answer is seen: the session's home thread, to be shown to `person` (by their external id)."""

    conversation_id: str
    place: ConversationRef
    platform: ChatPlatform
    person: str


class Preview:
    """Of one turn. `said` takes the text; `watch` shows it."""

    def __init__(self, runner: Runner, work: Work, *, beat: float = BEAT) -> None:
        self.placeholder: Placeholder | None = None
        self._runner = runner
        self._work = work
        self._beat = beat
        self._text = ""
        self._stream: Stream | None = None
        self._limit = 0
        self._given_up = False
        self._ended = asyncio.Event()

    @property
    def text(self) -> str:
        """What was said so far."""
        return self._text

    def said(self, text: str) -> None:
        """All the visible text so far (core.ports.Said)."""
        self._text = text

    def end(self) -> None:
        """The answer is there."""
        self._ended.set()

    async def recall(self, *, unsure: bool = False) -> None:
        """Find the placeholder of an earlier try: the one that was noted down, or one that was opened just before a crash."""
        if not (self._work.tried or unsure):
            return
        self.placeholder = await self._runner.look(self._work, lambda uow: kept(uow, self._work))
        home = None if self.placeholder is not None else await self._runner.look(self._work, self._home)
        if home is None:
            return
        try:
            ref = await home.platform.find_stream(home.place, delivery_of(self._work), since=self._work.created_at)
        except Fault as error:
            log.warning("turn.placeholder_not_sought", extra={"work": self._work.id, "why": str(error)})
            return
        if ref is not None:
            await self._keep(Placeholder(conversation_id=home.conversation_id, ref=ref))

    async def watch(self, turn: TurnContext) -> bool:
        """Show what is said, beat by beat, until the answer is there. True as soon as an engineer has said stop."""
        while not await self._over():
            try:
                row = await self._runner.look(self._work, lambda uow: uow.work.get(self._work.id))
                if row is not None and row.stopped:
                    return True
                if row is not None and _held(row, self._work):
                    await self._show(turn)
            except Fault as error:
                log.warning("turn.not_shown", extra={"work": self._work.id, "why": str(error)})
        return False

    async def _over(self) -> bool:
        """Wait one beat, or until the answer is there."""
        try:
            async with asyncio.timeout(self._beat):
                await self._ended.wait()
        except TimeoutError:
            return False
        return True

    async def _show(self, turn: TurnContext) -> None:
        words = _words(self._text)
        if not words or self._given_up:
            return
        if self._stream is None:
            await self._open(turn)
        if self._stream is not None:
            await self._stream.show(neutralise(words[: self._limit]))

    async def _open(self, turn: TurnContext) -> None:
        """Open the message that grows, and note it down before anything is seen in it."""
        home = await self._runner.look(self._work, lambda uow: self._home(uow, turn))
        known = self.placeholder
        if home is None or (known is not None and known.conversation_id != home.conversation_id):
            return
        try:
            stream = await home.platform.stream(
                home.place,
                person=home.person,
                delivery=delivery_of(self._work),
                ref="" if known is None else known.ref,
                stop=Button(label="Stop", action=StopTurn(session_id=turn.session.id)),
            )
        except Fault as error:  # the answer is seen when it is done
            log.info("turn.no_stream", extra={"work": self._work.id, "why": str(error)})
            self._given_up = True
            if isinstance(error, Uncertain) and known is None:
                await self.recall(unsure=True)
            return
        self._limit = home.platform.capabilities.post_limit
        if known is None:
            self._given_up = True  # unless it is noted down
            await self._keep(Placeholder(conversation_id=home.conversation_id, ref=stream.ref))
            self._given_up = False
        self._stream = stream

    async def _keep(self, placeholder: Placeholder) -> None:
        self.placeholder = placeholder
        await self._runner.change(self._work, lambda uow: keep(uow, self._work, placeholder))

    def _home(self, uow: UnitOfWork, turn: TurnContext | None = None) -> _Home | None:
        """None where nothing can grow: the platform cannot, or the head of the thread is still to be posted."""
        session = uow.sessions.get(self._work.session_id or "")
        conversation = None if session is None else uow.conversations.get(session.conversation_id)
        if session is None or conversation is None or conversation.thread.startswith("new:"):
            return None
        platform = self._runner.outside.platforms.get(conversation.platform)
        if platform is None or not platform.capabilities.streams:
            return None
        if any(row.state is WorkState.OPEN for row in uow.work.open_for(session.id, [POST])):
            return None
        said_by = (turn.pending[-1].user_id if turn is not None else None) or session.owner_id
        person = uow.users.external_id(said_by, conversation.workspace_id) or ""
        return _Home(conversation_id=conversation.id, place=place_of(conversation), platform=platform, person=person)


async def answered(model: Model, turn: TurnContext, preview: Preview, used: Used = uncounted) -> Answer:
    """The model's answer, seen while it is made; once somebody says stop, what is there of it."""
    answering = asyncio.create_task(model.answer(turn, preview.said, used), name="turn-answer")
    watching = asyncio.create_task(preview.watch(turn), name="turn-watch")
    try:
        await asyncio.wait({answering, watching}, return_when=asyncio.FIRST_COMPLETED)
        if not answering.done() and await _seen(watching):
            return stopped(preview.text)
        await asyncio.wait({answering})
        preview.end()  # a message that is just being opened is noted down before the turn goes on
        await _seen(watching)
        return answering.result()
    finally:
        answering.cancel()
        watching.cancel()
        await asyncio.gather(answering, watching, return_exceptions=True)


def stopped(text: str = "") -> Answer:
    """What was said before somebody said stop."""
    return Answer(prose=ended(text, STOPPED))


async def _seen(watching: "asyncio.Task[bool]") -> bool:
    """What the watch came to; nothing that goes wrong in it costs the answer."""
    await asyncio.wait({watching})
    if watching.cancelled() or (error := watching.exception()) is None:
        return not watching.cancelled() and watching.result()
    log.error("turn.watch_failed", exc_info=error)
    return False


def _held(row: Work, claimed: Work) -> bool:
    """Whether nobody else has taken the row over: each claim counts a try."""
    return row.state is WorkState.OPEN and row.attempts <= claimed.attempts + 1


def _words(text: str) -> str:
    """The text up to its last whole word: half a mention or address cannot be judged."""
    cut = max(text.rfind(" "), text.rfind("\n"))
    return text[: cut + 1].rstrip()
