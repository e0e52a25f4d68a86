"""The rules on outcomes (SPEC 5): what each document must say of a fix in its state, and what it must not claim."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from core.documents.bundle import Bundle, BundleFix, DocumentKind
from tests.evals.reading import HEDGED, Text, content, mentions, split_sentences
from tests.evals.rules import Rule
from tests.evals.situations import Expected, Situation, Written, strings

__all__ = ["Applied", "Cause", "FixedSentences", "Hypothesis", "NextSteps", "Settled", "Steps", "Tried"]

_SUCCESS = re.compile(
    r"\b(?:(?:is|was|has been|have been|now|fully|which|that|this) (?:\w+ly )?(?:fixed|resolved|solved|restored|cured)"
    r"|(?:fixed|resolved|solved|cured) (?:the|it|this)|works? (?:again|now|normally|fine)|working (?:again|now|normally)"
    r"|back to normal|no longer (?:drops|occurs|happens|fails)|closes the (?:issue|problem|ticket)|confirmed to have worked)\b",
    re.IGNORECASE,
)
_WHOLE = re.compile(
    r"\b(?:fully|completely|entirely) (?:fixed|resolved|solved|restored)|\bcloses the (?:issue|problem|ticket)\b", re.I
)
_UNKNOWN = re.compile(r"\b(?:not|unknown|unconfirmed|unclear|no root cause|without establishing)\b", re.I)
_DID = re.compile(
    r"\b(?:was|were|has been|have been|we(?: have)?|then|after) (?:\w+ly )?(?:applied|carried out|implemented|performed|done|set"
    r"|changed|turned|switched|disabled|installed|reinstalled|replaced|renewed|restarted|reset|cleared|moved|emptied|rebuilt)\b",
    re.IGNORECASE,
)
#: What the resolution or the hypothesis must say by the state of the active fix, in any case.
_RESOLUTION = {
    "success": r"worked|works|resolved|solved|fixed|restored|holds|held|no longer|closes",
    "verifying": r"provisional|not (?:yet )?(?:been )?confirmed|unconfirmed|not known yet",
    "pending": r"provisional",
    "partial": r"\bpart|\bleft\b|remain|\bopen\b|outstanding",
    "failed": r"\bnot\b|\bno\b|failed|without success",
    "dismissed": r"\bno\b|\bnot\b|set aside",
    "proposed": r"\bno\b|\bnot\b|suggested|proposed",
    "none": r"\bno\b|\bnot\b",
}
_HYPOTHESIS = {
    "success": r"unusual|although|even though|despite|recorded as",
    "verifying": r"leading|hypothesis|likely|suspect",
    "pending": r"leading|hypothesis|likely|suspect",
    "partial": r"\bpart|not the whole|incomplete",
    "failed": r"did not hold|does not hold|not hold|ruled out|disproved|did not work",
    "dismissed": r"set aside|dismissed",
}
_NOTHING_CONFIRMED = "Nothing confirmed yet."
_NOTHING_RUN = "No diagnostic actions run yet."
_NO_HYPOTHESIS = "No leading hypothesis yet — symptoms are still being narrowed."


def _worked(bundle: Bundle) -> bool:
    return bool(bundle.resolved_by) or bundle.state == "success" or any(fix.state == "success" for fix in bundle.tried)


def _quotes(sentence: str, recorded: list[str]) -> bool:
    """Whether it only repeats a whole sentence of somebody's, after "Reason:" for instance."""
    return any(part.casefold().rstrip(".!? ") in sentence.casefold() for part in recorded)


@dataclass
class Settled(Rule):
    """The outcome is told as it is recorded: neither better nor worse, with what is awaited or left."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """Claims that are not recorded, and what has to be said and is not."""
        text, bundle = Text(given.kind, written.markdown), given.bundle
        if given.kind is DocumentKind.CONCLUSION:
            told = text.sentences("Outcome", "Current Status")
        else:
            told = text.sentences("Root cause", "Resolution", "Current hypothesis")
        if not _worked(bundle):
            claim = _WHOLE if bundle.state == "partial" else _SUCCESS
            recorded = [part for part in split_sentences(*strings(bundle)) if claim.search(part)]
            for sentence in told:
                if claim.search(sentence) and not HEDGED.search(sentence) and not _quotes(sentence, recorded):
                    yield sentence
        if given.kind is not DocumentKind.RESOLUTION:
            return
        said, fix = text.body("Resolution"), bundle.active
        if not re.search(_RESOLUTION["success" if _worked(bundle) else bundle.state], said, re.IGNORECASE):
            yield f"not told as {bundle.state}"
        if fix is not None and fix.state in ("pending", "partial") and not mentions(said, fix.notes):
            yield f"what is awaited or left is not told: {fix.notes}"
        if bundle.resolved_by and not mentions(said, bundle.resolved_by):
            yield f"what resolved it is not told: {bundle.resolved_by}"


@dataclass
class Applied(Rule):
    """What was only suggested, or set aside, is never described as done."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """The sentences that do."""
        fix = given.bundle.active
        if fix is None or fix.applied:
            return
        text = Text(given.kind, written.markdown)
        sections = (
            "Root cause",
            "Resolution",
            "What we've tried",
            "Current hypothesis",
            "Steps Taken",
            "Current Status",
        )
        for sentence in text.sentences(*sections):
            about = mentions(sentence, fix.title) or "fix" in sentence.casefold()
            if about and _DID.search(sentence) and not HEDGED.search(sentence):
                yield sentence


@dataclass
class Cause(Rule):
    """A root cause where a fix with a known one worked; otherwise it is said to be unknown."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """For resolution notes."""
        if given.kind is not DocumentKind.RESOLUTION:
            return
        said, fix = Text(given.kind, written.markdown).body("Root cause"), given.bundle.active
        if fix is not None and fix.state == "success" and fix.cause:
            if not mentions(said, fix.cause):
                yield f"not the cause: {said}"
        elif not given.bundle.resolved_by and not _UNKNOWN.search(said):
            yield f"not said to be unknown: {said}"


def _named(text: str, fix: BundleFix) -> bool:
    return mentions(text, fix.title) or (bool(fix.description) and mentions(text, fix.description))


@dataclass
class Tried(Rule):
    """Every applied fix stands among what was tried, superseded ones too; what was not applied never does."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """A model's resolution note need not tell the customer of every earlier attempt."""
        text, bundle = Text(given.kind, written.markdown), given.bundle
        heading = {
            DocumentKind.RESOLUTION: "Resolution",
            DocumentKind.ESCALATION: "What we've tried",
            DocumentKind.CONCLUSION: "Steps Taken",
        }[given.kind]
        for applied in bundle.applied_fixes:
            if given.kind is DocumentKind.RESOLUTION and applied is not bundle.active and written.came != "drafted":
                continue
            if not _named(text.body(heading), applied):
                yield f"not told as tried: {applied.title}"
            if (
                given.kind is DocumentKind.ESCALATION
                and applied.notes
                and not mentions(text.body(heading), applied.notes)
            ):
                yield f"tried without its notes: {applied.notes}"
        fix = bundle.active
        if given.kind is not DocumentKind.RESOLUTION and fix is not None and not fix.tried:
            lines = text.items(heading)
            yield from (
                f"not tried: {line}" for line in lines if mentions(line, fix.title, share=1) and not fix.applied
            )


