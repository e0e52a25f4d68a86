"""Walking a flow: which answer a text is, and where it leads."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from core.flows.model import ESCALATE, Flow, Node, Option, Step

__all__ = ["Answer", "Skip", "follow", "match_answer", "plain"]

#: An answer may be followed by more: "No, only his laptop." Not by a decimal: "2.5".
_CLAUSE: Final = re.compile(r"[.,;:!)]+(?=\s)|\s+[-–—(]+\s*|\n")
_NUMBER: Final = re.compile(r"(?:option|number)?\s*[#(]?0?([1-9]\d?)[).:!]?", re.IGNORECASE)
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`")
#: Then the first word was not the last one: "No, wait". To ask again costs less than a wrong turn.
_SECOND_THOUGHTS: Final = re.compile(
    r"\b(actually|although|apart from|but|depends|except|guess|hang on|hmm*|hold on|however|i think|if|"
    r"maybe|might|not (really|sure|yet)|oops|or|otherwise|partly|perhaps|probably|rather|sometimes|sorry|"
    r"sort of|though|unclear|unless|unsure|wait)\b"
)
_SKIPPING: Final = frozenset({"skip", "skip it", "skip this", "skip step", "skip this step"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Skip:
    """The step is passed over; `next` is a node id or ESCALATE."""

    next: str


Answer = Option | Skip


def plain(text: str) -> str:
    """What is compared: words without case, punctuation, apostrophes and doubled blanks."""
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    return " ".join("".join(char if char.isalnum() else " " for char in folded).split())


def match_answer(step: Step, text: str) -> Answer | None:
    """The option that `text` chooses by label, number or synonym, or Skip where the step can be skipped.

    The whole text counts, or its first clause when the rest has no second thoughts and names no other option.
    A question is no answer. None means: keep the text as a note and ask again.
    """
    for option in step.options:
        if text.strip().casefold() == option.label.casefold():
            return option
    if "?" in text:
        return None
    if whole := _exact(step, text):
        return whole
    clause = _CLAUSE.search(text)
    answer = _exact(step, text[: clause.start()]) if clause else None
    if clause is None or answer is None:
        return None
    rest = plain(text[clause.end() :])
    return None if _SECOND_THOUGHTS.search(rest) or _names_another(step, answer, rest) else answer


def follow(flow: Flow, target: str) -> Node | None:
    """The node a target names; None for an escalation. Raises KeyError for a target the flow has not."""
    return None if target == ESCALATE else flow.nodes[target]


def _exact(step: Step, text: str) -> Answer | None:
    said = plain(text)
    for option in step.options:
        if said and said in _names(option):
            return option
    number = _NUMBER.fullmatch(text.strip())
    if number and int(number[1]) <= len(step.options):
        return step.options[int(number[1]) - 1]
    if step.skip is not None and said in _SKIPPING:
        return Skip(next=step.skip)
    return None


def _names(option: Option) -> set[str]:
    return {plain(option.label), *map(plain, option.synonyms)}


def _names_another(step: Step, answer: Answer, rest: str) -> bool:
    others = (option for option in step.options if option is not answer)
    return any(f" {name} " in f" {rest} " for option in others for name in _names(option))
