"""Every card and notice as Slack messages: valid, whole, each button once, nothing that pings."""

import json
import re
from collections.abc import Iterator, Mapping

from hypothesis import given, settings
from hypothesis import strategies as st
from slack_sdk.models.blocks import Block as SlackBlock

from adapters.slack import limits
from adapters.slack.render import Rendered, render_card, render_notice
from core.codec import decode, encode
from core.commands import ShowSession, SkipStep
from core.views import Badge, Block, Button, Buttons, Card, Divider, Fields, File, Form, Notice, Picture, Small, Text
from tests.fakes.platform import buttons_of
from tests.fakes.slack_rules import wrong_message
from tests.support.album import View

#: What would notify somebody.
PING = re.compile(r"<(?:@\w+|!(?:here|channel|everyone|group|subteam\^\w+))(?:\|[^>]*)?>")
HOSTILE = "<!channel> <@U1> & </at> *b* _i_ `c` ~~~ ``` | [x](javascript:a) \u202e @here \N{FAMILY}\n# h\n> q\n- l\n"


def rendered(view: View) -> Rendered:
    assert not isinstance(view, Form)
    return render_card(view) if isinstance(view, Card) else render_notice(view)


def marked_up(value: object) -> Iterator[str]:
    """Every text in which Slack looks for marks of its own."""
    if isinstance(value, dict):
        if value.get("type") in ("markdown", "mrkdwn"):
            yield value["text"]
        for item in value.values():
            yield from marked_up(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from marked_up(item)


def buttons_in(shown: Rendered) -> Iterator[tuple[int, dict[str, object]]]:
    """Every button with the number of its message."""
    for number, message in enumerate(shown.messages):
        for block in message.blocks:
            elements = block["elements"] if block["type"] == "actions" else []
            assert isinstance(elements, list)
            for element in elements:
                yield number, element


def assert_sound(view: Card | Notice) -> None:
    """What holds for every message of a view."""
    shown = rendered(view)
    assert shown.messages
    for message in shown.messages:
        assert wrong_message({"blocks": list(message.blocks), "text": message.text}) == ""
        assert wrong_message({"blocks": list(message.blocks), "text": message.text}, update=True) == ""
        for block in message.blocks:
            parsed = SlackBlock.parse(block)
            assert parsed is not None
            parsed.validate_json()
        assert not any(PING.search(text) for text in marked_up(message.blocks))
        assert "<" not in message.text
    values = [element["value"] for _, element in buttons_in(shown)]
    assert values == [encode(button.action) for button in buttons_of(view)]
    assert [decode(str(value)) for value in values] == [button.action for button in buttons_of(view)]
    ids = [element["action_id"] for _, element in buttons_in(shown)]
    assert len(set(ids)) == len(ids)


def test_everything_shown_is_valid_and_keeps_its_buttons(views: Mapping[str, View]) -> None:
    """Cards and notices in every state, with plain, hostile and longest words."""
    shown = {name: view for name, view in views.items() if not isinstance(view, Form)}
    assert len(shown) > 300
    for view in shown.values():
        assert_sound(view)


words = st.one_of(st.text(max_size=200), st.just(HOSTILE), st.text(alphabet="`~\n ab<&>*_[]()|", max_size=400))
long_words = st.builds(lambda text, times: text * times, words, st.integers(1, 60))
buttons = st.builds(
    lambda label, step, confirm: Button(
        label=label, action=SkipStep(session_id="FP-1", step_id=step), confirm=confirm or None
    ),
    words,
    st.text(alphabet='abcé"\\', max_size=300),
    words,
)
blocks: st.SearchStrategy[Block] = st.one_of(
    st.builds(lambda text: Text(markdown=text), long_words),
    st.builds(lambda text: Small(markdown=text), long_words),
    st.builds(lambda text: Badge(text=text), words),
    st.builds(lambda pairs: Fields(items=tuple(pairs)), st.lists(st.tuples(words, long_words), max_size=12)),
    st.builds(lambda items: Buttons(items=tuple(items)), st.lists(buttons, max_size=30)),
    st.builds(lambda name, text: File(name=name, media_type="text/plain", content=text), words, long_words),
    st.builds(lambda name, text: Picture(name=name, alt=text, data=b"\x89PNG"), words, long_words),
    st.just(Divider()),
)
bodies = st.lists(blocks, max_size=12).map(tuple)


@settings(max_examples=60, deadline=None)
@given(title=words, badge=words, body=bodies, fallback=long_words)
def test_any_card_is_valid_and_keeps_its_buttons(
    title: str, badge: str, body: tuple[Block, ...], fallback: str
) -> None:
    """Whatever its texts are, and however many of them there are."""
    card = Card(title=title, badge=Badge(text=badge) if badge else None, body=body, fallback=fallback)
    assert_sound(card)


@settings(max_examples=40, deadline=None)
@given(markdown=long_words, body=bodies)
def test_any_notice_is_valid_and_keeps_its_buttons(markdown: str, body: tuple[Block, ...]) -> None:
    """Private messages are messages too."""
    notice = Notice(markdown=markdown, body=body, error=True)
    assert_sound(notice)


def test_buttons_stay_with_the_text_they_belong_to() -> None:
    """A text at the end of a full message moves on together with its buttons."""
    body: list[Block] = []
    for number in range(12):
        button = Button(label=f"Use {number}", action=ShowSession(session_id=f"s{number}"))
        body += [Text(markdown=f"Flow {number}. " + "It asks three questions. " * 60), Buttons(items=(button,))]
    shown = render_card(Card(title="FP-1", body=tuple(body)))
    assert len(shown.messages) > 1
    for message in shown.messages:
        for before, block in zip(message.blocks, message.blocks[1:], strict=False):
            if block["type"] == "actions":
                flow = json.dumps(block).split("Use ")[1].split('"')[0]
                assert str(before["text"]).startswith(f"Flow {flow}.")


def test_no_code_fence_is_broken() -> None:
    """Code that goes on in the next message is closed in one and opened again in the other."""
    code = "```powershell\n" + "Get-Mailbox | Set-Mailbox -Force\n" * 800 + "```"
    shown = render_card(Card(body=(Text(markdown=code),)))
    texts = [str(block["text"]) for message in shown.messages for block in message.blocks]
    assert len(shown.messages) > 1
    assert all(text.startswith("```powershell\n") and text.endswith("```") for text in texts)


def test_no_text_is_lost() -> None:
    """Words, long titles, long values of fields: all of it is shown somewhere."""
    title, value, text = "T" * 151, "v" * 2_100, "w " * 20_000
    card = Card(title=title, body=(Fields(items=(("Label", value),)), Text(markdown=text)))
    shown = json.dumps([message.blocks for message in render_card(card).messages])
    assert title in shown
    assert value in shown
    assert shown.count("w ") + shown.count('w"') == 20_000


def test_an_empty_card_says_at_least_its_fallback() -> None:
    """Slack takes no message without words."""
    (message,) = render_card(Card(fallback="FP-1 is gone")).messages
    assert "FP-1 is gone" in json.dumps(message.blocks)
    assert len(render_card(Card()).messages) == 1


def test_a_confirmed_button_asks_first() -> None:
    """In Slack's own dialog."""
    button = Button(label="Erase", action=ShowSession(session_id="s1"), confirm="This cannot be undone.")
    shown = render_card(Card(body=(Buttons(items=(button,)),)))
    ((_, element),) = buttons_in(shown)
    confirm = element["confirm"]
    assert isinstance(confirm, dict)
    assert confirm["text"]["text"] == "This cannot be undone."
    assert confirm["confirm"]["text"] == "Erase"


def test_a_short_file_is_shown_whole_and_not_sent() -> None:
    """A long one is shown in part, and its whole goes beside it."""
    short = File(name="a.md", media_type="text/markdown", content="# A\n```\nx\n```")
    long = File(name="b.md", media_type="text/markdown", content="line\n" * limits.PREVIEW)
    shown = render_card(Card(body=(short, long)))
    assert shown.files == (long,)
    assert json.dumps(short.content) in json.dumps([message.blocks for message in shown.messages])
