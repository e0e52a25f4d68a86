"""Reading Slack's payloads safely: they are signed, but fields come and go."""

from collections.abc import Mapping
from typing import Any

__all__ = ["part", "parts", "word"]


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
        if not isinstance(value, Mapping):
            return {}
        data = value
    return data


def parts(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    value = data.get(name)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []
