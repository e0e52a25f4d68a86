"""What the page does with what it is given, before a scripted bot."""

import re
import time
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect

from core.local import LocalPerson
from tests.e2e.playground.browsing import Open, Pages
from tests.e2e.playground.conftest import Scripted
from tests.e2e.playground.scripted import make_bot

HOSTILE = """<img src=x onerror=alert(1)> <script>alert(2)</script> [click](javascript:alert(3)) "><svg/onload=alert(4)>
[ok](https://example.com/a_(b)) **bold** `<b>code</b>`

```html
<h1>pwned</h1>
```"""


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


def test_a_hostile_message_is_shown_and_not_run(open_page: Open) -> None:
    page = open_page()
    say(page, HOSTILE)
    words = page.locator("#chat .words")
    expect(words).to_contain_text("<img src=x onerror=alert(1)> <script>alert(2)</script>")
    expect(words).to_contain_text("[click](javascript:alert(3))")
    expect(words.locator("pre")).to_have_text("<h1>pwned</h1>")
    assert words.locator("img, script, svg:not(.icon), h1, b").count() == 0
    links = words.locator("a").evaluate_all("links => links.map((a) => [a.href, a.rel, a.target])")
    assert links == [["https://example.com/a_(b)", "noopener noreferrer nofollow", "_blank"]]


#: What has made parsers of markdown slow.
NASTY = (
    *(
        "*",
        "**",
        "`",
        "``",
        "[",
        "[a](",
        "~~",
        "_a",
        "> ",
        "- ",
        "#",
        "# ",
        "|",
        "| ",
        "|-",
        "@",
        "http://",
        "http://.",
    ),
    *(" ", "\\", "```", "1. ", "\n- ", "\n> ", "\n|\n", "\t", "**a ", "_ ", "](", "\n    "),
)
SLOWEST = """async (nasty) => {
    const { markdown } = await import("/playground/page/markdown.js");
    let slowest = ["", 0];
    for (const part of nasty) {
        const much = part.repeat(100_000 / part.length);
        for (const text of [much, `a${much}b`, `# ${much}x`, `${part}x`.repeat(20_000)]) {
            const from = performance.now();
            markdown(text);
            const took = performance.now() - from;
            if (took > slowest[1]) slowest = [text.slice(0, 20), took];
        }
    }
    return slowest;
}"""


def test_no_text_keeps_the_page_busy(open_page: Open) -> None:
    text, milliseconds = open_page().evaluate(SLOWEST, NASTY)
    assert milliseconds < 3000, text


def test_a_long_message_is_folded(open_page: Open) -> None:
    page = open_page()
    say(page, "word " * 4000)
    more = page.get_by_role("button", name="Show all 19,999 characters")
    expect(more).to_be_visible()
    folded = page.locator("#chat .words").bounding_box()
    assert folded is not None
    assert folded["height"] < 300
    more.click()
    expect(page.get_by_role("button", name="Show less")).to_have_attribute("aria-expanded", "true")


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


def test_what_is_typed_stays_when_the_form_is_filled_and_goes_when_asked_for(
    open_page: Open, scripted: Scripted
) -> None:
    page = open_page()
    start(page)
    dialog = resolve(page)
    note = dialog.get_by_role("textbox", name="Resolution note")
    note.fill("My own words.")
    (surface,) = [s for s in scripted.loop.run(scripted.bot.chat.surfaces(_erin(scripted), after=0)) if s.open]
    filled = surface.view.replace("Resolve FP-12", "Resolve FP-12 again")
    scripted.loop.run(scripted.bot.chat.fill_surface(workspace="northwind", id=surface.id, person="erin", view=filled))
    expect(page.get_by_role("heading", name="Resolve FP-12 again")).to_be_visible()
    expect(page.get_by_role("textbox", name="Resolution note")).to_have_value("My own words.")

    page.get_by_role("button", name="Refresh the draft").click()
    expect(page.get_by_role("textbox", name="Resolution note")).to_have_value(re.compile("normally again"))


def _erin(scripted: Scripted) -> LocalPerson:
    people = scripted.loop.run(_people(scripted))
    return next(person for person in people if person.id == "erin")


async def _people(scripted: Scripted) -> Sequence[LocalPerson]:
    return await scripted.bot.chat.people("northwind")


def test_a_form_says_what_is_wrong_with_which_field(open_page: Open) -> None:
    page = open_page()
    start(page)
    thread(page).get_by_role("button", name="Escalate").click()
    dialog = page.get_by_role("dialog", name="Escalate FP-12")
    why = dialog.get_by_role("textbox", name="Why")
    expect(why).to_be_focused()
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog.get_by_text("Fill this in.")).to_be_visible()
    expect(why).to_have_attribute("aria-invalid", "true")
    expect(why).to_be_focused()
    why.fill("Needs Exchange rights")
    dialog.get_by_role("button", name="Continue").click()
    expect(dialog).to_have_count(0)

    dialog = resolve(page)
    note = dialog.get_by_role("textbox", name="Resolution note")
    note.fill("a badword")
    dialog.get_by_role("button", name="Post").click()
    expect(dialog.get_by_text("Take the bad word out.")).to_be_visible()
    expect(note).to_have_value("a badword")
    note.fill("x" * 3001)
    dialog.get_by_role("button", name="Post").click()
    expect(dialog.get_by_text("At most 3,000 characters.")).to_be_visible()


