"""What a document has to tell of its fixes (SPEC 5): those applied, what is awaited or left, and what comes first.

Conservative: a third of the words of a title, a description or notes is enough to have told of it, whatever their endings.
"""

import re
from collections.abc import Iterator

from core.documents.bundle import Bundle, BundleFix, DocumentKind
from core.documents.drafts.escalation import LIKELY, WEAK
from core.documents.drafts.phrases import without_label
from core.documents.rules.structure import Parsed, items

__all__ = ["told"]

#: Where each document tells what was applied.
_APPLIED = {
    DocumentKind.RESOLUTION: "Resolution",
    DocumentKind.ESCALATION: "What we've tried",
    DocumentKind.CONCLUSION: "Steps Taken",
}
_WORD = re.compile(r"[^\W_]+")
#: Letters by which two forms of a word are taken for the same, and that a word has at least.
_STEM, _SHORTEST = 5, 4
_DENIAL = re.compile(
    r"\b(?:not?|never|none|nothing|neither|nor|cannot|without|fail\w*|ruled out|disproved|wrong|unsuccessful\w*)\b|n[’']t\b",
    re.I,
)


def told(kind: DocumentKind, parsed: Parsed, bundle: Bundle) -> Iterator[str]:
    """What is missing in a document of this bundle, whose texts are `printable`."""
    fixes = bundle.applied_fixes
    if kind is DocumentKind.RESOLUTION:
        # The customer need not read of every attempt, but of the one that the note is about.
        fixes = tuple(fix for fix in fixes if fix is bundle.active)
    done = parsed.body(_APPLIED[kind])
    yield from (f"It has to tell that “{fix.title}” was applied." for fix in fixes if not _names(done, fix))
    fix = bundle.active
    if fix is not None and kind is DocumentKind.RESOLUTION:
        yield from _of_resolution(done, fix, bundle)
    if fix is not None and kind is DocumentKind.ESCALATION:
        yield from _of_hypothesis(parsed.body("Current hypothesis"), fix)
        steps = items(parsed.body("Suggested next steps"))
        yield from _of_first_step(steps[0] if steps else "", fix)


def _of_resolution(said: str, fix: BundleFix, bundle: Bundle) -> Iterator[str]:
    if fix.state == "pending" and not _tells(said, fix.notes):
        yield f"The resolution has to say what is awaited: {fix.notes}"
    if fix.state == "partial" and not _tells(said, fix.notes):
        yield f"The resolution has to say what is left: {fix.notes}"
    otherwise = bundle.resolved_by or any(other.state == "success" for other in bundle.tried)
    if fix.state == "failed" and not otherwise and not _DENIAL.search(said):
        yield "The resolution has to say that it did not work."


def _of_hypothesis(said: str, fix: BundleFix) -> Iterator[str]:
    if fix.state == "failed" and not _DENIAL.search(said):
        yield "The hypothesis has to say that it did not hold."
    if fix.state == "proposed" and fix.percent >= WEAK and not re.search(rf"(?<!\d){fix.percent}(?!\d)", said):
        yield f"The hypothesis has to give the confidence of what is suggested: {fix.percent} percent."


def _of_first_step(step: str, fix: BundleFix) -> Iterator[str]:
    if fix.state == "proposed" and fix.percent > LIKELY and not _names(step, fix):
        yield f"The first next step has to be to try “{fix.title}”."
    if fix.state == "pending" and not _tells(step, fix.notes):
        yield f"The first next step has to name what is awaited: {fix.notes}"
    if fix.state == "partial" and not (_names(step, fix) or _tells(step, fix.notes)):
        yield f"The first next step has to be to finish or verify “{fix.title}”."


def _names(text: str, fix: BundleFix) -> bool:
    """By its title, or by what was to be done."""
    return _tells(text, fix.title) or (bool(fix.description) and _tells(text, fix.description))


def _tells(text: str, subject: str) -> bool:
    wanted = _stems(without_label(subject))
    return 3 * len(wanted & _stems(text)) >= len(wanted)


def _stems(text: str) -> set[str]:
    """The longer words; in scripts without capitals words cannot be told apart, and none counts."""
    words = (word for word in _WORD.findall(text.casefold()) if len(word) >= _SHORTEST)
    return {word[:_STEM] for word in words if word.isdigit() or word.upper() != word}
