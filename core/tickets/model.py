"""A PSA ticket as FlowPilot sees it, the same for every vendor."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["NoteRef", "NoteWrite", "Ticket", "TicketNote", "TicketRef", "TicketStatus", "TimeWrite"]


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketRef:
    """Which ticket: the PSA's id, the number people say, and a link where there is one."""

    id: str
    number: str
    url: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketNote:
    """One note on a ticket. `internal` notes are not shown to the customer."""

    id: str
    text: str
    author: str
    internal: bool
    resolution: bool = False
    created_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticket:
    """A ticket with what a session wants to know of it. `notes` are the recent ones, oldest first."""

    ref: TicketRef
    summary: str
    description: str = ""
    company: str = ""
    contact: str = ""
    device: str = ""
    status: str
    closed: bool = False
    notes: tuple[TicketNote, ...] = ()
    #: What it can be set to, where that was asked for.
    statuses: "tuple[TicketStatus, ...]" = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketStatus:
    """A status that a ticket can be set to."""

    id: str
    name: str
    closed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteWrite:
    """A note to write, exactly as it will stand. `marker` is its last line, `ref <8 characters>` (SPEC 5)."""

    text: str
    marker: str
    internal: bool
    resolution: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeWrite:
    """A time entry to write; `marker` as in NoteWrite. `minutes` is at least 1."""

    minutes: int
    text: str
    marker: str
    ended_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class NoteRef:
    """Where a written note or time entry is."""

    id: str
    url: str = ""
