"""The evaluation of matching: engineers are offered the flow that fits, and nothing surely that does not."""

import asyncio
from collections import Counter

import pytest

from core.flows.starter import sources
from tests.evals.flows.suite import NONE, Offered, offered, rates, table


@pytest.fixture(scope="module")
def found() -> list[Offered]:
    """What is offered for all problems."""
    return asyncio.run(offered())


def test_every_starter_flow_is_asked_for_in_many_ways(found: list[Offered]) -> None:
    counts = Counter(one.fits for one in found)
    assert counts.keys() == {name.removesuffix(".yaml") for name, _ in sources()} | {NONE}
    assert min(counts.values()) >= 8
    assert counts[NONE] >= 30


@pytest.mark.parametrize("unseen", [False, True])
def test_the_flow_that_fits_is_offered_first_or_among_three(found: list[Offered], *, unseen: bool) -> None:
    told = rates([one for one in found if one.unseen or not unseen])
    assert told.first / told.fitting >= 0.82
    assert told.among_three / told.fitting >= 0.92


def test_what_stands_out_is_right(found: list[Offered]) -> None:
    told = rates(found)
    assert told.sure / told.fitting >= 0.47
    assert told.sure_wrongly / told.fitting <= 0.04
    assert told.sure_of_none <= 3


def test_the_table_tells_how_many_were_found(found: list[Offered]) -> None:
    some = [one for one in found if one.fits == "mailbox-full"][:1]
    lines = list(table([*some, Offered(problem="x", fits=NONE, slugs=("vpn",), sure=True, unseen=True)]))
    assert lines[3] == "| none | 1 | 0 | 0 | 0 | 1 |"
    assert lines[-1] == "- x: vpn, not none"
