"""The layout of a turn's request, made so that providers can cache it: what is stable first, what changes last.

The system prompt, then the history, then one user message with the context of this turn and what is to be answered. The
history is what the thread holds: people's messages and the bot's own prose, by their numbers. It ends with the bot's last
answer, so that the history of the next turn begins with this one's, byte for byte. Only rows make it, so a restart or another
replica asks with the same bytes.
"""

from collections.abc import Iterable, Sequence

from core.prompts import GONE, LEFT_OUT, SYSTEM, Purpose
from core.text.delimit import delimited
from core.text.storable import storable
from core.thinking.model import Request, Role, Said
from core.turns.context import context_text
from core.turns.model import Author, Message, TurnContext

__all__ = ["BUDGET", "history_of", "turn_request"]

#: Tokens of history at most, roughly counted; a longer one is cut to half of this, so that it can be cached again for a while.
BUDGET = 60_000
#: Bytes of a token, and tokens that a message costs beside its text.
_BYTES = 4
_FRAME = 12

#: Tokens of an answer, with what a model thinks before it, and seconds that one try may take.
MAX_TOKENS = 6_000
TIMEOUT = 90.0

_NOTHING_SAID = "Flows were offered."


def turn_request(turn: TurnContext, *, budget: int = BUDGET) -> Request:
    """What a model is asked in a turn."""
    prompt = SYSTEM[Purpose.DIAGNOSIS]
    history = history_of(turn, budget=budget)
    last = _last_answer(turn.transcript)
    waiting = {message.id: message for message in turn.transcript if message.number > last}
    waiting |= {message.id: message for message in turn.pending}
    newest = [context_text(turn), *map(_said, sorted(waiting.values(), key=lambda message: message.number))]
    return Request(
        purpose=Purpose.DIAGNOSIS,
        system=prompt.text,
        messages=(*history, Said(role=Role.USER, text="\n".join(newest), images=turn.images)),
        prompt_version=f"{prompt.name}-{prompt.version}",
        max_tokens=MAX_TOKENS,
        timeout=TIMEOUT,
    )


def history_of(turn: TurnContext, *, budget: int = BUDGET) -> tuple[Said, ...]:
    """The messages up to the bot's last answer, roles alternating; within the budget, the problem's first words kept."""
    pending = {message.id for message in turn.pending}
    last = _last_answer(turn.transcript)
    past = [message for message in turn.transcript if message.number <= last and message.id not in pending]
    start = _start(past, budget)
    said: list[Said] = []
    for message in past[start:]:
        role = Role.ASSISTANT if message.author is Author.BOT else Role.USER
        text = storable(message.text.strip() or _NOTHING_SAID) if role is Role.ASSISTANT else _said(message)
        if not said and role is Role.ASSISTANT:
            said.append(Said(role=Role.USER, text=GONE.text))
        if said and said[-1].role is role:
            said[-1] = Said(role=role, text=f"{said[-1].text}\n{text}")
        else:
            said.append(Said(role=role, text=text))
    if start and said:
        opening = "\n".join([delimited("message", turn.session.intake, **{"from": "engineer"}), LEFT_OUT.text])
        said[0] = Said(role=Role.USER, text=f"{opening}\n{said[0].text}")
    return tuple(said)


def _last_answer(transcript: Iterable[Message]) -> int:
    return max((message.number for message in transcript if message.author is Author.BOT), default=0)


def _said(message: Message) -> str:
    who = "bystander" if message.author is Author.CONTEXT else "engineer"
    return delimited("message", message.text, ref=f"m{message.number}", **{"from": who})


def _start(past: Sequence[Message], budget: int) -> int:
    """The first message that is kept. Each one is judged by those before it alone, so that the start of a longer
    history is the same until it overflows again."""
    start = total = 0
    for index, message in enumerate(past):
        total += _cost(message)
        if total > budget:
            while start < index and (total > budget // 2 or past[start].author is Author.BOT):
                total -= _cost(past[start])
                start += 1
    return start


def _cost(message: Message) -> int:
    return len(message.text.encode("utf-8", "replace")) // _BYTES + _FRAME
