"""Command, Action and SessionAction: what every operation derives from."""

from dataclasses import dataclass

__all__ = ["Action", "Command", "SessionAction"]


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
