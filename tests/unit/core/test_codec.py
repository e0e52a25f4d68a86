"""Buttons and forms on the wire: a round trip for what we wrote, a refusal for everything else."""

import json
from dataclasses import fields
from enum import StrEnum
from pathlib import Path
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import commands
from core.codec import ACTIONS, MAX_BYTES, decode, encodable, encode, fitting, pressed
from core.commands import Action, AnswerStep, ClaimSession, Command, PrepareResolution, RecordOutcome, StartSession
from core.errors import BadCommand, InvalidInput
from core.fixes.model import FixStatus

RECORDED = json.loads(Path(__file__).with_name("recorded_buttons.json").read_text())
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


def values(wanted: type) -> st.SearchStrategy[Any]:
    if issubclass(wanted, StrEnum):
        return st.sampled_from(wanted)
    return {str: TEXTS, int: st.integers(-(2**63), 2**63), bool: st.booleans()}[wanted]


def actions() -> st.SearchStrategy[Action]:
    """Any action with any values."""
    return st.one_of(
        [
            st.builds(cls, **{field.name: values(get_type_hints(cls)[field.name]) for field in fields(cls)})
            for cls in ACTIONS.values()
        ]
    )


@given(actions())
@settings(max_examples=150, deadline=None)
def test_every_action_comes_back_as_it_was(action: Action) -> None:
    """Whatever its fields hold."""
    if encodable(action):
        assert decode(encode(action)) == action


@pytest.mark.parametrize("name", ACTIONS)
def test_every_action_is_among_the_recorded_buttons(name: str) -> None:
    """Buttons stand in threads for weeks: add a recorded one for a new action, and never change one."""
    assert name in RECORDED


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_buttons_are_still_understood(name: str) -> None:
    """With every field that they had."""
    wire = RECORDED[name]
    action = decode(json.dumps(wire))
    for field, value in wire.items():
        if field != "c":
            assert getattr(action, field) == value
    assert type(action).__name__ == name


BAD = [
    "",
    "null",
    "[]",
    '"AddFact"',
    "{",
    "{}",
    "\0",
    "\ud800",
    '{"c": 5}',
    '{"c": null}',
    '{"c": ["AddFact"]}',
    '{"c": "Nothing"}',
    '{"c": "__class__"}',
    '{"c": "Action"}',
    '{"c": "addfact", "text": "x"}',
    '{"c": "AddFact"}',
    '{"c": "AddFact", "text": 5}',
    '{"c": "AddFact", "text": null}',
    '{"c": "AddFact", "text": {"a": 1}}',
    '{"c": "AddFact", "text": "x", "role": "owner"}',
    '{"c": "AddFact", "text": "x", "__init__": "y"}',
    '{"c": "AnswerStep", "step_id": "s", "option": true}',
    '{"c": "AnswerStep", "step_id": "s", "option": 1.0}',
    '{"c": "AnswerStep", "step_id": "s", "option": "1"}',
    '{"c": "AnswerStep", "step_id": "s", "option": ' + "9" * 1400 + "}",
    '{"c": "ClaimSession", "confirmed": 1}',
    '{"c": "ClaimSession", "confirmed": "true"}',
    '{"c": "RecordOutcome", "status": "solved"}',
    '{"c": "RecordOutcome", "status": ["proposed"]}',
    '{"c": "AddFact", "text": "' + "x" * MAX_BYTES + '"}',
    "[" * 1400,
    '{"a":' * 200 + "1" + "}" * 200,
    '{"c": "AddFact", "text": NaN}',
]


@pytest.mark.parametrize("wire", BAD, ids=range(len(BAD)))
def test_what_we_did_not_write_is_refused(wire: str) -> None:
    """By name, and never with another error."""
    with pytest.raises(BadCommand):
        decode(wire)


@given(st.text(max_size=300) | st.recursive(TEXTS | st.integers(), lambda inner: st.lists(inner)).map(json.dumps))
@settings(max_examples=100, deadline=None)
def test_any_text_is_an_action_or_refused(wire: str) -> None:
    """Decoding is total."""
    try:
        assert isinstance(decode(wire), Action)
    except BadCommand:
        pass


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in commands.__all__
        if issubclass(getattr(commands, name), Command) and not issubclass(getattr(commands, name), Action)
    ],
)
def test_what_adapters_make_is_never_decoded(name: str) -> None:
    """Messages and typed words come from verified payloads only."""
    assert name not in ACTIONS
    with pytest.raises(BadCommand):
        decode(json.dumps({"c": name, "text": "resolve", "name": "flowpilot", "ref": "1"}))


def test_a_forms_inputs_are_read_as_their_fields() -> None:
    """Numbers, choices and ticks; what is no field is the form's own."""
    wire = encode(RecordOutcome(session_id="s", status=FixStatus.PENDING))
    action = decode(wire, {"status": "applied_failed", "notes": "x\0y\ud800", "colour": "red", "session_id": "other"})
    assert action == RecordOutcome(session_id="s", status=FixStatus.FAILED, notes="xy\ufffd")
    assert decode(encode(ClaimSession()), {"confirmed": "true"}) == ClaimSession(confirmed=True)


@pytest.mark.parametrize("number", ["", "one", "1.5", "9" * 5000, "0x1"])
def test_an_input_that_does_not_fit_marks_its_field(number: str) -> None:
    """So that the form can say so."""
    with pytest.raises(InvalidInput) as error:
        decode(encode(AnswerStep(step_id="s", option=1)), {"option": number})
    assert set(error.value.fields) == {"option"}


@given(st.text(max_size=5000))
@settings(max_examples=50, deadline=None)
def test_a_text_is_shortened_until_a_button_carries_it(text: str) -> None:
    """Whatever its characters weigh."""
    action = fitting(lambda words: StartSession(text=words, pause="p" * 40), text)
    assert len(encode(action).encode()) <= MAX_BYTES
    if len(text) < 150 and text.strip() and text.isprintable():
        assert isinstance(action, StartSession)
        assert action.text.split() == text.split()


def test_a_button_in_a_form_takes_what_it_leaves_open() -> None:
    """What it says itself stands, whatever is typed beside it."""
    button = encode(PrepareResolution(session_id="s", surface="f", outcome="change"))
    typed = {"text": "my words", "outcome": "keep", "surface": "other", "session_id": "t", "minutes": "5"}
    wanted = PrepareResolution(session_id="s", surface="f", outcome="change", text="my words")
    assert pressed(button, typed) == wanted
    with pytest.raises(BadCommand):
        pressed("[]", typed)
