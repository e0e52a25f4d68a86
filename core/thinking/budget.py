"""How much a request may hold: tokens, roughly counted, and what is left of texts and lists that are longer."""

from collections.abc import Sequence

from core.prompts.left_out import entries_left_out, text_left_out
from core.text.storable import storable

__all__ = ["LEAST", "cut", "tokens_of", "within"]

#: Bytes of a token: right for English, generous for logs, and never far too few.
_BYTES = 4
#: Tokens that a cut text keeps at least; with less it would tell nothing.
LEAST = 200
#: Bytes that are kept free for the mark in a cut text, and tokens for the one in a list.
_MARK = 60
_ENTRY = 20


def tokens_of(text: str) -> int:
    """What a text costs."""
    return len(text.encode("utf-8", "replace")) // _BYTES


def cut(text: str, most: int) -> str:
    """The text, or its beginning and its end with a mark between, of at most `most` tokens but at least LEAST."""
    most = max(most, LEAST)
    if tokens_of(text) <= most:
        return text
    text = storable(text)
    data = text.encode()
    half = (most * _BYTES - _MARK) // 2
    beginning, end = (part.decode(errors="ignore") for part in (data[:half], data[-half:]))
    return f"{beginning}{text_left_out(len(text) - len(beginning) - len(end))}{end}"


def within(entries: Sequence[str], most: int) -> list[str]:
    """The entries, one line each, of at most `most` tokens: when they are more, the first ones in a quarter of the room and
    the last ones in the rest, with a line between that says how many are missing."""
    costs = [tokens_of(entry) + 1 for entry in entries]
    if sum(costs) <= most:
        return list(entries)
    first = _fitting(costs, most // 4)
    last = _fitting(costs[:first:-1], most - sum(costs[:first]) - _ENTRY)
    missing = len(entries) - first - last
    return [*entries[:first], entries_left_out(missing), *entries[len(entries) - last :]]


def _fitting(costs: Sequence[int], room: int) -> int:
    """How many of them fit, one after the other."""
    for number, cost in enumerate(costs):
        room -= cost
        if room < 0:
            return number
    return len(costs)
