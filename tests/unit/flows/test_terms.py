"""The words of a problem, as full-text search gets them."""

import re
import sqlite3

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.flows.terms import TREE, coverage, search_words, terms, variants
from tests.unit.flows.samples import starter_flows


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User cannot print on the 2nd floor!", ("user", "print", "2nd", "floor")),
        ("It is not working, please help", ("working",)),
        ("Error 0x80070005 / AADSTS50053", ("error", "0x80070005", "aadsts50053")),
        ("bounced with 550 5.7.1", ("bounced", "550", "5.7.1")),
        ("Wi-Fi down", ("wi-fi", "wifi", "down")),
        ("outlook.exe crashes", ("outlook", "exe", "crashes")),
        ("can't, won’t, doesn't", ()),
        ("Passwort für Büro", ("passwort", "für", "büro")),
        ("printer printer PRINTER", ("printer",)),
        ("", ()),
        ('"; DROP TABLE flows; --', ("drop", "table", "flows")),
        ("NEAR(a b) AND c* OR -d", ("near",)),
    ],
)
def test_terms_of_a_problem(text: str, expected: tuple[str, ...]) -> None:
    """Lower case, without stop words and single letters, codes whole."""
    assert terms(text) == expected


def test_terms_are_bounded() -> None:
    """A pasted log makes neither a long query nor a long term."""
    found = terms(" ".join(f"word{number}" for number in range(1000)) + "x" * 10_000)
    assert len(found) == 32
    assert len(terms("x" * 10_000)[0]) == 64


@given(st.text(max_size=200))
@example("a\"b'c\\d%e_f\x00g")
@example("¹²³ ſtraße ŉ ﬁx İx")
def test_terms_are_safe_in_quotes(text: str) -> None:
    """No quote, backslash or operator gets through, and FTS5 takes them as they are."""
    found = terms(text)
    assert all(re.fullmatch(r"[^\W_]+(?:[-._][^\W_]+)*", term) for term in found)
    if found:
        database = sqlite3.connect(":memory:")
        database.execute("create virtual table flows using fts5(words)")
        query = " OR ".join(f'"{term}"' for term in found)
        assert database.execute("select count(*) from flows where flows match ?", (query,)).fetchone() == (0,)
        database.close()


def test_what_is_searched_for_is_also_called_otherwise() -> None:
    """The words as they were written first, so that they are not cut off."""
    found = variants(terms("pw expired, cannot log in"))
    assert found[:3] == ("pw", "expired", "login")
    assert {"password", "logon", "sign in"} <= set(found)
    assert variants(("outlook",)) == ("outlook", "ol")
    assert variants(()) == ()


@pytest.mark.parametrize(
    ("wanted", "text", "share"),
    [
        (("printer", "jam"), "The printers have a jam", 1.0),
        (("printing", "jam"), "It printed", 0.5),
        (("0x80070005",), "error 0x80070005", 1.0),
        (("0x80070005",), "error 0x8007000", 0.0),
        (("log-file", "logfile"), "Logfile", 0.5),
        (("wlan", "pw"), "Wi-Fi password", 1.0),
        (("signed",), "signing is slow", 1.0),
        (terms("cannot log in"), "Sign-in refused", 1.0),
        ((), "anything", 0.0),
        (("word",), "", 0.0),
    ],
)
def test_coverage_is_the_share_of_terms_that_are_held(wanted: tuple[str, ...], text: str, share: float) -> None:
    """Endings may differ, and words that mean the same; codes may not."""
    assert coverage(wanted, text) == share


def test_search_words_hold_what_a_flow_is_asked_for_and_what_it_says() -> None:
    """Error codes that stand only in the options of a step are found too."""
    flows = {flow.slug: search_words(flow) for flow in starter_flows()}
    assert "AADSTS50053" in flows["account-lockout"]
    assert "13801" in flows["vpn-wont-connect"]
    assert all(coverage(terms(words), words) == 1.0 for words in flows.values())
    lines = {flow.slug: flows[flow.slug].partition(TREE)[0].split("\n") for flow in starter_flows()}
    assert all(tuple(lines[flow.slug][1:-1]) == flow.phrasings for flow in starter_flows())
