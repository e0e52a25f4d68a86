"""Forms: what is typed is kept, what is wrong is said, and what is dangerous is asked first."""

import re
from collections.abc import Sequence

from playwright.sync_api import expect

from core.local import LocalPerson
from tests.e2e.playground.browsing import Open
from tests.e2e.playground.conftest import Scripted
from tests.e2e.playground.steps import resolve, start, thread


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


def test_escape_asks_before_it_discards_what_was_typed(open_page: Open) -> None:
    """By keyboard alone: *Keep* has the focus, and gives it back to the field."""
    page = open_page()
    start(page)
    dialog = resolve(page)
    note = dialog.get_by_role("textbox", name="Resolution note")
    note.focus()
    page.keyboard.type("My own words. ")
    question = page.get_by_role("alertdialog", name="Discard what you typed?")
    for key in ("Escape", "Enter", "Escape"):
        page.keyboard.press("Escape")
        expect(question.get_by_role("button", name="Keep")).to_be_focused()
        page.keyboard.press(key)
        expect(question).to_have_count(0)
        expect(note).to_be_focused()
        expect(note).to_have_value(re.compile("My own words"))
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def test_escape_closes_a_form_in_which_nothing_was_typed(open_page: Open) -> None:
    page = open_page()
    start(page)
    dialog = resolve(page)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("alertdialog")).to_have_count(0)


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
