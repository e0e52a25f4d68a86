"""Whether a tree holds together: targets exist, every node is reached, from every node the flow can end."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from core.flows.model import ESCALATE
from core.flows.problems import Mark, Problems, nearest, quoted

__all__ = ["Edge", "check_reach", "check_targets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One way from a node to a target, and where it is written."""

    source: str
    target: str
    mark: Mark


def check_targets(edges: Iterable[Edge], nodes: Collection[str], problems: Problems) -> tuple[Edge, ...]:
    """Note targets that do not exist; returns the edges with those taken as what was probably meant."""
    sound: list[Edge] = []
    for edge in edges:
        if edge.target in nodes or edge.target == ESCALATE:
            sound.append(edge)
            continue
        meant = nearest(edge.target, (*nodes, ESCALATE))
        hint = f": did you mean “{meant}”?" if meant else ""
        problems.add(edge.mark, f"there is no node {quoted(edge.target)}{hint}")
        if meant:
            sound.append(Edge(source=edge.source, target=meant, mark=edge.mark))
    return tuple(sound)


def check_reach(
    start: str, edges: Sequence[Edge], nodes: Mapping[str, Mark], ends: Collection[str], problems: Problems
) -> None:
    """Note nodes that are never reached from the start, and nodes from which no end or escalation is."""
    forward: dict[str, set[str]] = {}
    backward: dict[str, set[str]] = {}
    for edge in edges:
        forward.setdefault(edge.source, set()).add(edge.target)
        backward.setdefault(edge.target, set()).add(edge.source)
    reached = _spread({start}, forward)
    ending = _spread({*ends, ESCALATE}, backward)
    for node, mark in nodes.items():
        if node not in reached:
            problems.add(mark, f"node “{node}” is never reached from “{start}”")
        if node not in ending:
            problems.add(mark, f"node “{node}” goes in circles: no solution or escalation is reached from it")


def _spread(seeds: Iterable[str], ways: Mapping[str, Collection[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = list(seeds)
    while waiting:
        node = waiting.pop()
        if node not in reached:
            reached.add(node)
            waiting.extend(ways.get(node, ()))
    return reached
