"""What the page sends is checked, whatever it is."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.playground.guard import Declined
from adapters.playground.payloads import KINDS, Click, Payload, Send, Submit, parse

GOOD = {
    "kind": "send",
    "id": "abcdefgh",
    "channel": "service-desk",
    "thread": "",
    "text": "  Outlook hangs \n",
}


def body(**changes: object) -> bytes:
    return json.dumps({**GOOD, **changes}).encode()


def test_words_are_trimmed_and_kept() -> None:
    assert parse(body()) == Send(id="abcdefgh", channel="service-desk", thread="", text="Outlook hangs")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "not JSON"),
        (b"{", "not JSON"),
        (b"\xff\xfe", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[]", "JSON object"),
        (b"{}", "does not know"),
        (body(kind="destroy"), "does not know"),
        (body(kind=["send"]), "does not know"),
        (body(id=""), "“id”"),
        (body(id="a b c d e f"), "“id”"),
        (body(id="x" * 65), "“id”"),
        (body(id=12345678), "“id”"),
        (body(channel=None), "“channel”"),
        (body(channel="c" * 300), "“channel”"),
        (body(text=7), "“text”"),
        (body(text=" \n\t "), "nothing in this message"),
        (body(kind="submit", surface="s", action="{}", inputs=[]), "“inputs”"),
        (body(kind="submit", surface="s", action="{}", inputs={"minutes": 5}), "“minutes”"),
        (body(kind="submit", surface="s", action="{}", inputs={str(n): "" for n in range(200)}), "“inputs”"),
        (body(kind="click", message="1", value="v" * 5000), "“value”"),
    ],
)
def test_what_does_not_fit_is_declined_with_a_sentence(raw: bytes, says: str) -> None:
    with pytest.raises(Declined) as declined:
        parse(raw)
    assert declined.value.status == 400
    assert says in declined.value.sentence


def test_what_no_database_can_keep_is_replaced() -> None:
    parsed = parse(b'{"kind":"send","id":"abcdefgh","channel":"c","text":"a\\u0000b\\ud800c"}')
    assert isinstance(parsed, Send)
    assert parsed.text == "a\N{REPLACEMENT CHARACTER}b?c"


def test_a_long_message_is_let_through_for_core_to_judge() -> None:
    parsed = parse(body(text="x" * 100_000))
    assert isinstance(parsed, Send)
    assert len(parsed.text) == 100_000


def test_a_click_and_a_form_keep_what_was_pressed() -> None:
    click = parse(body(kind="click", message="17", value="{}"))
    assert click == Click(id="abcdefgh", message="17", surface="", value="{}", inputs={})
    submit = parse(body(kind="submit", surface="s", action="{}", inputs={"text": "note", "minutes": ""}))
    assert submit == Submit(id="abcdefgh", surface="s", action="{}", inputs={"text": "note", "minutes": ""})


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from([*GOOD, "message", "value", "inputs"]), JSON))
def test_any_json_is_read_or_declined(kind: str, fields: dict[str, object]) -> None:
    try:
        parsed = parse(json.dumps({**fields, "kind": kind}).encode())
    except Declined:
        return
    assert isinstance(parsed, Payload)
