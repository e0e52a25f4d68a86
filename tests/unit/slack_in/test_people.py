"""Who people are: asked once, remembered, and never given a role because Slack was slow."""

import asyncio
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.slack import people as module
from adapters.slack.people import People
from core.errors import Unavailable

ERIN: Mapping[str, Any] = {
    "id": "U0ERIN",
    "team_id": "T0NORTHWIND",
    "name": "erin",
    "profile": {"real_name": "Erin Engineer", "email": "erin@northwind.example"},
}


class Slack:
    """Answers users.info when it is let."""

    def __init__(self, **user: Any) -> None:
        self.user = {**ERIN, **user}
        self.asked = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def ask(self, id: str) -> Mapping[str, Any]:
        self.asked += 1
        await self.go_on.wait()
        return self.user


async def nobody(id: str) -> str | None:
    return None


async def somebody(id: str) -> str | None:
    return "Erin"


async def test_a_person_is_asked_about_once() -> None:
    """However many messages come at the same time."""
    slack = Slack()
    people = People("T0NORTHWIND", slack.ask, nobody)
    found = await asyncio.gather(*(people.person("U0ERIN") for _ in range(5)))
    assert slack.asked == 1
    assert {(person.name, person.email, person.member) for person in found} == {
        ("Erin Engineer", "erin@northwind.example", True)
    }


@pytest.mark.parametrize(
    "flag",
    [
        {"is_restricted": True},
        {"is_ultra_restricted": True},
        {"is_stranger": True},
        {"deleted": True},
        {"team_id": "T0CONTOSO"},
    ],
)
async def test_guests_and_strangers_are_no_members(flag: dict[str, Any]) -> None:
    """Whatever Slack calls them."""
    people = People("T0NORTHWIND", Slack(**flag).ask, nobody)
    assert not (await people.person("U0ERIN")).member


async def test_the_people_of_another_workspace_need_no_question() -> None:
    """The payload says where they are at home."""
    slack = Slack()
    person = await People("T0NORTHWIND", slack.ask, nobody).person("U0ERIN", team="T0CONTOSO", name="erin")
    assert (person.member, person.name, slack.asked) == (False, "erin", 0)


async def test_somebody_known_is_taken_as_known_and_asked_about_afterwards() -> None:
    """The acknowledgement does not wait for Slack."""
    slack = Slack()
    slack.go_on.clear()
    people = People("T0NORTHWIND", slack.ask, somebody)
    assert (await people.person("U0ERIN")).name == "Erin"
    slack.go_on.set()
    await asyncio.gather(*people._asking.values())
    assert people.name("U0ERIN") == "Erin Engineer"


async def test_a_first_contact_waits_for_a_moment_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack brings the message again, and by then the answer is there."""
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    slack = Slack()
    slack.go_on.clear()
    people = People("T0NORTHWIND", slack.ask, nobody)
    with pytest.raises(Unavailable, match="U0ERIN"):
        await people.person("U0ERIN")
    slack.go_on.set()
    await asyncio.gather(*people._asking.values())
    assert (await people.person("U0ERIN")).member
    assert slack.asked == 1


async def test_what_slack_says_later_counts_at_once() -> None:
    """user_change makes a member a guest."""
    people = People("T0NORTHWIND", Slack().ask, nobody)
    assert (await people.person("U0ERIN")).member
    people.learn({**ERIN, "is_restricted": True})
    assert not (await people.person("U0ERIN")).member


async def test_closing_stops_asking() -> None:
    """No task is left behind."""
    slack = Slack()
    slack.go_on.clear()
    people = People("T0NORTHWIND", slack.ask, somebody)
    await people.person("U0ERIN")
    await people.close()
    assert people._asking == {}
