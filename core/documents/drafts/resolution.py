"""The resolution note, drafted without a model. Customers read it; the outcome says what it may claim."""

from core.documents.bundle import Bundle, BundleFix
from core.documents.drafts.phrases import detail, fact_lines, labelled, problem, to_do
from core.documents.drafts.text import as_bullets, closed, sections
from core.facts.model import same_statement

__all__ = ["resolution_note"]

#: States in which the active fix stands as the resolution, if only for now.
_STANDING = ("success", "verifying", "pending", "partial")


def resolution_note(bundle: Bundle) -> str:
    """The note for a bundle whose texts are `printable`."""
    return sections(
        [
            ("Problem", problem(bundle)),
            ("What we confirmed", _confirmed(bundle)),
            ("Root cause", _cause(bundle)),
            (
                "Resolution",
                "\n\n".join(filter(None, [_resolution(bundle), _attempts(bundle), _ending(bundle)])),
            ),
        ]
    )


def _confirmed(bundle: Bundle) -> str:
    lines = fact_lines(bundle)
    if bundle.resolved_by:
        lines = [line for line in lines if not same_statement(line, closed(bundle.resolved_by))]
    return as_bullets(lines) or "Nothing further was confirmed beyond the problem as reported."


def _cause(bundle: Bundle) -> str:
    fix = bundle.active
    if fix is not None and fix.state == "success":
        return closed(fix.cause) or "The root cause is not known; the fix was confirmed without establishing it."
    if bundle.state in _STANDING:
        return "The root cause has not been confirmed yet."
    return "The root cause has not been confirmed."


def _resolution(bundle: Bundle) -> str:
    """What stands as the resolution: the active fix, or the engineer's account; "" without either."""
    fix, account = bundle.active, bundle.resolved_by
    if fix is None or fix.state not in _STANDING:
        return closed(f"The problem was resolved as follows: {account}") if account else ""
    verb = "was" if fix.state == "success" else "applied was"
    done = [closed(f"The fix {verb} {to_do(fix)}"), detail(fix)]
    also = closed(f"Also noted as helping: {account}") if account else ""
    return "\n\n".join([" ".join(filter(None, done)), " ".join(filter(None, [*_verdict(fix), also]))])


def _verdict(fix: BundleFix) -> tuple[str, ...]:
    match fix.state:
        case "success":
            return ("It has been applied and is confirmed to have worked.", "This closes the issue.")
        case "partial":
            return ("It settled the problem only in part.", labelled("What is left to do", fix.notes))
    provisional = "Its result is not confirmed yet, so this resolution is provisional."
    return (provisional, labelled("What is awaited", fix.notes))


def _attempts(bundle: Bundle) -> str:
    """What was applied besides: every tried fix, and the active one when it failed."""
    fixes = [fix for fix in bundle.applied_fixes if fix is not bundle.active or fix.state == "failed"]
    if not fixes:
        return ""
    opening = "Before that, we" if bundle.resolved_by or bundle.state in _STANDING else "We"
    all_failed = all(fix.state == "failed" for fix in fixes)
    verdict = ", which did not solve the problem" if all_failed else ""
    lines = [_attempt(fix, told=all_failed) for fix in fixes]
    listed = f" {lines[0]}" if len(lines) == 1 else f"\n\n{as_bullets(lines)}"
    return f"{opening} tried the following{verdict}:{listed}"


def _attempt(fix: BundleFix, *, told: bool) -> str:
    """One of them; `told`: that it failed stands above the list already."""
    match fix.state:
        case "success":
            came = ["This worked."]
        case "failed":
            came = ["" if told else "This did not solve the problem.", labelled("Reason", fix.notes)]
        case "partial":
            came = ["This helped only in part.", labelled("Still open", fix.notes)]
        case _:
            came = ["The result of this was not confirmed.", labelled("What was awaited", fix.notes)]
    return " ".join(filter(None, [closed(fix.title) or "The fix suggested at the time.", *came]))


def _ending(bundle: Bundle) -> str:
    """What has to be said when nothing stands as the resolution."""
    fix, state = bundle.active, bundle.state
    if bundle.resolved_by or state in _STANDING:
        return ""
    worked = any(fix.state == "success" for fix in bundle.tried)
    tried = any(fix.tried for fix in (*bundle.tried, *(() if fix is None else (fix,))))
    said = (
        "No working fix has been confirmed so far."
        if tried or state == "dismissed"
        else "No fix has been applied so far."
    )
    if fix is not None and state == "proposed":
        suggested = closed(f"One has been suggested: {fix.title}") if fix.title else ""
        return " ".join(filter(None, ["" if worked else said, suggested, detail(fix)]))
    return "" if worked else said
