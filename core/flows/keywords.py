"""The keyword scorer: how well the words of a flow and those of a problem fit."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from core.flows.terms import TREE, stems, telling, telling_stems, terms

__all__ = ["Fit", "fits"]

#: How much a word counts that stands in the title, in the summary, phrasings or tags, or only in the tree.
_TITLE: Final = 1.0
_ASKED: Final = 0.7
_TREE: Final = 0.35
#: What a word that no flow holds counts beside the rarest one that some flow does: it may be a name.
_UNKNOWN: Final = 0.5
#: Flows of which the words are kept: a library is looked at again in every turn.
_KEPT: Final = 1_000


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a flow fits."""

    #: The mean of `held` and of how closely one line of the flow says the same, from 0 to 1.
    score: float
    #: The share of the problem that the flow holds, from 0 to 1.
    held: float
    #: How many of the problem's words it is asked for with.
    asked: int


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of a flow: what each counts, and its title and each way it is asked for."""

    counts: Mapping[str, float]
    lines: tuple[frozenset[str], ...]


def fits(problem: str, flows: Mapping[str, tuple[str, str]], size: int) -> dict[str, Fit]:
    """How well each flow fits the problem, by id; those with none of its telling words are left out.

    `flows`: id → title and `search_words`, of all flows that hold one of the problem's words; `size`: of the library.
    The fewer of the library's flows are asked for with a word, the more it counts. Numbers that no flow holds are
    tickets and names of machines, and count nothing.
    """
    told = stems(telling(terms(problem)))
    read = {id: _read(*text) for id, text in flows.items()}
    weights = {word: _weight(word, sum(flow.counts.get(word, 0.0) for flow in read.values()), size) for word in told}
    total = math.fsum(weights.values())
    found = {id: _fit(flow, weights, total) for id, flow in read.items()} if total else {}
    return {id: fit for id, fit in found.items() if fit.held}


def _weight(word: str, asked: float, size: int) -> float:
    if not asked and any(map(str.isdigit, word)):
        return 0.0
    rarity = math.log((size + 1) / (asked + 1) + 1)
    return rarity if asked else rarity * _UNKNOWN


def _fit(flow: _Words, weights: Mapping[str, float], total: float) -> Fit:
    shared = {word: flow.counts[word] for word in weights if word in flow.counts}
    held = math.fsum(weights[word] * count for word, count in shared.items()) / total
    asked = {word for word, count in shared.items() if count >= _ASKED}
    alike = max((_alike(line, line & asked, weights, total) for line in flow.lines), default=0.0) if asked else 0.0
    return Fit(score=(held + alike) / 2, held=held, asked=len(asked))


def _alike(line: frozenset[str], shared: frozenset[str], weights: Mapping[str, float], total: float) -> float:
    """The harmonic mean of the shares that problem and line have of each other: one does not fit the other if it says more."""
    if not shared:
        return 0.0
    of_problem = math.fsum(weights[word] for word in shared) / total
    of_line = len(shared) / len(line)
    return 2 * of_problem * of_line / (of_problem + of_line)


@lru_cache(maxsize=_KEPT)
def _read(title: str, words: str) -> _Words:
    asked, _, tree = words.partition(TREE)
    lines = tuple(filter(None, map(telling_stems, (title, *asked.split("\n")))))
    counts = dict.fromkeys(telling_stems(tree), _TREE)
    counts |= dict.fromkeys((word for line in lines for word in line), _ASKED)
    counts |= dict.fromkeys(telling_stems(title), _TITLE)
    return _Words(counts, lines)
