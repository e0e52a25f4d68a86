"""How well the words of a flow and those of a problem fit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.flows.keywords import Fit, fits
from core.flows.terms import TREE

#: Title, ways it is asked for, and words of the tree, by flow.
LIBRARY = {
    "full": ("Mailbox full", ["no space for mails", "quota exceeded"], "archive retention"),
    "shared": ("Shared mailbox missing", ["full access for the accounting team", "send as info"], "automapping"),
    "vpn": ("VPN does not connect", ["cannot dial in from home", "tunnel drops"], "certificate gateway"),
    "wifi": ("Wi-Fi drops", ["wireless is weak"], "certificate radius vpn"),
    "print": ("Printer does not print", ["label printer prints nothing"], "spooler gateway"),
}


def fits_of(problem: str, size: int = len(LIBRARY)) -> dict[str, Fit]:
    """How each flow of the library fits."""
    flows = {id: (title, "\n".join(asked) + TREE + tree) for id, (title, asked, tree) in LIBRARY.items()}
    return fits(problem, flows, size)


def best(problem: str) -> list[str]:
    """The flows that fit, best first."""
    found = fits_of(problem)
    return sorted(found, key=lambda id: -found[id].score)


def test_a_flow_whose_title_is_the_problem_fits_wholly() -> None:
    assert fits_of("the mailbox is full")["full"] == Fit(score=1.0, held=1.0, asked=2)


def test_what_a_flow_says_and_the_problem_does_not_counts_against_it() -> None:
    """Both hold both words; one is about shared mailboxes, and nobody has spoken of that."""
    assert best("mailbox full") == ["full", "shared"]
    assert best("shared mailbox is missing, need full access")[0] == "shared"


def test_a_word_that_many_flows_are_asked_for_with_counts_less() -> None:
    """Printing is one flow's, dropping two flows' business."""
    found = fits_of("printer drops")
    assert found["print"].score > found["vpn"].score


def test_a_word_counts_most_in_the_title_and_least_in_the_tree() -> None:
    assert best("vpn") == ["vpn", "wifi"]
    held = {id: fit.held for id, fit in fits_of("tunnel").items()}
    assert fits_of("spooler")["print"].held < held["vpn"] < fits_of("vpn")["vpn"].held


def test_words_of_the_tree_are_not_what_a_flow_is_asked_for_with() -> None:
    assert fits_of("printer spooler")["print"].asked == 1


@pytest.mark.parametrize("problem", ["WLAN drops", "wireless drops", "wi-fi drops"])
def test_what_people_call_the_same_is_the_same(problem: str) -> None:
    assert best(problem)[0] == "wifi"


def test_numbers_that_no_flow_holds_count_nothing_and_other_unknown_words_half() -> None:
    """Tickets and names of machines are no part of the problem; of a word nobody knows that."""
    plain = fits_of("vpn tunnel")["vpn"]
    assert fits_of("vpn tunnel, T-20391, LT-0442")["vpn"] == plain
    assert fits_of("vpn tunnel kestrel")["vpn"].held < plain.held


def test_flows_that_hold_no_telling_word_do_not_fit() -> None:
    assert fits_of("the user has a problem with the computer") == {}
    assert fits_of("coffee") == {}
    assert "print" not in fits_of("vpn tunnel")
    assert fits("vpn", {}, 0) == {}


def test_a_flow_without_a_known_tree_is_read_all_the_same() -> None:
    assert fits("vpn", {"bare": ("VPN", "")}, 1)["bare"].score == 1.0


@given(
    st.lists(
        st.sampled_from(["vpn", "mailbox", "full", "shared", "drops", "gateway", "kestrel", "T-1", "printer", "user"])
    )
)
def test_fits_stay_between_0_and_1(words: list[str]) -> None:
    assert all(0 < fit.held <= 1 and 0 < fit.score <= 1 for fit in fits_of(" ".join(words)).values())
