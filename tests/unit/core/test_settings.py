"""The settings that people change in chat (SPEC 5, 9)."""

from dataclasses import replace

import pytest

from core.commands import SaveSettings
from core.people.model import User
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.views import Close, FieldErrors, Form, Input
from tests.support.desk import Desk, form_of, notice_of
from tests.unit.core.walking import user_id


async def settings(desk: Desk) -> AccountSettings:
    return AccountSettings.of((await desk.look(lambda uow: uow.accounts.get())).settings)


async def opened(desk: Desk, who: str = "adam") -> Form:
    return form_of(await desk.type(who, "settings"))


async def person(desk: Desk, name: str) -> User:
    id = await user_id(desk, name)
    found = await desk.look(lambda uow: uow.users.get(id))
    assert found is not None
    return found


async def test_an_engineer_sets_their_own_time_zone_and_nothing_else(desk: Desk) -> None:
    """The account's settings are not in their form, and not theirs to send."""
    form = await opened(desk, "erin")
    assert [block.name for block in form.body if isinstance(block, Input)] == ["zone"]
    assert isinstance(await desk.submit("erin", form, zone="America/New_York"), Close)
    assert (await person(desk, "Erin")).zone == "America/New_York"
    refused = notice_of(await desk.send("erin", SaveSettings(account=True, zone="UTC", queues="Mine")))
    assert refused.error
    assert "admin" in refused.markdown
    assert (await settings(desk)).queues == ()
    assert (await person(desk, "Erin")).zone == "America/New_York"


async def test_an_admin_sets_the_accounts(desk: Desk) -> None:
    """And the form shows what was set."""
    form = await opened(desk)
    chosen = {
        "visibility": "customer",
        "resolved_status": "",
        "escalated_status": "Waiting",
        "time_entries": "no",
        "queues": "Network, Servers",
        "escalation_channel": "#escalations",
    }
    assert isinstance(await desk.submit("adam", form, **chosen), Close)
    found = await settings(desk)
    assert (found.resolution_visible, found.time_entries, found.queues) == (True, False, ("Network", "Servers"))
    assert (found.resolved_status, found.escalated_status) == ("", "Waiting")
    shown = {block.name: block.value for block in (await opened(desk)).body if isinstance(block, Input)}
    assert shown["escalation_channel"] == "escalations"
    assert shown["queues"] == "Network, Servers"


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("zone", "Atlantis"),
        ("zone", ""),
        ("zone", "/etc/passwd"),
        ("zone", "Europe"),
        ("visibility", "world"),
        ("queues", "x" * 81),
        ("resolved_status", "x" * 81),
    ],
)
async def test_a_wrong_setting_marks_its_field_and_saves_nothing(desk: Desk, field: str, wrong: str) -> None:
    """Neither the account's part nor one's own."""
    before, zone = await settings(desk), (await person(desk, "Adam")).zone
    values = {"zone": "Europe/Berlin", "escalated_status": "Waiting", field: wrong}
    reply = await desk.submit("adam", await opened(desk), **values)
    assert isinstance(reply, FieldErrors)
    assert set(reply.fields) == {field}
    assert (await settings(desk), (await person(desk, "Adam")).zone) == (before, zone)


async def test_a_channel_of_another_platform_stays_there_when_something_else_is_saved(desk: Desk) -> None:
    """The form shows it by its id alone; only another id is one of the platform that it is typed on."""

    def elsewhere(uow: UnitOfWork) -> None:
        account = uow.accounts.get()
        uow.accounts.save(replace(account, settings={"escalation_channel": "teams-workspace/19:abc"}))

    await desk.change(elsewhere)
    await desk.submit("adam", await opened(desk), zone="Europe/Berlin")
    assert (await settings(desk)).escalation_channel == "teams-workspace/19:abc"
    await desk.submit("adam", await opened(desk), escalation_channel="escalations")
    workspace, _, channel = (await settings(desk)).escalation_channel.partition("/")
    assert (workspace != "teams-workspace", channel) == (True, "escalations")
    await desk.submit("adam", await opened(desk), escalation_channel="")
    assert (await settings(desk)).escalation_channel == ""
