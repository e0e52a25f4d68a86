"""Command, Action and SessionAction: what every operation derives from."""

from dataclasses import dataclass

__all__ = ["WRITTEN", "Action", "Command", "SessionAction"]

#: Fields of commands that hold what somebody wrote: they come to a handler redacted. All others are ids and choices, which
#: nothing may alter.
WRITTEN = frozenset({
    "comment", "escalated_status", "notes", "queues", "reason", "resolved_by", "resolved_status", "search", "text", "ticket",
})  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class Command:
    """Anything that `application.handle` takes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Action(Command):
    """A command that may be encoded into a button or a form."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SessionAction(Action):
    """An action on one session."""

    session_id: str = ""
