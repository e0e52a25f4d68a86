"""What FlowPilot can do: each command with its handler, who may give it, and when. A newcomer looks here first.

A new operation is a dataclass in core/commands, a handler in its concept's folder, and a line here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from core import commands as c
from core.chats import handlers as chats
from core.documents import jobs as documents_jobs
from core.documents import resolve
from core.documents.background import DRAFT
from core.documents.posting import PSA_NOTE, PSA_STATUS, PSA_TIME
from core.escalation import handlers as escalation
from core.escalation import timers as escalation_timers
from core.facts import handlers as facts
from core.facts import jobs as facts_jobs
from core.facts.synthesis import SYNTHESISE
from core.fixes import correcting, scripts
from core.fixes import handlers as fixes
from core.fixes import timers as fix_timers
from core.flows import handlers as flows
from core.flows import queries as flow_queries
from core.people import finding, settings
from core.people.arriving import ARRIVE, EXCUSE, arrive, excuse
from core.people.limits import Bucket
from core.people.looking import LOOK, look
from core.people.model import Role
from core.say import FILL, POST, TELL, UPDATE
from core.sessions import handlers as sessions
from core.sessions import home, start
from core.sessions import queries as session_queries
from core.sessions import timers as session_timers
from core.sessions.model import OPEN, TALKING, WORKED_ON, SessionStatus
from core.sessions.quiet import ABANDON
from core.tickets import handlers as tickets
from core.tickets import jobs as ticket_jobs
from core.tickets.queue import LINK
from core.turns import handlers as turns
from core.turns import jobs as turn_jobs
from core.turns import stopping
from core.turns.queue import TURN
from core.usage import queries as usage_queries
from core.views import Reply
from core.work import deliver
from core.work import handlers as work
from core.work.progress import shown
from core.work.running import Job, Timer

__all__ = ["COMMANDS", "JOBS", "MESSAGES", "TIMERS", "Access", "Operation"]


class Access(Enum):
    """Who may give a command on a session, beside the role."""

    #: Anybody of the account with the role.
    ANY = "any"
    #: Who takes part: the owner, those who joined, the account's admins and owners.
    PARTICIPANT = "participant"


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """How a command is carried out. `run` takes (uow, command), or (uow, session, command) for a session's."""

    run: Callable[..., Reply]
    role: Role = Role.ENGINEER
    access: Access = Access.PARTICIPANT
    #: The session's states in which it makes sense; None for any but a chat, which is no session yet.
    states: frozenset[SessionStatus] | None = OPEN
    bucket: Bucket = Bucket.ACT
    #: It changes nothing, so it is run as a read.
    reads: bool = False
    #: It may be about the thread's last session when none is open there.
    closed_too: bool = False


ACTIVE = frozenset({SessionStatus.ACTIVE})
NOT_ESCALATED = frozenset({SessionStatus.ACTIVE, SessionStatus.PAUSED})
RESOLVED = frozenset({SessionStatus.RESOLVED})


def _on(run: Callable[..., Reply], states: frozenset[SessionStatus] | None = OPEN, **more: Any) -> Operation:
    """A participant's operation on a session."""
    return Operation(run=run, states=states, **more)


def _read(run: Callable[..., Reply]) -> Operation:
    """A viewer's read, of a session in any state."""
    return Operation(
        run=run,
        role=Role.VIEWER,
        access=Access.ANY,
        states=None,
        bucket=Bucket.READ,
        reads=True,
        closed_too=True,
    )


def _anybody(run: Callable[..., Reply], states: frozenset[SessionStatus] | None = None, **more: Any) -> Operation:
    """Any engineer's operation."""
    return Operation(run=run, access=Access.ANY, states=states, **more)


