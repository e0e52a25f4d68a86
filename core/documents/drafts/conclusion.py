"""The conclusion, drafted without a model: where a session stands, and what comes next (SPEC 5)."""

from datetime import datetime

from core.documents.bundle import Bundle, BundleFix
from core.documents.drafts.escalation import NOTHING_CONFIRMED, next_steps
from core.documents.drafts.phrases import detail, fact_lines, labelled, problem, result, script_line, standing
from core.documents.drafts.text import as_bullets, as_numbers, closed, opened
from core.facts.model import same_statement

__all__ = ["conclusion"]

_STATUS = {
    "active": "In progress",
    "paused": "Paused",
    "escalated": "Escalated",
    "resolved": "Resolved",
    "abandoned": "Abandoned",
}
_STATE = {
    "none": "no fix has been suggested yet",
    "proposed": "a fix is suggested, not applied",
    "verifying": "a fix is applied, its result is not known yet",
    "pending": "a fix is applied, its result is awaited",
    "partial": "a fix is applied and worked only in part",
    "success": "the fix is applied and confirmed to have worked",
    "failed": "the fix that was applied did not work",
    "dismissed": "the suggested fix was set aside",
}


def conclusion(bundle: Bundle) -> str:
    """The conclusion for a bundle whose texts are `printable`."""
    parts = [
        f"**Subject:** {opened(bundle.title) or 'Troubleshooting without a title'}",
        f"**Outcome:** {_outcome(bundle)}",
        f"**Problem Description:** {problem(bundle)}",
        f"**Steps Taken:**\n\n{as_numbers(_steps(bundle)) or 'No steps have been taken yet.'}",
        f"**Current Status:** {_current(bundle)}",
    ]
    notes = as_bullets(map(closed, bundle.engineer_notes))
    if notes:
        parts.append(f"**Engineer Notes:**\n\n{notes}")
    parts.append(f"**Key Findings:**\n\n{_findings(bundle)}")
    if bundle.status == "paused":
        parts.append(f"**Next Steps (for resumption):**\n\n{as_numbers(next_steps(bundle))}")
    if bundle.status == "escalated":
        parts.append(f"**Escalation Details:**\n\n{_escalation(bundle)}")
    return "\n\n".join(parts) + "\n"


def _outcome(bundle: Bundle) -> str:
    state = bundle.state
    clause = _STATE[state]
    if state == "none" and bundle.applied_fixes:
        clause = "no fix is in hand; what was applied is listed below"
    if bundle.status != "resolved":
        return f"{_STATUS.get(bundle.status, 'In progress')}; {clause}."
    if state in ("verifying", "pending"):
        return f"Provisional; {clause}."
    if state in ("success", "partial"):
        return f"{'Resolved' if state == 'success' else 'Closed with work left'}; {clause}."
    if bundle.resolved_by:
        return closed(f"Resolved as follows: {bundle.resolved_by}")
    return f"Closed without a confirmed fix; {clause}."


def _steps(bundle: Bundle) -> list[str]:
    """Answered steps, generated scripts and applied fixes, by time; those without a time come last."""
    timed: list[tuple[datetime | None, str]] = [(c.at, result(c.text, c.finding)) for c in bundle.checks]
    timed += [(script.at, script_line(script)) for script in bundle.scripts]
    timed += [(fix.at, standing(fix)) for fix in bundle.applied_fixes]
    dated = sorted(((at, line) for at, line in timed if at is not None), key=lambda pair: pair[0])
    return [line for _, line in dated] + [line for at, line in timed if at is None]


def _current(bundle: Bundle) -> str:
    fix = bundle.active
    said = ["No fix is suggested at the moment."] if fix is None else [standing(fix), _what(fix)]
    if bundle.resolved_by and bundle.state != "success":
        said.append(closed(f"Noted as what resolved it: {bundle.resolved_by}"))
    return " ".join(filter(None, said))


def _what(fix: BundleFix) -> str:
    if fix.state == "success":
        return closed(f"The cause: {fix.cause}") if fix.cause else "The root cause is not known."
    return "" if fix.state in ("failed", "dismissed") else detail(fix)


def _findings(bundle: Bundle) -> str:
    notes = [closed(note) for note in bundle.engineer_notes]
    lines = fact_lines(bundle)
    others = [line for line in lines if not any(same_statement(line, note) for note in notes)]
    if others:
        return as_bullets(others)
    return "Nothing is confirmed beyond the notes above." if lines else NOTHING_CONFIRMED


def _escalation(bundle: Bundle) -> str:
    escalation = bundle.escalation
    if escalation is None:
        return "No reason was recorded."
    lines = [
        closed(f"Reason: {escalation.reason}") if escalation.reason else "No reason was recorded.",
        labelled("Escalated to", escalation.to),
        labelled("Urgency", escalation.urgency),
    ]
    return as_bullets(lines)
