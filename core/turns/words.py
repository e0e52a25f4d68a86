"""Typed words as commands (SPEC 2): one only as the whole text, or with arguments of its own; the rest is the problem."""

import re
from collections.abc import Callable
from dataclasses import dataclass

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
#: The first word, a session's reference right behind it, what stands before the rest (a colon or the end of the line sets it
#: off), and the rest.
_PARTS = re.compile(r"([^\s:]*)(?:[^\S\n]+(FP-\d{1,9})(?![\w-]))?(\s*:+|[^\S\n]*\n)?\s*(.*)", re.DOTALL | re.IGNORECASE)
#: What stands before a session's reference at the end.
_BEHIND = re.compile(r"(.*\S)\s+(FP-\d{1,9})", re.DOTALL | re.IGNORECASE)
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


@dataclass(frozen=True, slots=True)
class _Said:
    """Words as a command's. `ref` names the session, "" for the one of the thread; `free`: the rest may be any text."""

    word: str
    ref: str
    free: bool
    rest: str


def parse(text: str, *, addressed: bool) -> Action | None:
    """The action that the words are, or None when they are part of the problem.

    `addressed`: typed after a slash command or a mention, where free text needs no colon. A session's reference may stand right
    behind the word, and behind everything else where that is no free text.
    """
    word, ref, set_off, rest = _parts(text.strip())
    said = _Said(word.lower(), ref, addressed or set_off, rest)
    return _plain(text.split()) or _on_session(said) or _elsewhere(said)


def lacking(text: str) -> str:
    """What to say where the text is a command that needs something more, or ""."""
    word, _, _, rest = _parts(text.strip())
    return "" if rest else _LACKING.get(word.lower(), "")


def _parts(said: str) -> tuple[str, str, bool, str]:
    found = _PARTS.fullmatch(said)
    assert found is not None, "each part may be empty"
    return found[1], (found[2] or "").upper(), found[3] is not None, found[4]


def reference(text: str) -> str:
    """The session reference that the text is, in capitals, or ""."""
    found = _REFERENCE.fullmatch(text)
    return found[1].upper() if found else ""


def _plain(words: list[str]) -> SessionAction | None:
    at = next((at for at in (1, len(words) - 1) if 0 < at < len(words) and reference(words[at])), None)
    ref = "" if at is None else reference(words.pop(at))
    make = _PLAIN.get(" ".join(words).lower())
    return make(ref) if make else None


def _on_session(said: _Said) -> SessionAction | None:
    word, ref, rest = said.word, said.ref, said.rest
    if word in _OUTCOMES and (not rest or said.free):
        return RecordOutcome(session_id=ref, status=_OUTCOMES[word], notes=rest)
    if word in ("fact", "note") and rest and said.free:
        return AddFact(session_id=ref, text=rest)
    if word == "rate":
        return _rating(said)
    if not ref and (behind := _BEHIND.fullmatch(rest)):
        rest, ref = behind[1], behind[2].upper()
    if word == "link" and (found := _TICKET.fullmatch(rest)):
        return LinkTicket(session_id=ref, ticket=found[1])
    if word == "decide" and rest.lower() in _DECISIONS:
        return DecideFix(session_id=ref, fix_id="", decision=_DECISIONS[rest.lower()])
    if word in _BY_TICKET and not ref and (found := _TICKET.fullmatch(rest)):
        return _BY_TICKET[word]("#" + found[1])
    return None


def _rating(said: _Said) -> RateSession | None:
    score, behind, _, comment = _parts(said.rest)
    if score not in ("1", "2", "3", "4", "5") or (comment and not said.free):
        return None
    return RateSession(session_id=said.ref or behind, score=int(score), comment=comment)


def _elsewhere(said: _Said) -> Action | None:
    """What is about no session; a reference is one word more."""
    word, rest = said.word, " ".join(filter(None, (said.ref, said.rest)))
    if word == "ask" and rest and said.free:
        return Ask(text=rest)
    if word == "help" and not rest:
        return ShowHelp()
    if word == "settings" and not rest:
        return OpenSettings()
    if word == "usage" and not rest:
        return ShowUsage()
    if word == "list" and rest.lower() in ("", "open", "all", *STATUSES):
        return ListSessions(status=rest.lower() or "open")
    if word == "flows" and (not rest or said.free):
        return ListFlows(search=rest)
    return None
