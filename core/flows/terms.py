"""The words of a problem that full-text search looks for."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from core.flows.model import Flow, Node, Solution
from core.flows.vocabulary import COMMON, SAME, STOP_WORDS, VARIANTS

__all__ = ["TREE", "coverage", "search_words", "stems", "telling", "telling_stems", "terms", "variants"]

MOST_TERMS: Final = 32
LONGEST_TERM: Final = 64
#: Longer texts are cut: what is wrong is said at the beginning.
LONGEST_TEXT: Final = 4_000
#: Texts whose words are kept: a library's flows are looked at again in every turn.
KEPT: Final = 500
#: Between how a flow is asked for, where no line is empty, and what its tree says.
TREE: Final = "\n\n"

#: Words, and codes with their inner marks: 0x80070005, aadsts50053, 5.7.1, wi-fi, error_log.
_TOKEN: Final = re.compile(r"[^\W_]+(?:[-._][^\W_]+)*")
#: Kept off words of four letters and more; both sides are cut alike, so the rest need be no word.
_ENDING: Final = re.compile(r"(?<=\w{4})(?:ing|ers?|ed|es|s|e)$")
_APOSTROPHES: Final = str.maketrans("", "", "'’‘`")
#: What people do with an account, in two words or one: "signed in", "log on".
_LOGIN: Final = re.compile(r"\b(?:log|sign)(?:ged|ging|ned|ning)?[ -](?:in|on)(?:to)?\b")


def terms(text: str) -> tuple[str, ...]:
    """The search terms of a problem, in order, each once: lower case, stop words cut, error codes kept whole.

    At most 32 of at most 64 characters. A term is letters and digits, with single marks (- . _) only
    inside, so that in double quotes it is a phrase to SQLite's FTS5, and in single quotes a lexeme to
    PostgreSQL. Hyphened words are given joined too ("wi-fi" and "wifi").
    """
    return tuple(dict.fromkeys(_terms(text[:LONGEST_TEXT])))[:MOST_TERMS]


def variants(wanted: Sequence[str]) -> tuple[str, ...]:
    """The terms, then whatever else people call the same: what full-text search has to look for."""
    others = (other for term in wanted for other in VARIANTS.get(SAME.get(term, ""), ()))
    return tuple(dict.fromkeys((*wanted, *others)))


def telling(wanted: Sequence[str]) -> tuple[str, ...]:
    """The terms that tell one problem from another: not who has it, when, or that something is broken."""
    return tuple(term for term in wanted if SAME.get(term, term) not in COMMON)


def stems(wanted: Sequence[str]) -> tuple[str, ...]:
    """Terms as they are compared, each once: one word for all that mean the same, without its ending."""
    return tuple(dict.fromkeys(map(_stem, wanted)))


def coverage(wanted: Sequence[str], text: str) -> float:
    """The share of the wanted terms, from 0 to 1, that `text` holds; endings may differ, and names of the same."""
    held = _held(text)
    return sum(_stem(term) in held for term in wanted) / len(wanted) if wanted else 0.0


def telling_stems(text: str) -> frozenset[str]:
    """What all telling terms of a flow's text are compared by."""
    return frozenset(stems(telling(tuple(_terms(text)))))


@lru_cache(maxsize=KEPT)
def _held(text: str) -> frozenset[str]:
    return frozenset(stems(tuple(_terms(text))))


def search_words(flow: Flow) -> str:
    """What is searched of a flow beside its title: a line for each way it is asked for, then all that its tree says.

    The words of the tree are what finds a flow whose phrasings are few.
    """
    asked = (flow.summary, *flow.phrasings, " ".join((*flow.tags, flow.domain)))
    return "\n".join(asked) + TREE + "\n".join(line for node in flow.nodes.values() for line in _lines(node) if line)


def _lines(node: Node) -> Iterator[str]:
    if isinstance(node, Solution):
        yield from (node.title, node.description, node.cause)
        return
    yield node.text
    for option in node.options:
        yield from (option.label, *option.synonyms, option.fact or "")


def _terms(text: str) -> Iterator[str]:
    folded = _LOGIN.sub("login", unicodedata.normalize("NFKC", text).casefold().translate(_APOSTROPHES))
    for token in _TOKEN.findall(folded):
        for form in _forms(token):
            term = form[:LONGEST_TERM].rstrip("-._")
            if len(term) > 1 and term not in STOP_WORDS:
                yield term


def _forms(token: str) -> tuple[str, ...]:
    if token.isalnum() or any(map(str.isdigit, token)):
        return (token,)
    if "." in token or "_" in token:
        return tuple(re.split(r"[-._]", token))
    return (token, token.replace("-", ""))


def _stem(term: str) -> str:
    term = SAME.get(term, term)
    return _ENDING.sub("", term) if term.isalpha() else term
