"""What the other side says about when to come back, whatever it is."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.models.retry_after import seconds_of
from core.errors import Unavailable, Uncertain
from core.text.roughly import roughly
from core.work.model import LONGEST_WAIT, backoff


@given(st.one_of(st.none(), st.floats()))
def test_a_fault_says_a_number_of_seconds_or_nothing(seconds: float | None) -> None:
    for fault in (Unavailable("x", retry_after=seconds), Uncertain("x", retry_after=seconds)):
        assert fault.retry_after is None or 0 <= fault.retry_after < float("inf")


@given(st.integers(-5, 10**9), st.one_of(st.none(), st.floats()))
def test_nothing_waits_for_longer_than_an_hour(attempts: int, retry_after: float | None) -> None:
    assert timedelta() <= backoff(attempts, retry_after=retry_after) <= timedelta(seconds=LONGEST_WAIT)


@given(
    st.one_of(
        st.text(max_size=40),
        st.floats().map(str),
        st.integers().map(str),
        st.builds(
            "Wed, {} Oct {} {}:28:00 {}".format,
            st.integers(),
            st.integers(),
            st.integers(),
            st.sampled_from(["GMT", ""]),
        ),
        st.builds("Wed, 21 Oct 2015 07:28:00 +{}".format, st.integers()),
    )
)
def test_a_header_says_when_to_come_back_or_nothing(said: str) -> None:
    seconds = seconds_of(said)
    assert seconds is None or 0 <= seconds < float("inf")


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (31, "a minute"),
        (61, "2 minutes"),
        (600, "10 minutes"),
        (5_400, "90 minutes"),
        (5_401, "2 hours"),
        (86_400, "24 hours"),
        (200_000, "3 days"),
        (1e15, "more than two weeks"),
    ],
)
def test_a_length_of_time_is_said_in_words(seconds: float, words: str) -> None:
    assert roughly(seconds) == words