def test_a_dangerous_button_asks_first(open_page: Open, scripted: Scripted) -> None:
    page = open_page()
    start(page)
    dismiss = thread(page).get_by_role("button", name="Dismiss")
    before = len(scripted.bot.seen)
    dismiss.click()
    question = page.get_by_role("alertdialog")
    expect(question).to_contain_text("It will not be listed as tried.")
    page.keyboard.press("Escape")
    expect(question).to_have_count(0)
    expect(dismiss).to_be_focused()
    assert len(scripted.bot.seen) == before
    dismiss.click()
    question.get_by_role("button", name="Dismiss").click()
    expect(question).to_have_count(0)
    expect(dismiss).to_be_enabled()
    assert len(scripted.bot.seen) == before + 1


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


def test_unread_channels_say_so(open_page: Open) -> None:
    page, sam = open_page(), open_page("northwind/sam", "escalations")
    say(sam, "somebody there?")
    unread = page.get_by_role("button", name=re.compile("escalations.*1 new"))
    expect(unread).to_be_visible()
    assert page.title().startswith("(1) ")
    unread.click()
    expect(page.locator("#chat").get_by_text("somebody there?")).to_be_visible()
    expect(page.locator(".count-badge")).to_have_count(0)


def test_a_lost_request_is_sent_again_and_counts_once(pages: Pages, scripted: Scripted) -> None:
    page = pages.open()
    pages.offline = True
    lost = iter([True, False])
    page.route(
        "**/playground/act**", lambda route: (route.fetch(), route.abort()) if next(lost, False) else route.continue_()
    )
    say(page, "just once")
    expect(page.locator("#chat .message:not(.pending)")).to_have_count(1)
    page.wait_for_timeout(600)
    assert len([i for i in scripted.bot.seen if i.words == "just once"]) == 2
    assert len({i.keys for i in scripted.bot.seen}) == 1


def test_the_page_waits_for_a_server_that_is_away(pages: Pages, scripted: Scripted) -> None:
    page = pages.open()
    expect(page.get_by_text("Connected")).to_be_visible()
    pages.offline = True
    scripted.stop()
    expect(page.get_by_text("Reconnecting…")).to_be_visible()
    say(page, "are you there?")
    expect(page.get_by_text("The playground does not answer. Is it still running?")).to_be_visible()
    scripted.start()
    page.get_by_role("button", name="Try again").click()
    expect(page.locator("#chat .message:not(.pending)").get_by_text("are you there?")).to_be_visible()
    expect(page.get_by_text("Connected")).to_be_visible(timeout=15_000)


def test_a_refusal_of_the_server_is_shown_and_the_words_are_kept(open_page: Open) -> None:
    page = open_page()
    say(page, "/unknown thing")
    expect(page.get_by_role("alert")).to_contain_text("/unknown is not a command here.")
    expect(chat(page)).to_have_value("/unknown thing")


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


INPUTS = """async () => {
    const { fieldBlock, inputsOf, missing } = await import("/playground/page/fields.js");
    const option = (value) => ({ value, label: value || "none" });
    const block = (block, name, more) => ({ block, name, label: name, hint: "", required: true, selected: null, ...more });
    const many = ["", "a", "b", "c", "d"].map(option);
    const body = [
        block("choice", "radio", { options: many.slice(0, 2), selected: "" }),
        block("choice", "unpicked", { options: many.slice(0, 2) }),
        block("choice", "select", { options: many, selected: "" }),
        block("choice", "optional", { options: many.slice(1), required: false }),
        block("person", "open", { options: many.slice(1) }),
        block("input", "text", { value: " ", max_length: 9, placeholder: "", multiline: false }),
        block("input", "long", { value: "x".repeat(10), max_length: 9, placeholder: "", multiline: true }),
    ];
    const form = document.createElement("form");
    form.append(...body.map(fieldBlock));
    return [inputsOf(form), missing(form, body)];
}"""


def test_a_pick_may_be_empty_and_no_pick_is_left_out(open_page: Open) -> None:
    inputs, missing = open_page().evaluate(INPUTS)
    assert inputs == {"radio": "", "select": "", "text": " ", "long": "x" * 10}
    assert missing == {
        "unpicked": "Choose one.",
        "open": "Choose one.",
        "text": "Fill this in.",
        "long": "At most 9 characters.",
    }


def test_a_server_with_another_database_is_noticed(pages: Pages, scripted: Scripted) -> None:
    page = pages.open()
    say(page, "before")
    expect(page.locator("#chat").get_by_text("before")).to_be_visible()
    pages.offline = True
    scripted.stop()
    scripted.bot = scripted.loop.run(make_bot(pause=0.05))
    scripted.start()
    expect(page.get_by_role("heading", name="Nothing here yet")).to_be_visible(timeout=15_000)
    say(page, "after")
    expect(page.locator("#chat .message:not(.pending)")).to_have_count(1)
