"""Words from people become one safe line each."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from core.documents.bundle import BundleFact, Said
from core.documents.drafts.echo import chat_of, cut, repeated
from core.documents.drafts.text import closed, flat
from core.facts.model import SourceType
from tests.unit.documents.bundles import BARE, TEXTS


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("## Resolution\nAll done", "Resolution All done"),
        ("Results:\n- ping ok\n- DNS fails\n\n1. reboot", "Results: ping ok; DNS fails; reboot"),
        ("> quoted\n> twice", "quoted twice"),
        ("- [x] done\n- [ ] open", "done; open"),
        ("**Subject:** mail", "Subject: mail"),
        ("**open", "open"),
        ("the **only** user", "the only user"),
        ("#4711 is open", "#4711 is open"),
        ("-5 dBm", "-5 dBm"),
        ("*.log and **/*.tmp", "*.log and **/*.tmp"),
        ("run `ipconfig  /all`", "run `ipconfig /all`"),
        ("a ` b", "a ' b"),
        ("```\nipconfig /all\nping dc01\n```", "`ipconfig /all`; `ping dc01`"),
        ("said:\n~~~\nx\n~~~\nok", "said: `x` ok"),
        ("title\n=====\ntext\n---", "title text"),
        ("| a | b |\n|---|---|\n| 1 | 2 |", "a | b 1 | 2"),
        ("zero\u200bwidth \u202eturned", "zerowidth turned"),
        ("a\x0bb\x85c\u2028d\x00e", "a b c de"),
        ("hidden <!-- rest", "hidden rest"),
        ("5.", "5"),
        ("👍", "👍"),
        ("שלום עולם", "שלום עולם"),
        ("- ", ""),
        ("***", ""),
        (" \n\t", ""),
    ],
)
def test_markup_is_neutralised_into_the_line(text: str, line: str) -> None:
    """Nothing is left that opens a heading, a list, a quote, a table or a code span without an end."""
    assert flat(text) == line


@given(TEXTS)
@settings(max_examples=150, deadline=None)
def test_flattening_twice_changes_nothing(text: str) -> None:
    """So that it does not matter who did it first."""
    assert flat(flat(text)) == flat(text)
    assert "\n" not in flat(text)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("the printer is off", "The printer is off."),
        ("Is it off?", "Is it off?"),
        ("waiting,", "Waiting."),
        ("it's off", "It's off."),
        ("dc01 is down", "dc01 is down."),
        ("iPhone is lost", "iPhone is lost."),
        ("ipconfig /all shows nothing", "ipconfig /all shows nothing."),
        ("ping -t fails", "ping -t fails."),
        ("`x` fails", "`x` fails."),
        ("stopped (“again.”)", "Stopped (“again.”)"),
        ("電源が切れた。", "電源が切れた。"),
        ("", ""),
    ],
)
def test_a_line_becomes_a_sentence(line: str, sentence: str) -> None:
    """Commands and names keep their case."""
    assert closed(line) == sentence


SAID = "one two three four five six seven eight nine ten, eleven twelve thirteen fourteen fifteen sixteen"


def test_a_text_that_quotes_the_chat_is_cut_at_a_clause() -> None:
    """Fifteen words in a row are a quotation; what is left is none."""
    chat = chat_of(replace(BARE, intake=SAID))
    assert repeated(SAID, chat)
    assert cut(SAID, chat) == "one two three four five six seven eight nine ten…"
    assert not repeated(cut(SAID, chat), chat)


def test_shorter_runs_and_recorded_ones_are_no_quotations() -> None:
    """What is also a fact may be repeated in full."""
    fact = BundleFact(text=SAID, source_type=SourceType.NOTE)
    bundle = replace(BARE, transcript=(Said(who="engineer", text=SAID, number=1),))
    assert cut(SAID, chat_of(replace(bundle, facts=(fact,)))) == SAID
    assert not repeated(SAID.rsplit(" ", 2)[0], chat_of(bundle))
