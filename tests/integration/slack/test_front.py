"""The front door for Slack: only what Slack signed, lately, for this workspace; and the life of an installation."""

import json
from pathlib import Path
from time import time

import pytest

from bot.checking import State, check_slack
from core.errors import Misconfigured
from core.people.model import Role
from tests.integration.slack.desk import SlackDesk, slack_desk

JSON = "application/json"


@pytest.mark.parametrize(
    ("secret", "timestamp"),
    [("another-secret", ""), ("a-signing-secret-for-tests", "soon"), ("a-signing-secret-for-tests", "OLD")],
)
async def test_what_slack_did_not_sign_is_refused_and_not_stored(desk: SlackDesk, secret: str, timestamp: str) -> None:
    """A wrong secret, a timestamp that is none, and one that is too old: 401."""
    raw = json.dumps(desk.payload("message")).encode()
    timestamp = str(int(time()) - 301) if timestamp == "OLD" else timestamp
    assert (await desk.post(raw, JSON, secret=secret, timestamp=timestamp))[0] == 401
    assert await desk.sessions() == []
    assert desk.api.called("users.info") == []


async def test_a_request_without_a_signature_is_refused(desk: SlackDesk) -> None:
    """Whoever finds the address can do nothing with it."""
    async with desk.http.post("/slack/events", json=desk.payload("message")) as answer:
        assert answer.status == 401
    assert await desk.sessions() == []


async def test_slack_may_ask_whether_the_address_is_ours(desk: SlackDesk) -> None:
    """url_verification is answered with its challenge, when it is signed."""
    raw = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB"}).encode()
    status, text = await desk.post(raw, JSON)
    assert (status, json.loads(text)) == (200, {"challenge": "3eZbrw1aB"})
    assert (await desk.post(raw, JSON, secret="another-secret"))[0] == 401


async def test_what_cannot_be_read_is_a_bad_request(desk: SlackDesk) -> None:
    """Signed, but neither JSON nor a form."""
    assert (await desk.post(b"{", JSON))[0] == 400
    assert (await desk.post(b"payload=%7B", "application/x-www-form-urlencoded"))[0] == 400


async def test_another_workspace_reaches_nothing(desk: SlackDesk) -> None:
    """One token, one workspace: what is signed for another is dropped."""
    body = desk.payload("message") | {"team_id": "T0FABRIKAM", "event_id": "EvX"}
    body["authorizations"][0]["team_id"] = "T0FABRIKAM"
    assert (await desk.post(json.dumps(body).encode(), JSON))[0] == 200
    assert await desk.sessions() == []


async def test_the_workspace_gets_an_account_with_an_owner_and_flows(desk: SlackDesk) -> None:
    """Made at the first start, with the name of the workspace; the owner is known by the e-mail address."""
    (account,) = await desk.system.store.read(lambda tx: tx.directory.accounts())
    assert account.name == "Northwind"
    await desk.event("message")
    await desk.say("me, too", user="U0SAM")
    found = await desk.system.store.read(
        lambda tx: [tx.directory.actor("slack", "T0NORTHWIND", user) for user in ("U0ERIN", "U0SAM")]
    )
    assert [actor.role if actor else None for actor in found] == [Role.OWNER, Role.ENGINEER]


async def test_a_second_start_finds_the_same_account(tmp_path: Path) -> None:
    """The link between workspace and account is kept."""
    for _ in range(2):
        async with slack_desk(tmp_path) as desk:
            accounts = await desk.system.store.read(lambda tx: tx.directory.accounts())
            assert [account.name for account in accounts] == ["Northwind"]


async def test_whoever_invites_it_is_told_how_to_begin(desk: SlackDesk) -> None:
    """Privately, and only when it is FlowPilot that joined."""
    await desk.event("member_joined_channel", user="U0SAM")
    assert desk.api.whispers == []
    await desk.event("member_joined_channel")
    assert "Mention me with a problem" in str(desk.api.whispers)


@pytest.mark.parametrize("name", ["app_uninstalled", "tokens_revoked"])
async def test_the_end_of_the_installation_is_seen_in_the_readiness(desk: SlackDesk, name: str) -> None:
    """Somebody else's token may be revoked without harm."""
    await desk.event("tokens_revoked", tokens={"oauth": ["U0ERIN"], "bot": []})
    assert desk.system.slack is not None
    assert desk.system.slack.state == "ok"
    await desk.event(name)
    assert desk.system.slack.state in ("the app was uninstalled", "the token was revoked")
    async with desk.http.get("/readyz") as answer:
        assert answer.status == 503


async def test_who_becomes_a_guest_loses_the_role_at_once(desk: SlackDesk) -> None:
    """Slack says so by user_change."""
    await desk.event("message")
    await desk.event("user_change")
    await desk.command("/flowpilot", "The printer is offline")
    assert len(await desk.sessions()) == 1
    assert "engineer" in desk.whispered()


async def test_a_token_that_slack_refuses_stops_the_start(tmp_path: Path) -> None:
    """With a sentence that says what to do."""
    with pytest.raises(Misconfigured, match="SLACK_BOT_TOKEN"):
        async with slack_desk(tmp_path, slack_bot_token="xoxb-wrong"):
            pytest.fail("it started")


async def test_the_check_says_whose_token_it_is(desk: SlackDesk) -> None:
    """Or that Slack does not accept it."""
    settings = desk.system.settings
    (fine,) = await check_slack(settings)
    assert (fine.state, fine.text) == (State.OK, "the workspace Northwind, over HTTP")
    desk.api.revoked = True
    (refused,) = await check_slack(settings)
    assert refused.state is State.FAIL
    assert "SLACK_BOT_TOKEN" in refused.text
