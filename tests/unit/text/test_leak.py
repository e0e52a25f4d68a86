"""Ten words in a row out of a prompt are a leak, unless the input holds them too."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.prompts import PROMPTS, Prompt
from core.text.leak import RUN, LeakGuard

SECRET = "Lead with the next step. Then say why, in one sentence, and never more than that at all."
GUARD = LeakGuard([SECRET])


def test_ten_words_in_a_row_are_a_leak_however_they_are_written() -> None:
    said = "My rules: LEAD with the *next* step — then say\nwhy in one sentence!"
    assert GUARD.found(said) == "lead with the next step then say why in one"


def test_nine_words_are_none() -> None:
    assert GUARD.found("Lead with the next step, then say why, in two parts.") == ""


def test_words_that_the_input_holds_are_none() -> None:
    said = "You wrote: lead with the next step then say why in one sentence"
    assert GUARD.found(said, ["lead with the next step, then say why, in one sentence"]) == ""


@pytest.mark.parametrize("prompt", PROMPTS, ids=lambda prompt: prompt.name)
def test_what_repeats_a_prompt_is_found_and_what_repeats_a_phrase_of_it_is_not(prompt: Prompt) -> None:
    """An aside of a few words is what anybody may say."""
    guard, words = LeakGuard([each.text for each in PROMPTS]), prompt.text.split()
    assert bool(guard.found(prompt.text)) == (len(words) >= RUN)
    assert not guard.found(" ".join(words[: RUN - 1]))


@given(text=st.text(max_size=400), known=st.lists(st.text(max_size=100), max_size=3))
def test_any_text_is_accepted(text: str, known: list[str]) -> None:
    found = GUARD.found(text, known)
    assert found == "" or len(found.split()) >= RUN
