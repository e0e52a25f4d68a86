"""Which Chromium, how it is started, and pages that may not misbehave."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Page, Request, sync_playwright

__all__ = ["FLAGS", "Open", "Pages", "chromium", "launched"]

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

Open = Callable[..., Page]


def chromium() -> str | None:
    """What FLOWPILOT_CHROMIUM names, or the system's."""
    return os.environ.get("FLOWPILOT_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def launched() -> Iterator[Browser]:
    """A Chromium: the system's, or what FLOWPILOT_CHROMIUM names. While it is there, no other test can run an event loop."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium here")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


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
