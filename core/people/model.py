"""Accounts, workspaces, users and their roles (SPEC 1)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

__all__ = [
    "FRESH",
    "NO_ZONE",
    "Account",
    "Actor",
    "Channel",
    "ConversationRef",
    "Identity",
    "KnownAs",
    "Role",
    "Standing",
    "User",
    "Workspace",
    "WorkspaceRef",
    "is_old",
]

#: How long what a platform said is taken as true; events say what changes meanwhile.
FRESH = timedelta(hours=1)
#: The zone of people of whom none is known.
NO_ZONE = "UTC"


class Role(StrEnum):
    """What a user may do: viewer < engineer < admin < owner."""

    VIEWER = "viewer"
    ENGINEER = "engineer"
    ADMIN = "admin"
    OWNER = "owner"

    def covers(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        return _RANK[self] >= _RANK[other]


_RANK = {Role.VIEWER: 0, Role.ENGINEER: 1, Role.ADMIN: 2, Role.OWNER: 3}


class Standing(StrEnum):
    """How somebody belongs to a workspace, as its platform says."""

    MEMBER = "member"
    #: A guest, or of another organisation: no role there, and where they are, guests read along.
    GUEST = "guest"
    #: A bot, or an account that was closed: no role, and nobody who reads along.
    NOBODY = "nobody"


@dataclass(frozen=True, kw_only=True, slots=True)
class Account:
    """One MSP: the tenant. `settings` is a flat JSON object; core.people.settings reads it with its defaults."""

    id: str
    name: str
    default_role: Role = Role.ENGINEER
    settings: dict[str, str]
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class WorkspaceRef:
    """A workspace as its platform names it, taken from the verified payload."""

    platform: str
    external_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Workspace:
    """A Slack team, a Teams tenant or a playground account, linked to one account."""

    id: str
    account_id: str
    platform: str
    external_id: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ConversationRef:
    """Where something is said: one thread of one channel. `thread` is "" where the chat itself is the thread; `channel` is ""
    for what is told to a person alone, in their own messages with FlowPilot."""

    platform: str
    workspace: str
    channel: str
    thread: str


@dataclass(frozen=True, kw_only=True, slots=True)
class User:
    """A person of an account."""

    id: str
    account_id: str
    name: str
    email: str | None = None
    #: None for guests and people of other organisations, and for those from whom an admin took it.
    role: Role | None
    #: An admin took the role away: to become a member of a workspace does not give it back.
    removed: bool = False
    #: IANA zone, for "tomorrow 09:00": that of the platform, unless they chose another.
    zone: str = NO_ZONE
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Identity:
    """A person as one platform's workspace knows them. `user_id` is None for somebody who has not come in yet: their platform
    has said who they are."""

    id: str
    account_id: str
    user_id: str | None
    workspace_id: str
    external_id: str
    name: str = ""
    email: str | None = None
    standing: Standing = Standing.MEMBER
    #: IANA zone as the platform says; "" where it does not.
    zone: str = ""
    #: When the platform was asked last, or said so by itself; None for never.
    asked_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Channel:
    """What is known of a channel: whether FlowPilot is `here`, and whether `guests` read along; None while it is not known."""

    account_id: str
    workspace_id: str
    channel: str
    here: bool | None = None
    guests: bool | None = None
    #: When the platform was asked last.
    asked_at: datetime | None = None


def is_old(known: Identity | Channel, now: datetime) -> bool:
    """Whether the platform was not asked for long."""
    return known.asked_at is None or now - known.asked_at > FRESH


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownAs:
    """How a person can be reached: `external_id` is what their workspace's platform calls them."""

    workspace_id: str
    platform: str
    workspace: str
    external_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts, as found in the database for the verified payload; `role` is None for guests and strangers. `guest`: where they
    are, guests read along; `behind`: something of theirs was kept and is not done yet, and what they do comes behind it."""

    account_id: str
    workspace_id: str
    user_id: str
    name: str
    role: Role | None
    zone: str
    platform: str
    guest: bool = False
    behind: bool = False

    def may(self, role: Role) -> bool:
        """Whether the actor holds at least `role`."""
        return self.role is not None and self.role.covers(role)
