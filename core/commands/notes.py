"""Operations on the documents: preview, resolve, escalate."""

from dataclasses import dataclass

from core.commands.base import SessionAction

__all__ = [
    "AnswerIntercept",
    "Conclude",
    "EditPreview",
    "OpenEscalate",
    "OpenPreview",
    "OpenResolve",
    "PostEscalation",
    "PostResolution",
    "PrepareEscalation",
    "PrepareResolution",
    "RefreshPreview",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenPreview(SessionAction):
    """Show a note privately, without posting. `kind`: "resolution" or "escalation"."""

    kind: str = "resolution"


@dataclass(frozen=True, kw_only=True, slots=True)
class Conclude(SessionAction):
    """Post "where we are, what comes next" to the thread."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenResolve(SessionAction):
    """Open the private form that ends in a posted resolution note."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrepareResolution(SessionAction):
    """Go on in the resolve form with what was answered: `outcome` is what resolving will record ("" none, "keep"; "change"
    asks again, and then `text` is the note as edited so far)."""

    surface: str
    outcome: str = ""
    resolved_by: str = ""
    notes: str = ""
    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RefreshPreview(SessionAction):
    """Draft the note of an open form again, whatever the cache holds."""

    surface: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EditPreview(SessionAction):
    """Make the note of an open form editable."""

    surface: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostResolution(SessionAction):
    """Post the resolution note that the form showed (`shown` names it). `text` is the note as edited."""

    surface: str
    text: str = ""
    visibility: str = "internal"
    ticket_status: str = ""
    minutes: str = ""
    use_new: str = ""
    shown: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenEscalate(SessionAction):
    """Open the private form that ends in a posted escalation package. `anyway`: the fix keeps no outcome."""

    anyway: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerIntercept(SessionAction):
    """Say what became of the fix before escalating: an outcome's status, or "anyway". `look_again`, `look_again_on`: as in
    RecordOutcome, for pending."""

    surface: str
    outcome: str
    notes: str = ""
    look_again: str = "4h"
    look_again_on: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class PrepareEscalation(SessionAction):
    """Go on in the escalate form: why, to whom ("" anyone), which queue, how urgent."""

    surface: str
    reason: str
    person: str = ""
    queue: str = ""
    urgency: str = "normal"


@dataclass(frozen=True, kw_only=True, slots=True)
class PostEscalation(SessionAction):
    """Post the escalation package that the form showed (`shown` names it). `text` is the package as edited."""

    surface: str
    text: str = ""
    ticket_status: str = ""
    minutes: str = ""
    use_new: str = ""
    shown: str = ""
