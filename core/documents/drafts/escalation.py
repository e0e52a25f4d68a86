"""The escalation package, drafted without a model. Colleagues read it: peer to peer, internal (SPEC 5)."""

from core.documents.bundle import Bundle, BundleFix
from core.documents.drafts.phrases import (
    detail,
    fact_lines,
    labelled,
    problem,
    quoted,
    result,
    script_line,
    standing,
)
from core.documents.drafts.text import as_bullets, as_numbers, closed, sections
from core.facts.model import same_statement

__all__ = [
    "LIKELY",
    "NOTHING_CONFIRMED",
    "NOTHING_RUN",
    "NO_HYPOTHESIS",
    "WEAK",
    "escalation_package",
    "next_steps",
]

# SPEC 5's fixed sentences.
NOTHING_CONFIRMED = "Nothing confirmed yet."
NOTHING_RUN = "No diagnostic actions run yet."
NO_HYPOTHESIS = "No leading hypothesis yet — symptoms are still being narrowed."

#: Percent. A suggestion below WEAK is no hypothesis; one above LIKELY is tried first.
WEAK, LIKELY = 60, 80


def escalation_package(bundle: Bundle) -> str:
    """The package for a bundle whose texts are `printable`."""
    return sections(
        [
            ("Problem", _problem(bundle)),
            ("What we've confirmed", as_bullets(fact_lines(bundle)) or NOTHING_CONFIRMED),
            ("What we've tried", _tried(bundle)),
            ("Current hypothesis", _hypothesis(bundle)),
            ("Suggested next steps", as_numbers(next_steps(bundle))),
        ]
    )


def _problem(bundle: Bundle) -> str:
    lines = [problem(bundle)]
    ticket = bundle.ticket
    if ticket is not None and ticket.ref.number:
        number = ticket.ref.number
        number = f"#{number}" if number.isdecimal() else number
        lines.append(closed(f"Ticket: {number}"))
    if bundle.domain:
        lines.append(closed(f"Area: {bundle.domain}"))
    return "\n\n".join([lines[0], " ".join(lines[1:])]) if lines[1:] else lines[0]


def _tried(bundle: Bundle) -> str:
    """Diagnostic actions with their results, scripts, and every applied fix with its outcome."""
    checks = [result(check.text, check.finding) for check in bundle.checks if check.kind != "question"]
    scripts = [script_line(script) for script in bundle.scripts]
    fixes = [standing(fix) for fix in bundle.applied_fixes]
    return as_bullets([*checks, *scripts, *fixes]) or NOTHING_RUN


def _hypothesis(bundle: Bundle) -> str:
    fix = bundle.active
    if fix is None:
        return NO_HYPOTHESIS
    said = standing(fix)
    match fix.state:
        case "proposed" if fix.percent < WEAK:
            lines = [NO_HYPOTHESIS, f"The only candidate is weak: {said}"]
        case "proposed":
            lines = [said, _if_right(fix), detail(fix)]
        case "failed":
            lines = ["The hypothesis did not hold.", said, NO_HYPOTHESIS]
        case "dismissed":
            lines = [said, NO_HYPOTHESIS]
        case "success":
            lines = ["This is an unusual escalation: the fix is recorded as a success.", said, _caused(fix)]
        case "partial":
            lines = ["The leading hypothesis is confirmed only in part.", said, _if_right(fix), detail(fix)]
        case _:
            lines = ["This is the leading hypothesis, not confirmed yet.", said, _if_right(fix), detail(fix)]
    return " ".join(filter(None, lines))


def _if_right(fix: BundleFix) -> str:
    return closed(f"If it is right, the cause is: {fix.cause}") if fix.cause else ""


def _caused(fix: BundleFix) -> str:
    return closed(f"The cause it points to: {fix.cause}") if fix.cause else ""


def next_steps(bundle: Bundle) -> list[str]:
    """Two to four steps: what the outcome calls for, what was offered and is open, and what always helps."""
    steps: list[str] = []
    for step in [*_first_steps(bundle), *map(closed, bundle.next_steps), *_general_steps(bundle)]:
        if step and not any(same_statement(step, other) for other in steps):
            steps.append(step)
    return steps[:4] if len(bundle.next_steps) > 1 else steps[:3]


def _first_steps(bundle: Bundle) -> list[str]:
    fix = bundle.active
    if fix is None:
        return []
    name = quoted(fix)
    match fix.state:
        case "proposed" if fix.percent > LIKELY:
            return [closed(f"Try {name} first (confidence {fix.percent} %), and verify the result with the user")]
        case "proposed" if fix.percent >= WEAK:
            return ["Look for evidence that confirms or rules out the hypothesis before applying anything."]
        case "verifying":
            return [closed(f"Confirm with the user whether {name} has worked")]
        case "pending":
            awaits = f"Confirm whether {name} has worked. {labelled('Awaited', fix.notes)}"
            return [closed(awaits), "If it did not hold, record that before trying anything else."]
        case "partial":
            return [closed(f"Finish or verify {name}. {labelled('Still open', fix.notes)}")]
        case "failed":
            return [closed(f"Find out why {name} did not hold, and what that rules out")]
        case "success":
            return ["Confirm with the user that the problem is really gone, and what is still open."]
    return []


def _general_steps(bundle: Bundle) -> list[str]:
    known = bool(bundle.facts)
    return [
        "" if known else "Reproduce the problem with the user, and note the exact message and the time.",
        "Establish what changed shortly before the problem began.",
        "Check whether anyone else, or another device, is affected.",
        "Read the logs from the time when the problem last occurred.",
    ]
