"""A whole session with a model in the playground: the answer is seen while it is made, and the note is the model's."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.models.aimock import Aimock, aimock
from tests.e2e.models.script import BEGINS, ENDS, FIXTURES, PROBLEM, QUESTION
from tests.e2e.playground.browsing import Pages, launched
from tests.e2e.playground.real import Running

#: Milliseconds for a step of the whole way; the first answer takes some seconds.
LONG = 15_000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def model(tmp_path: Path) -> Iterator[Aimock]:
    with aimock(tmp_path, FIXTURES) as mock:
        yield mock


@pytest.fixture
def running(tmp_path: Path, model: Aimock) -> Iterator[Running]:
    running = Running(tmp_path)
    running.start(**model.settings)
    yield running
    assert running.stop() == 0


@pytest.fixture
def pages(browser: Browser, running: Running) -> Iterator[Pages]:
    opened = Pages(browser, running.url)
    yield opened
    for context in opened.contexts:
        context.close()
    assert opened.troubles == []


def press(page: Page, name: str) -> None:
    """The newest button of that name in the thread."""
    page.locator("#thread").get_by_role("button", name=name, exact=True).last.click(timeout=LONG)


def test_from_first_words_to_the_note_that_the_model_wrote(pages: Pages, model: Aimock) -> None:
    page = pages.open()
    box = page.get_by_role("textbox", name=re.compile("^Message"))
    box.fill(f"@FlowPilot {PROBLEM}")
    box.press("Enter")
    thread = page.locator("#thread")
    expect(thread).to_contain_text(BEGINS, timeout=LONG)
    assert ENDS not in (thread.text_content() or ""), "it was seen only when it was done"
    expect(thread).to_contain_text(ENDS, timeout=LONG)
    expect(thread).to_contain_text(QUESTION, timeout=LONG)
    assert "[QUESTIONS" not in (thread.text_content() or "")
    press(page, "Yes")
    expect(thread).to_contain_text("Empty the outbox", timeout=LONG)
    press(page, "Worked")
    press(page, "Resolve…")
    form = page.get_by_role("dialog", name="Resolve FP-1")
    expect(form).to_contain_text("The stuck message was deleted, and mail is sent again.", timeout=LONG)
    form.get_by_role("button", name="Post").click()
    expect(form).to_have_count(0)
    ticket = page.get_by_role("article", name="Ticket T-1001")
    expect(ticket).to_contain_text("The stuck message was deleted, and mail is sent again.", timeout=LONG)
    expect(ticket.locator(".ticket-head .badge")).to_have_text("Resolved")
    answers = [asked["response"]["status"] for asked in model.asked()]
    assert answers == [200] * 3, "two turns, and one draft for background and form"
