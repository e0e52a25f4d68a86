"""The words of a problem that full-text search looks for."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from core.flows.model import Flow, Node, Solution

__all__ = ["coverage", "search_words", "telling", "terms"]

MOST_TERMS: Final = 32
LONGEST_TERM: Final = 64
#: Longer texts are cut: what is wrong is said at the beginning.
LONGEST_TEXT: Final = 4_000
#: Texts whose words are kept: a library's flows are looked at again in every turn.
KEPT: Final = 500

#: Words, and codes with their inner marks: 0x80070005, aadsts50053, 5.7.1, wi-fi, error_log.
_TOKEN: Final = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
#: Kept off words of four letters and more; both sides are cut alike, so the rest need be no word.
_ENDING: Final = re.compile(r"(?<=\w{4})(?:ing|ers?|ed|es|s|e)$")
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`")
_STOP_WORDS: Final = frozenset(
    """
    a about after again all also am an and any anybody anyone are arent as at be because been before
    being both but by came can cannot cant come comes could couldnt did didnt do does doesnt doing dont
    each every few for from get gets getting give gives go goes going got had has have having he hello
    help her here hers hey hi him his how i id if ill im in into is isnt it its ive just keep keeps know
    let like made make me more most my need needs no nor not now of off on once one only or other our
    ours out over own please really say says seem seems she should so some somebody someone still such
    sure tell than thank thanks that thats the their theirs them then there these they theyre thing this
    those through to today too tried tries try trying until up us very want wants was wasnt we well were
    what when where which while who whom whose why will with without wont would yes you your yours
    """.split()  # noqa: SIM905  # as a list it would be two hundred lines
)
#: Words that any problem may be told with: found alone, they say nothing of it.
_COMMON: Final = frozenset(
    """
    afternoon angry broken channel channels client clients colleague colleagues company computer computers customer
    customers day days device devices employee employees error errors evening fail failed failing fails happen
    happened happens issue issues machine machines morning new nothing office pc people person problem problems
    question since staff stopped unhappy urgent user users week weeks work worked working works yesterday
    """.split()  # noqa: SIM905
)


def terms(text: str) -> tuple[str, ...]:
    """The search terms of a problem, in order, each once: lower case, stop words cut, error codes kept whole.

    At most 32 of at most 64 characters. A term is letters and digits, with single marks (- . _) only
    inside, so that in double quotes it is a phrase to SQLite's FTS5, and in single quotes a lexeme to
    PostgreSQL. Hyphened words are given joined too ("wi-fi" and "wifi").
    """
    return tuple(dict.fromkeys(_terms(text[:LONGEST_TEXT])))[:MOST_TERMS]


def telling(wanted: Sequence[str]) -> tuple[str, ...]:
    """The terms that tell one problem from another: not who has it, when, or that something is broken."""
    return tuple(term for term in wanted if term not in _COMMON)


def coverage(wanted: Sequence[str], text: str) -> float:
    """The share of the wanted terms, from 0 to 1, that `text` holds; endings may differ (print, printer)."""
    held = _stems(text)
    return sum(_stem(term) in held for term in wanted) / len(wanted) if wanted else 0.0


@lru_cache(maxsize=KEPT)
def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(term) for term in _terms(text))


def search_words(flow: Flow) -> str:
    """What full-text search reads of a flow beside its title: how it is asked for, then all that its tree says.

    Searching the starter flows for each of their phrasings while that one is left out, the words of the tree lift
    the share of right first places by five to twelve points, most where phrasings are few.
    """
    asked = (flow.summary, *flow.phrasings, *flow.tags, flow.domain)
    return "\n".join((*asked, *(line for node in flow.nodes.values() for line in _lines(node))))


def _lines(node: Node) -> Iterator[str]:
    if isinstance(node, Solution):
        yield from (node.title, node.description, node.cause)
        return
    yield node.text
    for option in node.options:
        yield from (option.label, *option.synonyms, option.fact or "")


def _terms(text: str) -> Iterator[str]:
    folded = unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES)
    for token in _TOKEN.findall(folded):
        for form in _forms(token):
            term = form[:LONGEST_TERM].rstrip("-._")
            if len(term) > 1 and term not in _STOP_WORDS:
                yield term


def _forms(token: str) -> tuple[str, ...]:
    if token.isalnum() or any(map(str.isdigit, token)):
        return (token,)
    if "." in token or "_" in token:
        return tuple(re.split(r"[-._]", token))
    return (token, token.replace("-", ""))


def _stem(term: str) -> str:
    return _ENDING.sub("", term) if term.isalpha() else term
