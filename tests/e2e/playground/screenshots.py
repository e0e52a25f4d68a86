"""The pictures of docs/images, taken of FlowPilot itself: `python -m tests.e2e.playground.screenshots docs/images`."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.e2e.playground.browsing import FLAGS, chromium
from tests.e2e.playground.real import Running
from tests.e2e.playground.test_job import PROBLEM, press, reply, say, thread, until_the_fix

WIDE = {"width": 1360, "height": 850}
PHONE = {"width": 390, "height": 780}
HOSTILE = """<img src=x onerror=alert(1)> <script>alert(2)</script> [click me](javascript:alert(3))

| what | shown as |
|---|---|
| markup | <b>text</b> |"""


@contextmanager
def opened(browser: Browser, running: Running, where: str, **options: Any) -> Iterator[Page]:
    """A page, with nothing moving."""
    with browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options}) as context:
        context.set_default_timeout(10_000)
        page = context.new_page()
        page.goto(f"{running.url}/#/{where}")
        page.locator(".channel").first.wait_for(state="attached")
        page.wait_for_timeout(500)
        yield page


def take(page: Page, folder: Path, name: str) -> None:
    """Save what is seen now."""
    page.mouse.move(2, 2)
    page.wait_for_timeout(500)
    page.screenshot(path=folder / f"{name}.png")


def take_all(browser: Browser, running: Running, folder: Path) -> None:
    """One story, picture by picture."""
    with opened(browser, running, "northwind/erin/service-desk") as page:
        take(page, folder, "empty")
        until_the_fix(page)
        take(page, folder, "session")
        address = page.url
        press(page, "Apply")
        expect(thread(page).locator(".badge", has_text="Applied, verifying")).to_be_visible()
        reply(page, "/flowpilot facts")
        thread(page).get_by_text("Only visible to you").wait_for()
        take(page, folder, "private")
        press(page, "Resolve…")
        page.get_by_role("dialog").get_by_role("button", name="Post").wait_for()
        take(page, folder, "resolve")
        page.get_by_role("dialog").get_by_role("button", name="Edit").click()
        page.get_by_role("dialog").get_by_role("textbox", name="Note").wait_for()
        take(page, folder, "edit")
        page.get_by_role("dialog").get_by_role("button", name="Post").click()
        thread(page).get_by_text("status Resolved, verified").wait_for()
        take(page, folder, "resolved")
    where = address.split("#/")[1]
    with opened(browser, running, where, color_scheme="dark") as page:
        take(page, folder, "dark")
    with opened(browser, running, where, viewport=PHONE, is_mobile=True, has_touch=True) as page:
        take(page, folder, "phone-thread")
        page.get_by_role("navigation", name="Panes").get_by_role("button", name="Tickets").click()
        take(page, folder, "phone-tickets")
    escalation(browser, running, folder)
    oddities(browser, running, folder)


def escalation(browser: Browser, running: Running, folder: Path) -> None:
    """A session that is handed over."""
    with opened(browser, running, "northwind/erin/service-desk") as page:
        until_the_fix(page)
        press(page, "Escalate…")
        form = page.get_by_role("dialog")
        form.get_by_role("textbox").first.fill("Needs Exchange rights that I do not have")
        take(page, folder, "escalate")
        form.locator("[type=submit]").click()
        form.get_by_text("What we've tried").wait_for()
        form.locator("[type=submit]").click()
        thread(page).get_by_text("Suggested next steps").wait_for()
    with opened(browser, running, "northwind/sam/escalations") as page:
        page.locator("#chat").get_by_role("button", name="Claim").wait_for()
        take(page, folder, "claim")


def oddities(browser: Browser, running: Running, folder: Path) -> None:
    """What people also write, and who is refused."""
    with opened(browser, running, "northwind/vera/service-desk", color_scheme="dark") as page:
        say(page, HOSTILE)
        say(page, "2026-03-02 09:14:07 ERROR spooler: the printer did not answer\n" * 60)
        say(page, PROBLEM)
        thread(page).get_by_text("Only visible to you").wait_for()
        take(page, folder, "refused")


def main() -> None:
    """Start FlowPilot in a folder of its own, and take the pictures."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        running = Running(Path(data))
        running.start()
        try:
            browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
            take_all(browser, running, folder)
            browser.close()
        finally:
            running.stop()


if __name__ == "__main__":
    main()
