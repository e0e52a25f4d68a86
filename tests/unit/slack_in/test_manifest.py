"""The manifest that administrators paste: complete, within Slack's limits, and in step with the program."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from adapters.slack.front import PATH
from adapters.slack.install import INSTALL, REDIRECT
from adapters.slack.service import SCOPES
from adapters.slack.shortcuts import SHORTCUTS, command_of
from core.turns.words import parse

ROOT = Path(__file__).parents[3]
SOURCE = (ROOT / "manifest/slack/manifest.yaml").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs/slack.md").read_text(encoding="utf-8")


@pytest.fixture
def manifest() -> dict[str, Any]:
    """As Slack reads it."""
    return dict(yaml.safe_load(SOURCE))


def test_every_scope_has_its_reason(manifest: dict[str, Any]) -> None:
    """Beside it in the manifest, and in the guide."""
    for scope in manifest["oauth_config"]["scopes"]["bot"]:
        assert re.search(rf"- {re.escape(scope)} # \w.{{10,}}", SOURCE), scope
        assert f"`{scope}`" in GUIDE
    assert set(manifest["oauth_config"]["scopes"]["bot"]) == SCOPES


def test_every_event_has_the_scope_it_needs(manifest: dict[str, Any]) -> None:
    """Slack refuses a manifest where one is missing."""
    needs = {
        "agent_session_stopped": "assistant:write",
        "app_mention": "app_mentions:read",
        "channel_id_changed": "channels:read",
        "channel_left": "channels:read",
        "group_left": "groups:read",
        "member_joined_channel": "channels:read",
        "message.channels": "channels:history",
        "message.groups": "groups:history",
        "message.im": "im:history",
        "message.mpim": "mpim:history",
        "user_change": "users:read",
    }
    events = set(manifest["settings"]["event_subscriptions"]["bot_events"])
    assert events - needs.keys() == {"app_home_opened", "app_uninstalled", "tokens_revoked"}
    assert needs.keys() <= events
    assert {needs[event] for event in events & needs.keys()} <= set(manifest["oauth_config"]["scopes"]["bot"])


#: The scopes of which Slack asks all for a method, each by the kinds of conversations that it is called for.
METHODS = {
    "agents.sessions.setStatus": ("assistant:write", "chat:write"),
    "assistant.threads.setStatus": ("chat:write",),
    "chat.appendStream": ("chat:write",),
    "chat.delete": ("chat:write",),
    "chat.postEphemeral": ("chat:write",),
    "chat.postMessage": ("chat:write", "chat:write.public"),
    "chat.startStream": ("chat:write",),
    "chat.stopStream": ("chat:write",),
    "chat.update": ("chat:write",),
    "conversations.history": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "conversations.info": ("channels:read", "groups:read", "mpim:read"),
    "conversations.members": ("channels:read", "groups:read", "mpim:read"),
    "conversations.open": ("im:write",),
    "conversations.replies": ("channels:history", "groups:history", "im:history", "mpim:history"),
    "files.completeUploadExternal": ("files:write",),
    "files.getUploadURLExternal": ("files:write",),
    "files.info": ("files:read",),
    "users.info": ("users:read", "users:read.email"),
}
#: These need none.
FREE = {"auth.test", "apps.connections.open", "chat.getPermalink", "oauth.v2.access"} | {
    f"views.{what}" for what in ("open", "push", "update", "publish")
}


def test_every_method_has_the_scopes_it_needs(manifest: dict[str, Any]) -> None:
    """Whatever the adapter calls is in the table, with all kinds of conversations that messages come from."""
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "adapters/slack").glob("*.py"))
    families = "agents|apps|assistant|auth|chat|conversations|files|oauth|users|views"
    called = set(re.findall(rf'"((?:{families})\.[a-zA-Z0-9.]+[a-zA-Z0-9])"', source))
    assert "conversations.members" in called
    assert called - METHODS.keys() - FREE == {"files.slack.com"}  # a host, and no method
    needed = {scope for method in called & METHODS.keys() for scope in METHODS[method]}
    assert needed <= set(manifest["oauth_config"]["scopes"]["bot"])


def test_it_is_declared_an_agent_that_understands_what_it_suggests(manifest: dict[str, Any]) -> None:
    """Slack's stop button and the threads of direct messages come with it; a suggestion starts no session."""
    agent = manifest["features"]["agent_view"]
    assert 0 < len(agent["agent_description"]) <= 300
    assert 0 < len(agent["suggested_prompts"]) <= 4
    for prompt in agent["suggested_prompts"]:
        assert prompt["title"]
        assert parse(prompt["message"], addressed=True) is not None
    assert "assistant_view" not in manifest["features"]
    assert "agent_session_stopped" in manifest["settings"]["event_subscriptions"]["bot_events"]


