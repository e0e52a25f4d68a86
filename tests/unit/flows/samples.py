"""A small sound flow, and the starter flows, for the tests of this folder."""

from textwrap import dedent

from core.flows.model import Flow, Question
from core.flows.source import FlowInvalid, parse_flow
from core.flows.starter import sources

__all__ = ["SMALL", "STARTERS", "problems_of", "question", "starter_flows"]

#: Line numbers matter: tests change single lines of it.
SMALL = dedent(
    """\
    slug: no-sound
    title: No sound
    summary: The speakers stay silent.
    tags: [audio]
    phrasings:
      - I hear nothing
      - speakers are dead
    start: plugged
    nodes:
      plugged:
        question: Is the plug in?
        options:
          - label: "Yes"
            synonyms: [it is, plugged in]
            fact: The plug is in.
            next: unmute
          - label: "No"
            next: plug-in
        skip: unmute
      unmute:
        action: Unmute Windows.
        warning: It may get loud.
        commands:
          - powershell: Start-Service Audiosrv
          - cmd: |
              sndvol
              mmsys.cpl
        options:
          - label: Still silent
            next: escalate
          - label: Check the plug again
            next: plugged
      plug-in:
        solution: Plug it in
        description: Push until it clicks.
        cause: The plug was out.
        confidence: 0.9
        if_failed: unmute
    """
)

STARTERS: tuple[tuple[str, str], ...] = sources()


def starter_flows() -> list[Flow]:
    """The starter flows, by name."""
    return [parse_flow(text, name) for name, text in STARTERS]


def question(flow: Flow, node: str = "plugged") -> Question:
    """A question of a flow."""
    step = flow.nodes[node]
    assert isinstance(step, Question)
    return step


def problems_of(text: str) -> list[tuple[int, str]]:
    """Line and message of every problem; empty for a sound flow."""
    try:
        parse_flow(text)
    except FlowInvalid as error:
        return [(problem.line, problem.message) for problem in error.problems]
    return []
