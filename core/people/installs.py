"""Installations: what a chat platform gave FlowPilot for a workspace, and the keys that guard the way to it."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

__all__ = ["Install", "InstallKey", "Installation", "KeyKind"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """What an adapter hands in and gets back: the way to speak in one workspace, or in all of an organisation.

    `workspace` is the platform's id, `organisation` that of the organisation above it ("" for none): its workspaces belong to
    one account. `secrets` is the adapter's own text with the tokens, which end at `expires_at` (None: never).
    """

    platform: str
    workspace: str
    name: str
    organisation: str = ""
    secrets: str = field(repr=False)
    expires_at: datetime | None = None
    #: Counts every change of what is stored.
    version: int = 0
    installed_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Install:
    """The same as it is stored, `sealed` ("" once it was uninstalled). `lease_until`: one process renews the tokens."""

    workspace_id: str
    account_id: str
    organisation: str
    sealed: str = field(repr=False)
    expires_at: datetime | None
    lease_until: datetime | None
    version: int
    installed_at: datetime


class KeyKind(StrEnum):
    """What a key opens."""

    #: The way back from the platform, in the browser that went there.
    STATE = "state"
    #: An install into an account that exists.
    LINK = "link"


@dataclass(frozen=True, kw_only=True, slots=True)
class InstallKey:
    """A key that opens once, until `expires_at`. `key` is a hash of what was handed out.

    A link names its account; a state may carry the link it was made with.
    """

    key: str
    kind: KeyKind
    account_id: str | None = None
    link: str = ""
    expires_at: datetime
