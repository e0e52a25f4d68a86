"""Which flows fit a problem: scores of several scorers made one, and how surely to offer the best.

Weights, floors and gaps are settings; the defaults here are bot/settings.py's.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

__all__ = [
    "Candidate",
    "Certainty",
    "Gaps",
    "Match",
    "Offer",
    "Weights",
    "fuse",
    "offer",
    "recency",
]

MOST_OFFERED: Final = 3
_SCORERS: Final = ("semantic", "keyword", "recency")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What each scorer says of one flow, from 0 to 1; None where it could say nothing."""

    flow_id: str
    #: Cosine between the problem and the flow; None without an embedding.
    semantic: float | None = None
    #: How well its words fit (core.flows.keywords); None where full-text search did not find it.
    keyword: float | None = None
    #: `recency` of the last match.
    recency: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each scorer counts, and below which score it counts nothing."""

    semantic: float = 0.55
    keyword: float = 0.35
    recency: float = 0.10
    semantic_floor: float = 0.30
    keyword_floor: float = 0.10
    recency_floor: float = 0.05

    def __post_init__(self) -> None:
        numbers = (self.semantic, self.keyword, self.recency)
        if not all(math.isfinite(number) and number >= 0 for number in numbers) or not any(numbers[:2]):
            raise ValueError("weights must not be negative, and semantic or keyword must count")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A flow that fits, its fused score from 0 to 1, and what each scorer that counted said of it."""

    flow_id: str
    score: float
    parts: Mapping[str, float] = field(default_factory=dict)


class Certainty(Enum):
    """How surely the first match is the right one."""

    SURE = "sure"
    LIKELY = "likely"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """The flows to offer, best first: one when sure, up to three when likely, as a question when not."""

    certainty: Certainty
    matches: tuple[Match, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """The lead over the second that makes the first sure or likely, and the cosine below which nothing is."""

    sure: float = 0.3
    likely: float = 0.1
    least_cosine: float = 0.56


def fuse(candidates: Sequence[Candidate], weights: Weights = Weights()) -> tuple[Match, ...]:
    """The flows that match, best first; equal scores in the order of their ids.

    A score under its scorer's floor counts as 0. A scorer that has no score left for any candidate does not
    exist for this problem, and its weight goes to the others. Where a scorer exists, None counts as 0,
    since full-text search looks at every flow and a flow never used is as far back as can be; only a
    missing cosine says nothing, because a flow just imported has no embedding yet: for that flow the
    weights of the others are made whole. Recency alone is no match.
    """
    scored = [(candidate.flow_id, _above_floors(candidate, weights)) for candidate in candidates]
    existing = [name for name in _SCORERS if any(parts.get(name) for _, parts in scored)]
    matches = []
    for flow_id, parts in scored:
        counted = {name: parts.get(name) or 0.0 for name in existing if name != "semantic" or name in parts}
        weighted = {name: getattr(weights, name) * score for name, score in counted.items()}
        if weighted.get("semantic") or weighted.get("keyword"):
            total = math.fsum(getattr(weights, name) for name in counted)
            score = min(math.fsum(weighted.values()) / total, 1.0)
            matches.append(Match(flow_id=flow_id, score=score, parts=counted))
    return tuple(sorted(matches, key=lambda match: (-match.score, match.flow_id)))


def offer(matches: Sequence[Match], gaps: Gaps = Gaps()) -> Offer:
    """What to offer of `fuse`d matches. A single match leads over nothing, so it is a question."""
    if not matches:
        return Offer(certainty=Certainty.NONE)
    first = matches[0]
    gap = first.score - matches[1].score if len(matches) > 1 else 0.0
    if gap < gaps.likely or first.parts.get("semantic", 1.0) < gaps.least_cosine:
        return Offer(certainty=Certainty.UNSURE, matches=tuple(matches[:MOST_OFFERED]))
    if gap < gaps.sure:
        return Offer(certainty=Certainty.LIKELY, matches=tuple(matches[:MOST_OFFERED]))
    return Offer(certainty=Certainty.SURE, matches=(first,))


def recency(last_matched: datetime | None, now: datetime, half_life: timedelta = timedelta(days=30)) -> float:
    """1 for a flow matched just now, half of it after each half-life, 0 for one never matched."""
    if last_matched is None:
        return 0.0
    age = max(now - last_matched, timedelta(0))
    return float(0.5 ** (age / half_life))


def _above_floors(candidate: Candidate, weights: Weights) -> dict[str, float]:
    floors = {
        "semantic": (candidate.semantic, weights.semantic_floor),
        "keyword": (candidate.keyword, weights.keyword_floor),
        "recency": (candidate.recency, weights.recency_floor),
    }
    return {
        name: _bounded(score) if score >= floor else 0.0 for name, (score, floor) in floors.items() if score is not None
    }


def _bounded(score: float) -> float:
    return min(max(score, 0.0), 1.0)
