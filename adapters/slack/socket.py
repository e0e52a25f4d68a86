"""Socket Mode, for those without a public address: Slack's payloads over a WebSocket that FlowPilot opens.

A line can die without a word. So every line is pinged, one that does not answer is dropped, and whatever ends a line, another
is opened after a growing pause. Where Slack asks for another it is opened at once, beside the old one: without any line a click
would be refused, which Slack does not send again. What was not acknowledged, it does.
"""

import asyncio
import json
import logging
import random
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
from slack_bolt.response import BoltResponse

from core.errors import Fault, Rejected

__all__ = ["Dispatch", "SocketLine"]

log = logging.getLogger(__name__)

#: Seconds between pings; half of it is what an answer may take.
HEARTBEAT = 10.0
#: Seconds to the greeting of a new line, and the longest pause before the next attempt.
GREETING = 15.0
#: Seconds that a line stands on beside its successor, after the last word that came by it.
LEAVING = 15.0
LONGEST_PAUSE = 30.0
#: Payloads that are worked on at the same time.
TOGETHER = 64

#: Why Slack asks for another line every few hours; for other reasons it wants none just now.
_ANOTHER = frozenset({"warning", "refresh_requested"})

Body = dict[str, Any]
#: The address of a new line, from apps.connections.open. Raises Fault.
Address = Callable[[], Awaitable[str]]
Dispatch = Callable[[Body], Awaitable[BoltResponse]]


class SocketLine:
    """Keeps a line to Slack open while it runs."""

    def __init__(
        self,
        address: Address,
        dispatch: Dispatch,
        session: aiohttp.ClientSession,
        *,
        heartbeat: float = HEARTBEAT,
        pause: float = 1.0,
    ) -> None:
        self._address = address
        self._dispatch = dispatch
        self._session = session
        self._heartbeat = heartbeat
        self._pause = pause
        self._slots = asyncio.Semaphore(TOGETHER)
        self._tasks: set[asyncio.Task[None]] = set()
        #: Lines that were asked to make room for another, and take what still comes.
        self._leaving: set[asyncio.Task[bool]] = set()
        #: Lines that Slack has greeted, now and so far.
        self._standing = 0
        self.opened = 0

    @property
    def alive(self) -> bool:
        """Whether a line stands that Slack has greeted."""
        return self._standing > 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; then what is under way is finished."""
        running = asyncio.create_task(self._keep_open(), name="slack-socket")
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            tasks = [running, stopping, *self._leaving]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _keep_open(self) -> None:
        pause = self._pause
        while True:
            try:
                again = await self._until_over()
            except (Fault, aiohttp.ClientError, TimeoutError, OSError) as error:
                level = logging.ERROR if isinstance(error, Rejected) else logging.WARNING
                log.log(level, "slack.socket_failed", extra={"why": str(error) or type(error).__name__})
                again = False
            if again:
                pause = self._pause
                continue
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  (no secret: replicas come back one by one)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _until_over(self) -> bool:
        """A line until it ends, or until Slack asks for another, beside which it takes what Slack still sends by it. Whether the
        next is to be opened at once."""
        asked = asyncio.Event()
        line = asyncio.create_task(self._line(asked), name="slack-line")
        asking = asyncio.create_task(asked.wait())
        try:
            await asyncio.wait({line, asking}, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            line.cancel()
            await asyncio.gather(line, return_exceptions=True)
            raise
        finally:
            asking.cancel()
        if line.done():
            return line.result()
        self._leaving.add(line)
        line.add_done_callback(self._left)
        return True

    async def _line(self, asked: asyncio.Event) -> bool:
        """One line, from its greeting to its end; `asked` is set when Slack wants another. Whether the next is to be opened at
        once."""
        url = await self._address()
        async with self._session.ws_connect(
            url, heartbeat=self._heartbeat, timeout=aiohttp.ClientWSTimeout(ws_close=2.0), max_msg_size=16 * 1024 * 1024
        ) as line:
            greeted = False
            try:
                while True:
                    received = await line.receive(timeout=LEAVING if asked.is_set() else None if greeted else GREETING)
                    if received.type is not aiohttp.WSMsgType.TEXT:
                        log.info("slack.socket_closed", extra={"how": received.type.name})
                        return greeted
                    message = _read(received.data)
                    if message.get("type") == "hello" and not greeted:
                        greeted = True
                        self._standing += 1
                        self.opened += 1
                        log.info("slack.socket_open", extra={"lines": message.get("num_connections", 0)})
                    elif message.get("type") == "disconnect":
                        log.info("slack.socket_refresh", extra={"why": message.get("reason", "")})
                        if message.get("reason") not in _ANOTHER:
                            return False
                        asked.set()
                    elif message.get("envelope_id"):
                        await self._slots.acquire()
                        task = asyncio.create_task(self._take(line, message))
                        self._tasks.add(task)
                        task.add_done_callback(self._done)
            finally:
                self._standing -= greeted
                if self._tasks:  # their acknowledgements go by this line
                    await asyncio.wait(set(self._tasks), timeout=2.0)

    def _left(self, line: "asyncio.Task[bool]") -> None:
        """A line is over beside which another was opened."""
        self._leaving.discard(line)
        if not line.cancelled() and (error := line.exception()) is not None:
            log.info("slack.socket_left", extra={"how": type(error).__name__})

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        self._slots.release()

    async def _take(self, line: aiohttp.ClientWebSocketResponse, message: Body) -> None:
        payload = message.get("payload")
        try:
            response = await self._dispatch(payload if isinstance(payload, dict) else {})
        except Exception:
            log.exception("slack.socket_payload")
            return
        if response.status != 200:
            return  # not acknowledged: it comes again
        answer: Body = {"envelope_id": message["envelope_id"]}
        if response.body.startswith("{"):
            answer["payload"] = json.loads(response.body)
        try:
            await line.send_str(json.dumps(answer))
        except (aiohttp.ClientError, OSError) as error:
            log.info("slack.socket_unacknowledged", extra={"why": str(error)})


def _read(text: str) -> Body:
    try:
        message = json.loads(text)
    except ValueError:
        return {}
    return message if isinstance(message, dict) else {}
