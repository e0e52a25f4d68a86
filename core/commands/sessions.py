"""Operations on sessions."""

from dataclasses import dataclass

from core.commands.base import Action, SessionAction

__all__ = [
    "AbandonSession",
    "Ask",
    "JoinSession",
    "LeaveSession",
    "LinkTicket",
    "ListSessions",
    "MakeSession",
    "OpenRating",
    "PauseSession",
    "RateSession",
    "ReopenSession",
    "ResumeSession",
    "ShowDocumentation",
    "ShowHelp",
    "ShowHome",
    "ShowSession",
    "StartSession",
    "StopTurn",
    "UnlinkTicket",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class StartSession(Action):
    """Start a session on a problem. `pause` names the open session of the thread to pause first; `kept` holds words that
    are too long for a button."""

    text: str
    pause: str = ""
    message_ref: str = ""
    kept: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask(Action):
    """A question that is no incident: a chat begins, or goes on."""

    text: str
    message_ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class MakeSession(SessionAction):
    """Make a session of a chat."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowHelp(Action):
    """What can be typed and clicked."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowHome(Action):
    """One's own open sessions, the escalations that wait to be claimed, and what was closed lately."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ListSessions(Action):
    """The account's sessions, 20 a page. `status`: a session status, "open" (the default) or "all"; `after`: cursor."""

    status: str = "open"
    after: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowSession(SessionAction):
    """The session's card: state, what we know, the fix, and the next action."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowDocumentation(SessionAction):
    """The structured record of the session, as markdown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class JoinSession(SessionAction):
    """Become a participant. `then` is the encoded action that was clicked before joining; it is done next. `kept` names one that
    is too long for a button, and is kept beside it."""

    then: str = ""
    kept: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LeaveSession(SessionAction):
    """Stop being a participant."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PauseSession(SessionAction):
    """Pause: posts a conclusion, stops turns and timers."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ResumeSession(SessionAction):
    """Go on after a pause."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AbandonSession(SessionAction):
    """Close without a resolution."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRating(SessionAction):
    """Ask for a comment with the rating."""

    score: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RateSession(SessionAction):
    """Rate a resolved session, 1 to 5."""

    score: int
    comment: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReopenSession(SessionAction):
    """*It came back*: a new session that carries facts and fix of a resolved one."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StopTurn(SessionAction):
    """Stop the answer that is being made; what is there of it stands."""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkTicket(SessionAction):
    """Link a ticket by its number, id or URL."""

    ticket: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnlinkTicket(SessionAction):
    """Take the ticket off the session."""
