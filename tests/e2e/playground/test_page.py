"""What the page does with what it is given, before a scripted bot."""

import re
import time

from playwright.sync_api import expect

from adapters.playground.client import WHOEVER
from core.commands import PrepareEscalation, StopTurn
from core.usage.chart import WIDTH
from core.views import Button, Card, Text
from tests.e2e.playground.browsing import Open
from tests.e2e.playground.conftest import Scripted
from tests.e2e.playground.steps import chat, resolve, say, start, thread


def test_a_newcomer_is_told_what_to_do_and_can_try_it(open_page: Open) -> None:
    page = open_page()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible()
    page.get_by_role("button", name="@FlowPilot Outlook").click()
    expect(chat(page)).to_be_focused()
    expect(chat(page)).to_have_value(re.compile("^@FlowPilot Outlook will not open"))


def test_a_session_from_the_problem_to_the_note_on_the_ticket(open_page: Open, scripted: Scripted) -> None:
    page = open_page()
    scripted.bot.pause = 0.5
    say(page, "@FlowPilot Outlook will not open")
    expect(thread(page).get_by_role("group", name="FP-12 started")).to_contain_text("Discovery · 35 %")
    thread(page).get_by_role("button", name="Yes, it works").click()
    expect(thread(page).get_by_text("Answered by Erin Engineer.")).to_be_visible()
    expect(thread(page).get_by_role("button", name="Yes, it works")).to_have_count(0)

    thread(page).get_by_role("button", name="Resolve", exact=True).click()
    dialog = page.get_by_role("dialog", name="Resolve FP-12")
    expect(dialog.get_by_role("status")).to_have_text("Drafting the resolution note…")
    expect(dialog.get_by_role("button", name="Post")).to_have_count(0)
    expect(dialog.get_by_role("textbox", name="Resolution note")).to_have_value(re.compile("## Root cause"))
    dialog.get_by_role("button", name="Post").click()

    expect(dialog).to_have_count(0)
    expect(thread(page).get_by_role("group", name="Resolution")).to_contain_text("What we confirmed")
    ticket = page.get_by_role("article", name="Ticket #4711")
    expect(ticket.locator(".badge").first).to_have_text("Resolved")
    expect(ticket.get_by_text("A broken navigation pane file")).to_be_visible()
    expect(ticket.get_by_text("1 time entry, 14 minutes")).to_be_visible()


def test_a_private_message_is_marked_and_nobody_else_sees_it(open_page: Open) -> None:
    erin, sam = open_page(), open_page("northwind/sam")
    say(erin, "/flowpilot help")
    private = erin.locator("#chat").get_by_role("article", name="Private message from FlowPilot")
    expect(private).to_contain_text("Only visible to you")
    say(sam, "hello")
    expect(erin.locator("#chat").get_by_text("hello")).to_be_visible()
    expect(sam.get_by_text("Only visible to you")).to_have_count(0)
    private.get_by_role("button", name="Dismiss").click()
    expect(private).to_have_count(0)


def test_a_refusal_shows_its_next_action_as_any_other_card_does(open_page: Open) -> None:
    """The button is not of the colour of the error's words."""
    page = open_page()
    start(page)
    say(page, "/flowpilot join")
    refusal = page.locator("#chat").get_by_role("article", name="Private message from FlowPilot")
    apply = thread(page).get_by_role("button", name="Apply")
    colour = apply.evaluate("button => getComputedStyle(button).color")
    expect(refusal.get_by_role("button", name="Join")).to_have_css("color", colour)


def test_a_picture_is_shown_with_its_words(open_page: Open) -> None:
    page = open_page()
    start(page)
    thread(page).get_by_role("button", name="Preview note").click()
    picture = thread(page).get_by_role("img", name="Two bars")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("naturalWidth", WIDTH)
    expect(thread(page).get_by_role("figure")).to_contain_text("Two bars")


def test_a_viewer_is_refused_privately(open_page: Open) -> None:
    page = open_page("northwind/vera")
    say(page, "@FlowPilot Outlook will not open")
    refused = thread(page).get_by_role("article", name="Private message from FlowPilot")
    expect(refused).to_contain_text("You need the role engineer")


