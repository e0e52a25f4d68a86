"""What a reasoning model thinks is not heard, however it is cut into pieces."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.models.openai_compatible.thoughts import Thoughts

PIECES = st.sampled_from(
    ["<think>", "</think>", "<", "think>", "</", "\n", " ", "Restart it.", "hm", "<thin", "`</think>`"]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join)


def told(pieces: list[str], *, begun: bool = False) -> tuple[list[str], str]:
    """What is heard after each piece and at the end, and the answer."""
    thoughts = Thoughts(begun=begun)
    heard = [*(thoughts.take(piece) for piece in pieces), thoughts.end()]
    return heard, thoughts.answer("".join(heard))


@given(text=TEXTS, sizes=st.lists(st.integers(1, 5), max_size=40), begun=st.booleans())
def test_every_way_to_cut_it_gives_the_same(text: str, sizes: list[int], begun: bool) -> None:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(text[at : at + size])
        at += size
    cut, whole = told([*pieces, text[at:]], begun=begun), told([text], begun=begun)
    assert ("".join(cut[0]), cut[1]) == ("".join(whole[0]), whole[1])


@given(thought=st.text(max_size=30), after=st.sampled_from(["", " ", "\n\n"]), begun=st.booleans())
def test_a_thought_before_the_answer_is_never_heard(thought: str, after: str, begun: bool) -> None:
    heard, answer = told(list(f"<think>{thought}</think>{after}Restart it."), begun=begun)
    assert ("".join(heard), answer) == ("Restart it.", "Restart it.")


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Restart it.", "Restart it."),
        ("  Restart it.", "  Restart it."),
        ("", ""),
        ("<thi", "<thi"),
        ("\n<think>\n\n</think>\n\n<think>hm</think>Restart it.", "Restart it."),
        ("<think>half of a thou", ""),
        ("<think>hm</think>", ""),
        ("hm, a spooler\n</think>\n\nRestart it.", "Restart it."),
        ("It writes `<think>` and `</think>` there.", "It writes `<think>` and `</think>` there."),
        ("<think>so: </think>Then </think>\nmore", "Then </think>\nmore"),
    ],
)
def test_the_answer_is_what_was_not_thought(text: str, answer: str) -> None:
    assert told(list(text))[1] == answer


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        ("hm, a spooler\n</think>\n\nRestart it.", "Restart it."),
        ("<think>hm</think>Restart it.", "Restart it."),
        ("Restart it.", "Restart it."),
        ("<think>half of a thou", ""),
    ],
)
def test_where_an_answer_begins_in_a_thought_nothing_is_heard_before_its_end(text: str, heard: str) -> None:
    pieces, answer = told(list(text), begun=True)
    assert ("".join(pieces), answer) == (heard, heard)
