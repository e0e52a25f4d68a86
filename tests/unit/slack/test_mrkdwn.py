"""Markdown in modals reads the same, and nothing in it is Slack's own."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.mrkdwn import to_mrkdwn, to_mrkdwn_parts

#: What a converted text may hold between < and >.
LINK = re.compile(r"<(?:https?://|mailto:)[^<>|]+(?:\|[^<>|]*)?>")


@pytest.mark.parametrize(
    ("markdown", "mrkdwn"),
    [
        ("**bold** and *slanted*, __bold__ and _slanted_", "*bold* and _slanted_, *bold* and _slanted_"),
        ("***both*** ~~gone~~", "*_both_* ~gone~"),
        ("# Problem\n\nIt hangs", "*Problem*\n\nIt hangs"),
        ("## What **we** know ##", "*What we know*"),
        ("- one\n* two\n  + three", "• one\n• two\n  • three"),
        ("- [ ] open\n- [x] done", "☐ open\n☑ done"),
        ("1. one", "1. one"),
        ("> said", "> said"),
        ("---", "———"),
        ("a * b * c, 2*3*4, snake_case_name", "a * b * c, 2*3*4, snake_case_name"),
        (r"\*plain\*", "*plain*"),
        ("`a **b** <c>` & d", "`a **b** &lt;c&gt;` &amp; d"),
        ("```powershell\nGet-Mailbox **x**\n```", "powershell\n```\nGet-Mailbox **x**\n```"),
        ("```Get-Mailbox", "Get-Mailbox\n"),
        ("[docs](https://example.com/a?b=1&c=2)", "<https://example.com/a?b=1&amp;c=2|docs>"),
        ("[mail](mailto:a@example.com)", "<mailto:a@example.com|mail>"),
        ("[click](javascript:alert(1))", "[click](javascript:alert(1))"),
        ("[click](file:///etc/passwd)", "click (file:///etc/passwd)"),
        ("<https://example.com>", "<https://example.com>"),
        ("<!channel> <@U1> <#C1>", "&lt;!channel&gt; &lt;@U1&gt; &lt;#C1&gt;"),
    ],
)
def test_markdown_becomes_mrkdwn(markdown: str, mrkdwn: str) -> None:
    """Marks as Slack writes them, code untouched, what Slack would act on escaped."""
    assert to_mrkdwn(markdown) == mrkdwn


@given(st.text(alphabet="ab <>!@#|`~*_[]()\n\\:/-&h\0", max_size=300) | st.text(max_size=300))
def test_nothing_in_it_is_slacks_own_but_links_of_the_web(markdown: str) -> None:
    """No mention, no special link, no address with another scheme."""
    rest = LINK.sub("", to_mrkdwn(markdown))
    assert "<" not in rest
    assert "\0" not in rest


@given(st.text(alphabet="ab& <\n`*-", max_size=5_000), st.integers(1_000, 3_000))
def test_parts_are_within_the_limit_and_hold_every_letter(markdown: str, limit: int) -> None:
    """Escapes make a text longer: it is cut where it still fits."""
    parts = list(to_mrkdwn_parts(markdown, limit))
    assert all(0 < len(part) <= limit for part in parts)
    letters = [letter for letter in "".join(parts).replace("&amp;", "").replace("&lt;", "") if letter in "ab"]
    assert letters == [letter for letter in markdown if letter in "ab"]
