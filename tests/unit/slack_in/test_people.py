"""Who people are: nothing waits for Slack, and what is known is asked anew when it is old."""

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

import pytest

from adapters.slack import people as people_of_slack
from adapters.slack.payloads import is_shared
from adapters.slack.people import AT_ONCE, People, person_of
from core.errors import Unavailable
from core.people.model import FRESH, Standing, WorkspaceRef
from core.people.register import Register
from core.people.system import system_actor
from tests.support.desk import Desk

ERIN: Mapping[str, Any] = {
    "id": "erin",
    "team_id": "T0NORTHWIND",
    "name": "erin",
    "profile": {"real_name": "Erin Engineer", "email": "erin@northwind.example"},
}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for who could be read together with others."""
    monkeypatch.setattr(people_of_slack, "GATHERED", 0)


class Slack:
    """Answers users.info when it is let."""

    def __init__(self, desk: Desk, **user: Any) -> None:
        self.user = {**ERIN, **user}
        self.asked: list[str] = []
        self.go_on = asyncio.Event()
        self.go_on.set()
        workspace = WorkspaceRef(platform="fake", external_id="northwind")
        self.register = Register(desk.store, desk.clock, desk.application.rules, workspace)

    async def ask(self, id: str) -> Mapping[str, Any]:
        self.asked.append(id)
        await self.go_on.wait()
        return {**self.user, "id": id}

    def people(self, organisation: str = "") -> People:
        return People("T0NORTHWIND", self.ask, self.register, organisation)


async def test_a_payload_is_read_without_a_question(desk: Desk) -> None:
    """Whether somebody is a member is for core to know. Who is known is asked about once, afterwards."""
    slack = Slack(desk)
    slack.go_on.clear()
    people = slack.people()
    found = [people.person("erin") for _ in range(5)]
    assert {(person.name, person.member) for person in found} == {("erin", None)}
    slack.go_on.set()
    await people.settled()
    assert slack.asked == ["erin"]
    assert people.person("erin").name == "Erin Engineer"
    known = await slack.register.person("erin")
    assert known is not None
    assert (known.name, known.email) == ("Erin Engineer", "erin@northwind.example")


async def test_of_those_who_are_not_known_core_asks(desk: Desk) -> None:
    """Unless they were mentioned, which needs their name alone: they are not made known by it."""
    slack = Slack(desk)
    people = slack.people()
    assert people.person("somebody").member is None
    await people.settled()
    assert slack.asked == []
    people.notice(["mentioned"])
    await people.settled()
    assert slack.asked == ["mentioned"]
    assert people.name("mentioned") == "Erin Engineer"
    assert await slack.register.person("mentioned") is None


async def test_many_new_faces_are_read_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In bites of which each leaves the database free for others; nobody is left out."""
    slack = Slack(desk)
    read: list[int] = []
    people_of = slack.register.people

    async def counting(ids: Iterable[str]) -> Mapping[str, Any]:
        read.append(len(list(ids)))
        return await people_of(ids)

    monkeypatch.setattr(slack.register, "people", counting)
    people = slack.people()
    for number in range(AT_ONCE + 1):
        people.person(f"passer-by-{number}")
    people.person("erin")
    await people.settled()
    assert read[:2] == [AT_ONCE, 2]
    assert people.name("erin") == "Erin Engineer"


