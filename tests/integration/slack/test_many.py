"""The life of installations: uninstalled, installed anew, tokens that rotate, several processes."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from time import time
from typing import Any

import pytest
from pydantic import SecretStr

from adapters.slack.app import SlackApp
from adapters.slack.installations import SlackInstallations, SlackStates
from adapters.slack.service import SCOPES
from adapters.slack.workspaces import SlackWorkspaces
from bot.checking import State, check_slack, check_workspaces
from bot.installing import Installs
from core.errors import Rejected, Unavailable
from storage.secrets import new_key
from tests.fakes.slack_oauth import SlackOAuth, Team
from tests.integration.slack.many import Clock, Many, many_workspaces, replica


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[Many]:
    """One process, tokens that last."""
    async with many_workspaces(tmp_path) as many:
        yield many


@pytest.fixture
async def rotating(tmp_path: Path) -> AsyncIterator[Many]:
    """One process, tokens of twelve hours."""
    async with many_workspaces(tmp_path, rotating=True) as many:
        yield many


@asynccontextmanager
async def two_replicas(folder: Path, *, rotating: bool = False) -> AsyncIterator[tuple[Many, Many]]:
    """Two processes on one database, with one clock."""
    clock, key = Clock(), new_key()
    async with (
        SlackOAuth(rotating=rotating).running() as slack,
        replica(slack, folder, clock, encryption_key=key) as first,
        replica(slack, folder, clock, encryption_key=key) as second,
    ):
        yield first, second


def store_of(many: Many) -> SlackInstallations:
    return SlackInstallations(Installs(many.system.application, many.system.outside.sealer, "slack"))


def workspaces(many: Many) -> SlackWorkspaces:
    assert isinstance(many.system.slack, SlackWorkspaces)
    return many.system.slack


async def removed(many: Many, team: Team, name: str = "app_uninstalled", after: int = 0) -> int:
    """Slack tells that the app was removed, so many seconds after now."""
    desk = many.desk(team)
    body = {**desk.payload(name), "event_id": f"Ev{next(many.numbers)}", "event_time": int(time()) + after}
    return (await desk.post(json.dumps(body).encode(), "application/json"))[0]


@pytest.mark.parametrize("name", ["app_uninstalled", "tokens_revoked"])
@pytest.mark.parametrize("after", [0, 120])
async def test_uninstalling_erases_the_tokens_and_keeps_the_account(many: Many, name: str, after: int) -> None:
    """At once or later; what comes in afterwards is answered and not kept, and a new install finds the old account."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    desk = many.desk(team)
    await desk.event("app_mention")
    many.slack.end(team)
    assert await removed(many, team, name, after) == 200
    assert await many.counts() == (0, 1)
    assert await store_of(many).grant("T0FABRIKAM") is None
    assert await desk.event("app_mention", ts="1715000777.000100") == 200
    assert len(await desk.sessions()) == 1
    assert workspaces(many).state == "ok"
    await many.install(team)
    assert (await many.counts(), len(await many.accounts())) == ((1, 0), 1)
    await desk.say("it hangs again", thread="")
    assert await desk.command("/flowpilot", "Printer jams") == 200
    assert len(await desk.sessions()) == 2


async def test_news_of_an_old_end_does_not_take_a_new_installation(many: Many) -> None:
    """Slack repeats events for minutes: the token that works is kept."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    assert await removed(many, team, after=-30) == 200
    assert await many.counts() == (1, 0)


async def test_an_end_that_is_doubted_is_found_out_after_the_answer(many: Many) -> None:
    """Slack may take its time; when it does not say, the next use of the token shows it. Somebody's own token is none of ours."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    team.api.fail("auth.test", status=503)
    assert await removed(many, team) == 200
    assert await many.counts() == (1, 0)
    desk = many.desk(team)
    assert await desk.event("tokens_revoked", tokens={"oauth": ["U0ERIN"], "bot": []}) == 200
    assert await many.counts() == (1, 0)


async def test_what_is_said_of_a_team_may_mean_its_organisation(many: Many) -> None:
    """Slack need not say that the app was installed in the whole; while it takes the organisation's token, that stands."""
    org = many.team("E0ACME", "Acme Group", enterprise={"id": "E0ACME", "name": "Acme Group"}, org=True)
    await many.install(org)
    desk = many.desk(org)
    told = {**desk.payload("app_uninstalled"), "team_id": "T0ONE", "enterprise_id": "E0ACME", "authorizations": []}
    for ended, counts in ((False, (1, 0)), (True, (0, 1))):
        if ended:
            many.slack.end(org)
        body = {**told, "event_id": f"Ev{next(many.numbers)}", "event_time": int(time()) + 120}
        assert (await desk.post(json.dumps(body).encode(), "application/json"))[0] == 200
        assert await many.counts() == counts


