"""Every form as a modal: valid, whole, and what people enter comes back under its names."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from adapters.slack import limits
from adapters.slack.render_forms import field_errors, metadata_of, render_form, values_of
from adapters.slack.wire import Place, placed
from core.codec import MAX_BYTES, decode, encode, fitting
from core.commands import AddFact, OpenResolve, PostEscalation
from core.people.settings import LONGEST_NAME
from core.views import Button, Buttons, Choice, Form, Input, Option, Person, Text
from tests.fakes.platform import buttons_of
from tests.fakes.slack_rules import submitted, wrong_view
from tests.support.album import View

ACTION = PostEscalation(session_id="s1", surface="srf-1")


def a_form(*body: Any, **more: Any) -> Form:
    return Form(surface="srf-1", title="Resolve", body=body, action=ACTION, **more)


def assert_sound(form: Form) -> None:
    """What holds for every modal."""
    view = render_form(form)
    assert wrong_view(view) == ""
    action, surface = metadata_of(view)
    assert (decode(action), surface) == (form.action, form.surface)
    blocks = view["blocks"]
    assert isinstance(blocks, list)
    values = [element["value"] for block in blocks if block["type"] == "actions" for element in block["elements"]]
    assert values == [encode(button.action) for button in buttons_of(form)]
    expected = {}
    for block in form.body if form.submit is not None else ():
        if isinstance(block, Input):
            expected[block.name] = block.value
        elif isinstance(block, (Choice, Person)):
            options = block.options if isinstance(block, Choice) else block.people
            if any(option.value == block.selected for option in options):
                expected[block.name] = block.selected or ""
    assert values_of(submitted(view)) == expected


def test_every_form_is_valid_and_comes_back_as_it_was(views: Mapping[str, View]) -> None:
    """In every state, with plain, hostile and longest words: submitted unchanged, each value is exactly what it was."""
    forms = [view for view in views.values() if isinstance(view, Form)]
    assert len(forms) > 50
    for form in forms:
        assert_sound(form)


lines = st.text(max_size=80)
texts = st.builds(
    lambda text, times: text * times, st.text(alphabet="ab \n\t<&>*`é😀", max_size=60), st.integers(1, 400)
)
options = st.lists(
    st.builds(
        lambda number, label: Option(value=f"v{number}" if number else "", label=label), st.integers(0, 9_999), lines
    ),
    max_size=130,
    unique_by=lambda option: option.value,
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(title=lines, label=lines, text=texts, people=options, choices=options, shown=texts, busy=lines)
def test_any_form_is_valid_and_comes_back_as_it_was(
    title: str,
    label: str,
    text: str,
    people: tuple[Option, ...],
    choices: tuple[Option, ...],
    shown: str,
    busy: str,
) -> None:
    """Whatever its texts are, and however long."""
    form = Form(
        surface="srf-1",
        title=title,
        body=(
            Text(markdown=shown),
            Input(name="text", label=label, value=text, multiline=True, max_length=300_000, hint=label),
            Input(name="minutes", label=label, placeholder=label),
            Choice(name="queue", label=label, options=choices, selected=choices[-1].value if choices else None),
            Person(name="person", label=label, people=people, selected=people[0].value if people else None),
            Buttons(items=(Button(label=label, action=OpenResolve(session_id="s1")),)),
        ),
        action=ACTION,
        submit=label,
        busy=busy,
    )
    assert_sound(form)


def test_a_long_text_may_be_changed_in_each_of_its_inputs() -> None:
    """The rest stays as it was, line breaks included; an emptied input leaves no gap."""
    paragraphs = [f"{number}. " + "The prompt comes back. " * 40 for number in range(12)]
    view = render_form(a_form(Input(name="text", label="Note", value="\n\n".join(paragraphs), multiline=True)))
    state = submitted(view)
    ids = list(state["values"])
    assert len(ids) > 3
    changed = values_of(submitted(view, {ids[1]: "Changed."}))["text"]
    assert changed.startswith(paragraphs[0])
    assert "\n\nChanged.\n\n" in changed
    assert changed.endswith(paragraphs[-1])
    emptied = values_of(submitted(view, {ids[1]: ""}))["text"]
    assert emptied == changed.replace("Changed.\n\n", "")


def test_another_value_is_another_input() -> None:
    """Slack keeps what was typed while block and action ids stay the same: a new draft must not be hidden by the old one."""
    old, new, again = (
        render_form(a_form(Input(name="text", label="Note", value=value))) for value in ("old", "new", "old")
    )
    assert old["blocks"] == again["blocks"]
    assert next(iter(submitted(old)["values"]["text"])) != next(iter(submitted(new)["values"]["text"]))


def test_while_there_is_nothing_to_submit_nothing_is_asked() -> None:
    """Slack takes no input without a way to submit it; what would be asked is shown."""
    body = (
        Input(name="text", label="Note", value="so far"),
        Choice(name="status", label="Status", options=(Option(value="5", label="Closed"),), selected="5"),
    )
    view = render_form(a_form(*body, submit=None, busy="Drafting the note…"))
    shown = json.dumps(view["blocks"], ensure_ascii=False)
    assert "submit" not in view
    assert '"input"' not in shown
    assert all(words in shown for words in ("⏳ Drafting the note…", "so far", "Closed"))


def test_nothing_picked_is_left_out_and_nothing_typed_is_empty() -> None:
    """The command's own defaults hold for what was not chosen."""
    view = render_form(
        a_form(
            Input(name="text", label="Note"),
            Person(name="person", label="To", people=(Option(value="u1", label="Ann"),)),
        )
    )
    assert values_of(submitted(view)) == {"text": ""}


