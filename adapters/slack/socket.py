"""Socket Mode, for those without a public address: Slack's payloads over a WebSocket that FlowPilot opens.

A line can die without a word. So every line is pinged, one that does not answer is dropped, and whatever ends a line, another
is opened: at once when Slack asks for it, else after a growing pause. What was not acknowledged, Slack sends again.
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
LONGEST_PAUSE = 30.0
#: Payloads that are worked on at the same time.
TOGETHER = 64

Body = dict[str, Any]
#: The address of a new line, from apps.connections.open. Raises Fault.
Address = Callable[[], Awaitable[str]]
Dispatch = Callable[[Body], Awaitable[BoltResponse]]


class SocketLine:
    """Keeps a line to Slack open while it runs. `alive`: one stands that Slack has greeted."""

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
        self.alive = False
        #: Lines opened so far.
        self.opened = 0

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; then what is under way is finished."""
        running = asyncio.create_task(self._keep_open(), name="slack-socket")
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (running, stopping):
                task.cancel()
            await asyncio.gather(running, stopping, return_exceptions=True)
            self.alive = False

    async def _keep_open(self) -> None:
        pause = self._pause
        while True:
            try:
                again = await self._line()
            except (Fault, aiohttp.ClientError, TimeoutError, OSError) as error:
                level = logging.ERROR if isinstance(error, Rejected) else logging.WARNING
                log.log(level, "slack.socket_failed", extra={"why": str(error) or type(error).__name__})
                again = False
            if again:
                pause = self._pause
                continue
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  (no secret: replicas come back one by one)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _line(self) -> bool:
        """One line, from its greeting to its end. Whether the next is to be opened at once."""
        url = await self._address()
        async with self._session.ws_connect(
            url, heartbeat=self._heartbeat, timeout=aiohttp.ClientWSTimeout(ws_close=2.0), max_msg_size=16 * 1024 * 1024
        ) as line:
            greeted = False
            try:
                while True:
                    received = await line.receive(timeout=None if greeted else GREETING)
                    if received.type is not aiohttp.WSMsgType.TEXT:
                        log.info("slack.socket_closed", extra={"how": received.type.name})
                        return greeted
                    message = _read(received.data)
                    if message.get("type") == "hello":
                        greeted = self.alive = True
                        self.opened += 1
                        log.info("slack.socket_open", extra={"lines": message.get("num_connections", 0)})
                    elif message.get("type") == "disconnect":
                        log.info("slack.socket_refresh", extra={"why": message.get("reason", "")})
                        return message.get("reason") != "link_disabled"
                    elif message.get("envelope_id"):
                        await self._slots.acquire()
                        task = asyncio.create_task(self._take(line, message))
                        self._tasks.add(task)
                        task.add_done_callback(self._done)
            finally:
                self.alive = False
                if self._tasks:  # their acknowledgements go by this line
                    await asyncio.wait(set(self._tasks), timeout=2.0)

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
