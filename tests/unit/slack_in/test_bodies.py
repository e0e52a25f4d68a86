"""Signatures and bodies of Slack's requests."""

import json
from urllib.parse import quote, quote_plus, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.bodies import read_body
from adapters.slack.signature import sign, signed

FORM = "application/x-www-form-urlencoded"
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]))
PAYLOADS = st.dictionaries(TEXTS, st.one_of(TEXTS, st.integers(), st.lists(TEXTS)))


def test_the_signature_is_the_one_of_slacks_documents() -> None:
    """Their example, with its secret, time and body."""
    body = (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    )
    given = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
    assert sign(SECRET, "1531420618", body) == given
    assert signed(SECRET, "1531420618", body, given, now=1531420618 + 299)


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        ("1000", ""),
        ("1000", "v0="),
        ("1000", "v0=ünïcode"),
        ("1000", sign(SECRET, "1000", b"other")),
        ("", sign(SECRET, "", b"body")),
        ("soon", sign(SECRET, "soon", b"body")),
        ("-1000", sign(SECRET, "-1000", b"body")),
        ("1e3", sign(SECRET, "1e3", b"body")),
        ("٣٣٣", sign(SECRET, "٣٣٣", b"body")),
        ("9" * 5000, sign(SECRET, "9" * 5000, b"body")),
        ("699", sign(SECRET, "699", b"body")),
        ("1301", sign(SECRET, "1301", b"body")),
    ],
)
def test_whatever_is_odd_is_no_signature(timestamp: str, signature: str) -> None:
    """A header that cannot be read is refused like a wrong one, never an error."""
    assert not signed(SECRET, timestamp, b"body", signature, now=1000)


def test_without_a_secret_nothing_is_signed() -> None:
    """An empty secret would let everybody in."""
    assert not signed("", "1000", b"body", sign("", "1000", b"body"), now=1000)


@given(PAYLOADS)
def test_what_people_click_is_decoded_as_the_standard_library_does(payload: dict[str, object]) -> None:
    """However the form is encoded: with plus or %20, all of it or only what must be."""
    text = json.dumps(payload, ensure_ascii=False)
    for encoded in (quote_plus(text), quote(text), quote(text, safe="{}[]:, =&\"'").replace("&", "%26")):
        assert read_body(f"payload={encoded}".encode(), FORM) == payload


@given(st.dictionaries(TEXTS.filter(bool), TEXTS, min_size=1))
def test_slash_commands_are_plain_forms(fields: dict[str, str]) -> None:
    """Every field as it was, empty ones too."""
    fields = {**fields, "command": "/flowpilot"}
    raw = urlencode(sorted(fields.items())).encode()
    if not raw.startswith(b"payload="):
        assert read_body(raw, f"{FORM}; charset=utf-8") == fields


@given(st.binary(), st.sampled_from([FORM, "application/json", ""]))
def test_no_body_is_an_error(raw: bytes, kind: str) -> None:
    """What cannot be read is None."""
    body = read_body(raw, kind)
    assert body is None or isinstance(body, dict)


def test_a_bomb_of_brackets_is_no_body() -> None:
    """The parser's limit is not the request's end."""
    assert read_body(b"[" * 100_000, "application/json") is None
