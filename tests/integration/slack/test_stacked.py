"""Views that lie on each other: Slack takes three, and a fourth is seen all the same."""

import json

from core.codec import encode
from core.commands import Action, ListFacts, ListSessions, ShowDocumentation, ShowSession
from tests.integration.slack.desk import SlackDesk

ALL = ListSessions(status="all")


async def from_home(desk: SlackDesk, action: Action) -> None:
    """Click on the home tab: the first view opens."""
    body = desk.payload("block_actions_modal", trigger_id="home-1")
    body["view"] |= {"type": "home", "private_metadata": ""}
    body["actions"][0] |= {"value": encode(action), "action_ts": "1715001999.000100"}
    await desk.interact(body)


def on_top(desk: SlackDesk) -> str:
    """What is read in the uppermost view."""
    return json.dumps(desk.api.views[desk.api.stack[-1]], ensure_ascii=False)


async def test_a_fourth_view_takes_the_place_of_the_third(desk: SlackDesk) -> None:
    """Nothing that was clicked is lost."""
    await desk.event("app_mention")
    await desk.work()
    await from_home(desk, ALL)
    for depth, (action, words) in enumerate(
        [
            (ShowSession(session_id="FP-1"), "Owner"),
            (ListFacts(session_id="FP-1"), "onfirmed"),
            (ShowDocumentation(session_id="FP-1"), "Documentation of FP-1"),
            (ListFacts(session_id="FP-1"), "onfirmed"),
        ],
        start=2,
    ):
        await desk.click(encode(action), modal=desk.api.views[desk.api.stack[-1]])
        assert len(desk.api.stack) == min(depth, 3)
        assert words.lower() in on_top(desk).lower()
    assert desk.whispered() == "[]"


async def test_another_page_of_a_list_takes_the_place_of_the_first(desk: SlackDesk) -> None:
    """There is nothing to go back to but where the list was opened."""
    await desk.event("app_mention")
    await desk.work()
    await from_home(desk, ALL)
    seen = set()
    for _ in range(5):
        seen.add(desk.api.stack[-1])
        await desk.click(encode(ALL), modal=desk.api.views[desk.api.stack[-1]])
        assert len(desk.api.stack) == 1
        assert "FP-1" in on_top(desk)
    assert len({*seen, *desk.api.stack}) == 6


async def test_a_form_that_is_the_third_view_is_answered_in_its_place(desk: SlackDesk) -> None:
    """Slack would refuse to lay a fourth over it; over the second it is laid."""
    await desk.event("app_mention")
    await desk.work()
    body = desk.payload("view_submission")
    broken = json.dumps({"a": {"c": "NoSuchThing"}, "s": ""})
    for below, how in (("V0FIRST", "push"), ("V0SECOND", "update"), (None, "push")):
        body["view"] |= {"private_metadata": broken, "previous_view_id": below, "root_view_id": "V0FIRST"}
        _, answer = await desk.interact(body)
        assert answer["response_action"] == how
