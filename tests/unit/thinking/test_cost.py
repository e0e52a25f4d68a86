"""The layout of requests is what makes a long session affordable."""

from tests.bench.cost import AS_MUCH, MOST, billed


def test_thirty_turns_cost_at_most_three_tenths_of_what_they_cost_without_caching() -> None:
    """By the provider's rules, with 1,200 tokens of context changing each turn."""
    assert billed("ours").total <= MOST * billed("uncached").total


def test_context_before_the_history_would_cost_as_much_as_no_caching() -> None:
    """It breaks the history's cache in every turn."""
    assert billed("before").total >= AS_MUCH * billed("uncached").total
