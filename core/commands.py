"""Every operation as a frozen dataclass with an imperative name.

Those derived from `Action` may stand behind a button, a form or a typed word: their names and fields are a wire format
(additive; renamed only with an alias in core.codec). The others are made by adapters or by FlowPilot itself and can never be
decoded from a payload. Wherever an action has a `session_id`, it holds a session's id, its reference ("FP-12"), or "" for
the session that the conversation is about; `core.application` finds and authorises it before a handler runs.
"""

from dataclasses import dataclass

from core.fixes.model import Decision, FixStatus

__all__ = [
    "AbandonSession",
    "Action",
    "AddFact",
    "AnswerStep",
    "ApplyFix",
    "Ask",
    "ChangeAnswer",
    "ClaimSession",
    "Command",
    "Conclude",
    "ConfirmOutcome",
    "CorrectOutcome",
    "DecideFix",
    "DeleteFact",
    "DeleteMessage",
    "EditFact",
    "EditMessage",
    "JoinSession",
    "LeaveSession",
    "LinkTicket",
    "ListFacts",
    "ListFlows",
    "ListSessions",
    "OpenCorrection",
    "OpenEscalate",
    "OpenFact",
    "OpenOutcome",
    "OpenPreview",
    "OpenRating",
    "OpenResolve",
    "OpenRetarget",
    "PauseSession",
    "PostEscalation",
    "PostResolution",
    "PrepareEscalation",
    "PrepareResolution",
    "RateSession",
    "ReceiveMessage",
    "RecordOutcome",
    "RefreshPreview",
    "ReopenSession",
    "ReplaceFix",
    "ResumeSession",
    "RetargetEscalation",
    "RetryWork",
    "ReturnSession",
    "SessionAction",
    "ShowDocumentation",
    "ShowHelp",
    "ShowSession",
    "SkipStep",
    "StartSession",
    "StillChecking",
    "TypeWords",
    "UnlinkTicket",
    "UseFlow",
    "WithdrawEscalation",
]


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


# --- what adapters make of messages ---------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ReceiveMessage(Command):
    """A message was written. `ref` is the platform's id of it; `text` has the bot's own mention taken out.

    `mentioned`: the bot was mentioned; `direct`: it was said to the bot alone; `to_others`: it opens with a mention of
    somebody else.
    """

    ref: str
    text: str
    mentioned: bool = False
    direct: bool = False
    to_others: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class EditMessage(Command):
    """A message was edited."""

    ref: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteMessage(Command):
    """A message was deleted."""

    ref: str


@dataclass(frozen=True, kw_only=True, slots=True)
class TypeWords(Command):
    """A slash command was typed: `/flowpilot list` has the name "flowpilot" and the text "list"."""

    name: str
    text: str


# --- sessions -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class StartSession(Action):
    """Start a session on a problem. `pause` names the open session of the thread to pause first."""

    text: str
    pause: str = ""
    message_ref: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask(Action):
    """A question to the flow library that is no incident."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowHelp(Action):
    """What can be typed and clicked."""


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
    """Become a participant. `then` is the encoded action that was clicked before joining; it is done next."""

    then: str = ""


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
class LinkTicket(SessionAction):
    """Link a ticket by its number, id or URL."""

    ticket: str


@dataclass(frozen=True, kw_only=True, slots=True)
class UnlinkTicket(SessionAction):
    """Take the ticket off the session."""


# --- steps, flows, facts --------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class UseFlow(SessionAction):
    """Follow a flow of the library from its start."""

    flow_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFlows(Action):
    """The account's flow library; `search` narrows it."""

    search: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AnswerStep(SessionAction):
    """Choose an option (0 is the first) of a step."""

    step_id: str
    option: int


@dataclass(frozen=True, kw_only=True, slots=True)
class SkipStep(SessionAction):
    """Go on without an answer."""

    step_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ChangeAnswer(SessionAction):
    """Take an answer back: the facts of the step, and in a flow those of the steps after it, are deleted."""

    step_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ListFacts(SessionAction):
    """What we know, with the means to add, edit and delete."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenFact(SessionAction):
    """The form to add a fact, or to edit the one named."""

    fact_id: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class AddFact(SessionAction):
    """Add an engineer's note to what we know."""

    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class EditFact(SessionAction):
    """Change one of the engineers' own notes."""

    fact_id: str
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DeleteFact(SessionAction):
    """Delete a fact (softly)."""

    fact_id: str


# --- fixes ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ApplyFix(SessionAction):
    """The fix has been applied; no word yet whether it worked."""

    fix_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenOutcome(SessionAction):
    """The form that asks for an outcome's notes."""

    fix_id: str
    status: FixStatus


@dataclass(frozen=True, kw_only=True, slots=True)
class RecordOutcome(SessionAction):
    """Record what became of the fix. `fix_id` "" is the active one; `look_again`: "", "1h", "4h", "tomorrow", a date."""

    fix_id: str = ""
    status: FixStatus
    notes: str = ""
    look_again: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenCorrection(SessionAction):
    """The form that changes a final outcome."""

    fix_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CorrectOutcome(SessionAction):
    """Change a final outcome within ten minutes."""

    fix_id: str
    status: FixStatus
    notes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class ConfirmOutcome(SessionAction):
    """Confirm the outcome that was read out of the chat."""

    fix_id: str
    status: FixStatus
    notes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class StillChecking(SessionAction):
    """The answer to the nudge: records *pending*."""

    fix_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class DecideFix(SessionAction):
    """How the fix will be run."""

    fix_id: str
    decision: Decision


@dataclass(frozen=True, kw_only=True, slots=True)
class ReplaceFix(SessionAction):
    """Let the waiting fix take the active one's place."""

    fix_id: str


# --- notes ----------------------------------------------------------------------------------------------------------


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
    """Go on in the resolve form with what was answered: `outcome` is what resolving will record ("" none, "keep")."""

    surface: str
    outcome: str = ""
    resolved_by: str = ""
    notes: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RefreshPreview(SessionAction):
    """Draft the note of an open form again, whatever the cache holds."""

    surface: str


@dataclass(frozen=True, kw_only=True, slots=True)
class PostResolution(SessionAction):
    """Post the resolution note that the form showed. `text` is the note as edited."""

    surface: str
    text: str = ""
    visibility: str = "internal"
    ticket_status: str = ""
    minutes: str = ""
    use_new: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenEscalate(SessionAction):
    """Open the private form that ends in a posted escalation package. `anyway`: the fix keeps no outcome."""

    anyway: bool = False


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
    """Post the escalation package that the form showed."""

    surface: str
    text: str = ""
    ticket_status: str = ""
    minutes: str = ""
    use_new: str = ""


# --- escalation -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True, slots=True)
class ClaimSession(SessionAction):
    """Take an escalated session over. `confirmed`: though it is aimed at somebody else."""

    confirmed: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class ReturnSession(SessionAction):
    """Give a claimed session back to its previous owner."""


@dataclass(frozen=True, kw_only=True, slots=True)
class WithdrawEscalation(SessionAction):
    """Take an escalation back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenRetarget(SessionAction):
    """The form that aims an escalation at somebody else."""


@dataclass(frozen=True, kw_only=True, slots=True)
class RetargetEscalation(SessionAction):
    """Aim an escalation at somebody else."""

    person: str = ""
    queue: str = ""
    urgency: str = "normal"


@dataclass(frozen=True, kw_only=True, slots=True)
class RetryWork(SessionAction):
    """Try a dead delivery again."""

    work_id: int
