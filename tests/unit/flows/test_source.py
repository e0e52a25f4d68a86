"""Reading and writing flows as YAML."""

from pathlib import Path

import pytest

from core.flows.model import ESCALATE, Action, Command, Option, Question, Solution
from core.flows.source import FlowInvalid, dump_flow, parse_flow
from tests.unit.flows.samples import SMALL, STARTERS, question


def test_a_flow_is_read_whole() -> None:
    """Every key of the format arrives in the model, in the order it was written."""
    flow = parse_flow(SMALL)
    assert (flow.slug, flow.title, flow.summary) == ("no-sound", "No sound", "The speakers stay silent.")
    assert (flow.domain, flow.tags, flow.start) == ("general", ("audio",), "plugged")
    assert flow.phrasings == ("I hear nothing", "speakers are dead")
    assert list(flow.nodes) == ["plugged", "unmute", "plug-in"]
    assert question(flow).options == (
        Option(label="Yes", next="unmute", synonyms=("it is", "plugged in"), fact="The plug is in."),
        Option(label="No", next="plug-in"),
    )
    assert flow.nodes["plug-in"] == Solution(
        id="plug-in",
        title="Plug it in",
        description="Push until it clicks.",
        cause="The plug was out.",
        confidence=0.9,
        if_failed="unmute",
    )


def test_a_step_carries_warning_and_commands_with_their_languages() -> None:
    """An action keeps its commands line by line, each with its language."""
    step = parse_flow(SMALL).nodes["unmute"]
    assert isinstance(step, Action)
    assert step.warning == "It may get loud."
    assert step.commands == (
        Command(text="Start-Service Audiosrv", language="powershell"),
        Command(text="sndvol\nmmsys.cpl", language="cmd"),
    )
    assert step.targets == (ESCALATE, "plugged")


def test_kinds_of_nodes_say_where_their_facts_come_from() -> None:
    """An answered question is a fact of kind question, an action's one of kind diagnostic_check."""
    flow = parse_flow(SMALL)
    assert [(step.kind, step.fact_source) for step in flow.steps] == [
        ("question", "question"),
        ("action", "diagnostic_check"),
    ]
    assert [node.id for node in flow.solutions] == ["plug-in"]


def test_yes_and_no_are_words() -> None:
    """What YAML takes for true, false or a number is text where the format wants text."""
    flow = parse_flow(SMALL.replace('"Yes"', "Yes").replace('"No"', "no").replace("[audio]", "[365, 1.5]"))
    assert isinstance(flow.nodes["plugged"], Question)
    assert [option.label for option in question(flow).options] == ["Yes", "no"]
    assert flow.tags == ("365", "1.5")


def test_white_space_around_texts_does_not_count() -> None:
    """One-line texts are put on one line, blocks keep their lines."""
    flow = parse_flow(SMALL.replace("title: No sound", "title: >\n  No\n  sound\n"))
    assert flow.title == "No sound"


@pytest.mark.parametrize(("name", "text"), [("small", SMALL), *STARTERS], ids=lambda value: value[:20])
def test_a_written_flow_reads_the_same(name: str, text: str) -> None:
    """Canonical YAML parses to an equal flow, and is its own canonical form."""
    flow = parse_flow(text, name)
    written = dump_flow(flow)
    assert parse_flow(written) == flow
    assert dump_flow(parse_flow(written)) == written


def test_problems_read_as_a_list() -> None:
    """The error's text names file, line and problem, one a line."""
    with pytest.raises(FlowInvalid) as caught:
        parse_flow(SMALL.replace("start: plugged", "start: pluged"), "no-sound.yaml")
    assert str(caught.value) == "no-sound.yaml:8: there is no node “pluged”: did you mean “plugged”?"
    assert isinstance(caught.value, ValueError)
    assert [problem.column for problem in caught.value.problems] == [8]


def test_the_name_is_told_of_the_file_that_was_read_last() -> None:
    """The same text under another name is told under that name."""
    for name in ("a.yaml", "b.yaml"):
        with pytest.raises(FlowInvalid, match=name):
            parse_flow("slug: x", name)


def test_starter_flows_are_files_of_their_slug() -> None:
    """Each file is named after the flow in it, so that import and export meet."""
    assert [Path(name).stem for name, _ in STARTERS] == [parse_flow(text).slug for _, text in STARTERS]
