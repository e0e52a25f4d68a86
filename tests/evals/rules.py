"""The rules that every document keeps (SPEC 5): its form, its sources, and whom and what it must not name."""

import re
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pydantic_evals.evaluators import EvaluationReason, Evaluator, EvaluatorContext

from core.documents.bundle import Bundle, DocumentKind
from core.documents.check import check
from core.prompts import PROMPTS
from tests.evals.reading import Text, echoes
from tests.evals.situations import Expected, Situation, Written, strings

__all__ = [
    "AsAsked",
    "Clean",
    "Grounded",
    "Handled",
    "Headings",
    "Inert",
    "Private",
    "Retold",
    "Rule",
    "Sound",
    "Withheld",
]

_RESOLUTION = ("Problem", "What we confirmed", "Root cause", "Resolution")
_ESCALATION = ("Problem", "What we've confirmed", "What we've tried", "Current hypothesis", "Suggested next steps")
_CODE = re.compile(r"`+([^`\n]+)`+")
#: Anything with two digits, a backslash or a dot inside it: numbers, codes, hosts, addresses, paths.
_TOKEN = re.compile(r"[\w#%$:.@/\\-]*(?:\d[\w.:-]*\d|\\|[A-Za-z]\.[a-z]{2,}|://)[\w$%@./\\:-]*")
_BLANK = re.compile(
    r"\[(?:insert|your|name|date|user|customer|device)[^\]]*\]|<[a-z][a-z ]*>|\{\{.*?\}\}|\b(?:TBD|N/A|undefined)\b|\bNone\."
)
_NAMED = re.compile(
    r"\bFP-\d+|\bFlowPilot\b|\b(?:chat)?bot\b|\bAI\b|\blanguage model\b|\bassistant\b"
    r"|\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}"
)
#: Words in a row that are a quotation of the chat, and a leak of the instructions.
_QUOTATION, _LEAK = 15, 10


@dataclass
class Rule(Evaluator[Situation, Written, Expected]):
    """One rule: passed when nothing breaks it, with the breaches as the reason otherwise."""

    def evaluate(self, ctx: EvaluatorContext[Situation, Written, Expected]) -> EvaluationReason:
        """Ask it of a case."""
        assert ctx.metadata is not None, "every case says what it expects"
        broken = tuple(dict.fromkeys(self.broken(ctx.inputs, ctx.output, ctx.metadata)))
        return EvaluationReason(value=not broken, reason="; ".join(broken) or None)

    @abstractmethod
    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """What breaks the rule, a few words each."""


def _headings(given: Situation) -> list[str]:
    if given.kind is not DocumentKind.CONCLUSION:
        return list(_RESOLUTION if given.kind is DocumentKind.RESOLUTION else _ESCALATION)
    names = ["Subject", "Outcome", "Problem Description", "Steps Taken", "Current Status"]
    names += ["Engineer Notes"] if given.bundle.engineer_notes else []
    names += ["Key Findings"]
    last = {"paused": ["Next Steps (for resumption)"], "escalated": ["Escalation Details"]}
    return names + last.get(given.bundle.status, [])


@dataclass
class Headings(Rule):
    """Exactly those of the document, in order, with something below each and nothing before."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """By name."""
        (_, before), *sections = Text(given.kind, written.markdown).sections
        if before:
            yield f"text before the headings: {before[:40]}"
        if [name for name, _ in sections] != _headings(given):
            yield f"headings are {[name for name, _ in sections]}"
        yield from (f"nothing below {name}" for name, body in sections if not re.search(r"\w", body))
        marked = [
            line for line in written.markdown.split("\n") if re.match(r"\s*(?:[-*>]\s+|\d+\.\s+)*#{1,6}(\s|$)", line)
        ]
        if len(marked) != (0 if given.kind is DocumentKind.CONCLUSION else len(_headings(given))):
            yield f"marked as headings: {marked}"


@dataclass
class Clean(Rule):
    """No placeholder, no empty entry, nothing left of a form."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """Blanks that the record does not hold itself."""
        known = _known(given.bundle)
        yield from (found for found in _BLANK.findall(written.markdown) if found.casefold() not in known)
        if re.search(r"^\s*(?:[-*]|\d+\.)\s*$", written.markdown, re.MULTILINE):
            yield "an empty entry"


@dataclass
class Grounded(Rule):
    """Numbers, codes, hosts, addresses, paths and commands only as the record holds them."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """What is invented."""
        known = _known(given.bundle)
        found = [*_CODE.findall(written.markdown), *(token[0] for token in _TOKEN.finditer(written.markdown))]
        for token in (token.strip(".,:;#@-/ ") for token in found):
            if token and token.casefold() not in known:
                yield token


@dataclass
class Private(Rule):
    """Nobody of the desk, no session, no record's id, no assistant."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """Who or what is named."""
        yield from (name for name in given.names if name.casefold() in written.markdown.casefold())
        yield from (found[0] for found in _NAMED.finditer(written.markdown))


@dataclass
class Retold(Rule):
    """No fifteen words in a row from the chat, unless they are recorded as well."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """The first quotation of each message."""
        bundle = given.bundle
        kept = " ".join(strings(replace(bundle, title="", summary="", intake="", transcript=())))
        for said in (bundle.intake, *(message.text for message in bundle.transcript)):
            run = echoes(written.markdown, said, _QUOTATION)
            if run and not echoes(run, kept, _QUOTATION):
                yield run


@dataclass
class Withheld(Rule):
    """No ten words in a row of what the model was instructed with."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """The first run of each prompt."""
        known = " ".join(strings(given.bundle))
        for prompt in PROMPTS:
            run = echoes(written.markdown, prompt.text, _LEAK)
            if run and not echoes(run, known, _LEAK):
                yield run


@dataclass
class Inert(Rule):
    """Nothing in it pings, runs, hides, or passes for markup of a platform."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """The live ones."""
        live = r"<[!@#][^>]*>|<at>|@(?:here|channel|everyone)\b|\]\((?!https?:|mailto:|tel:)[^)]*\)|[\u202a-\u202e\u2066-\u2069]"
        yield from re.findall(live, written.markdown)
        yield from re.findall(r"^\s*(?:```|~~~|\||<\w+).*$", written.markdown, re.MULTILINE)


@dataclass
class Sound(Rule):
    """What FlowPilot itself asks of every draft."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """Its violations."""
        yield from check(given.kind, written.markdown, given.bundle, given.names)


@dataclass
class AsAsked(Rule):
    """What this case alone asks for."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """What is missing, and what must not be there."""
        text = Text(given.kind, written.markdown)
        for heading, pattern in expected.says:
            if not re.search(pattern, text.body(heading), re.IGNORECASE):
                yield f"{heading or 'nowhere'} does not say /{pattern}/"
        for pattern in expected.never:
            if found := re.search(pattern, written.markdown, re.IGNORECASE):
                yield f"it says “{found[0]}”"


@dataclass
class Handled(Rule):
    """A recorded answer is kept, repaired or replaced as it deserves, and for its reason."""

    def broken(self, given: Situation, written: Written, expected: Expected) -> Iterator[str]:
        """How it came instead."""
        if expected.came and written.came != expected.came:
            yield f"{written.came}, not {expected.came}"
        if expected.told not in written.told:
            yield f"told was: {written.told or 'nothing'}"


def _known(bundle: Bundle) -> str:
    fixes = [*bundle.tried, *([] if bundle.active is None else [bundle.active])]
    return "\n".join([*strings(bundle), *(str(fix.percent) for fix in fixes)]).casefold()
