"""A flow as YAML: read with every problem at its line, written in one canonical form.

Import keeps the text it was given, so export gives exactly that; `dump_flow` is for flows made otherwise.
"""

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from core.flows.composing import Node as Yaml
from core.flows.composing import Table, compose
from core.flows.model import ESCALATE, Flow, Node
from core.flows.problems import FlowInvalid, Mark, Problem, Problems, StopReading, quoted
from core.flows.reading_nodes import SLUG, NodeReading
from core.flows.soundness import Edge, check_reach, check_targets
from core.flows.writing import dump_flow

__all__ = ["FlowInvalid", "Problem", "dump_flow", "parse_flow"]

MOST_NODES: Final = 200


def parse_flow(text: str, name: str = "") -> Flow:
    """The flow that `text` describes; `name` is what its problems are told under, such as the file's name.

    Raises FlowInvalid, a ValueError, with every problem and its line. Texts read lately are remembered: a click needs
    the flow that the last click needed, and reading one takes 10 ms.
    """
    read = _read(text)
    if isinstance(read, Flow):
        return read
    raise FlowInvalid(read, name)


@lru_cache(maxsize=128)
def _read(text: str) -> Flow | tuple[Problem, ...]:
    problems = Problems()
    flow = None
    try:
        root = compose(text, problems)
        if root is not None:
            flow = _flow(root, problems)
    except StopReading:
        flow = None
    return problems.in_order() if flow is None or problems else flow


def _flow(root: Yaml, problems: Problems) -> Flow:
    reading = NodeReading(problems)
    needed = ("slug", "title", "summary", "phrasings", "start", "nodes")
    found = reading.table(root, "a flow", needed, ("domain", "tags"))
    nodes, marks = _nodes(reading, found.get("nodes"))
    flow = Flow(
        slug=reading.name(found.get("slug"), "slug", SLUG),
        title=reading.line(found.get("title"), "title", 120),
        summary=reading.line(found.get("summary"), "summary", 300),
        phrasings=reading.lines(found.get("phrasings"), "phrasings", each=200, most=50),
        start=reading.line(found.get("start"), "start", 64),
        nodes=MappingProxyType(nodes),
        domain=reading.line(found["domain"], "domain", 64) if "domain" in found else "general",
        tags=reading.lines(found.get("tags"), "tags", each=40, most=20),
    )
    _check_tree(flow, reading, marks, found.get("start"))
    return flow


def _nodes(reading: NodeReading, node: Yaml | None) -> tuple[dict[str, Node], dict[str, Mark]]:
    nodes: dict[str, Node] = {}
    marks: dict[str, Mark] = {}
    if not isinstance(node, Table):
        reading.table(node, "nodes", ())
        return nodes, marks
    pairs = reading.pairs(node)
    if not pairs:
        reading.problems.add(node.mark, "nodes must not be empty")
    if len(pairs) > MOST_NODES:
        reading.problems.add(node.mark, f"too many nodes: {len(pairs)}, at most {MOST_NODES} are allowed")
        raise StopReading
    for key, value in pairs:
        if key.text == ESCALATE:
            reading.problems.add(key.mark, f"“{ESCALATE}” is what ends a flow and cannot name a node")
        else:
            reading.name(key, "a node's name", SLUG)
        marks[key.text] = key.mark
        if (read := reading.node(key.text, value)) is not None:
            nodes[key.text] = read
    return nodes, marks


def _check_tree(flow: Flow, reading: NodeReading, marks: Mapping[str, Mark], start: Yaml | None) -> None:
    problems = reading.problems
    edges = check_targets(reading.edges, marks, problems)
    if start is None or not flow.start or not marks:
        return
    if flow.start == ESCALATE:
        problems.add(start.mark, f"start must be a node, not {quoted(ESCALATE)}")
    elif flow.start not in marks:
        check_targets([Edge(source="", target=flow.start, mark=start.mark)], marks, problems)
    elif reading.edges_complete:
        check_reach(flow.start, edges, marks, [node.id for node in flow.solutions], problems)
