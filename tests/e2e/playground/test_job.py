"""The whole job in the browser, before FlowPilot itself: from the problem to the note on the ticket."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e.playground.browsing import Pages
from tests.e2e.playground.real import Running

PROBLEM = "@FlowPilot T-1001 Outlook will not open, it stops at Loading profile"


def say(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name=re.compile("^Message"))
    box.fill(text)
    box.press("Enter")


def reply(page: Page, text: str) -> None:
    box = page.get_by_role("textbox", name="Reply in this thread")
    box.fill(text)
    box.press("Enter")


def thread(page: Page) -> Locator:
    return page.locator("#thread")


def press(page: Page, name: str) -> None:
    """The newest button of that name in the thread."""
    thread(page).get_by_role("button", name=name, exact=True).last.click()


def until_the_fix(page: Page) -> None:
    """A session that has followed a flow to its fix."""
    say(page, PROBLEM)
    press(page, "Use this flow")
    press(page, "Yes, webmail works")
    press(page, "Opens in safe mode")
    expect(thread(page).get_by_role("button", name="Apply")).to_be_visible()


def ticket(page: Page, number: str = "T-1001") -> Locator:
    return page.get_by_role("article", name=f"Ticket {number}")


def test_what_we_know_is_changed_in_its_place(real: Pages) -> None:
    page = real.open()
    say(page, PROBLEM)
    reply(page, "fact: the mailbox is full")
    press(page, "What we know")
    known = thread(page).get_by_role("article", name="Private message from FlowPilot").filter(has_text="What we know")
    expect(known.last).to_contain_text("the mailbox is full")
    count = thread(page).get_by_role("article").count()
    press(page, "Edit")
    form = page.get_by_role("dialog", name="Edit the fact")
    form.get_by_role("textbox").fill("The archive is full")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    expect(known.last).to_contain_text("The archive is full")
    expect(known.last).not_to_contain_text("the mailbox is full")
    press(page, "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete", exact=True).click()
    expect(known.last).to_contain_text("Nothing confirmed yet")
    assert thread(page).get_by_role("article").count() == count


def test_from_the_problem_to_the_resolution_note_on_the_ticket(real: Pages) -> None:
    page = real.open()
    until_the_fix(page)
    expect(thread(page)).to_contain_text("Contoso · Dana Whitfield")
    press(page, "Apply")
    expect(thread(page).locator(".badge", has_text="Applied, verifying")).to_be_visible()

    press(page, "Resolve…")
    form = page.get_by_role("dialog", name="Resolve FP-1")
    expect(form).to_contain_text("will be recorded as worked")
    expect(form).to_contain_text("Outlook opens in safe mode.")
    form.get_by_role("button", name="Edit").click()
    note = form.get_by_role("textbox", name="Note")
    note.fill(f"{note.input_value().rstrip()}\n\nDana was told to update the add-in.")
    form.get_by_role("button", name="Post").click()
    expect(form).to_have_count(0)

    expect(thread(page)).to_contain_text("Dana was told to update the add-in.")
    expect(thread(page)).to_contain_text(re.compile("Ticket T-1001: internal note · status Resolved, verified"))
    expect(ticket(page).locator(".ticket-head .badge")).to_have_text("Resolved")
    expect(ticket(page)).to_contain_text("Dana was told to update the add-in.")
    expect(ticket(page)).to_contain_text(re.compile(r"ref \w{8}"))
    expect(ticket(page).locator(".ticket-note .badge").first).to_have_text("Internal")


def test_an_escalation_is_claimed_by_somebody_else(real: Pages) -> None:
    erin, sam = real.open(), real.open("northwind/sam", "escalations")
    until_the_fix(erin)
    press(erin, "Escalate…")
    form = erin.get_by_role("dialog", name=re.compile("Escalate FP-1"))
    form.get_by_role("textbox").first.fill("Needs Exchange rights that I do not have")
    form.locator("[type=submit]").click()
    expect(form).to_contain_text("What we've tried")
    form.locator("[type=submit]").click()
    expect(form).to_have_count(0)
    expect(thread(erin)).to_contain_text("Suggested next steps")

    sam.locator("#chat").get_by_role("button", name="Claim").click()
    expect(thread(erin)).to_contain_text(re.compile("Sam Engineer"))
    erin.get_by_role("button", name=re.compile("^escalations")).click()
    expect(erin.locator("#chat").get_by_role("button", name="Claim")).to_have_count(0)


def test_a_viewer_and_a_guest_are_refused(real: Pages) -> None:
    vera = real.open("northwind/vera")
    say(vera, PROBLEM)
    expect(thread(vera).get_by_role("article", name="Private message from FlowPilot")).to_contain_text("engineer")
    gus = real.open("northwind/gus")
    say(gus, PROBLEM)
    expect(gus.locator("#chat .message")).to_have_count(1)
    expect(gus.get_by_role("group", name=re.compile("FP-"))).to_have_count(0)


def test_an_engineer_who_has_not_joined_is_asked_to_and_then_it_is_done(real: Pages) -> None:
    erin = real.open()
    until_the_fix(erin)
    sam = real.open("northwind/sam", "/".join(erin.url.rsplit("/", 2)[1:]))
    press(sam, "Apply")
    asked = thread(sam).get_by_role("article", name="Private message from FlowPilot")
    expect(asked).to_contain_text("Join")
    expect(thread(erin).get_by_text("Join, and it is done")).to_have_count(0)
    asked.get_by_role("button", name="Join").click()
    expect(thread(erin).locator(".badge", has_text="Applied, verifying")).to_be_visible()


def test_two_accounts_share_nothing(real: Pages) -> None:
    erin, frida = real.open(), real.open("fabrikam/frida")
    until_the_fix(erin)
    say(frida, "/flowpilot list all")
    private = frida.locator("#chat").get_by_role("article", name="Private message from FlowPilot")
    expect(private).to_be_visible()
    expect(private).not_to_contain_text("Outlook")
    say(frida, "/flowpilot show FP-1")
    expect(frida.locator("#chat .notice-error").last).to_be_visible()
    expect(frida.get_by_text("Outlook will not open")).to_have_count(0)


def test_a_fact_and_a_slash_command_in_the_thread(real: Pages) -> None:
    page = real.open()
    say(page, "/flowpilot Outlook will not open on Dana's laptop")
    expect(thread(page).get_by_role("group", name=re.compile("FP-1"))).to_be_visible()
    reply(page, "fact: the mailbox works on her phone")
    reply(page, "/flowpilot facts")
    facts = thread(page).get_by_role("article", name="Private message from FlowPilot").last
    expect(facts).to_contain_text("the mailbox works on her phone")


def test_a_hostile_problem_is_shown_and_not_run(real: Pages) -> None:
    page = real.open()
    say(page, "@FlowPilot <img src=x onerror=alert(1)> [x](javascript:alert(2)) <!channel> Outlook hangs")
    expect(thread(page).get_by_role("group", name=re.compile("FP-1"))).to_contain_text("<img src=x onerror=alert(1)>")
    assert page.locator("#app img, #app script").count() == 0
    assert page.locator("#app a[href^='javascript']").count() == 0


def test_everything_is_there_again_after_a_crash(real: Pages, running: Running) -> None:
    page = real.open()
    until_the_fix(page)
    real.offline = True
    running.kill()
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    running.start()
    expect(page.get_by_text("Connected")).to_be_visible(timeout=15_000)
    press(page, "Apply")
    expect(thread(page).locator(".badge", has_text="Applied, verifying")).to_be_visible()
    page.reload()
    expect(thread(page).locator(".badge", has_text="Applied, verifying")).to_be_visible()
    assert running.stop() == 0
    running.start()


def test_a_link_to_the_ticket_shows_it_beside_the_chat(real: Pages) -> None:
    page = real.open()
    say(page, PROBLEM)
    thread(page).get_by_role("link", name="T-1001").first.click()
    expect(ticket(page)).to_be_focused()
    expect(thread(page)).to_be_visible()
