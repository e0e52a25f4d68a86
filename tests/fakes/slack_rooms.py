"""Channels as Slack shows them to an app: a private one that it is not in is not there at all."""

from dataclasses import dataclass, field
from typing import Any

from tests.fakes.slack_streams import Refused

__all__ = ["BOT", "Room", "Rooms"]

Json = dict[str, Any]

BOT = "U0FLOWPILOT"


@dataclass
class Room:
    """A channel, or somebody's direct messages. `public`: an app may post there without being in it (chat:write.public)."""

    id: str
    members: set[str] = field(default_factory=set)
    messages: list[Json] = field(default_factory=list)
    archived: bool = False
    public: bool = False
    shared: bool = False


class Rooms:
    """All of a workspace."""

    def __init__(self) -> None:
        self.all: dict[str, Room] = {}

    def seen(self, id: str) -> Room:
        """A room that FlowPilot may know of."""
        room = self.all.get(id)
        if room is None or not (room.public or BOT in room.members):
            raise Refused("channel_not_found")
        return room

    def open(self, id: str, *, posting: bool = True) -> Room:
        """A room in which FlowPilot may post, or do something else that chat:write.public does not allow."""
        room = self.seen(id)
        if BOT not in room.members and not posting:
            raise Refused("not_in_channel")
        if room.archived:
            raise Refused("is_archived")
        return room

    def read(self, id: str) -> Room:
        """A room whose messages FlowPilot may read: "Only user tokens can access public channels they are not in"."""
        room = self.seen(id)
        if BOT not in room.members:
            raise Refused("not_in_channel")
        return room

    def info(self, fields: Json) -> Json:
        """conversations.info, of channels: direct messages need a scope that the manifest does not ask for."""
        id = fields["channel"]
        if id.startswith("D"):
            raise Refused("missing_scope", needed="im:read")
        room = self.seen(id)
        member = BOT in room.members
        more = {"is_shared": room.shared, "is_ext_shared": room.shared, "is_org_shared": False}
        return {"channel": {"id": id, "is_channel": True, "is_member": member, "is_private": not room.public, **more}}

    def members(self, fields: Json) -> Json:
        """conversations.members, page by page."""
        limit = int(fields.get("limit") or 100)
        if not 0 < limit <= 1000:
            raise Refused("invalid_limit")
        start = int(fields.get("cursor") or 0)
        members = sorted(self.seen(fields["channel"]).members)
        more = str(start + limit) if start + limit < len(members) else ""
        return {"members": members[start : start + limit], "response_metadata": {"next_cursor": more}}
