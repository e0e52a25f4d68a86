"""What a document may claim, given what became of the fixes (SPEC 5). Conservative: what is doubtful passes."""

import re
from collections.abc import Iterator

from core.documents.bundle import Bundle, BundleFix
from core.documents.drafts.escalation import NO_HYPOTHESIS, NOTHING_CONFIRMED, NOTHING_RUN, WEAK
from core.documents.drafts.phrases import without_label
from core.documents.drafts.text import flat
from core.documents.rules.structure import Parsed, items

__all__ = ["claims", "escalation_rules", "resolution_rules"]

_THING = r"(?:issue|problem|incident|fault|error|outage|ticket)"
_DONE = r"(?:fixed|resolved|solved|cured|corrected|remedied|rectified)"
_CLAIM = re.compile(
    rf"\b{_THING} (?:is|was|has been|have been|got)(?: \w+ly| now| since)* {_DONE}\b"
    rf"|\b{_DONE} (?:the|this|that|their|his|her|your|our) (?:\w+ ){{0,2}}{_THING}\b"
    rf"|\b(?:which|this|that|it|fix|change) (?:has |have |successfully |fully )*{_DONE} (?:it|this|that)\b"
    rf"|\b{_THING} (?:no longer|does not|doesn't) (?:occur|exist|happen|persist|recur)s?\b"
    rf"|\b(?:back to normal|fully restored|working (?:again|normally|as expected)|works (?:again|now|as expected))\b"
    rf"|\bthis closes the {_THING}\b|\bconfirmed to (?:have worked|work|be working)\b|\bfix (?:has )?(?:worked|held)\b",
    re.IGNORECASE,
)
_APPLIED = re.compile(
    r"\b(?:the|a|this|suggested|proposed|recommended) (?:fix|solution|workaround|change)s? (?:was|were|has been|have been)"
    r"(?: \w+ly)? (?:applied|implemented|carried out|deployed|rolled out|performed)\b"
    r"|\bwe (?:have )?(?:applied|implemented|carried out|deployed|rolled out)"
    r" (?:the|this|a) (?:\w+ )?(?:fix|solution|workaround)\b",
    re.IGNORECASE,
)
#: In a sentence with one of these, nothing is claimed.
_OPEN = re.compile(
    r"\b(?:not|never|no|none|nothing|neither|nor|cannot|without|whether|if|once|until|unless|when|would|should|could|"
    r"might|may|will|to be|yet|before|after|provisional\w*|pending|await\w*|confirm|verify|unconfirmed|failed|"
    r"expected to|supposed|suggest\w*|propos\w*|try|attempt\w*)\b|n[’']t\b",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n\s*\n|\n(?=\s*(?:[-*+•#]|\d+[.)]))")
#: What may stand before the words of a list's item.
_OPENING = re.compile(r"\s*(?:(?:[-*+•]|\d+[.)])\s+)?[\"“*_]*")
#: Marks that a sentence may lose or gain where it is quoted.
_AROUND = " .,;:!?…"
_PROVISIONAL = re.compile(
    r"provisional|await|wait|pending|not (?:yet )?(?:been )?confirmed|unconfirmed|yet to be", re.I
)
_LEFT = re.compile(r"\b(?:left|remain\w*|open|outstanding|part\w*|still|yet|incomplete\w*|follow\w*)\b", re.IGNORECASE)
_UNKNOWN = re.compile(
    r"\b(?:not|no|never|nor|none|un\w+|suspect\w*|likely|probabl\w*|possibl\w*|may|might|appear\w*|hypothes\w*|"
    r"inconclusive|investigat\w*|presum\w*|pending)\b|n[’']t\b",
    re.IGNORECASE,
)


def claims(markdown: str, bundle: Bundle, known: str) -> Iterator[str]:
    """Sentences that claim a success which nobody recorded, or that a fix was applied which was only suggested.

    A sentence that quotes a whole one of the input passes, as does any once something else is known to have worked. A part of
    one does not: what somebody wrote may ask for the very claim.
    """
    worked = bundle.resolved_by or any(fix.state == "success" for fix in bundle.tried)
    if worked or bundle.state == "success":
        return
    fix = bundle.active
    untouched = fix is not None and not fix.applied and not bundle.tried
    for sentence in (" ".join(part.split()) for part in _SENTENCE.split(markdown)):
        claim = _CLAIM.search(sentence)
        if claim and bundle.state != "partial" and _said(claim, known):
            yield f"“{claim[0]}” claims a success that is not recorded."
        applied = _APPLIED.search(sentence)
        if applied and untouched and _said(applied, known):
            how = "set aside" if bundle.state == "dismissed" else "only suggested"
            yield f"“{applied[0]}”: the fix was {how}, not applied."


def _said(claim: re.Match[str], known: str) -> bool:
    """Whether the sentence really claims it: with no "not" or "if" around, and not in a whole sentence of the input."""
    around = claim.string[: claim.start()] + claim.string[claim.end() :]
    if _OPEN.search(around):
        return False
    words, sentence = claim[0].casefold(), claim.string.casefold()
    lines = (line for line in known.split("\n") if words in line)
    recorded = (part for line in lines for form in (line, without_label(line)) for part in _SENTENCE.split(form))
    return not any(words in part and part.strip(_AROUND) in sentence for part in recorded)


def resolution_rules(parsed: Parsed, bundle: Bundle) -> Iterator[str]:
    """What a resolution note must say of a fix that is not settled, and of a cause that is not known."""
    said = parsed.body("Resolution")
    state = bundle.state
    if state in ("verifying", "pending") and not _PROVISIONAL.search(said):
        yield "The resolution has to say that it is provisional, and what is awaited."
    if state == "partial" and not _LEFT.search(said):
        yield "The resolution has to say what is left."
    worked = state == "success" or bundle.resolved_by or any(fix.state == "success" for fix in bundle.tried)
    if not worked and not _UNKNOWN.search(parsed.body("Root cause")):
        yield "The root cause has to be said to be unconfirmed."


def escalation_rules(parsed: Parsed, bundle: Bundle) -> Iterator[str]:
    """The fixed sentences where they must stand and only there, two to four next steps, and nothing untried as tried."""
    confirmed, tried = parsed.body("What we've confirmed"), parsed.body("What we've tried")
    facts = any(flat(fact.text) for fact in bundle.facts)
    yield from _sentence(NOTHING_CONFIRMED, confirmed, needed=not facts, wrong=facts)
    done = {check.kind for check in bundle.checks if flat(check.text) or flat(check.finding)}
    ran = bool(bundle.applied_fixes or done - {"question"})
    nothing = not (ran or done or bundle.scripts)
    yield from _sentence(NOTHING_RUN, tried, needed=nothing, wrong=ran)
    fix = bundle.active
    weak = fix is None or (fix.state == "proposed" and fix.percent < WEAK)
    strong = fix is not None and fix.state in ("verifying", "pending", "partial", "success")
    yield from _sentence(NO_HYPOTHESIS, parsed.body("Current hypothesis"), needed=weak, wrong=strong)
    if not 2 <= len(items(parsed.body("Suggested next steps"))) <= 4:
        yield "There have to be two to four next steps, as a list."
    if fix is not None and not fix.tried and _listed(tried, fix) and not _tried_before(bundle, fix):
        yield f"“{fix.title}” was not tried: it is {fix.state}."


def _sentence(sentence: str, body: str, *, needed: bool, wrong: bool) -> Iterator[str]:
    if needed and sentence not in body:
        yield f"The sentence “{sentence}” is missing."
    if wrong and any(line.startswith(sentence) for line in body.split("\n")):
        yield f"The sentence “{sentence}” is not true here."


def _listed(body: str, fix: BundleFix) -> bool:
    """Whether a line of the section opens with the fix's title, quotes it, or holds it when it is a long one."""
    title = _title(fix)
    for line in body.casefold().split("\n"):
        text = _OPENING.sub("", line, count=1)
        opens = text.startswith(title) and not text[len(title) :][:1].isalnum()
        quotes = any(quoted in text for quoted in (f"“{title}”", f'"{title}"', f"**{title}**"))
        if title and text != NOTHING_RUN.casefold() and (opens or quotes or (len(title.split()) > 3 and title in text)):
            return True
    return False


def _tried_before(bundle: Bundle, fix: BundleFix) -> bool:
    """Whether its title also stands in something that notes may list as tried."""
    texts = [f"{check.text} {check.finding}" for check in bundle.checks]
    texts += [f"{other.title} {other.notes}" for other in bundle.applied_fixes]
    for script in bundle.scripts:
        texts.append(
            " ".join(["Script generated:", script.name, *(part for pair in script.parameters for part in pair)])
        )
    return any(_title(fix) in flat(text).casefold() for text in texts)


def _title(fix: BundleFix) -> str:
    return flat(fix.title).rstrip(".").casefold()
