"""Headless Chromium before the playground: a scripted bot for the page itself, and pages that may not misbehave."""

import asyncio
import os
import shutil
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from aiohttp import web
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

from tests.e2e.playground.real import Running
from tests.e2e.playground.scripted import ScriptedBot, make_bot, scripted_app

R = TypeVar("R")

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for all tests: the system's, or what FLOWPILOT_CHROMIUM names."""
    path = os.environ.get("FLOWPILOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


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


@pytest.fixture(scope="session")
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


@dataclass
class Pages:
    """Opens pages as persons, and keeps what went wrong in any of them."""

    browser: Browser
    url: str
    contexts: list[BrowserContext] = field(default_factory=list)
    troubles: list[str] = field(default_factory=list)
    #: Failed requests are expected while the server is away.
    offline: bool = False

    def open(self, person: str = "northwind/erin", where: str = "", **options: Any) -> Page:
        """A page of its own browser context."""
        options = {"viewport": {"width": 1440, "height": 900}, "reduced_motion": "reduce", **options}
        context = self.browser.new_context(**options)
        context.set_default_timeout(8000)
        self.contexts.append(context)
        page = context.new_page()
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.troubles.append(f"error: {error}"))
        page.on("dialog", self._dialog)
        page.on("request", self._request)
        page.goto(f"{self.url}/#/{person}{'/' + where if where else ''}")
        page.locator(".composer").first.wait_for()
        page.locator(".channel").first.wait_for(state="attached")
        return page

    def _dialog(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self.offline and "400 (" not in message.text:
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(self.url).netloc:
            self.troubles.append(f"request: {request.url}")


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


Open = Callable[..., Page]


@pytest.fixture
def open_page(pages: Pages) -> Open:
    """Opens a page."""
    return pages.open
