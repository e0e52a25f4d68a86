"""Whatever is imported, reading ends in a flow or in a list of problems."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from core.flows.model import ESCALATE, Action, Command, Flow, Node, Option, Question, Solution, Verification
from core.flows.source import FlowInvalid, dump_flow, parse_flow
from tests.unit.flows.samples import SMALL, STARTERS

LINES = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=40).map(
    lambda text: " ".join(text.split())
)
TEXTS = st.lists(LINES, min_size=1, max_size=3).map("\n".join).map(str.strip)
YAMLISH = st.text(st.sampled_from(list("abn:-?[]{}&*!|>'\"#%@`, \n\t\\x0\ufeff\u2028\ud800")), max_size=60)


def outcome(text: str) -> str:
    """What reading ends in; anything but these two raises."""
    try:
        return type(parse_flow(text)).__name__
    except FlowInvalid as error:
        invalid = error
    breaks = len(re.findall(r"[\n\r\x85\u2028\u2029]", text))
    assert invalid.problems
    assert all(1 <= problem.line <= breaks + 2 and problem.message for problem in invalid.problems)
    assert str(invalid).count("\n") == len(invalid.problems) - 1
    return "invalid"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200) | YAMLISH)
@example("%YAML 1." + "1" * 5000 + "\n--- a")
@example('"\\UFFFFFFFF"')
@example("? a\n? a")
@example("<<: *a")
@example("[" * 3000)
@example("- " * 3000)
@example("a: " * 50)
@example("!" * 50)
@example("\ud800")
@example("{a: b, a: b}: c")
def test_any_text_is_refused_with_problems(text: str) -> None:
    """Nothing but FlowInvalid comes out of text that is no flow, with lines that exist."""
    assert outcome(text) == "invalid"


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_damaged_flow_is_read_or_refused(data: st.DataObject) -> None:
    """A flow with a piece cut out, doubled, moved or overwritten never breaks the reader."""
    text = data.draw(st.sampled_from([SMALL] * 4 + [text for _, text in STARTERS]))
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(len(text), start + 200)))
    piece = data.draw(
        st.sampled_from(["", text[start:end] * 2, "- ", ": ", "&a ", "*a", "\t", "\n", "'", '"', "{", "0"])
    )
    assert outcome(text[:start] + piece + text[end:]) in {"Flow", "invalid"}


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_flow_with_lines_taken_out_is_read_or_refused(data: st.DataObject) -> None:
    """Missing lines lead to problems, not to faults."""
    lines = SMALL.splitlines(keepends=True)
    gone = data.draw(st.sets(st.integers(0, len(lines) - 1), max_size=5))
    assert outcome("".join(line for number, line in enumerate(lines) if number not in gone)) in {"Flow", "invalid"}


def commands() -> st.SearchStrategy[tuple[Command, ...]]:
    """Up to three commands."""
    one = st.builds(Command, text=TEXTS.filter(bool), language=st.sampled_from(["powershell", "cmd", "bash"]))
    return st.lists(one, max_size=2).map(tuple)


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    """Sound flows: a chain of steps that ends in a solution, with ways back and out."""
    some = LINES.filter(bool)
    length = draw(st.integers(1, 4))
    names = [f"n{number}" for number in range(length)] + ["end"]
    nodes: dict[str, Node] = {}
    for number, name in enumerate(names[:-1]):
        kind = draw(st.sampled_from([Question, Action, Verification]))
        onward = Option(
            label="onward",
            next=names[number + 1],
            synonyms=tuple(
                draw(st.lists(st.sampled_from(["yes", "no", "~1", "1.50", "a: b #c"]), unique=True, max_size=2))
            ),
            fact=draw(st.none() | some),
        )
        aside = Option(label="aside", next=draw(st.sampled_from([ESCALATE, *names[: number + 1]])))
        nodes[name] = kind(
            id=name,
            text=draw(TEXTS.filter(bool)),
            options=(onward, aside),
            why=draw(st.none() | some),
            warning=draw(st.none() | TEXTS.filter(bool)),
            commands=draw(commands()),
            gui=draw(st.none() | TEXTS.filter(bool)),
            skip=draw(st.sampled_from([None, ESCALATE, names[number + 1]])),
        )
    nodes["end"] = Solution(
        id="end",
        title=draw(some),
        description=draw(TEXTS.filter(bool)),
        cause=draw(TEXTS.filter(bool)),
        confidence=draw(st.sampled_from([0.0, 0.05, 0.85, 1.0])),
        commands=draw(commands()),
        script=draw(st.none() | st.just("clear-queue")),
        if_failed=draw(st.sampled_from([None, ESCALATE, "n0"])),
    )
    return Flow(
        slug="made",
        title=draw(some),
        summary=draw(some),
        phrasings=(draw(some),),
        start="n0",
        nodes=nodes,
        domain=draw(some),
    )


@settings(max_examples=40, deadline=None)
@given(flows())
def test_a_made_flow_survives_writing_and_reading(flow: Flow) -> None:
    """Whatever characters its texts hold, a flow made in code is written as YAML that reads as the same flow."""
    assert parse_flow(dump_flow(flow)) == flow


def test_reading_the_largest_file_ends_in_time() -> None:
    """A file at the size limit is read in seconds, not minutes: nothing in it is quadratic."""
    head = "slug: big\ntitle: Big\nsummary: Big.\nphrasings: [big]\nstart: n0\nnodes:\n"
    node = "  n{0}:\n    question: {1}\n    options:\n      - {{label: go on, next: n{2}}}\n"
    text = head + "".join(node.format(number, "q" * 900, number + 1) for number in range(199))
    flow = parse_flow(text + "  n199: {solution: s, description: d, cause: c, confidence: 1}\n")
    assert len(flow.nodes) == 200
    with pytest.raises(FlowInvalid, match="too large"):
        parse_flow(text + "#" * 100_000)