def test_more_people_than_one_list_holds_are_in_groups() -> None:
    """Nobody is left out, and who was chosen stays so."""
    people = tuple(Option(value=f"u{number}", label=f"Person {number}") for number in range(250))
    view = render_form(a_form(Person(name="person", label="To whom?", people=people, selected="u249")))
    shown = json.dumps(view["blocks"])
    assert all(f'"u{number}"' in shown for number in range(250))
    assert values_of(submitted(view)) == {"person": "u249"}


def test_wrong_fields_are_told_at_their_inputs() -> None:
    """A long text's at the first of its inputs; what has no input, at the first of all."""
    view = render_form(
        a_form(
            Input(name="minutes", label="Minutes"),
            Input(name="text", label="Note", value="x\n" * 2_000, multiline=True),
        )
    )
    errors = field_errors(view, {"text": "Too long.", "minutes": "Enter a whole number.", "ticket": "No such ticket."})
    assert errors == {"text#1:0": "Too long.", "minutes": "Enter a whole number. No such ticket."}


def test_a_form_too_long_for_slack_is_shortened_in_its_words_only() -> None:
    """Inputs and buttons stay, and the cut is said."""
    button = Buttons(items=(Button(label="Edit", action=OpenResolve(session_id="s1")),))
    form = a_form(Text(markdown="word " * 100_000), Input(name="text", label="Note"), button)
    assert_sound(form)
    assert "shortened" in json.dumps(render_form(form)["blocks"])
    assert_sound(a_form(*(Text(markdown=f"Paragraph {number}") for number in range(150)), button))


@given(st.text(alphabet='"\\\n\taé😀\u2028', max_size=1_500))
@settings(max_examples=50)
def test_no_action_is_too_long_for_slack(text: str) -> None:
    """Whatever it carries: in a button, in a form, and with the place that a form was opened from."""
    action = fitting(lambda words: AddFact(session_id="0191e0a0-0000-7000-8000-000000000000", text=words), text * 20)
    assume(action is not None)
    assert action is not None
    assert len(encode(action)) <= MAX_BYTES <= limits.VALUE
    form = Form(surface="f" * 32, title="Fact", body=(), action=action)
    view = placed(render_form(form), Place(channel="C" * 15, thread="1715000000.000100"), "ListSessions")
    assert len(str(view["private_metadata"])) <= limits.PRIVATE_METADATA
    assert decode(metadata_of(view)[0]) == action


def test_an_option_that_slack_would_refuse_is_a_mistake_of_the_form() -> None:
    """Names that people give are shorter: those of queues."""
    assert LONGEST_NAME <= limits.OPTION_VALUE
    options = (Option(value="q" * (limits.OPTION_VALUE + 1), label="Queue"),)
    with pytest.raises(ValueError, match="too long for an option: 151 characters"):
        render_form(a_form(Choice(name="queue", label="Queue", options=options)))


@pytest.mark.parametrize("data", ["", "[]", "{", '{"a":1}', '"x"'])
def test_a_view_that_cannot_be_read_has_no_action(data: str) -> None:
    """Whatever came back is refused later, not here."""
    assert metadata_of({"private_metadata": data}) == ("", "")
