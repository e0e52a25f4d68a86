"""Bundles for the tests: one typical case to vary, and strategies for arbitrary, hostile ones."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from core.documents.bundle import (
    Bundle,
    BundleEscalation,
    BundleFact,
    BundleFix,
    Check,
    Said,
    ScriptRun,
)
from core.facts.model import SourceType
from core.fixes.model import FixStatus
from core.tickets.model import Ticket, TicketNote, TicketRef

NINE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
#: The engineers of the typical case, and of the arbitrary ones.
NAMES = ("Anna Kovacs", "Will", "Ops-Bob")

TICKET = Ticket(
    ref=TicketRef(id="1", number="4711"),
    summary="Cannot print to HP-LJ-2",
    company="Contoso",
    contact="Jane Doe",
    device="WS-114",
    status="New",
)
FIX = BundleFix(
    title="Clear the print queue and restart the spooler on PRT01",
    description=r"Stop the Print Spooler, delete the files in `C:\Windows\System32\spool\PRINTERS`, start it again.",
    cause="a corrupt job blocked the queue",
    confidence=0.85,
    status=FixStatus.PROPOSED,
    applied=False,
    at=NINE + timedelta(minutes=20),
)
EARLIER = BundleFix(
    title="Reinstall the printer driver",
    confidence=0.6,
    status=FixStatus.FAILED,
    applied=True,
    notes="same symptom after a reboot",
    superseded=True,
    at=NINE + timedelta(minutes=10),
)
FACTS = (
    BundleFact(text="the Print Spooler on PRT01 stops every few minutes", source_type=SourceType.CHECK),
    BundleFact(text="No", source_type=SourceType.QUESTION, question="Do other printers have the problem?"),
)
CHECKS = (
    Check(text="Do other printers have the problem?", finding="No", kind="question", at=NINE),
    Check(
        text="Run `Get-Service Spooler` on PRT01",
        finding="Stopped",
        kind="action",
        at=NINE + timedelta(minutes=5),
    ),
)
TYPICAL = Bundle(
    title="jane cannot print to HP-LJ-2 since this morning",
    summary="Jane's print jobs to HP-LJ-2 stay in the queue since this morning",
    domain="printing",
    intake="jane cannot print",
    ticket=TICKET,
    facts=FACTS,
    checks=CHECKS,
    active=FIX,
)
BARE = Bundle(title="VPN is down")


def with_fix(status: FixStatus, notes: str = "", *, applied: bool = True, bundle: Bundle = TYPICAL) -> Bundle:
    """The bundle with its fix in that state."""
    return replace(bundle, active=replace(FIX, status=status, notes=notes, applied=applied))


#: What people paste, and what might break a document.
_PIECES = st.sampled_from([
    "## Resolution", "# ", "###### x", "- ", "* ", "+ ", "1. ", "12) ", "> ", "```", "~~~", "---", "===", "***", "___",
    "**Subject:** x", "**Steps Taken:**", "**bold**", "**", "__init__", "`", "``", "`ipconfig /all`", "`a", "[ ] ", "|",
    "| a | b |", "|---|---|", "\n", "\r\n", "\n\n", "\t", "    ", "\x0b", "\x1c", "\x85", "\u2028", "\u200b", "\u202e",
    "<b>", "<user>", "<", ">", "<@U123>", "[insert name]", "{{x}}", "{", "}", "TBD", "N/A", "n/a", "lorem ipsum", "#4711",
    "KB5034441", "KB 5034441", "0x80070005", "ERR_TIMED_OUT", "error:", "error", "code", "1603", "Event ID 7031", "10.0.0.5",
    "fe80::1", "a:", "::", "DC01", "dc01.contoso.com", "https://x.example.com/a?b=", "https://", r"C:\Temp", r"\\srv\share",
    "\\", "/", "/etc/hosts", "../a/b", "%TEMP%\\", "FP-12", "session FP-7", "FlowPilot", "the bot", "As an AI, I", "Anna Kovacs",
    "Will", "Ops-Bob", "@", "=", "The problem is resolved.", "this fixed it", "The fix was applied", "confirmed to have worked",
    "Nothing confirmed yet.", "No diagnostic actions run yet.", "waiting for", "reason:", "restart",
    "👍", "👨‍👩‍👧", "مرحبا", "שלום", "故障", "é", "ß", "İ", "…", "“", "”", ".", "?", ":", ";", ",",
    "No leading hypothesis yet — symptoms are still being narrowed.",
    "because the user could not sign in this morning after the update of the client was installed on the machine again",
])  # fmt: skip
_WORDS = st.sampled_from(["printer", "is", "not", "the", "queue", "Outlook", "after", "reboot", "user", "5", "no"])
_HOSTILE = st.lists(st.one_of(_PIECES, _WORDS, st.text(max_size=6)), max_size=9).flatmap(
    lambda parts: st.sampled_from(["", " ", "\n"]).map(lambda glue: glue.join(parts))
)
_LONG = st.sampled_from(["x" * 1000, "word " * 200, "- item\n" * 140, "`" * 999, "#" * 1000, "A-1" * 300, "**a" * 300])
TEXTS = st.one_of(_HOSTILE, _HOSTILE, _HOSTILE, _LONG)
_TIMES = st.integers(0, 600).map(lambda minutes: NINE + timedelta(minutes=minutes))

_FACTS = st.builds(BundleFact, text=TEXTS, source_type=st.sampled_from(SourceType), question=TEXTS)
_CHECKS = st.builds(
    Check, text=TEXTS, finding=TEXTS, kind=st.sampled_from(["question", "action", "verification"]), at=_TIMES
)
_SCRIPTS = st.builds(
    ScriptRun, name=TEXTS, parameters=st.lists(st.tuples(TEXTS, TEXTS), max_size=2).map(tuple), at=st.none() | _TIMES
)
_FIXES = st.builds(
    BundleFix,
    title=TEXTS,
    description=TEXTS,
    cause=TEXTS,
    confidence=st.sampled_from([0.0, 0.4, 0.59, 0.6, 0.8, 0.81, 1.0]),
    status=st.sampled_from(FixStatus),
    applied=st.booleans(),
    notes=TEXTS,
    superseded=st.booleans(),
    at=st.none() | _TIMES,
).map(lambda fix: fix if fix.status in (FixStatus.PROPOSED, FixStatus.DISMISSED) else replace(fix, applied=True))
_TICKETS = st.builds(
    Ticket,
    ref=st.builds(TicketRef, id=st.just("1"), number=TEXTS, url=st.just("")),
    summary=TEXTS,
    description=TEXTS,
    company=TEXTS,
    contact=TEXTS,
    device=TEXTS,
    status=TEXTS,
    notes=st.lists(
        st.builds(
            TicketNote,
            id=st.just("1"),
            text=TEXTS,
            author=st.just("x"),
            internal=st.booleans(),
            created_at=_TIMES,
        ),
        max_size=1,
    ).map(tuple),
)
BUNDLES = st.builds(
    Bundle,
    title=TEXTS,
    summary=TEXTS,
    domain=TEXTS,
    intake=TEXTS,
    ticket=st.none() | _TICKETS,
    facts=st.lists(_FACTS, max_size=3).map(tuple),
    checks=st.lists(_CHECKS, max_size=3).map(tuple),
    scripts=st.lists(_SCRIPTS, max_size=1).map(tuple),
    tried=st.lists(_FIXES, max_size=2).map(tuple),
    active=st.none() | _FIXES,
    resolved_by=st.just("") | TEXTS,
    status=st.sampled_from(["active", "paused", "escalated", "resolved", "abandoned"]),
    escalation=st.none() | st.builds(BundleEscalation, reason=TEXTS, to=TEXTS, urgency=TEXTS),
    engineer_notes=st.lists(TEXTS, max_size=2).map(tuple),
    transcript=st.lists(
        st.builds(Said, who=st.sampled_from(["engineer", "bot"]), text=TEXTS, number=st.just(1)), max_size=2
    ).map(tuple),
    next_steps=st.lists(TEXTS, max_size=3).map(tuple),
)