def test_its_shortcuts_and_commands_are_those_of_the_program(manifest: dict[str, Any]) -> None:
    """An entry of the menu that leads nowhere would be worse than none."""
    shortcuts = manifest["features"]["shortcuts"]
    assert {entry["callback_id"]: entry["name"] for entry in shortcuts} == SHORTCUTS
    assert all(entry["type"] == "message" for entry in shortcuts)
    assert all(command_of(callback, "words", ref="1") is not None for callback in SHORTCUTS)
    commands = [entry["command"] for entry in manifest["features"]["slash_commands"]]
    assert commands == ["/flowpilot", "/resolve", "/escalate"]


def test_every_address_leads_to_the_one_route(manifest: dict[str, Any]) -> None:
    """The guide says how often the host stands there."""
    settings = manifest["settings"]
    addresses = [entry["url"] for entry in manifest["features"]["slash_commands"]]
    addresses += [settings["event_subscriptions"]["request_url"], settings["interactivity"]["request_url"]]
    assert set(addresses) == {f"https://flowpilot.example.com{PATH}"}
    assert len(addresses) == 5
    assert "(five times)" in GUIDE


def test_what_many_workspaces_need_is_ready_to_be_switched_on(manifest: dict[str, Any]) -> None:
    """The address that Slack sends people back to stands there, commented; and the guide names what to change."""
    assert "redirect_urls" not in manifest["oauth_config"]
    many = yaml.safe_load(
        SOURCE.replace("  # redirect_urls:", "  redirect_urls:").replace("  #   - https", "    - https")
    )
    assert many["oauth_config"]["redirect_urls"] == [f"https://flowpilot.example.com{REDIRECT}"]
    assert f"`{INSTALL}`" in GUIDE
    for name in ("redirect_urls", "token_rotation_enabled: true", "org_deploy_enabled: true"):
        assert f"`{name}`" in GUIDE


def test_it_keeps_slacks_limits(manifest: dict[str, Any]) -> None:
    """Lengths as Slack documents them for manifests."""
    about, features = manifest["display_information"], manifest["features"]
    assert len(about["name"]) <= 35
    assert len(about["description"]) <= 140
    assert 175 <= len(about["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", about["background_color"])
    for entry in features["slash_commands"]:
        assert len(entry["command"]) <= 32
        assert len(entry["description"]) <= 2000
        assert len(entry["usage_hint"]) <= 1000
    for entry in features["shortcuts"]:
        assert len(entry["name"]) <= 24
        assert len(entry["description"]) <= 150
        assert len(entry["callback_id"]) <= 255
    assert len(manifest["oauth_config"]["scopes"]["bot"]) <= 255
    assert len(manifest["settings"]["event_subscriptions"]["bot_events"]) <= 100


def test_the_home_tab_messages_and_interactivity_are_on(manifest: dict[str, Any]) -> None:
    """Without them buttons do nothing, and nobody can write to the app."""
    home = manifest["features"]["app_home"]
    assert home == {"home_tab_enabled": True, "messages_tab_enabled": True, "messages_tab_read_only_enabled": False}
    assert manifest["settings"]["interactivity"]["is_enabled"] is True
    assert manifest["settings"]["token_rotation_enabled"] is False
