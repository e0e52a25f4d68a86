"""What people click in Slack: buttons, forms, slash commands, shortcuts, the home tab."""

import asyncio
import json
from datetime import UTC, datetime

import pytest

from core.codec import encode
from core.commands import OpenResolve, ShowSession
from core.ids import new_id
from core.people.model import Role, User
from core.people.system import system_actor
from core.ports import Transaction
from tests.integration.slack.desk import SlackDesk, button_in


async def test_a_click_opens_a_modal_that_posts_the_note(desk: SlackDesk) -> None:
    """Through the fix, its outcome and the form, to the note in the thread."""
    await desk.until_the_fix()
    await desk.click(desk.button("Apply"))
    await desk.work()
    await desk.click(desk.button("Resolve…"))
    await desk.work()
    view = desk.view()
    assert "will be recorded as" in json.dumps(view)
    assert await desk.submit(view) == (200, {"response_action": "clear"})
    await desk.work()
    assert [status for _, status, _ in await desk.sessions()] == ["resolved"]
    assert "## Resolution" in desk.said()
    assert "FP-1 is resolved" in desk.whispered()


async def test_a_button_in_a_modal_changes_that_modal(desk: SlackDesk) -> None:
    """Edit turns the note into a field, nothing is opened on top; what is typed there goes along with another button."""
    await desk.until_the_fix()
    await desk.click(desk.button("Apply"))
    await desk.work()
    await desk.click(desk.button("Resolve…"))
    await desk.work()
    edit = button_in(desk.view(), "Edit")
    opened = len(desk.api.called("views.open"))
    await desk.click(edit, modal=desk.view())
    assert len(desk.api.called("views.open")) == opened
    note = next(block for block in desk.view()["blocks"] if block.get("type") == "input")
    assert note["block_id"].startswith("text")
    await desk.click(button_in(desk.view(), "Change"), modal=desk.view(), typed={"text": "My own words."})
    await desk.submit(desk.view(), outcome="keep")
    await desk.work()
    assert "My own words." in json.dumps(desk.view())


async def test_wrong_fields_are_said_at_the_field_and_a_correction_counts(desk: SlackDesk) -> None:
    """The form stays open: Slack sends the same view and hash again, with other words in it."""
    await desk.event("message")
    await desk.work()
    await desk.click(desk.button("Escalate…"))
    view = desk.view()
    wrong = {"response_action": "errors", "errors": {"reason": "Say why, in a few words."}}
    assert await desk.submit(view, reason="  ") == (200, wrong)
    assert await desk.submit(view, reason="  ") == (200, wrong)
    _, answer = await desk.submit(view, reason="Needs rights that I lack")
    assert answer["response_action"] == "update"
    assert "Drafting" in json.dumps(answer["view"]) or "What we" in json.dumps(answer["view"])


async def test_a_form_that_is_submitted_twice_posts_once(desk: SlackDesk) -> None:
    """A double click, or a delivery that is repeated."""
    await desk.until_the_fix()
    await desk.click(desk.button("Apply"))
    await desk.work()
    await desk.click(desk.button("Resolve…"))
    await desk.work()
    view = desk.view()
    answers = await asyncio.gather(desk.submit(view), desk.submit(view))
    assert {status for status, _ in answers} == {200}
    await desk.work()
    assert desk.said().count("## Resolution") == 1


async def test_a_click_that_is_delivered_again_counts_once(desk: SlackDesk) -> None:
    """By its action_ts, action and person."""
    await desk.until_the_fix()
    value = desk.button("Apply")
    body = desk.payload("block_actions")
    body["actions"][0]["value"] = value
    for _ in range(3):
        assert await desk.interact(body) == (200, {})
    await desk.work()
    applied = await desk.system.store.read(
        lambda tx: [event for event in _timeline(desk, tx) if event == "fix_applied"]
    )
    assert len(applied) == 1


