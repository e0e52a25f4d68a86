"""Rounds: what people say between two answers of the bot, as a request tells it, within a budget.

Somebody may paste logs for an hour beside the bot, or for as long as it is paused; a request that grows with them is refused in
the end, and with it all that come after. What a round leaves out follows from its own messages alone, so it is the same in the
turn that answers them and in the history of all later ones.
"""

from collections.abc import Sequence
from itertools import groupby

from core.prompts.left_out import messages_left_out
from core.text.delimit import delimited
from core.text.storable import storable
from core.thinking.budget import LEAST, cut, tokens_of
from core.thinking.model import Role, Said
from core.turns.model import Author, Message, TurnState

__all__ = ["ROUND", "fitted", "told"]

#: Tokens of one round at most, roughly counted: six messages as long as they can be. Half of a history (core.turns.layout).
ROUND = 30_000
#: Tokens that a message costs beside its text, and those that say how many are left out.
_FRAME = 12
_MARK = 30

_NOTHING_SAID = "Flows were offered."


def told(messages: Sequence[Message], *, budget: int = ROUND) -> list[Said]:
    """Each message of a history as it is told, in order; what a round leaves out is said in its place."""
    said: list[Said] = []
    for answers, group in groupby(messages, lambda message: message.author is Author.BOT):
        if answers:
            said += [Said(role=Role.ASSISTANT, text=storable(each.text.strip() or _NOTHING_SAID)) for each in group]
        else:
            said += [Said(role=Role.USER, text=text) for text in fitted(list(group), budget=budget)]
    return said


def fitted(messages: Sequence[Message], *, budget: int = ROUND) -> list[str]:
    """The messages of one round as they are told, in order, the last words whole as long as that can be.

    Where they are too long, what awaits no answer gives way first, the oldest before the others; then the oldest of what does
    is cut in its middle, and left out when that is not enough; the last one is only cut.
    """
    texts = _shortened(messages, budget)
    missing = len(messages) - len(texts)
    lines: list[str] = []
    for message in messages:
        if message.id in texts:
            lines.append(_line(message, texts[message.id]))
        elif missing:
            lines.append(messages_left_out(missing))
            missing = 0
    return lines


def _shortened(messages: Sequence[Message], budget: int) -> dict[str, str]:
    """The texts that are told, by their messages' ids."""
    texts = {message.id: message.text for message in messages}
    over = sum(map(_cost, texts.values())) - budget
    if over <= 0:
        return texts
    over += _MARK
    beside = [message.id for message in messages if message.turn is TurnState.NONE]
    asked = [message.id for message in messages if message.turn is not TurnState.NONE]
    steps = [*((id, 0) for id in beside), *((id, LEAST) for id in asked[:-1])]
    steps += [*((id, 0) for id in asked[:-1]), *((id, LEAST) for id in asked[-1:])]
    for id, least in steps:
        if over <= 0:
            break
        before = _cost(texts[id])
        room = tokens_of(texts[id]) - over
        if room >= LEAST or least:
            texts[id] = cut(texts[id], room)
            over -= before - _cost(texts[id])
        else:
            del texts[id]
            over -= before
    return texts


def _cost(text: str) -> int:
    return tokens_of(text) + _FRAME


def _line(message: Message, text: str) -> str:
    who = "bystander" if message.author is Author.CONTEXT else "engineer"
    return delimited("message", text, ref=f"m{message.number}", **{"from": who})