@pytest.mark.parametrize("error", [Unavailable("The database is closed."), RuntimeError("nobody thought of it")])
async def test_who_could_not_be_looked_at_is_looked_at_again(
    error: Exception, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When they are heard of the next time. It costs nobody else."""
    slack = Slack(desk)
    people = slack.people()
    people_of = slack.register.people

    async def broken(ids: Iterable[str]) -> Mapping[str, Any]:
        if "erin" not in ids:
            return await people_of(ids)
        raise error

    monkeypatch.setattr(slack.register, "people", broken)
    for number in range(AT_ONCE - 1):
        people.person(f"passer-by-{number}")
    people.person("erin")
    people.notice(["sam"])
    await people.settled()
    assert (people.name("erin"), people.name("sam")) == ("erin", "Erin Engineer")
    monkeypatch.setattr(slack.register, "people", people_of)
    people.person("erin")
    await people.settled()
    assert people.name("erin") == "Erin Engineer"


async def test_a_restart_asks_nothing_again(desk: Desk) -> None:
    """What was said is in the database, until it is old."""
    slack = Slack(desk)
    for wait, asked in ((0, 1), (0, 1), (FRESH.total_seconds() + 1, 2)):
        desk.clock.pass_by(seconds=wait)
        people = slack.people()
        people.person("erin")
        await people.settled()
        assert len(slack.asked) == asked


@pytest.mark.parametrize(
    ("flag", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"is_restricted": True}, Standing.GUEST),
        ({"is_ultra_restricted": True}, Standing.GUEST),
        ({"is_stranger": True}, Standing.GUEST),
        ({"team_id": "T0CONTOSO"}, Standing.GUEST),
        ({"deleted": True}, Standing.NOBODY),
        ({"is_bot": True}, Standing.NOBODY),
        ({"id": "USLACKBOT"}, Standing.NOBODY),
    ],
)
def test_guests_strangers_and_bots_are_no_members(flag: dict[str, Any], standing: Standing) -> None:
    """Whatever Slack calls them; bots and closed accounts do not read along."""
    assert person_of({**ERIN, **flag}, "T0NORTHWIND").standing is standing


@pytest.mark.parametrize(
    ("team", "organisation", "member"),
    [
        ("T0CONTOSO", "", False),
        ("T0NORTHWIND", "", None),
        ("E0ACME", "", None),
        ("E0ACME", "E0NORTH", None),
        ("T0CONTOSO", "E0NORTH", None),
        ("", "", None),
    ],
)
async def test_only_another_team_makes_an_outsider(
    desk: Desk, team: str, organisation: str, member: bool | None
) -> None:
    """The id of an organisation does not, and of teams of an organisation Slack has to be asked."""
    slack = Slack(desk)
    people = slack.people(organisation)
    assert people.person("nobody-known", team=team, name="erin").member is member
    await people.settled()
    assert slack.asked == []


async def test_what_slack_says_by_itself_counts_for_every_process(desk: Desk) -> None:
    """user_change makes a member a guest: they have no role from then on, and are no engineer of the account."""
    slack = Slack(desk)

    def roles(transaction: Any) -> tuple[Any, list[str]]:
        uow = transaction.unit(system_actor(desk.accounts["northwind"]), desk.clock.now(), desk.application.rules)
        actor = transaction.directory.actor("fake", "northwind", "erin")
        return actor.role, [user.name for user in uow.users.with_role("engineer")]

    assert await desk.store.read(roles) == ("engineer", ["Erin", "Sam"])
    await slack.people().learn({**ERIN, "is_restricted": True})
    assert await desk.store.read(roles) == (None, ["Sam"])
    await slack.people().learn(ERIN)
    assert await desk.store.read(roles) == ("engineer", ["Erin", "Sam"])


async def test_closing_stops_asking(desk: Desk) -> None:
    """No task is left behind."""
    slack = Slack(desk)
    slack.go_on.clear()
    people = slack.people()
    people.person("erin")
    await people.close()
    assert len(asyncio.all_tasks()) == 1


@pytest.mark.parametrize(
    ("channel", "shared"),
    [
        ({"is_shared": True, "is_ext_shared": True}, True),
        ({"is_shared": True, "is_org_shared": True}, False),
        ({"is_shared": True, "is_org_shared": True, "is_ext_shared": True}, True),
        ({"is_shared": False, "is_pending_ext_shared": True}, False),
    ],
)
def test_other_organisations_are_guests_and_teams_of_the_own_are_not(channel: dict[str, Any], shared: bool) -> None:
    """As conversations.info says it."""
    assert is_shared(channel) is shared
