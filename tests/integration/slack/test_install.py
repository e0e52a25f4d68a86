"""Installing in many workspaces: who gets which account, what is refused, and what is stored."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot.installing import new_link
from core.errors import Unavailable
from core.people.model import Role
from tests.integration.slack.many import Many, many_workspaces, stored_bytes

ACME = {"id": "E0ACME", "name": "Acme Group"}


@pytest.fixture
async def many(tmp_path: Path) -> AsyncIterator[Many]:
    """Installed nowhere yet."""
    async with many_workspaces(tmp_path) as many:
        yield many


async def test_an_install_makes_an_account_that_the_installer_owns(many: Many) -> None:
    """Named after the workspace, with the starter flows; others become what the account says on first contact."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    page = await many.install(team, "U0SAM")
    assert (page.status, "FlowPilot is installed in Fabrikam" in page.text) == (200, True)
    assert [account.name for account in await many.accounts()] == ["Fabrikam"]
    desk = many.desk(team)
    await desk.event("app_mention")
    await desk.work()
    assert len(await desk.sessions()) == 1
    assert "Use this flow" in desk.said()
    found = [await many.actor("T0FABRIKAM", user) for user in ("U0SAM", "U0ERIN")]
    assert [(actor.name, actor.role) for actor in found if actor] == [
        ("Sam Engineer", Role.OWNER),
        ("Erin Engineer", Role.ENGINEER),
    ]


async def test_two_workspaces_in_two_accounts_cannot_see_each_other(many: Many) -> None:
    """The same person's id, the same channel, the same thread: what is said in one stays there."""
    north, south = many.team("T0NORTH", "North"), many.team("T0SOUTH", "South")
    await many.install(north)
    await many.install(south)
    at_north, at_south = many.desk(north), many.desk(south)
    await at_north.event("app_mention", text="<@U0FLOWPILOT> Outlook hangs at North")
    await at_north.work()
    await at_south.event("app_mention", text="<@U0FLOWPILOT> Printer jams at South")
    await at_south.work()
    assert "Outlook hangs at North" in at_north.said()
    assert "South" not in at_north.said() + at_north.whispered()
    assert "North" not in at_south.said() + at_south.whispered()
    button = at_north.button("Use this flow")
    before = at_north.said()
    await at_south.click(button)
    await at_south.work()
    assert at_north.said() == before
    assert "error" in at_south.whispered() or "session" in at_south.whispered().lower()
    refs = await at_north.sessions()
    assert [ref for ref, _, _ in refs] == ["FP-1", "FP-1"]
    await at_south.command("/flowpilot", "show FP-1")
    assert "Outlook" not in at_south.whispered()
    ours, theirs = await many.actor("T0NORTH", "U0ERIN"), await many.actor("T0SOUTH", "U0ERIN")
    assert ours is not None
    assert theirs is not None
    assert ours.account_id != theirs.account_id


async def test_a_linked_workspace_stays_with_its_account_when_it_is_installed_again(many: Many) -> None:
    """And whoever installs it again owns nothing by that."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team)
    many.slack.end(team)
    await many.install(team, "U0SAM")
    assert len(await many.accounts()) == 1
    assert await many.counts() == (1, 0)
    owner, other = await many.actor("T0FABRIKAM", "U0ERIN"), await many.actor("T0FABRIKAM", "U0SAM")
    assert owner is not None
    assert owner.role is Role.OWNER
    assert other is None


async def test_a_guest_who_installs_owns_nothing(many: Many) -> None:
    """The next full member who installs does."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    await many.install(team, "U0GUS")
    assert await many.actor("T0FABRIKAM", "U0GUS") is None
    await many.install(team, "U0SAM")
    owner = await many.actor("T0FABRIKAM", "U0SAM")
    assert owner is not None
    assert owner.role is Role.OWNER