def test_switching_the_person_switches_what_is_seen(open_page: Open) -> None:
    page = open_page()
    say(page, "only for Northwind")
    page.get_by_role("button", name="Frida Lindqvist").click()
    expect(page.get_by_role("button", name="helpdesk")).to_have_attribute("aria-current", "page")
    expect(page.get_by_text("only for Northwind")).to_have_count(0)
    expect(page.get_by_role("article", name="Ticket #12")).to_be_visible()
    expect(page.get_by_role("article", name="Ticket #4711")).to_have_count(0)
    assert page.url.endswith("#/fabrikam/frida/helpdesk")

    page.get_by_role("button", name="Gus Guest").click()
    expect(page.locator(".channel-name")).to_have_text(["shared-contoso", "FlowPilot"])
    page.get_by_role("button", name="Erin Engineer").click()
    page.get_by_role("button", name="service-desk").click()
    expect(page.locator("#chat").get_by_text("only for Northwind")).to_be_visible()


def test_the_address_of_a_thread_opens_it_as_whoever_reads_it(open_page: Open) -> None:
    """It names nobody."""
    page = open_page("northwind/sam")
    start(page)
    before, _, where = page.url.partition("/sam/")
    page.goto(f"{before}/{WHOEVER}/{where}")
    expect(page).to_have_url(f"{before}/sam/{where}")
    expect(thread(page).get_by_role("button", name="Apply")).to_be_visible()


def test_own_messages_are_edited_and_deleted(open_page: Open) -> None:
    page, other = open_page(), open_page("northwind/sam")
    say(page, "first words")
    message = page.locator("#chat").get_by_role("article", name="Erin Engineer")
    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Edit message").click()
    box = page.get_by_role("textbox", name="Edit message")
    expect(box).to_be_focused()
    box.fill("better words")
    box.press("Enter")
    expect(other.locator("#chat .words")).to_have_text("better wordsedited")

    other.locator("#chat").get_by_role("button", name="More actions").click()
    expect(other.get_by_role("menuitem", name="Edit message")).to_have_count(0)
    other.keyboard.press("Escape")

    message.hover()
    message.get_by_role("button", name="More actions").click()
    page.get_by_role("menuitem", name="Delete message").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(other.locator("#chat .words")).to_have_count(0)


def test_a_message_of_anybody_starts_troubleshooting(open_page: Open) -> None:
    page, sam = open_page(), open_page("northwind/sam")
    say(page, "the printer is on fire")
    sam.locator("#chat").get_by_role("button", name="More actions").click()
    sam.get_by_role("menuitem", name="Start troubleshooting").click()
    expect(thread(sam).get_by_role("group", name="FP-12 started")).to_contain_text("the printer is on fire")


