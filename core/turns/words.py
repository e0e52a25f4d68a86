"""Typed words as commands (SPEC 2): one only as the whole text, or with arguments of its own; the rest is the problem."""

import re
from collections.abc import Callable

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
    OpenRetarget,
    OpenSettings,
    PauseSession,
    RateSession,
    RecordOutcome,
    ResumeSession,
    ReturnSession,
    SessionAction,
    ShowDocumentation,
    ShowHelp,
    ShowSession,
    ShowUsage,
    SkipStep,
    StopTurn,
    UnlinkTicket,
    WithdrawEscalation,
)
from core.fixes.model import Decision, FixStatus
from core.sessions.model import STATUSES

__all__ = ["lacking", "parse", "reference"]

_REFERENCE = re.compile(r"\s*(FP-\d{1,9})\s*", re.IGNORECASE)
_TICKET = re.compile(r"\s*(?:CW\s*|ticket\s*)?#?((?:[A-Z]-?)?\d[\w.-]{0,30}|https?://\S{1,500})\s*", re.IGNORECASE)

#: Words that may stand alone or before a session's reference.
_PLAIN: dict[str, Callable[[str], SessionAction]] = {
    "resolve": lambda ref: OpenResolve(session_id=ref),
    "escalate": lambda ref: OpenEscalate(session_id=ref),
    "retarget": lambda ref: OpenRetarget(session_id=ref),
    "withdraw": lambda ref: WithdrawEscalation(session_id=ref),
    "claim": lambda ref: ClaimSession(session_id=ref),
    "return": lambda ref: ReturnSession(session_id=ref),
    "join": lambda ref: JoinSession(session_id=ref),
    "leave": lambda ref: LeaveSession(session_id=ref),
    "pause": lambda ref: PauseSession(session_id=ref),
    "resume": lambda ref: ResumeSession(session_id=ref),
    "abandon": lambda ref: AbandonSession(session_id=ref),
    "unlink": lambda ref: UnlinkTicket(session_id=ref),
    "stop": lambda ref: StopTurn(session_id=ref),
    "conclude": lambda ref: Conclude(session_id=ref),
    "facts": lambda ref: ListFacts(session_id=ref),
    "scripts": lambda ref: ListScripts(session_id=ref),
    "doc": lambda ref: ShowDocumentation(session_id=ref),
    "documentation": lambda ref: ShowDocumentation(session_id=ref),
    "show": lambda ref: ShowSession(session_id=ref),
    "status": lambda ref: ShowSession(session_id=ref),
    "notes": lambda ref: OpenPreview(session_id=ref, kind="resolution"),
    "preview": lambda ref: OpenPreview(session_id=ref, kind="resolution"),
    "preview resolution": lambda ref: OpenPreview(session_id=ref, kind="resolution"),
    "preview escalation": lambda ref: OpenPreview(session_id=ref, kind="escalation"),
    "skip": lambda ref: SkipStep(session_id=ref, step_id=""),
    "applied": lambda ref: ApplyFix(session_id=ref, fix_id=""),
    "apply": lambda ref: ApplyFix(session_id=ref, fix_id=""),
}
#: Words that may name the session by its ticket.
_BY_TICKET = {word: _PLAIN[word] for word in ("resolve", "escalate", "show")}
#: The first word, what stands between it and the rest (a colon or the end of the line sets it off), and the rest.
_PARTS = re.compile(r"([^\s:]*)(\s*:+|[^\S\n]*\n)?\s*(.*)", re.DOTALL)
#: Words that take free text. Said in passing they are set off from it by a colon ("failed: same error") or stand on a line of
#: their own, so that "failed to print" is no outcome.
_OUTCOMES = {
    "worked": FixStatus.SUCCESS,
    "failed": FixStatus.FAILED,
    "partial": FixStatus.PARTIAL,
    "partly": FixStatus.PARTIAL,
    "pending": FixStatus.PENDING,
    "dismiss": FixStatus.DISMISSED,
    "dismissed": FixStatus.DISMISSED,
}
_DECISIONS = {"one-off": Decision.ONE_OFF, "draft": Decision.DRAFT_TEMPLATE, "build": Decision.BUILD_TEMPLATE}
#: Words that say nothing by themselves, and how they are used.
_LACKING = {
    "link": "Say which ticket: `link #4711`.",
    "fact": "Say what is confirmed: `fact: it began on Monday`.",
    "note": "Say what is confirmed: `note: it began on Monday`.",
    "ask": "Say what you want to know: `ask: how is MFA reset?`",
    "decide": "Say how it will be run: `decide one-off`, `decide draft` or `decide build`.",
    "rate": "Say how it went, from 1 to 5: `rate 4`.",
}


def parse(text: str, *, addressed: bool) -> Action | None:
    """The action that the words are, or None when they are part of the problem.

    `addressed`: typed after a slash command or a mention, where free text needs no colon.
    """
    said = text.strip()
    word, set_off, rest = _parts(said)
    return _plain(said) or _with_arguments(word.lower(), rest, free=addressed or set_off)


def lacking(text: str) -> str:
    """What to say where the text is a command that needs something more, or ""."""
    word, _, rest = _parts(text.strip())
    return "" if rest else _LACKING.get(word.lower(), "")


def _parts(said: str) -> tuple[str, bool, str]:
    found = _PARTS.fullmatch(said)
    assert found is not None, "each part may be empty"
    return found[1], found[2] is not None, found[3]


def reference(text: str) -> str:
    """The session reference that the text is, in capitals, or ""."""
    found = _REFERENCE.fullmatch(text)
    return found[1].upper() if found else ""


def _plain(said: str) -> SessionAction | None:
    words = said.split()
    ref = reference(words[-1]) if words else ""
    name = " ".join(words[:-1] if ref else words).lower()
    make = _PLAIN.get(name)
    return make(ref) if make else None


def _with_arguments(word: str, rest: str, *, free: bool) -> Action | None:
    if word in _OUTCOMES and (not rest or free):
        return RecordOutcome(status=_OUTCOMES[word], notes=rest)
    if word in ("fact", "note") and rest and free:
        return AddFact(text=rest)
    if word == "ask" and rest and free:
        return Ask(text=rest)
    if word in _BY_TICKET and (found := _TICKET.fullmatch(rest)):
        return _BY_TICKET[word]("#" + found[1])
    if word == "link" and (found := _TICKET.fullmatch(rest)):
        return LinkTicket(ticket=found[1])
    if word == "decide" and rest.lower() in _DECISIONS:
        return DecideFix(fix_id="", decision=_DECISIONS[rest.lower()])
    return _lists(word, rest, free=free) or _rating(word, rest, free=free)


def _lists(word: str, rest: str, *, free: bool) -> Action | None:
    if word == "help" and not rest:
        return ShowHelp()
    if word == "settings" and not rest:
        return OpenSettings()
    if word == "usage" and not rest:
        return ShowUsage()
    if word == "list" and rest.lower() in ("", "open", "all", *STATUSES):
        return ListSessions(status=rest.lower() or "open")
    if word == "flows" and (not rest or free):
        return ListFlows(search=rest)
    return None


def _rating(word: str, rest: str, *, free: bool) -> Action | None:
    score, _, comment = _parts(rest)
    if word == "rate" and score in ("1", "2", "3", "4", "5") and (not comment or free):
        return RateSession(score=int(score), comment=comment)
    return None