async def test_a_link_brings_a_workspace_into_an_account_once(many: Many) -> None:
    """The owner stays, e-mail says who is the same person, and the link opens nothing any more."""
    await many.install(many.team("T0NORTH", "North"))
    (account,) = await many.accounts()
    link = f"/slack/install?link={await new_link(many.system.application, account.id)}"
    second, third = many.team("T0SECOND", "Second"), many.team("T0THIRD", "Third")
    address, cookie = await many.begin(link)
    assert (await many.install(second, link=link)).status == 200
    assert [a.name for a in await many.accounts()] == ["North"]
    late = await many.get(many.slack.allow(address, third, "U0SAM"), cookie=cookie)
    assert (late.status, "used before" in late.text) == (400, True)
    assert (await many.get(link)).status == 400
    assert await many.counts() == (2, 0)
    await many.desk(second).event("message")
    first, same = await many.actor("T0NORTH", "U0ERIN"), await many.actor("T0SECOND", "U0ERIN")
    assert first is not None
    assert same is not None
    assert (first.user_id, first.role) == (same.user_id, Role.OWNER)


async def test_a_link_expires(many: Many) -> None:
    """After seven days."""
    await many.install(many.team("T0NORTH", "North"))
    (account,) = await many.accounts()
    link = f"/slack/install?link={await new_link(many.system.application, account.id)}"
    many.clock.ahead = timedelta(days=7)
    assert (await many.get(link)).status == 400


@pytest.mark.parametrize("how", ["missing", "unknown", "used", "expired", "other browser", "no cookie"])
async def test_a_state_that_is_not_good_is_refused(many: Many, how: str) -> None:
    """A page that says so, and no code is exchanged."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    address, cookie = await many.begin()
    back = many.slack.allow(address, team, "U0ERIN")
    if how == "missing":
        back = back.partition("&state=")[0]
    elif how == "unknown":
        back, cookie = f"{back}x", f"{cookie}x"
    elif how == "used":
        await many.get(many.slack.deny(address), cookie=cookie)
    elif how == "expired":
        many.clock.ahead = timedelta(minutes=10, seconds=1)
    elif how == "other browser":
        cookie = (await many.begin())[1]
    elif how == "no cookie":
        cookie = ""
    page = await many.get(back, cookie=cookie)
    assert page.status == 400
    assert "Nothing was stored" in page.text
    assert many.slack.exchanges == []
    assert await many.accounts() == []


async def test_who_does_not_allow_it_reads_so(many: Many) -> None:
    """In plain words, and may start again."""
    address, cookie = await many.begin()
    page = await many.get(many.slack.deny(address), cookie=cookie)
    assert page.status == 200
    assert "You did not allow it" in page.text
    assert await many.accounts() == []


@pytest.mark.parametrize("error", ["invalid_code", "internal_error", "bad_client_secret"])
async def test_an_exchange_that_fails_stores_nothing(many: Many, error: str) -> None:
    """502, and the next try works."""
    team = many.team("T0FABRIKAM", "Fabrikam")
    many.slack.failing.append(error)
    assert (await many.install(team)).status == 502
    assert await many.accounts() == []
    team.api.fail("users.info", "internal_error")
    assert (await many.install(team)).status == 502
    assert await many.accounts() == []
    assert (await many.install(team)).status == 200


async def test_a_failure_between_exchange_and_store_leaves_nothing_half(
    many: Many, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Account, workspace, owner and tokens are one transaction; the next install finds nothing in its way."""

    async def lost(*_: object) -> None:
        raise Unavailable("The disk is full.")

    team = many.team("T0FABRIKAM", "Fabrikam")
    with monkeypatch.context() as broken:
        broken.setattr("bot.installing.Installs.save", lost)
        assert (await many.install(team)).status == 503
    with monkeypatch.context() as broken:
        broken.setattr("core.people.installing._own", lambda *_: 1 / 0)
        assert (await many.install(team)).status == 503
    assert await many.accounts() == []
    assert await many.counts() == (0, 0)
    assert (await many.install(team)).status == 200


