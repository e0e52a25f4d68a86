"""Which answer a free text is; asking again costs less than a wrong turn."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.flows.model import ESCALATE, Option, Question
from core.flows.source import parse_flow
from core.flows.walk import Skip, follow, match_answer, plain
from tests.unit.flows.samples import SMALL

STEP = Question(
    id="q",
    text="Does it start?",
    options=(
        Option(label="Yes", next="a", synonyms=("it does", "starts")),
        Option(label="No", next="b", synonyms=("it doesn't", "0x80070005")),
        Option(label="Only in safe mode", next="c", synonyms=("safe mode", "5.7.1")),
        Option(label="What error?", next="d"),
    ),
    skip="z",
)


def chosen(text: str) -> str | None:
    """Where the text leads."""
    answer = match_answer(STEP, text)
    return None if answer is None else answer.next


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("Yes", "a"),
        ("  yes!  ", "a"),
        ("YES.", "a"),
        ("*yes*", "a"),
        ("it does", "a"),
        ("It doesn’t", "b"),
        ("it doesnt", "b"),
        ("safe-mode", "c"),
        ("only in safe mode", "c"),
        ("0x80070005", "b"),
        ("5.7.1", "c"),
        ("What error?", "d"),
        ("what error", "d"),
        ("1", "a"),
        ("2.", "b"),
        ("#3", "c"),
        ("(2)", "b"),
        ("option 2", "b"),
        ("Number 3", "c"),
        ("skip", "z"),
        ("Skip this step.", "z"),
    ],
)
def test_label_number_synonym_and_skip_are_answers(text: str, target: str) -> None:
    """Case, punctuation, apostrophes and chat formatting do not matter."""
    assert chosen(text) == target


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("No, only his laptop.", "b"),
        ("Yes. Since this morning it starts again", "a"),
        ("yes - checked twice", "a"),
        ("yes (checked on two PCs)", "a"),
        ("no\nthe fan is loud", "b"),
        ("2, the second one", "b"),
        ("2) the second one", "b"),
        ("skip, she has left", "z"),
    ],
)
def test_an_answer_may_be_followed_by_more(text: str, target: str) -> None:
    """The first clause counts when the rest does not take it back."""
    assert chosen(text) == target


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "not yes",
        "yesterday it started",
        "yes and no",
        "yes or no",
        "no, wait",
        "No, sorry, yes",
        "yes, but only in safe mode",
        "Yes, it doesn't crash any more. It doesn't",
        "no. Hmm, not sure",
        "yes, I think",
        "maybe",
        "yes?",
        "is it no?",
        "no, why?",
        "2.5",
        "2 of them",
        "2%",
        "-1",
        "0",
        "5",
        "12",
        "no 2",
        "10.0.0.2, the server",
        "it starts in safe mode only sometimes",
        "skipping",
        "do not skip",
        "---",
        "🙂",
        "\n",
        "yes" * 500,
    ],
)
def test_anything_else_is_kept_as_a_note(text: str) -> None:
    """A part of a sentence, a question, or an answer taken back is no answer."""
    assert chosen(text) is None


def test_a_step_without_skip_target_cannot_be_skipped() -> None:
    """The word is then an ordinary text."""
    flow = parse_flow(SMALL.replace("    skip: unmute\n", ""))
    step = flow.nodes["plugged"]
    assert isinstance(step, Question)
    assert match_answer(step, "skip") is None
    assert match_answer(STEP, "skip") == Skip(next="z")


def test_an_option_comes_before_number_and_skip() -> None:
    """A label that looks like a number, or like the word to skip, is that label."""
    step = Question(
        id="q",
        text="How many?",
        options=(Option(label="1", next="a"), Option(label="2", next="b"), Option(label="Skip", next="c")),
        skip="z",
    )
    answers = [match_answer(step, text) for text in ("1", "2", "3", "skip")]
    assert [answer.next for answer in answers if answer] == ["a", "b", "c", "c"]


def test_targets_lead_to_nodes_or_out() -> None:
    """A target is a node of the flow or the hand-over; others do not exist in a parsed flow."""
    flow = parse_flow(SMALL)
    assert follow(flow, "plug-in") is flow.nodes["plug-in"]
    assert follow(flow, ESCALATE) is None
    with pytest.raises(KeyError):
        follow(flow, "elsewhere")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text_is_an_answer_or_a_note(text: str) -> None:
    """Matching never fails, and an answer's own words are always in the text or it is a number."""
    answer = match_answer(STEP, text)
    said = plain(text)
    if isinstance(answer, Option):
        names = [plain(name) for name in (answer.label, *answer.synonyms)]
        assert any(said.startswith(name) for name in names) or any(digit in text for digit in "1234")
    elif isinstance(answer, Skip):
        assert said.startswith("skip")


@given(st.text(max_size=80))
def test_plain_is_its_own_plain(text: str) -> None:
    """Comparing is stable: plain text stays as it is."""
    once = plain(text)
    assert plain(once) == once
