"""Every primitive of core's views as JSON, with nothing dropped and nothing shortened."""

import json
from typing import get_args

import pytest

from adapters.playground.render import render_block, render_card, render_form, render_notice
from core.codec import decode, encode
from core.commands import ApplyFix, FindPeople, PostResolution, ShowHelp
from core.views import (
    Badge,
    Block,
    Button,
    Buttons,
    Card,
    Choice,
    Divider,
    Fields,
    File,
    Form,
    Input,
    Notice,
    Option,
    Person,
    Picture,
    Small,
    Style,
    Text,
    Tone,
)

HOSTILE = "<img src=x onerror=alert(1)>\u202e @channel \U0001f9ed " + "x" * 20_000
OPTIONS = (Option(value="a", label="A & B"), Option(value="b", label="<b>"))

BLOCKS: list[tuple[Block, dict[str, object]]] = [
    (Text(markdown=HOSTILE), {"block": "text", "markdown": HOSTILE}),
    (Small(markdown="quiet"), {"block": "small", "markdown": "quiet"}),
    (Fields(items=(("Owner", HOSTILE),)), {"block": "fields", "items": [["Owner", HOSTILE]]}),
    (Badge(text="92 %", tone=Tone.GOOD), {"block": "badge", "text": "92 %", "tone": "good"}),
    (
        Buttons(items=(Button(label="Apply", action=ApplyFix(fix_id="f"), style=Style.DANGER, confirm="Sure?"),)),
        {
            "block": "buttons",
            "items": [
                {
                    "label": "Apply",
                    "value": '{"c":"ApplyFix","fix_id":"f"}',
                    "style": "danger",
                    "confirm": "Sure?",
                }
            ],
        },
    ),
    (
        Choice(name="n", label="L", options=OPTIONS, selected="b", hint="h"),
        {
            "block": "choice",
            "name": "n",
            "label": "L",
            "options": [{"value": "a", "label": "A & B"}, {"value": "b", "label": "<b>"}],
            "selected": "b",
            "required": True,
            "hint": "h",
            "query": "",
        },
    ),
    (
        Person(name="who", label="To whom", people=OPTIONS[:1]),
        {
            "block": "person",
            "name": "who",
            "label": "To whom",
            "options": [{"value": "a", "label": "A & B"}],
            "selected": None,
            "required": False,
            "hint": "",
            "query": "",
        },
    ),
    (
        Person(name="who", label="To whom", people=(), query=FindPeople(), selected="a", required=True),
        {
            "block": "person",
            "name": "who",
            "label": "To whom",
            "options": [],
            "selected": "a",
            "required": True,
            "hint": "",
            "query": encode(FindPeople()),
        },
    ),
    (
        Input(name="text", label="Note", value=HOSTILE, multiline=True, required=True, max_length=7, placeholder="p"),
        {
            "block": "input",
            "name": "text",
            "label": "Note",
            "value": HOSTILE,
            "multiline": True,
            "required": True,
            "max_length": 7,
            "placeholder": "p",
            "hint": "",
        },
    ),
    (
        File(name="x.ps1", media_type="text/plain", content="Get-Process"),
        {"block": "file", "name": "x.ps1", "media_type": "text/plain", "content": "Get-Process"},
    ),
    (
        Picture(name="x.png", alt="Two bars", data=b"\x89PNG"),
        {"block": "picture", "name": "x.png", "alt": "Two bars", "address": "data:image/png;base64,iVBORw=="},
    ),
    (Divider(), {"block": "divider"}),
]


@pytest.mark.parametrize(("block", "expected"), BLOCKS, ids=[type(block).__name__ for block, _ in BLOCKS])
def test_each_primitive_is_rendered_whole(block: Block, expected: dict[str, object]) -> None:
    assert render_block(block) == expected


def test_every_primitive_is_tried_above() -> None:
    assert {type(block) for block, _ in BLOCKS} == set(get_args(Block))


def test_a_card_keeps_title_badge_and_order() -> None:
    card = Card(
        title="<FP-1>", badge=Badge(text="New"), body=(Text(markdown="a"), Divider(), Text(markdown="b")), fallback="f"
    )
    assert render_card(card) == {
        "kind": "card",
        "title": "<FP-1>",
        "badge": {"text": "New", "tone": "neutral"},
        "body": [{"block": "text", "markdown": "a"}, {"block": "divider"}, {"block": "text", "markdown": "b"}],
        "fallback": "f",
    }


def test_a_card_without_a_fallback_is_known_by_its_title() -> None:
    assert render_card(Card(title="Resolved"))["fallback"] == "Resolved"


def test_a_form_carries_its_action_so_that_it_can_be_decoded() -> None:
    form = Form(
        surface="s", title="Resolve", body=(), action=PostResolution(surface="s"), submit=None, busy="Drafting…"
    )
    view = render_form(form)
    assert (view["submit"], view["busy"], view["surface"], view["cancel"]) == (None, "Drafting…", "s", "Cancel")
    assert decode(str(view["action"]), {"text": "note"}) == PostResolution(surface="s", text="note")


def test_a_notice_says_whether_it_is_an_error() -> None:
    buttons = Buttons(items=(Button(label="Help", action=ShowHelp()),))
    view = render_notice(Notice(markdown="No.", body=(buttons,), error=True))
    assert (view["kind"], view["markdown"], view["error"], len(view["body"])) == ("notice", "No.", True, 1)  # type: ignore[arg-type]


def test_every_view_is_json() -> None:
    card = Card(body=tuple(block for block, _ in BLOCKS))
    assert json.loads(json.dumps(render_card(card))) == render_card(card)
