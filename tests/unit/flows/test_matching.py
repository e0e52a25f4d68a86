"""Scores of several scorers become one ranking, and the ranking becomes an offer."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.flows.matching import (
    Candidate,
    Certainty,
    Gaps,
    Match,
    Weights,
    fuse,
    offer,
    recency,
)

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCORE = st.none() | st.floats(-1, 2)
CANDIDATES = st.lists(st.tuples(SCORE, SCORE, SCORE), max_size=6).map(
    lambda rows: [
        Candidate(flow_id=f"f{number}", semantic=semantic, keyword=keyword, recency=recent)
        for number, (semantic, keyword, recent) in enumerate(rows)
    ]
)


def scores(*candidates: Candidate, weights: Weights | None = None) -> dict[str, float]:
    """Fused scores by flow, rounded."""
    return {match.flow_id: round(match.score, 4) for match in fuse(candidates, weights or Weights())}


def test_three_scores_are_weighted() -> None:
    """0.55 semantic, 0.35 keyword, 0.10 recency."""
    assert scores(Candidate(flow_id="a", semantic=0.8, keyword=0.6, recency=0.5)) == {"a": 0.7}


@pytest.mark.parametrize(
    ("candidate", "score"),
    [
        (Candidate(flow_id="a", semantic=0.8), 0.8),
        (Candidate(flow_id="a", keyword=0.6), 0.6),
        (Candidate(flow_id="a", semantic=0.8, keyword=0.6), (0.55 * 0.8 + 0.35 * 0.6) / 0.9),
        (Candidate(flow_id="a", keyword=0.6, recency=1.0), (0.35 * 0.6 + 0.1) / 0.45),
    ],
)
def test_weights_are_made_whole_over_the_scores_that_exist(candidate: Candidate, score: float) -> None:
    """A scorer that is not there takes nothing away."""
    assert scores(candidate) == {"a": round(score, 4)}


def test_a_score_under_its_floor_counts_nothing() -> None:
    """Noise of one scorer neither makes a match nor lifts one."""
    assert scores(Candidate(flow_id="a", semantic=0.29, keyword=0.09)) == {}
    low, none = Candidate(flow_id="a", semantic=0.29, keyword=0.5), Candidate(flow_id="b", keyword=0.5)
    assert scores(low) == scores(Candidate(flow_id="a", keyword=0.5)) == {"a": 0.5}
    assert scores(low, none) == {"a": 0.5, "b": 0.5}


def test_floors_are_settings() -> None:
    """Who wants everything sets them to 0."""
    weights = Weights(semantic_floor=0, keyword_floor=0, recency_floor=0)
    assert scores(Candidate(flow_id="a", semantic=0.2), weights=weights) == {"a": 0.2}


def test_recency_alone_is_no_match() -> None:
    """A flow used this morning is not offered for a problem it has nothing to do with."""
    candidates = [Candidate(flow_id="a", recency=1.0), Candidate(flow_id="b", keyword=0.4, recency=0.0)]
    assert scores(*candidates) == {"b": round(0.35 * 0.4 / 0.45, 4)}


def test_a_flow_without_a_hit_is_not_better_than_one_with() -> None:
    """Full-text search looks at every flow, so no hit is a finding and counts 0."""
    ranked = fuse([Candidate(flow_id="a", semantic=0.6), Candidate(flow_id="b", semantic=0.6, keyword=0.5)])
    assert [match.flow_id for match in ranked] == ["b", "a"]


def test_a_flow_without_an_embedding_is_not_punished() -> None:
    """A flow just imported is ranked by what there is."""
    ranked = fuse([Candidate(flow_id="new", keyword=1.0), Candidate(flow_id="old", semantic=0.6, keyword=0.5)])
    assert [match.flow_id for match in ranked] == ["new", "old"]
    assert ranked[0].parts == {"keyword": 1.0}


def test_equal_scores_keep_a_fixed_order() -> None:
    """The ranking does not change from one call to the next."""
    candidates = [Candidate(flow_id=name, keyword=0.5) for name in "cab"]
    assert [match.flow_id for match in fuse(candidates)] == ["a", "b", "c"]


@given(CANDIDATES)
def test_fused_scores_stay_between_0_and_1_and_sorted(candidates: list[Candidate]) -> None:
    """Whatever the scorers say, even out of range."""
    ranked = fuse(candidates)
    assert all(0.0 < match.score <= 1.0 for match in ranked)
    assert [match.score for match in ranked] == sorted((match.score for match in ranked), reverse=True)


@given(CANDIDATES, st.integers(0, 5), st.floats(0, 1))
def test_more_evidence_never_ranks_a_flow_lower(candidates: list[Candidate], index: int, more: float) -> None:
    """Raising the semantic score of one flow does not let another overtake it."""
    if index >= len(candidates) or candidates[index].semantic is None:
        return
    chosen = candidates[index]
    raised = Candidate(
        flow_id=chosen.flow_id,
        semantic=max(chosen.semantic or 0.0, more),
        keyword=chosen.keyword,
        recency=chosen.recency,
    )
    before = [match.flow_id for match in fuse(candidates)]
    after = [match.flow_id for match in fuse([*candidates[:index], raised, *candidates[index + 1 :]])]
    existed = any((other.semantic or 0.0) >= Weights().semantic_floor for other in candidates)
    if chosen.flow_id in before and existed:
        assert after.index(chosen.flow_id) <= before.index(chosen.flow_id)


@pytest.mark.parametrize("weights", [{"semantic": -0.1}, {"semantic": 0.0, "keyword": 0.0}, {"recency": float("nan")}])
def test_weights_that_rank_nothing_are_refused(weights: dict[str, float]) -> None:
    """A setting that cannot work is told at the start, not by odd offers."""
    with pytest.raises(ValueError, match="weights"):
        Weights(**weights)


def matches(*values: float, semantic: float | None = None) -> list[Match]:
    """Matches with these scores, best first."""
    parts = {} if semantic is None else {"semantic": semantic}
    return [Match(flow_id=f"f{number}", score=value, parts=parts) for number, value in enumerate(values)]


@pytest.mark.parametrize(
    ("ranked", "certainty", "offered"),
    [
        ([], Certainty.NONE, 0),
        (matches(0.9, 0.5, 0.4), Certainty.SURE, 1),
        (matches(0.8, 0.5), Certainty.SURE, 1),
        (matches(0.8, 0.6, 0.5, 0.4), Certainty.LIKELY, 3),
        (matches(0.8, 0.75, 0.7, 0.6), Certainty.UNSURE, 3),
        (matches(0.8, 0.78), Certainty.UNSURE, 2),
        (matches(0.5), Certainty.UNSURE, 1),
        (matches(1.0), Certainty.UNSURE, 1),
        (matches(0.05), Certainty.UNSURE, 1),
        (matches(0.9, 0.4, semantic=0.55), Certainty.UNSURE, 2),
        (matches(0.9, 0.4, semantic=0.56), Certainty.SURE, 1),
    ],
)
def test_the_lead_decides_how_much_is_offered(ranked: list[Match], certainty: Certainty, offered: int) -> None:
    """From 0.3 on the first alone, from 0.1 on three, less or a low cosine as a question."""
    result = offer(ranked)
    assert (result.certainty, len(result.matches)) == (certainty, offered)
    assert list(result.matches) == ranked[:offered]


def test_gaps_are_settings() -> None:
    """An account that wants to be asked less sets smaller gaps."""
    assert offer(matches(0.8, 0.7), Gaps(sure=0.05, likely=0.01)).certainty is Certainty.SURE


def test_recency_halves_each_month() -> None:
    """1 now, a half after the half-life, 0 if never; a clock that runs ahead does no harm."""
    assert recency(None, NOW) == 0.0
    assert recency(NOW, NOW) == 1.0
    assert recency(NOW - timedelta(days=30), NOW) == 0.5
    assert recency(NOW - timedelta(days=2), NOW, half_life=timedelta(days=1)) == 0.25
    assert recency(NOW + timedelta(hours=1), NOW) == 1.0