@dataclass
class FixedSentences(Rule):
    """SPEC 5's three sentences, word for word where they apply, and nowhere else."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """For escalation packages."""
        if given.kind is not DocumentKind.ESCALATION:
            return
        text, bundle, fix = Text(given.kind, written.markdown), given.bundle, given.bundle.active
        ran = bundle.applied_fixes or bundle.scripts or any(check.kind != "question" for check in bundle.checks)
        asked = any(check.kind == "question" for check in bundle.checks)
        weak = fix is None or (fix.state == "proposed" and fix.percent < 60)
        holds = fix is not None and fix.state not in ("failed", "dismissed")
        for sentence, heading, must, may in (
            (_NOTHING_CONFIRMED, "What we've confirmed", not bundle.facts, not bundle.facts),
            (_NOTHING_RUN, "What we've tried", not ran and not asked, not ran),
            (_NO_HYPOTHESIS, "Current hypothesis", weak, weak or not holds),
        ):
            if must and sentence not in text.body(heading):
                yield f"missing: {sentence}"
            if not may and sentence in written.markdown:
                yield f"not true: {sentence}"


@dataclass
class Hypothesis(Rule):
    """The current hypothesis by the outcome, with the confidence of what is only proposed."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """For escalation packages."""
        fix = given.bundle.active
        if given.kind is not DocumentKind.ESCALATION or fix is None:
            return
        said = Text(given.kind, written.markdown).body("Current hypothesis")
        if not re.search(_HYPOTHESIS.get(fix.state, ""), said, re.IGNORECASE):
            yield f"not told as {fix.state}: {said}"
        if fix.state == "proposed" and fix.percent >= 60:
            if not re.search(rf"\b{fix.percent}\b", said):
                yield f"without its confidence: {said}"
            if not mentions(said, f"{fix.title} {fix.cause}", share=0.3):
                yield f"not about what is proposed: {said}"


@dataclass
class NextSteps(Rule):
    """Two to four, and the first one is what the outcome calls for."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """For escalation packages, and for conclusions of paused sessions."""
        heading = "Suggested next steps" if given.kind is DocumentKind.ESCALATION else "Next Steps (for resumption)"
        if given.kind is DocumentKind.RESOLUTION or (
            given.kind is DocumentKind.CONCLUSION and given.bundle.status != "paused"
        ):
            return
        steps = Text(given.kind, written.markdown).items(heading)
        if not 2 <= len(steps) <= 4:
            yield f"{len(steps)} next steps"
        if len({frozenset(content(step)) for step in steps}) < len(steps):
            yield "a step twice"
        fix = given.bundle.active
        if fix is not None and steps:
            yield from _first_step(fix, steps[0])


def _first_step(fix: BundleFix, step: str) -> Iterator[str]:
    match fix.state:
        case "proposed" if fix.percent > 80:
            wanted, verb = fix.title, r"\b(?:try|apply|carry out|start|begin|set|renew|clear)\b"
        case "verifying":
            wanted, verb = "", r"confirm|check|verify|ask|find out"
        case "pending":
            wanted, verb = fix.notes, r"confirm|check|verify|ask|find out|wait"
        case "partial":
            wanted, verb = fix.notes, r"finish|complete|verify|confirm|settle|work|extend|repeat|do"
        case _:
            return
    if not mentions(step, wanted) or not re.search(verb, step, re.IGNORECASE):
        yield f"the first step is not what {fix.state} calls for: {step}"


@dataclass
class Steps(Rule):
    """A conclusion numbers what was done in its order, each with its finding."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """What is missing or out of order."""
        if given.kind is not DocumentKind.CONCLUSION:
            return
        items = Text(given.kind, written.markdown).items("Steps Taken")
        places = []
        for check in given.bundle.checks:
            place = next((at for at, item in enumerate(items) if mentions(item, f"{check.text} {check.finding}")), None)
            if place is None:
                yield f"missing: {check.text}"
            else:
                places.append(place)
        if places != sorted(places):
            yield f"out of order: {places}"
