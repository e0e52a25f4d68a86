"""What people do on the page, for tests that do it often."""

from playwright.sync_api import Locator, Page

__all__ = ["chat", "resolve", "say", "start", "thread"]


def chat(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Message")


def thread(page: Page) -> Locator:
    return page.locator("#thread")


def say(page: Page, text: str) -> None:
    chat(page).fill(text)
    chat(page).press("Enter")


def start(page: Page) -> None:
    """A session with its fix suggested."""
    say(page, "@FlowPilot Outlook will not open")
    thread(page).get_by_role("button", name="Yes, it works").click()
    thread(page).get_by_role("button", name="Apply").wait_for()


def resolve(page: Page) -> Locator:
    """The resolve form, filled."""
    thread(page).get_by_role("button", name="Resolve", exact=True).last.click()
    dialog = page.get_by_role("dialog", name="Resolve FP-12")
    dialog.get_by_role("button", name="Post").wait_for()
    return dialog