def _timeline(desk: SlackDesk, transaction: Transaction) -> list[str]:
    actor = system_actor(transaction.directory.accounts()[0].id)
    uow = transaction.unit(actor, desk.system.outside.clock.now(), desk.system.application.rules)
    session = uow.sessions.by_number(1)
    assert session is not None
    return [event.kind for event in uow.timeline.of(session.id)]


async def test_a_tampered_button_is_refused_privately(desk: SlackDesk) -> None:
    """Unknown commands and other accounts' sessions change nothing."""
    await desk.event("message")
    for value in ('{"c":"DropEverything"}', "not json", encode(ShowSession(session_id="somebody-elses"))):
        assert await desk.click(value) == (200, {})
    assert len(desk.api.answers) == 3
    assert [status for _, status, _ in await desk.sessions()] == ["active"]


async def test_a_private_answer_finds_its_way_when_the_address_has_expired(desk: SlackDesk) -> None:
    """Then it is a new ephemeral message in the thread."""
    await desk.event("message")
    await desk.click('{"c":"ListSessions"}', response_url=desk.response_url("expired-1"))
    assert "FP-1" in str(desk.api.whispers)


async def test_a_modal_that_came_too_late_is_said(desk: SlackDesk) -> None:
    """A trigger lives for three seconds."""
    await desk.event("message")
    body = desk.payload("block_actions", response_url=desk.response_url("late"))
    body["actions"][0]["value"] = encode(OpenResolve())
    desk.api.triggers[body["trigger_id"]] = "expired"
    await desk.interact(body)
    assert "Click once more" in desk.whispered()


async def test_slash_commands(desk: SlackDesk) -> None:
    """A problem starts a session in a thread of its own; /resolve finds the one open session of the channel."""
    assert await desk.command("/resolve") == 200
    assert "You have no open session here" in desk.whispered()
    assert await desk.command("/flowpilot", "The VPN will not connect") == 200
    await desk.work()
    assert await desk.sessions() == [("FP-1", "active", "The VPN will not connect")]
    assert await desk.command("/resolve") == 200
    assert desk.view()["title"]["text"] == "Resolve FP-1"


async def test_with_several_sessions_one_is_picked_privately(desk: SlackDesk) -> None:
    """Each is a button that goes on with what was asked."""
    await desk.command("/flowpilot", "The VPN will not connect")
    await desk.command("/flowpilot", "The printer is offline")
    await desk.command("/escalate")
    assert "Which session?" in desk.whispered()
    assert desk.api.views == {}
    await desk.command("/escalate", "FP-2")
    assert desk.view()["title"]["text"] == "Escalate FP-2"


async def test_a_slash_command_that_is_delivered_again_counts_once(desk: SlackDesk) -> None:
    """By its trigger id."""
    for _ in range(3):
        await desk.command("/flowpilot", "The VPN will not connect", trigger_id="7.7.a")
    assert len(await desk.sessions()) == 1


async def test_message_shortcuts(desk: SlackDesk) -> None:
    """Any message starts a session in its thread; a fact is kept; resolve and escalate open their forms."""
    body = desk.payload("message_action", response_url=desk.response_url("start"))
    assert await desk.interact(body) == (200, {})
    assert await desk.sessions() == [("FP-1", "active", "The VPN will not connect & says **error 809**")]
    for number, (name, title) in enumerate((("fp_resolve", "Resolve FP-1"), ("fp_escalate", "Escalate FP-1"))):
        await desk.interact(body | {"callback_id": name, "trigger_id": f"shortcut-{number}"})
        assert desk.view()["title"]["text"] == title
    await desk.interact(body | {"callback_id": "fp_fact", "trigger_id": "shortcut-fact"})
    await desk.say("facts", thread="1714990000.000100")
    assert "error 809" in str(desk.api.whispers)
    assert await desk.interact(body | {"callback_id": "unheard_of", "trigger_id": "shortcut-x"}) == (200, {})


