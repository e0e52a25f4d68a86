"""Budgets: what is too long keeps its beginning and its end, stays within its tokens, and says what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from core.text.storable import storable
from core.thinking.budget import LEAST, cut, tokens_of, within

TEXTS = st.text(max_size=200) | st.builds(lambda text, times: text * times, st.text(max_size=9), st.integers(0, 3_000))


@given(text=TEXTS, most=st.integers(0, 3_000))
def test_a_cut_text_fits_and_says_how_much_is_missing(text: str, most: int) -> None:
    found = cut(text, most)
    assert tokens_of(found) <= max(most, LEAST)
    if found != text:
        text = storable(text)
        beginning, _, rest = found.partition(" [… ")
        missing, _, end = rest.partition(" characters are left out here …] ")
        assert int(missing.replace(",", "")) == len(text) - len(beginning) - len(end)
        assert text.startswith(beginning)
        assert text.endswith(end)


@given(costs=st.lists(st.integers(0, 900), max_size=60), most=st.integers(100, 4_000))
def test_a_list_fits_or_says_how_many_are_missing(costs: list[int], most: int) -> None:
    entries = [f"{number}:" + "word" * cost for number, cost in enumerate(costs)]
    found = within(entries, most)
    assert sum(tokens_of(entry) for entry in found) <= most
    marks = [line for line in found if line not in entries]
    if not marks:
        assert found == entries
        return
    (mark,) = marks
    place = found.index(mark)
    first, last = found[:place], found[place + 1 :]
    assert first == entries[: len(first)]
    assert last == entries[len(entries) - len(last) :]
    assert mark.startswith(f"({len(entries) - len(first) - len(last)} more of these ")