COMMANDS: Mapping[type[c.Command], Operation] = {
    # starting and looking
    c.StartSession: _anybody(start.start_session, bucket=Bucket.START),
    c.Ask: _anybody(chats.ask, bucket=Bucket.START),
    c.MakeSession: _on(chats.make_session, frozenset(SessionStatus)),
    c.ShowHelp: _read(session_queries.show_help),
    c.ShowHome: _read(home.show_home),
    c.ListSessions: _read(session_queries.list_sessions),
    c.ListFlows: _read(flow_queries.list_flows),
    c.ShowSession: _read(session_queries.show_session),
    c.ShowDocumentation: _read(session_queries.show_documentation),
    c.ListFacts: _read(facts.list_facts),
    c.ListScripts: _anybody(scripts.list_scripts, bucket=Bucket.READ, reads=True, closed_too=True),
    c.ShowUsage: _anybody(usage_queries.show_usage, bucket=Bucket.READ, reads=True),
    c.OpenSettings: _anybody(settings.open_settings),
    c.SaveSettings: _anybody(settings.save_settings),
    c.FindPeople: _anybody(finding.find_people, bucket=Bucket.FIND, reads=True),
    # sessions
    c.JoinSession: _anybody(sessions.join_session, OPEN | TALKING),
    c.LeaveSession: _on(sessions.leave_session),
    c.PauseSession: _on(sessions.pause_session, NOT_ESCALATED),
    c.ResumeSession: _on(sessions.resume_session, NOT_ESCALATED),
    c.AbandonSession: _on(sessions.abandon_session, NOT_ESCALATED),
    c.OpenRating: _on(sessions.open_rating, RESOLVED, closed_too=True),
    c.RateSession: _on(sessions.rate_session, RESOLVED, closed_too=True),
    c.ReopenSession: _on(start.reopen_session, None, closed_too=True),
    c.LinkTicket: _on(tickets.link_ticket),
    c.UnlinkTicket: _on(tickets.unlink_ticket),
    c.StopTurn: _on(stopping.stop_turn, OPEN | TALKING),
    # steps and facts
    c.UseFlow: _on(flows.use_flow, TALKING),
    c.AnswerStep: _on(flows.answer_step, ACTIVE),
    c.SkipStep: _on(flows.skip_step, ACTIVE),
    c.ChangeAnswer: _on(flows.change_answer, ACTIVE),
    c.OpenFact: _on(facts.open_fact),
    c.AddFact: _on(facts.add_fact),
    c.EditFact: _on(facts.edit_fact),
    c.DeleteFact: _on(facts.delete_fact),
    # fixes; the outcomes of one that is no longer worked on answer with what was recorded
    c.ApplyFix: _on(fixes.apply_fix, None),
    c.OpenOutcome: _on(fixes.open_outcome, None),
    c.RecordOutcome: _on(fixes.record_outcome, None),
    c.ConfirmOutcome: _on(fixes.confirm_outcome, None),
    c.StillChecking: _on(fixes.still_checking, None),
    c.OpenCorrection: _on(correcting.open_correction),
    c.CorrectOutcome: _on(correcting.correct_outcome),
    c.DecideFix: _on(fixes.decide_fix, WORKED_ON),
    c.ReplaceFix: _on(fixes.replace_fix, WORKED_ON),
    # notes
    c.OpenPreview: _on(resolve.open_preview),
    c.Conclude: _on(resolve.conclude, None, closed_too=True),
    c.RefreshPreview: _on(resolve.refresh_preview, bucket=Bucket.POST),
    c.EditPreview: _on(resolve.edit_preview, bucket=Bucket.POST),
    c.OpenResolve: _on(resolve.open_resolve, bucket=Bucket.POST),
    c.PrepareResolution: _on(resolve.prepare_resolution, bucket=Bucket.POST),
    c.PostResolution: _on(resolve.post_resolution, None, bucket=Bucket.POST),
    c.OpenEscalate: _on(escalation.open_escalate, NOT_ESCALATED, bucket=Bucket.POST),
    c.AnswerIntercept: _on(escalation.answer_intercept, NOT_ESCALATED, bucket=Bucket.POST),
    c.PrepareEscalation: _on(escalation.prepare_escalation, NOT_ESCALATED, bucket=Bucket.POST),
    c.PostEscalation: _on(escalation.post_escalation, None, bucket=Bucket.POST),
    # escalations and deliveries
    c.ClaimSession: _anybody(escalation.claim_session),
    c.ReturnSession: _on(escalation.return_session, ACTIVE),
    c.WithdrawEscalation: _on(escalation.withdraw_escalation, None),
    c.OpenRetarget: _on(escalation.open_retarget, None),
    c.RetargetEscalation: _on(escalation.retarget_escalation, None),
    c.RetryWork: _on(work.retry_work, frozenset(SessionStatus), closed_too=True),
}

#: What adapters make of messages. Their words are kept whatever they turn out to be, and they are never refused for their number,
#: unless they start a session.
MESSAGES: Mapping[type[c.Command], Callable[..., Reply]] = {
    c.ReceiveMessage: turns.receive_message,
    c.EditMessage: turns.edit_message,
    c.DeleteMessage: turns.delete_message,
}

#: Work that awaits something outside, by kind.
JOBS: Mapping[str, Job] = {
    ARRIVE: arrive,
    EXCUSE: excuse,
    LOOK: look,
    POST: deliver.post,
    UPDATE: deliver.update,
    TELL: deliver.tell,
    FILL: deliver.fill,
    TURN: shown("Looking into it…", turn_jobs.answer_turn),
    DRAFT: documents_jobs.draft_document,
    SYNTHESISE: facts_jobs.synthesise_facts,
    LINK: shown("Reading the ticket…", ticket_jobs.find_and_link),
    PSA_NOTE: shown("Writing to the ticket…", ticket_jobs.write_note),
    PSA_STATUS: ticket_jobs.write_status,
    PSA_TIME: ticket_jobs.write_time,
}

#: Work that one transaction does, when its time has come.
TIMERS: Mapping[str, Timer] = {
    fixes.NUDGE: fix_timers.nudge,
    fixes.FOLLOW_UP: fix_timers.follow_up,
    escalation.CLAIM_REMINDER: escalation_timers.claim_reminder,
    ABANDON: session_timers.quiet,
}
