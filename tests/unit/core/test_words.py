"""Typed words and what they are (SPEC 2): a command only as the whole text, or with its own arguments."""

import pytest

from core.commands import (
    AbandonSession,
    Action,
    AddFact,
    ApplyFix,
    Ask,
    ClaimSession,
    Conclude,
    DecideFix,
    JoinSession,
    LeaveSession,
    LinkTicket,
    ListFacts,
    ListFlows,
    ListScripts,
    ListSessions,
    OpenEscalate,
    OpenPreview,
    OpenResolve,
    PauseSession,
    RateSession,
    RecordOutcome,
    ResumeSession,
    ReturnSession,
    ShowDocumentation,
    ShowHelp,
    ShowSession,
    SkipStep,
    StopTurn,
    UnlinkTicket,
    WithdrawEscalation,
)
from core.fixes.model import Decision, FixStatus
from core.turns.words import parse, reference

ALWAYS: dict[str, Action] = {
    "help": ShowHelp(),
    "list": ListSessions(),
    "list all": ListSessions(status="all"),
    "List Resolved": ListSessions(status="resolved"),
    "show FP-12": ShowSession(session_id="FP-12"),
    "status": ShowSession(),
    "show #4711": ShowSession(session_id="#4711"),
    "doc": ShowDocumentation(),
    "doc fp-3": ShowDocumentation(session_id="FP-3"),
    "facts": ListFacts(),
    "scripts": ListScripts(),
    "scripts FP-12": ListScripts(session_id="FP-12"),
    "fact: the mailbox is full": AddFact(text="the mailbox is full"),
    "note: the mailbox is full": AddFact(text="the mailbox is full"),
    "fact:the mailbox is full": AddFact(text="the mailbox is full"),
    "fact:\nthe mailbox is full": AddFact(text="the mailbox is full"),
    "Fact :\u00a0the mailbox\nis full": AddFact(text="the mailbox\nis full"),
    "fact\n\nthe mailbox is full": AddFact(text="the mailbox is full"),
    "worked": RecordOutcome(status=FixStatus.SUCCESS),
    "  Worked  ": RecordOutcome(status=FixStatus.SUCCESS),
    "failed": RecordOutcome(status=FixStatus.FAILED),
    "failed: same error": RecordOutcome(status=FixStatus.FAILED, notes="same error"),
    "failed:same error": RecordOutcome(status=FixStatus.FAILED, notes="same error"),
    "worked\nall good": RecordOutcome(status=FixStatus.SUCCESS, notes="all good"),
    "worked \r\nall good": RecordOutcome(status=FixStatus.SUCCESS, notes="all good"),
    "partial: the phone": RecordOutcome(status=FixStatus.PARTIAL, notes="the phone"),
    "pending: the vendor": RecordOutcome(status=FixStatus.PENDING, notes="the vendor"),
    "dismiss": RecordOutcome(status=FixStatus.DISMISSED),
    "applied": ApplyFix(fix_id=""),
    "decide draft": DecideFix(fix_id="", decision=Decision.DRAFT_TEMPLATE),
    "resolve": OpenResolve(),
    "resolve FP-12": OpenResolve(session_id="FP-12"),
    "resolve T-1001": OpenResolve(session_id="#T-1001"),
    "resolve CW #4711": OpenResolve(session_id="#4711"),
    "escalate": OpenEscalate(),
    "escalate 4711": OpenEscalate(session_id="#4711"),
    "withdraw": WithdrawEscalation(),
    "claim": ClaimSession(),
    "claim fp-7": ClaimSession(session_id="FP-7"),
    "return": ReturnSession(),
    "join": JoinSession(),
    "pause": PauseSession(),
    "resume": ResumeSession(),
    "abandon": AbandonSession(),
    "conclude": Conclude(),
    "preview": OpenPreview(),
    "preview escalation": OpenPreview(kind="escalation"),
    "preview escalation FP-2": OpenPreview(session_id="FP-2", kind="escalation"),
    "skip": SkipStep(step_id=""),
    "link T-1001": LinkTicket(ticket="T-1001"),
    "link #4711": LinkTicket(ticket="4711"),
    "link T20260101.0001": LinkTicket(ticket="T20260101.0001"),
    "link https://psa.example/tickets/4711": LinkTicket(ticket="https://psa.example/tickets/4711"),
    "link T-1001 FP-1": LinkTicket(session_id="FP-1", ticket="T-1001"),
    "link fp-1 T-1001": LinkTicket(session_id="FP-1", ticket="T-1001"),
    "link FP-1: CW #4711": LinkTicket(session_id="FP-1", ticket="4711"),
    "link https://psa.example/tickets/4711 FP-1": LinkTicket(
        session_id="FP-1", ticket="https://psa.example/tickets/4711"
    ),
    "unlink": UnlinkTicket(),
    "unlink FP-1": UnlinkTicket(session_id="FP-1"),
    "stop FP-1": StopTurn(session_id="FP-1"),
    "leave FP-1": LeaveSession(session_id="FP-1"),
    "skip FP-1": SkipStep(session_id="FP-1", step_id=""),
    "applied FP-1": ApplyFix(session_id="FP-1", fix_id=""),
    "preview FP-2 escalation": OpenPreview(session_id="FP-2", kind="escalation"),
    "worked FP-1": RecordOutcome(session_id="FP-1", status=FixStatus.SUCCESS),
    "dismiss fp-1": RecordOutcome(session_id="FP-1", status=FixStatus.DISMISSED),
    "failed FP-1: same error": RecordOutcome(session_id="FP-1", status=FixStatus.FAILED, notes="same error"),
    "failed: FP-1 had it, too": RecordOutcome(status=FixStatus.FAILED, notes="FP-1 had it, too"),
    "decide draft FP-1": DecideFix(session_id="FP-1", fix_id="", decision=Decision.DRAFT_TEMPLATE),
    "decide FP-1 build": DecideFix(session_id="FP-1", fix_id="", decision=Decision.BUILD_TEMPLATE),
    "fact FP-1: the mailbox is full": AddFact(session_id="FP-1", text="the mailbox is full"),
    "fact: it began with FP-1": AddFact(text="it began with FP-1"),
    "rate 4 FP-1": RateSession(session_id="FP-1", score=4),
    "rate FP-1 4": RateSession(session_id="FP-1", score=4),
    "flows": ListFlows(),
    "rate 5": RateSession(score=5),
}
#: Said to the bot they need no colon; in passing they are part of the problem.
ADDRESSED: dict[str, Action] = {
    "failed same error": RecordOutcome(status=FixStatus.FAILED, notes="same error"),
    "failed\tsame error": RecordOutcome(status=FixStatus.FAILED, notes="same error"),
    "failed\u00a0same error": RecordOutcome(status=FixStatus.FAILED, notes="same error"),
    "fact the mailbox is full": AddFact(text="the mailbox is full"),
    "failed FP-1 same error": RecordOutcome(session_id="FP-1", status=FixStatus.FAILED, notes="same error"),
    "note FP-1 the mailbox is full": AddFact(session_id="FP-1", text="the mailbox is full"),
    "rate FP-1 4 quick": RateSession(session_id="FP-1", score=4, comment="quick"),
    "rate 4 FP-1 quick": RateSession(session_id="FP-1", score=4, comment="quick"),
    "ask FP-1 or not?": Ask(text="FP-1 or not?"),
    "ask how do I reset MFA?": Ask(text="how do I reset MFA?"),
    "flows outlook": ListFlows(search="outlook"),
    "rate 4 quick": RateSession(score=4, comment="quick"),
    "rate 4\nquick": RateSession(score=4, comment="quick"),
}
NEVER = [
    "",
    "   ",
    "failed to",
    "resolve the name first",
    "link my laptop",
    "show me the log",
    "list of printers",
    "list lost",
    "rate 6",
    "rate",
    "decide later",
    "FP-12",
    "helpdesk is down",
    "help me",
    "join the domain",
    "claim the licence",
    "resolve FP-",
    "preview of the mail",
    "status of the ticket",
    "it worked",
    "worked all day\nand then it failed",
    "pending updates\nand a reboot",
    "fact-check: the mailbox is full",
    "10:30 it failed",
    ": fact",
    "fact:",
    "ask:",
    "link FP-1",
    "link my laptop FP-1",
    "help FP-1",
    "settings FP-1",
    "resolve FP-1 T-1001",
    "worked FP-1 all day",
    "unlink FP-1 T-1001",
]


@pytest.mark.parametrize("text", ALWAYS)
@pytest.mark.parametrize("addressed", [True, False])
def test_these_words_are_commands_wherever_they_are_said(text: str, addressed: bool) -> None:
    """In a thread as after a mention."""
    assert parse(text, addressed=addressed) == ALWAYS[text]


@pytest.mark.parametrize("text", ADDRESSED)
def test_free_text_that_nothing_sets_off_is_for_the_bot_only_when_addressed(text: str) -> None:
    """“failed to print” in passing is no outcome."""
    assert parse(text, addressed=True) == ADDRESSED[text]
    assert parse(text, addressed=False) is None


@pytest.mark.parametrize("text", NEVER)
def test_these_words_are_part_of_the_problem(text: str) -> None:
    """Or nothing at all."""
    assert parse(text, addressed=False) is None


@pytest.mark.parametrize(
    ("text", "ref"),
    [("FP-12", "FP-12"), (" fp-7 ", "FP-7"), ("FP-", ""), ("FP-1234567890", ""), ("FP12", ""), ("x FP-1", "")],
)
def test_references(text: str, ref: str) -> None:
    """In capitals, or none."""
    assert reference(text) == ref
