"""Reading Slack's payloads safely: they are signed, but fields come and go."""

from collections.abc import Mapping
from typing import Any

__all__ = ["is_shared", "part", "parts", "word", "workspace_of"]


def word(data: Mapping[str, Any], *names: str) -> str:
    """The text under the first of the names that holds one, or ""."""
    for name in names:
        value = data.get(name)
        if isinstance(value, str) and value:
            return value
    return ""


def part(data: Mapping[str, Any], *path: str) -> Mapping[str, Any]:
    """The object at the path, or an empty one."""
    for name in path:
        value = data.get(name)
        if not isinstance(value, dict):  # as JSON has it; to ask for any mapping takes seven times as long
            return {}
        data = value
    return data


def parts(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    value = data.get(name)
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def workspace_of(body: Mapping[str, Any]) -> str:
    """Which installation a payload is for: the team's id, or the organisation's where the app is installed in a whole one.

    In a shared channel the installation differs from where it happened: `authorizations` and `app_installed_team_id` say it.
    """
    authorization = next(iter(parts(body, "authorizations")), {})
    view = part(body, "view")
    if any(source.get("is_enterprise_install") in (True, "true") for source in (authorization, body)):
        enterprise = word(authorization, "enterprise_id") or word(body, "enterprise_id")
        return enterprise or word(part(body, "enterprise"), "id")
    return (
        word(view, "app_installed_team_id")
        or word(authorization, "team_id")
        or word(body, "team_id")
        or word(part(body, "team"), "id")
        or word(part(body, "user"), "team_id")
    )


def is_shared(channel: Mapping[str, Any]) -> bool:
    """Whether people of other organisations are in it; other teams of one's own organisation are none."""
    across = channel.get("is_shared") is True and channel.get("is_org_shared") is not True
    return across or channel.get("is_ext_shared") is True
