"""What somebody wrote in Slack, as plain markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack.words import read_words, to_markdown

NAMES = {"U0SAM": "Sam Engineer"}


def said(text: str) -> str:
    return to_markdown(text, lambda id: NAMES.get(id, id))


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("5 &lt; 6 &amp;&amp; 7 &gt; 6", "5 < 6 && 7 > 6"),
        ("&amp;lt; stays", "&lt; stays"),
        ("ask <@U0SAM> or <@U0NOBODY>", "ask @Sam Engineer or @U0NOBODY"),
        ("ask <@U0SAM|sam>", "ask @sam"),
        ("in <#C0DESK|service-desk> and <#C0DESK>", "in #service-desk and #C0DESK"),
        ("<!here> <!channel> <!subteam^S01|@network>", "@here @channel @network"),
        ("see <https://status.example.com>", "see https://status.example.com"),
        ("see <http://mail.example.com|mail.example.com>", "see http://mail.example.com"),
        ("see <https://kb.example.com/1|the article>", "see [the article](https://kb.example.com/1)"),
        ("write to <mailto:ann@example.com|ann@example.com>", "write to ann@example.com"),
        ("it is *very* slow, ~not~ dead", "it is **very** slow, ~~not~~ dead"),
        ("2*3*4 and a * b * c", "2*3*4 and a * b * c"),
        ("`a *b* &lt;c&gt;` and ```x ~y~ z```", "`a *b* <c>` and ```x ~y~ z```"),
        ("`ping <http://srv01.example.com|srv01.example.com>`", "`ping http://srv01.example.com`"),
    ],
)
def test_slacks_marks_become_markdown(text: str, markdown: str) -> None:
    """Names, links, entities, bold and strike; code stays as it is."""
    assert said(text) == markdown


@pytest.mark.parametrize(
    ("text", "words", "mentioned", "to_others"),
    [
        ("<@U0BOT> it is down", "it is down", True, False),
        ("<@U0BOT|flowpilot>: resolve", "resolve", True, False),
        ("hey <@U0BOT>, it is down", "hey it is down", True, False),
        ("<@U0SAM> have a look", "@Sam Engineer have a look", False, True),
        ("<!subteam^S01|@network> have a look", "@network have a look", False, True),
        ("it is down, <@U0SAM>", "it is down, @Sam Engineer", False, False),
        ("<@U0SAM> <@U0BOT> status", "@Sam Engineer status", True, True),
        ("<@U0BOT>", "", True, False),
    ],
)
def test_to_whom_it_is_said(text: str, words: str, mentioned: bool, to_others: bool) -> None:
    """The bot's own mention is taken out; one of somebody else at the start makes it theirs."""
    found = read_words(text, bot="U0BOT", name_of=lambda id: NAMES.get(id, id))
    assert (found.text, found.mentioned, found.to_others) == (words, mentioned, to_others)


@given(st.text())
def test_any_text_can_be_read(text: str) -> None:
    """And no marks of Slack's own mentions are left."""
    assert "<@U0BOT>" not in read_words(text + "<@U0BOT>", bot="U0BOT", name_of=str).text
