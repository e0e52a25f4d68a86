"""Titles are one line, cut at a word."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.text.split import shorten


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Outlook is slow", "Outlook is slow"),
        ("  Outlook\n is\t\tslow ", "Outlook is slow"),
        ("Outlook is slow today", "Outlook is slow…"),
        ("Outlook, Teams, Excel", "Outlook, Teams…"),
        ("Outlook is slowly dying", "Outlook is slowly…"),
        ("OutlookIsSlowlyDyingToday", "OutlookIsSlowlyDyin…"),
        ("See https://example.com/long", "See https://example…"),
        ("x" * 20, "x" * 20),
        ("👩‍👩‍👧" * 5, "👩‍👩‍👧" * 3 + "…"),
        ("", ""),
        (" \n ", ""),
    ],
)
def test_a_title_is_cut_at_a_word(text: str, title: str) -> None:
    """At most 20 characters here, with … for the rest."""
    assert shorten(text, 20) == title


@pytest.mark.parametrize(("limit", "title"), [(1, "…"), (2, "O…"), (5, "Outl…")])
def test_the_smallest_titles(limit: int, title: str) -> None:
    """There is room for the mark that something is missing."""
    assert shorten("Outlook is slow", limit) == title


def test_a_character_that_does_not_fit_is_left_out() -> None:
    """A part of an emoji would be another one."""
    assert shorten("👩‍👩‍👧 family", 3) == "…"


def test_a_limit_below_one_is_refused() -> None:
    """There is no room for anything."""
    with pytest.raises(ValueError, match="at least 1 character"):
        shorten("text", 0)


@given(st.text(), st.integers(1, 120))
def test_titles_are_short_and_in_one_line(text: str, limit: int) -> None:
    """Whatever the text, and again when it is shortened again."""
    title = shorten(text, limit)
    assert len(title) <= limit
    assert title == " ".join(title.split()) == shorten(title, limit)
    assert " ".join(text.split()).startswith(title.removesuffix("…"))


@given(st.text(st.sampled_from("ab e\u0301👍🏽\u200d"), max_size=60), st.integers(2, 20))
def test_marks_stay_with_their_character(text: str, limit: int) -> None:
    """What follows the cut never belongs to what stands before it."""
    line = " ".join(text.split())
    title = shorten(text, limit)
    kept = title.removesuffix("…")
    if title != line and kept:
        following = line[len(kept) :]
        assert unicodedata.category(following[0]) not in {"Mn", "Me", "Mc"}