async def test_an_alert_of_another_bot_starts_a_session_with_its_words(desk: SlackDesk) -> None:
    """It has no text of its own: the words are in its attachments or blocks."""
    alert: dict[str, object] = {"ts": "1714990000.000100", "bot_id": "B0RMM", "text": "", "blocks": []}
    alert["attachments"] = [{"title": "Disk almost full", "text": "C: on SRV-02 has 2 %", "fallback": "Disk"}]
    body = desk.payload("message_action", response_url=desk.response_url("start"), message=alert)
    assert await desk.interact(body) == (200, {})
    assert [title for _, _, title in await desk.sessions()] == ["Disk almost full C: on SRV-02 has 2 %"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("status", "FP-1"),
        ("facts", "Nothing confirmed"),
        ("link T-1001", ""),
        ("pause", ""),
        ("abandon", ""),
        ("list", "FP-1"),
        ("start", "Say what is wrong"),
        ("help", "Start"),
    ],
)
async def test_words_after_the_command_are_operations(desk: SlackDesk, text: str, told: str) -> None:
    """On the one open session of the channel; none starts another."""
    await desk.command("/flowpilot", "start The VPN will not connect")
    assert await desk.command("/flowpilot", text) == 200
    assert [title for _, _, title in await desk.sessions()] == ["The VPN will not connect"]
    assert told in desk.whispered()


async def test_notes_shows_the_note_privately(desk: SlackDesk) -> None:
    """As `preview` does."""
    await desk.command("/flowpilot", "The VPN will not connect")
    await desk.command("/flowpilot", "notes")
    assert len(desk.api.views) == 1
    assert len(await desk.sessions()) == 1


async def test_the_home_tab_shows_what_is_open_and_what_waits(desk: SlackDesk) -> None:
    """With buttons that work there, in modals, since nothing can be whispered on it."""
    await desk.event("message")
    await desk.event("app_home_opened")
    home = json.dumps(desk.api.homes["U0ERIN"], ensure_ascii=False)
    assert "FP-1" in home
    assert "next: say what you see" in home
    show = button_in(desk.api.homes["U0ERIN"], "Show")
    body = desk.payload("block_actions_modal")
    body["view"] |= {"type": "home", "private_metadata": ""}
    body["actions"][0]["value"] = show
    await desk.interact(body)
    assert "What we know" in json.dumps(desk.view())
    await desk.event("app_home_opened", tab="messages", user="U0SAM")
    assert "U0SAM" not in desk.api.homes


async def test_people_are_found_while_somebody_types(desk: SlackDesk) -> None:
    """Where more work here than a menu holds; what cannot be read finds nobody."""
    await desk.event("message")
    await desk.work()
    await desk.system.store.write(lambda transaction: _hire(transaction, 150))
    await desk.click(desk.button("Escalate…"))
    view = desk.view()
    (field,) = [block["element"] for block in view["blocks"] if block.get("block_id") == "person"]
    assert field["type"] == "external_select"
    typed = {"block_id": "person", "action_id": field["action_id"], "value": "engineer 14"}
    body = desk.payload("block_suggestion", **typed, view=view)
    status, answer = await desk.interact(body)
    assert status == 200
    assert [option["text"]["text"] for option in answer["options"]] == [
        f"Engineer {number}" for number in range(140, 150)
    ]
    assert all(option["value"] for option in answer["options"])
    assert await desk.interact({**body, "action_id": "v:0000"}) == (200, {"options": []})


def _hire(transaction: Transaction, many: int) -> None:
    """So many engineers more."""
    workspace = transaction.directory.workspace("slack", "T0NORTHWIND")
    assert workspace is not None
    now = datetime.now(UTC)
    for number in range(many):
        name = f"Engineer {number:03}"
        transaction.directory.add_user(
            User(id=new_id(now), account_id=workspace.account_id, name=name, role=Role.ENGINEER, created_at=now)
        )