async def test_no_token_can_be_read_in_the_database(tmp_path: Path) -> None:
    """Neither in the file nor in its log; states and links are hashed."""
    async with many_workspaces(tmp_path, rotating=True) as many:
        team = many.team("T0FABRIKAM", "Fabrikam")
        address, cookie = await many.begin()
        await many.get(many.slack.allow(address, team, "U0ERIN"), cookie=cookie)
        (account,) = await many.accounts()
        link = await new_link(many.system.application, account.id)
        _, waiting = await many.begin()
        known = {*many.slack.secrets, link, *(c.partition("=")[2] for c in (cookie, waiting))}
        assert len(known) >= 6
        while_it_runs = b"".join(stored_bytes(tmp_path))
    for content in (while_it_runs, *stored_bytes(tmp_path)):
        assert b"Fabrikam" in content
        assert [secret for secret in known if secret.encode() in content] == []


async def test_the_pages_are_safe_and_plain(many: Many) -> None:
    """Escaped, with a heading and a language, and nothing is loaded from elsewhere."""
    team = many.team("T0FABRIKAM", "<b>Fabrikam</b>")
    opened = await many.get("/slack/install")
    installed = await many.install(team)
    assert "&lt;b&gt;Fabrikam" in installed.text
    assert "<b>" not in installed.text
    for page in (opened, installed, await many.get("/slack/oauth_redirect?error=<script>")):
        assert "<script" not in page.text
        assert '<html lang="en">' in page.text
        assert page.text.count("<h1>") == 1
        assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["Cache-Control"] == "no-store"
    cookie = opened.headers["Set-Cookie"]
    assert all(mark in cookie for mark in ("Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"))


async def test_an_organisation_is_one_workspace_of_one_account(many: Many) -> None:
    """What comes in from any of its teams is served, and a team installed alone joins its account."""
    org = many.team("E0ACME", "Acme Group", enterprise=ACME, org=True)
    for person in org.api.users.values():
        person |= {"team_id": "T0ANY", "enterprise_user": {"enterprise_id": "E0ACME"}}
    org.api.users["U0SAM"]["enterprise_user"] = {"enterprise_id": "E0OTHER"}
    assert (await many.install(org)).status == 200
    desk = many.desk(org)
    for team, user in (("T0ONE", "U0ERIN"), ("T0TWO", "U0SAM")):
        body = {"is_enterprise_install": "true", "enterprise_id": "E0ACME", "team_id": team, "user_id": user}
        assert await desk.command("/flowpilot", f"Outlook hangs in {team}", **body) == 200
    await desk.work()
    assert [title for _, _, title in await desk.sessions()] == ["Outlook hangs in T0ONE"]
    assert await many.actor("E0ACME", "U0SAM") is None  # of another organisation: refused
    await many.install(many.team("T0ONE", "Acme One", enterprise=ACME))
    assert [account.name for account in await many.accounts()] == ["Acme Group"]


async def test_a_link_does_not_divide_an_organisation(many: Many) -> None:
    """Its workspaces belong to one account, whatever link is used."""
    await many.install(many.team("T0NORTH", "North"))
    (account,) = await many.accounts()
    await many.install(many.team("T0ONE", "Acme One", enterprise=ACME))
    link = f"/slack/install?link={await new_link(many.system.application, account.id)}"
    page = await many.install(many.team("T0TWO", "Acme Two", enterprise=ACME), link=link)
    assert (page.status, "another account" in page.text) == (400, True)
    assert await many.counts() == (2, 0)


async def test_a_link_does_not_move_a_workspace_that_has_an_account(many: Many) -> None:
    """It is said what to do, and the link stays good. To its own account a link does no harm."""
    north, south = many.team("T0NORTH", "North"), many.team("T0SOUTH", "South")
    await many.install(north)
    await many.install(south)
    account = next(account for account in await many.accounts() if account.name == "North")
    link = f"/slack/install?link={await new_link(many.system.application, account.id)}"
    page = await many.install(south, link=link)
    assert page.status == 400
    assert "belongs to an account already: South" in page.text
    assert "flowpilot accounts erase" in page.text
    assert (await many.install(north, link=link)).status == 200
    other = next(account for account in await many.accounts() if account.name == "South")
    await many.system.store.write(lambda tx: tx.directory.erase_account(other.id))
    assert (await many.install(south, link=link)).status == 200
    assert [account.name for account in await many.accounts()] == ["North"]
