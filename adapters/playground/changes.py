"""What is new and what is being worked on, for pages that listen. Says only "something changed" (ARCHITECTURE 15)."""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic

from core.people.model import ConversationRef

__all__ = ["Changes"]

#: A progress line whose end was never told goes away by itself, in seconds.
PROGRESS_LASTS = 120.0


class Changes:
    """Wakes the pages of this process. A write by another process shows when the page's own poll finds it."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._waiting: set[asyncio.Future[None]] = set()
        self._progress: dict[ConversationRef, tuple[str, float]] = {}
        self._closed = False
        self.count = 0

    @property
    def closed(self) -> bool:
        """Whether the server is stopping: listeners end."""
        return self._closed

    def notify(self) -> None:
        """Something was written."""
        self.count += 1
        for waiter in self._waiting:
            if not waiter.done():
                waiter.set_result(None)
        self._waiting.clear()

    async def wait(self, seen: int, seconds: float) -> None:
        """Return when `count` is no longer `seen`, or when the time is over."""
        if self.count != seen or self._closed:
            return
        waiter = asyncio.get_running_loop().create_future()
        self._waiting.add(waiter)
        try:
            async with asyncio.timeout(seconds):
                await waiter
        except TimeoutError:
            pass
        finally:
            self._waiting.discard(waiter)

    def show_progress(self, place: ConversationRef, text: str) -> None:
        """Show that something is being worked on in a conversation; "" ends it."""
        if text:
            self._progress[place] = (text, self._now())
        else:
            self._progress.pop(place, None)
        self.notify()

    def progress(self, workspace: str) -> Mapping[ConversationRef, str]:
        """What is being worked on in a workspace."""
        oldest = self._now() - PROGRESS_LASTS
        self._progress = {place: entry for place, entry in self._progress.items() if entry[1] > oldest}
        return {place: text for place, (text, _) in self._progress.items() if place.workspace == workspace}

    def close(self) -> None:
        """The server stops: let every listener go. Call it before connections are waited for."""
        self._closed = True
        self.notify()