def test_the_keyboard_alone_is_enough(open_page: Open) -> None:
    page = open_page()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Skip to the message box")).to_be_focused()
    page.keyboard.press("Enter")
    expect(chat(page)).to_be_focused()
    page.keyboard.type("@Flow")
    expect(page.get_by_role("option", name="@FlowPilot")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Tab")
    page.keyboard.type("Outlook will not open")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("since this morning")
    expect(chat(page)).to_have_value("@FlowPilot Outlook will not open\nsince this morning")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Reply in this thread")).to_be_focused()

    yes = thread(page).get_by_role("button", name="Yes, it works")
    yes.focus()
    page.keyboard.press("Enter")
    thread(page).get_by_role("button", name="Resolve", exact=True).focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Resolve FP-12")
    expect(dialog.get_by_role("textbox", name="Resolution note")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(thread(page).get_by_role("button", name="Resolve", exact=True)).to_be_focused()


def test_news_are_announced(open_page: Open) -> None:
    page = open_page()
    log = page.get_by_role("log", name="New messages")
    start(page)
    expect(log).to_contain_text("FlowPilot: Question: does Outlook on the web work for the same mailbox?")
    resolve(page).get_by_role("button", name="Post").click()
    expect(log).to_contain_text("Ticket #4711 has a new note.")
    expect(log).to_contain_text("Ticket #4711 is now Resolved.")


def test_an_answer_is_seen_growing_and_read_aloud_when_it_is_whole(open_page: Open, scripted: Scripted) -> None:
    page = open_page()
    start(page)
    log = page.get_by_role("log", name="New messages")
    place = next(each.place for each in scripted.bot.seen if each.place is not None)
    stop = Button(label="Stop", action=StopTurn(session_id="s"))
    stream = scripted.loop.run(scripted.bot.platform.stream(place, person="erin", delivery="turn-1", stop=stop))
    growing = thread(page).locator(".growing")
    for text in ("Restart", "Restart the **spooler**"):
        scripted.loop.run(stream.show(text))
        expect(growing).to_have_text(f"{text.replace('*', '')}Stop")
    expect(growing.locator("strong")).to_have_text("spooler")
    expect(growing).to_have_attribute("aria-busy", "true")
    expect(log).not_to_contain_text("Restart")
    with page.expect_response("**/act?**"):
        growing.get_by_role("button", name="Stop").click()
    assert scripted.bot.seen[-1].command == StopTurn(session_id="s")
    final = Card(body=(Text(markdown="Restart the **spooler** first."),), fallback="Restart the spooler first.")
    scripted.loop.run(scripted.bot.platform.replace(place, stream.ref, final, delivery="fp-1"))
    expect(thread(page).get_by_text("Restart the spooler first.")).to_have_count(1)
    expect(growing).to_have_count(0)
    expect(log).to_contain_text("FlowPilot: Restart the spooler first.")


def test_a_person_of_many_is_found_by_typing(open_page: Open, scripted: Scripted) -> None:
    page = open_page()
    say(page, "/escalate")
    dialog = page.get_by_role("dialog", name="Escalate FP-12")
    menu = dialog.get_by_label("To whom", exact=False).and_(dialog.locator("select"))
    expect(menu.get_by_role("option")).to_have_count(3)
    search = dialog.get_by_role("searchbox", name="Find: To whom")
    search.fill("engineer 14")
    expect(menu.get_by_role("option")).to_have_count(11)
    expect(menu).to_have_value("")
    search.press("Enter")
    expect(menu).to_have_value("Engineer 140")
    expect(menu).to_be_focused()
    search.fill("nobody")
    expect(menu.get_by_role("option")).to_have_count(2)
    dialog.get_by_role("textbox", name="Why").fill("Needs the vendor")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_have_count(0)
    (command,) = [each.command for each in scripted.bot.seen if isinstance(each.command, PrepareEscalation)]
    assert command.person == "Engineer 140"


def test_unread_channels_say_so(open_page: Open) -> None:
    page, sam = open_page(), open_page("northwind/sam", "escalations")
    say(sam, "somebody there?")
    unread = page.get_by_role("button", name=re.compile("escalations.*1 new"))
    expect(unread).to_be_visible()
    assert page.title().startswith("(1) ")
    unread.click()
    expect(page.locator("#chat").get_by_text("somebody there?")).to_be_visible()
    expect(page.locator(".count-badge")).to_have_count(0)


def test_the_look_is_chosen_and_remembered(open_page: Open) -> None:
    page = open_page(color_scheme="light")
    body = page.locator("body")
    expect(body).to_have_css("background-color", "rgb(255, 255, 255)")
    page.get_by_role("button", name="Dark").click()
    expect(body).to_have_css("background-color", "rgb(21, 25, 28)")
    page.reload()
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    expect(body).to_have_css("background-color", "rgb(21, 25, 28)")


def test_a_phone_shows_one_pane_at_a_time(open_page: Open) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    say(page, "@FlowPilot Outlook will not open")
    expect(thread(page)).to_be_visible()
    expect(page.locator("#chat")).to_be_hidden()
    tabs = page.get_by_role("navigation", name="Panes")
    for name, pane in (("Tickets", "#tickets"), ("Channels", "#channels"), ("Channel", "#chat"), ("Thread", "#thread")):
        tabs.get_by_role("button", name=name, exact=True).click()
        expect(page.locator(pane)).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") == 360


def test_the_address_remembers_where_one_was(open_page: Open) -> None:
    page = open_page()
    start(page)
    address = page.url
    page.get_by_role("button", name="escalations").click()
    expect(thread(page)).to_be_hidden()
    page.go_back()
    expect(thread(page).get_by_role("button", name="Apply")).to_be_visible()
    assert page.url == address
    page.reload()
    expect(thread(page).get_by_role("button", name="Apply")).to_be_visible()


def test_a_draft_waits_in_the_channel_where_it_was_begun(open_page: Open) -> None:
    page = open_page()
    chat(page).fill("half a thought")
    page.get_by_role("button", name="escalations").click()
    expect(page.get_by_role("textbox", name="Message #escalations")).to_have_value("")
    page.get_by_role("button", name="service-desk").click()
    expect(chat(page)).to_have_value("half a thought")


def test_reading_back_is_not_disturbed_by_news(open_page: Open) -> None:
    page, sam = open_page(), open_page("northwind/sam")
    for n in range(6):
        say(page, f"message {n}\n" * 8)
    expect(page.locator("#chat .message:not(.pending)")).to_have_count(6)
    scroll = page.locator("#chat .scroll")
    scroll.evaluate("node => { node.scrollTop = 0 }")
    time.sleep(0.2)
    say(sam, "something new")
    jump = page.get_by_role("button", name="New messages")
    expect(jump).to_be_visible()
    assert scroll.evaluate("node => node.scrollTop") == 0
    jump.click()
    expect(page.locator("#chat").get_by_text("something new")).to_be_in_viewport()
