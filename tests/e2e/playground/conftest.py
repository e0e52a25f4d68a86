"""Headless Chromium before the playground: a scripted bot for the page itself, and pages that may not misbehave."""

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from aiohttp import web
from playwright.sync_api import Browser

from tests.e2e.playground.browsing import Open, Pages, launched
from tests.e2e.playground.real import Running
from tests.e2e.playground.scripted import ScriptedBot, make_bot, scripted_app

R = TypeVar("R")


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """One Chromium for these tests; it goes with this folder."""
    with launched() as browser:
        yield browser


class Loop:
    """An event loop on a thread of its own, for servers that the tests talk to."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, what: Coroutine[Any, Any, R]) -> R:
        """Run there, and wait for the result."""
        return asyncio.run_coroutine_threadsafe(what, self._loop).result(20)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


@pytest.fixture(scope="package")
def loop() -> Iterator[Loop]:
    """Where the servers run."""
    loop = Loop()
    yield loop
    loop.close()


@dataclass
class Scripted:
    """The scripted bot behind a port. It can be stopped and started again on the same one."""

    loop: Loop
    bot: ScriptedBot
    port: int = 0
    runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.bot.changes.__init__()  # type: ignore[misc]  # open again after a stop
        self.loop.run(self._start())

    def stop(self) -> None:
        self.loop.run(self._stop())

    async def _start(self) -> None:
        self.runner = web.AppRunner(scripted_app(self.bot), shutdown_timeout=1)
        await self.runner.setup()
        site = web.TCPSite(self.runner, "127.0.0.1", self.port)
        await site.start()
        self.port = self.runner.addresses[0][1]

    async def _stop(self) -> None:
        if self.runner is not None:
            await self.runner.cleanup()
            self.runner = None


@pytest.fixture
def scripted(loop: Loop) -> Iterator[Scripted]:
    """A fresh scripted bot, quick to answer."""

    async def make() -> ScriptedBot:
        return await make_bot(pause=0.05)

    server = Scripted(loop, loop.run(make()))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def pages(browser: Browser, scripted: Scripted) -> Iterator[Pages]:
    """Pages before the scripted bot. Errors, dialogs and requests to elsewhere fail the test."""
    opened = Pages(browser, scripted.url)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.troubles == []


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    """FlowPilot, freshly installed."""
    running = Running(tmp_path)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def real(browser: Browser, running: Running) -> Iterator[Pages]:
    """Pages before FlowPilot itself."""
    opened = Pages(browser, running.url)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.troubles == []


@pytest.fixture
def open_page(pages: Pages) -> Open:
    """Opens a page."""
    return pages.open
