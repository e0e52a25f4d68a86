"""What the fields of the settings are made with."""

import ipaddress
from typing import Any

from pydantic import Field

__all__ = ["is_loopback", "setting"]


def setting(default: Any, about: str, must: str, *, secret: bool = False, shown: str = "", variable: str = "") -> Any:
    """A field that says what it is for and what it must be; `shown` is its default in words, `variable` its name in
    the environment where that does not begin with FLOWPILOT_."""
    extra: dict[str, Any] = {"must": must, "secret": secret, "shown": shown, "variable": variable}
    if callable(default):
        return Field(default_factory=default, description=about, json_schema_extra=extra, repr=not secret)
    return Field(default, description=about, json_schema_extra=extra, repr=not secret)


def is_loopback(host: str) -> bool:
    """Whether only this computer can reach the address."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
