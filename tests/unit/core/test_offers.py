"""Which flows are offered for a problem, and how surely."""

from dataclasses import replace

import pytest

from core.flows.handlers import import_flow
from core.flows.matching import Gaps, Weights
from core.flows.offers import offers_for
from core.ports import UnitOfWork
from tests.support.desk import Desk


@pytest.mark.parametrize(
    "problem",
    [
        "My coffee machine is broken and the user is unhappy",
        "channel here a U123",
        "the customer is angry since this morning",
        "user",
        "",
    ],
)
async def test_common_words_are_no_match(desk: Desk, problem: str) -> None:
    """Who has it and since when tells nothing of what is wrong."""
    assert await desk.look(lambda uow: offers_for(uow, problem)) == ((), False)


@pytest.mark.parametrize(
    ("problem", "slug", "sure"),
    [
        ("VPN drops at home", "vpn-wont-connect", True),
        ("backup failed last night", "backup-failed", True),
        ("printer is broken", "printer-not-printing", False),
        ("Outlook will not open", "outlook-wont-open", True),
        ("Outlook keeps asking for the password", "outlook-password-prompt", True),
        ("Outlook", "outlook-password-prompt", False),
    ],
)
async def test_the_first_stands_out_only_over_another(desk: Desk, problem: str, slug: str, *, sure: bool) -> None:
    """A lone match is a question, as is one among equals, and one that is named by a single word."""
    offers, stands_out = await desk.look(lambda uow: offers_for(uow, problem))
    assert (offers[0].flow.slug, stands_out) == (slug, sure)


@pytest.mark.parametrize(
    ("problem", "best", "other"),
    [
        ("mailbox is full", "mailbox-full", "shared-mailbox-access"),
        ("Outlook keeps asking for the password", "outlook-password-prompt", "password-reset"),
    ],
)
async def test_a_flow_that_is_about_something_more_comes_later(desk: Desk, problem: str, best: str, other: str) -> None:
    """What a flow says and the problem does not, counts against it."""
    offers, _ = await desk.look(lambda uow: offers_for(uow, problem))
    slugs = [offer.flow.slug for offer in offers]
    assert slugs[0] == best
    assert other not in slugs[:1]


async def test_a_lone_match_is_asked_about(desk: Desk) -> None:
    """In the words for one flow."""
    await desk.say("erin", "printer is broken", mention=True)
    await desk.work()
    assert "This flow may fit." in desk.said()
    assert "looks like a case" not in desk.said()


async def test_what_shares_a_word_in_passing_is_not_offered(desk: Desk) -> None:
    """Of a flow whose tree has the word alone nobody would say that it may fit."""
    assert await desk.look(lambda uow: offers_for(uow, "certificate for the first aid course")) == (
        (),
        False,
    )


async def test_a_flow_that_is_imported_again_is_searched_by_todays_words(desk: Desk) -> None:
    """Though its source is the same: what is searched of it may have become another."""

    def again(uow: UnitOfWork) -> bool:
        record = uow.flows.by_slug("vpn-wont-connect")
        assert record is not None
        uow.flows.save(replace(record, words="as it was"))
        import_flow(uow, record.source)
        return uow.flows.by_slug("vpn-wont-connect") == record

    assert await desk.change(again)


async def test_weights_and_gaps_are_the_deployments(desk: Desk) -> None:
    """Another lead makes another offer; where the keyword score counts nothing, nothing matches."""
    problem = "VPN drops at home"
    rules = desk.application.rules
    desk.application.rules = replace(rules, gaps=Gaps(sure=1.0, likely=1.0))
    offers, stands_out = await desk.look(lambda uow: offers_for(uow, problem))
    assert (offers[0].flow.slug, stands_out) == ("vpn-wont-connect", False)
    desk.application.rules = replace(rules, weights=Weights(keyword=0))
    assert await desk.look(lambda uow: offers_for(uow, problem)) == ((), False)
