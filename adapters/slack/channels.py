"""Slack's channels: whether FlowPilot hears what is said in one, and whether guests read along there (SPEC 2).

Payloads say neither for clicks, shortcuts and slash commands. `conversations.info` is asked when a channel is first met, and
the members once in the background; what is known is remembered for this process. A "no" is not relied on: whoever was told to
invite FlowPilot tries again at once, and the event that it was invited may have gone to another process.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from time import monotonic
from typing import Any

from adapters.slack.memory import Memory
from adapters.slack.people import People
from core.errors import Fault, Rejected

__all__ = ["MEMBERS", "Channels", "Info", "Members", "Met"]

log = logging.getLogger(__name__)

#: How long a start may wait for what Slack says of the channel, in seconds; with a first contact's it stays below three.
PATIENCE = 1.0
#: How long what Slack said is taken as true, in seconds; events say what changes meanwhile.
FRESH = 3600.0
#: Channels that are remembered.
MOST = 10_000
#: Members of a channel that are looked at for guests: one page of Slack's.
MEMBERS = 200
#: Of people whom nobody knows so many are asked about at once, and then one in so many seconds: `users.info` has its rate.
AT_ONCE, GAP = 10, 2.4

#: Slack's channel object by its id; None where Slack does not show it to FlowPilot, which is not in it. Raises Fault.
Info = Callable[[str], Awaitable[Mapping[str, Any] | None]]
#: The first members of a channel. Raises Fault.
Members = Callable[[str], Awaitable[Sequence[str]]]
#: Takes note that guests read along in a channel. Raises Fault.
Met = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class _Seen:
    #: Whether FlowPilot is in it; None where Slack did not say.
    here: bool | None
    at: float


class Channels:
    """The channels of one workspace. `bot` is FlowPilot's own user."""

    def __init__(
        self,
        bot: str,
        people: People,
        info: Info,
        members: Members,
        met: Met,
        *,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._bot = bot
        self._people = people
        self._info = info
        self._members = members
        self._met = met
        self._sleep = sleep
        self._seen: Memory[_Seen] = Memory(MOST)
        self._guests: Memory[bool] = Memory(MOST)
        #: Channels whose members were looked at.
        self._searched: Memory[bool] = Memory(MOST)
        self._searching = asyncio.Lock()
        self._asking: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def guests(self, id: str, *, met: bool = False) -> bool:
        """Whether guests are known to read along, or `met` just now. A channel that is not known is asked about meanwhile."""
        seen = self._seen.get(id)
        if seen is None or monotonic() - seen.at > FRESH:
            self.look(id)
        known = self._guests.get(id) is True
        if met and not known:
            self._start(partial(self._read_along, id))
        return met or known

    def look(self, id: str) -> asyncio.Task[None] | None:
        """Ask Slack about a channel, once at a time. None for direct messages, of which Slack says nothing."""
        if id[:1] not in ("C", "G"):
            return None
        task = self._asking.get(id)
        if task is None:
            task = self._asking[id] = self._start(partial(self._asked, id))
            task.add_done_callback(lambda _: self._asking.pop(id, None))
        return task

    def ahead(self, id: str) -> asyncio.Task[None] | None:
        """Ask whether FlowPilot is in the channel, unless it is known to be: `unheard` waits for it."""
        seen = self._seen.get(id)
        return None if seen is not None and seen.here else self.look(id)

    async def unheard(self, id: str, asking: asyncio.Task[None] | None) -> bool:
        """Whether FlowPilot is not in the channel, so that it would not hear an answer. False when Slack does not say so in
        time."""
        if asking is not None:
            await asyncio.wait({asking}, timeout=PATIENCE)
        seen = self._seen.get(id)
        return seen is not None and seen.here is False

    def heard(self, id: str) -> None:
        """Something that was said there came in."""
        if (seen := self._seen.get(id)) is not None and not seen.here:
            self._seen.put(id, _Seen(True, seen.at))

    def joined(self, id: str, person: str) -> None:
        """Somebody was added: FlowPilot itself, or perhaps a guest."""
        if person == self._bot:
            self._seen.forget(id)
            self._searched.forget(id)
            self.look(id)
        elif self._guests.get(id) is not True:
            self._start(partial(self._search, id, [person]))

    def left(self, id: str) -> None:
        """FlowPilot was removed."""
        self._seen.put(id, _Seen(False, monotonic()))

    async def settled(self) -> None:
        """Wait until all that was asked is answered."""
        while self._tasks:
            await asyncio.wait(set(self._tasks))

    async def close(self) -> None:
        """Stop asking."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _start(self, what: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        task = asyncio.create_task(_logged(what))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _asked(self, id: str) -> None:
        self._seen.put(id, _Seen(None, monotonic()))  # one that cannot be asked about is not asked about at every click
        found = await self._info(id)
        self._seen.put(id, _Seen(found is not None and found.get("is_member") is not False, monotonic()))
        if found is None:
            return
        if _shared(found):
            self._start(partial(self._read_along, id))
        elif self._searched.get(id) is None and self._guests.get(id) is not True:
            self._start(partial(self._search, id))

    async def _search(self, id: str, members: Sequence[str] | None = None) -> None:
        """Look for guests among the members, all or these; one channel after the other."""
        async with self._searching:
            try:
                if await self._any_guest(await self._members(id) if members is None else members):
                    await self._read_along(id)
            except Rejected as error:  # it would be rejected again
                log.warning("slack.members_unknown", extra={"channel": id, "why": str(error)})
            if members is None:
                self._searched.put(id, True)

    async def _any_guest(self, members: Sequence[str]) -> bool:
        asked = 0
        for person in members:
            guest = False if person == self._bot else await self._people.guest(person)
            if guest is None:
                asked += 1
                if asked > AT_ONCE:
                    await self._sleep(GAP)
                guest = await self._people.find_guest(person)
            if guest:
                return True
        return False

    async def _read_along(self, id: str) -> None:
        if self._guests.get(id) is not True:
            self._guests.put(id, True)
            try:
                await self._met(id)
            except Fault:  # with the next that comes in from there it is found once more
                self._guests.forget(id)
                self._seen.forget(id)
                raise


def _shared(channel: Mapping[str, Any]) -> bool:
    """Whether people of other organisations are in it; other teams of one's own organisation are none."""
    across = channel.get("is_shared") is True and channel.get("is_org_shared") is not True
    return across or channel.get("is_ext_shared") is True


async def _logged(what: Callable[[], Awaitable[None]]) -> None:
    try:
        await what()
    except Fault as error:
        log.warning("slack.channel_unknown", extra={"why": str(error)})