async def test_a_token_that_slack_revoked_is_erased_when_a_call_shows_it(many: Many) -> None:
    """Though no event told so."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    many.slack.end(team, "token_revoked")
    platform = workspaces(many).platform
    with pytest.raises(Rejected):
        await platform.private("T0FABRIKAM").user("U0ERIN")
    assert await many.counts() == (0, 1)
    with pytest.raises(Rejected, match="not installed"):
        await platform.private("T0FABRIKAM").user("U0ERIN")


async def test_another_process_finds_the_new_token_when_the_old_one_is_refused(tmp_path: Path) -> None:
    """Its memory holds the old one: the call is done, with the token of the new installation."""
    async with two_replicas(tmp_path) as (first, second):
        team = first.team("T0FABRIKAM", "Fabrikam")
        await first.install(team)
        old = team.token
        private = workspaces(second).platform.private("T0FABRIKAM")
        await private.user("U0ERIN")
        first.slack.end(team)
        await removed(first, team, after=120)
        await first.install(team)
        assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
        assert team.token != old


async def test_a_token_is_renewed_before_it_ends(rotating: Many) -> None:
    """In the background, once; the old one is used meanwhile."""
    team = rotating.team("T0FABRIKAM", "Fabrikam")
    await rotating.install(team)
    old, platform = team.token, workspaces(rotating).platform
    rotating.clock.ahead = timedelta(hours=10, minutes=1)
    private = platform.private("T0FABRIKAM")
    rotating.slack.gate.clear()
    clients = await asyncio.gather(*(workspaces(rotating).tokens._fresh("T0FABRIKAM") for _ in range(5)))
    assert {client.token for client in clients} == {old}
    rotating.slack.gate.set()
    await asyncio.gather(*workspaces(rotating).tokens._renewing.values())
    assert team.token != old
    assert len(rotating.slack.exchanges) == 2
    team.dead[old] = "token_expired"
    assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
    stored = await store_of(rotating).grant("T0FABRIKAM")
    assert stored is not None
    assert stored.token == team.token
    assert stored.slack.bot_refresh_token == team.refresh


async def test_a_quiet_workspace_gets_a_new_token_when_it_speaks_again(rotating: Many) -> None:
    """Its token has ended long ago: the call waits for the new one."""
    team = rotating.team("T0FABRIKAM", "Fabrikam")
    await rotating.install(team)
    rotating.slack.expire(team)
    rotating.clock.ahead = timedelta(days=3)
    await rotating.desk(team).event("app_mention")
    await rotating.desk(team).work()
    assert "Use this flow" in rotating.desk(team).said()
    assert len(rotating.slack.exchanges) == 2


async def test_a_token_that_ended_early_is_renewed_when_slack_says_so(rotating: Many) -> None:
    """Whatever our clock says."""
    team = rotating.team("T0FABRIKAM", "Fabrikam")
    await rotating.install(team)
    rotating.slack.expire(team)
    private = workspaces(rotating).platform.private("T0FABRIKAM")
    assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
    assert len(rotating.slack.exchanges) == 2


async def test_a_renewal_that_fails_is_tried_again(rotating: Many) -> None:
    """While the old token is good it is used; afterwards calls wait for Slack to come back."""
    team = rotating.team("T0FABRIKAM", "Fabrikam")
    await rotating.install(team)
    old, private = team.token, workspaces(rotating).platform.private("T0FABRIKAM")
    rotating.slack.failing += ["service_unavailable"]
    rotating.clock.ahead = timedelta(hours=11)
    assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
    await asyncio.gather(*workspaces(rotating).tokens._renewing.values(), return_exceptions=True)
    assert team.token == old
    rotating.slack.failing += ["service_unavailable"]
    rotating.clock.ahead = timedelta(hours=13)
    with pytest.raises(Unavailable):
        await private.user("U0ERIN")
    rotating.clock.ahead = timedelta(hours=14)
    assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
    assert team.token != old


async def test_new_tokens_that_could_not_be_stored_are_stored_later(
    rotating: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Slack takes the old refresh token no more, so it is not asked again."""
    team = rotating.team("T0FABRIKAM", "Fabrikam")
    await rotating.install(team)
    tokens, private = workspaces(rotating).tokens, workspaces(rotating).platform.private("T0FABRIKAM")

    async def down(*_: object) -> None:
        raise Unavailable("The database does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr("bot.installing.Installs.renew", down)
        rotating.clock.ahead = timedelta(hours=11)
        assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
        await asyncio.gather(*tokens._renewing.values(), return_exceptions=True)
    rotating.clock.ahead = timedelta(hours=13)
    assert (await private.user("U0ERIN"))["id"] == "U0ERIN"
    assert len(rotating.slack.exchanges) == 2
    stored = await store_of(rotating).grant("T0FABRIKAM")
    assert stored is not None
    assert stored.slack.bot_refresh_token == team.refresh


async def test_two_processes_renew_once(tmp_path: Path) -> None:
    """A refresh token is good once: the second waits for what the first has stored."""
    async with two_replicas(tmp_path, rotating=True) as (first, second):
        team = first.team("T0FABRIKAM", "Fabrikam")
        await first.install(team)
        privates = [workspaces(one).platform.private("T0FABRIKAM") for one in (first, second)]
        await asyncio.gather(*(private.user("U0ERIN") for private in privates))
        first.slack.expire(team)
        first.clock.ahead = timedelta(hours=13)
        found = await asyncio.gather(*(private.user("U0ERIN") for private in privates * 3))
        assert [user["id"] for user in found] == ["U0ERIN"] * 6
        assert len(first.slack.exchanges) == 2


async def test_what_is_for_an_unknown_workspace_is_answered_and_not_kept(many: Many) -> None:
    """200, a line in the log, no row, and nothing asked of Slack."""
    team = many.team("T0NOWHERE", "Nowhere")
    assert await many.desk(team).event("app_mention") == 200
    assert await removed(many, team) == 200
    assert await many.desk(team).sessions() == []
    assert team.api.calls == []


async def test_a_click_reads_no_installation_from_the_database(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    """The workspace's service is known after the first payload, and forgotten when it is installed anew."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    read: list[str] = []
    find = Installs.find

    async def counted(self: Installs, workspace: str) -> object:
        read.append(workspace)
        return await find(self, workspace)

    monkeypatch.setattr("bot.installing.Installs.find", counted)
    desk = many.desk(team)
    await desk.event("app_mention")
    await desk.work()
    assert read == ["T0FABRIKAM"]
    await desk.click(desk.button("Use this flow"))
    assert read == ["T0FABRIKAM"]
    await many.install(team)
    await desk.command("/flowpilot", "help")
    assert read == ["T0FABRIKAM"] * 2


async def test_what_is_kept_of_quiet_workspaces_is_bounded(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are read again when somebody speaks there."""
    monkeypatch.setattr(workspaces(many), "_most", 1)
    monkeypatch.setattr(workspaces(many).tokens, "_most", 1)
    teams = [many.team(f"T0{name}", name.title()) for name in ("NORTH", "SOUTH")]
    for team in teams:
        await many.install(team)
    for text in ("Outlook hangs", "Printer jams"):
        for team in teams:
            assert await many.desk(team).command("/flowpilot", text) == 200
            assert list(workspaces(many)._services) == [team.id]
    await many.desk(teams[0]).work()
    assert len(await many.desk(teams[0]).sessions()) == 4
    assert all("Outlook hangs" in many.desk(team).said() for team in teams)


async def test_the_stores_are_those_of_slack_sdk(many: Many) -> None:
    """Found by team, not by another one; deleted; a state is good once."""
    await many.install(many.team("T0FABRIKAM", "Fabrikam"))
    store = store_of(many)
    where: dict[str, Any] = {"enterprise_id": None, "team_id": "T0FABRIKAM"}
    bot = await store.async_find_bot(**where)
    found = await store.async_find_installation(**where, user_id="U0ERIN")
    assert bot is not None
    assert found is not None
    assert (bot.bot_id, found.user_id, bot.bot_token) == ("B0FLOWPILOT", "U0ERIN", found.bot_token)
    assert await store.async_find_installation(**where, user_id="U0SAM") is None
    assert await store.async_find_bot(enterprise_id="E0ACME", team_id="T0FABRIKAM", is_enterprise_install=True) is None
    await store.async_delete_installation(**where, user_id="U0ERIN")
    assert await store.async_find_bot(**where) is not None
    await store.async_delete_all(**where)
    assert await store.async_find_bot(**where) is None
    states = SlackStates(Installs(many.system.application, many.system.outside.sealer, "slack"))
    state = await states.async_issue()
    assert [await states.async_consume(state), await states.async_consume(state)] == [True, False]


async def test_bolt_takes_nothing_from_the_environment(many: Many, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would keep installations in files of its own."""
    for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET", "SLACK_BOT_TOKEN", "SLACK_SIGNING_SECRET"):
        monkeypatch.setenv(name, "123.456")
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    await many.desk(team).event("app_mention")
    (service,) = workspaces(many)._services.values()
    app: SlackApp = service.app
    assert app._bolt.oauth_flow is None
    assert app._bolt.installation_store is None


async def test_the_check_says_where_to_install(many: Many) -> None:
    """Nothing is asked of Slack: there may be no workspace yet."""
    (found,) = await check_slack(many.system.settings)
    assert found.text == "many workspaces, over HTTP; they are installed at http://127.0.0.1:3978/slack/install"


async def test_the_check_names_workspaces_that_did_not_give_all_it_asks_for(many: Many) -> None:
    """They were installed before the manifest was changed; one that is uninstalled is none of them."""
    old, gone = many.team("T0OLD", "Old"), many.team("T0GONE", "Gone")
    old.scope = gone.scope = ",".join(sorted(SCOPES - {"assistant:write", "files:read"}))
    for team in (old, gone, many.team("T0NEW", "New")):
        await many.install(team)
    await removed(many, gone, after=120)
    counted, lacking = await check_workspaces(many.system.store, many.system.settings)
    assert (counted.state, counted.text) == (State.OK, "2 installed, 1 uninstalled")
    assert (lacking.state, lacking.text) == (State.WARN, "Old lacks assistant:write, files:read")
    assert "/slack/install" in lacking.remedy
    other = many.system.settings.model_copy(update={"encryption_key": (SecretStr(new_key()),)})
    unreadable = (await check_workspaces(many.system.store, other))[1]
    assert (unreadable.state, "does not decrypt" in unreadable.text) == (State.FAIL, True)
