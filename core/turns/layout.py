"""The layout of a turn's request, made so that providers can cache it: what is stable first, what changes last.

The system prompt, then the history, then one user message with the context of this turn and what is to be answered. The
history is what the thread holds: people's messages and the bot's own prose, by their numbers. It ends with the bot's last
answer, so that the history of the next turn begins with this one's, byte for byte. Only rows make it, so a restart or another
replica asks with the same bytes.
"""

from collections.abc import Iterable, Sequence

from core.prompts import GONE, LEFT_OUT, SYSTEM, Purpose
from core.sessions.model import SessionStatus
from core.text.delimit import delimited
from core.thinking.budget import tokens_of
from core.thinking.model import Request, Role, Said
from core.turns.context import context_text
from core.turns.model import Author, Message, TurnContext
from core.turns.rounds import ROUND, fitted, told

__all__ = ["BUDGET", "history_of", "turn_request"]

#: Tokens of history at most, roughly counted; a longer one is cut to half of this, so that it can be cached again for a while.
BUDGET = 60_000
#: Tokens that a message of it costs beside its text.
_FRAME = 4

#: Tokens of an answer, with what a model thinks before it, and seconds that one try may take.
MAX_TOKENS = 6_000
TIMEOUT = 90.0


def turn_request(turn: TurnContext, *, budget: int = BUDGET, newest: int = ROUND) -> Request:
    """What a model is asked in a turn: `budget` tokens of history, and `newest` of what was said since its last answer."""
    purpose = Purpose.ASK if turn.session.status is SessionStatus.CHAT else Purpose.DIAGNOSIS
    prompt = SYSTEM[purpose]
    history = history_of(turn, budget=budget, newest=newest)
    last = _last_answer(turn.transcript)
    waiting = {message.id: message for message in turn.transcript if message.number > last}
    waiting |= {message.id: message for message in turn.pending}
    words = fitted(sorted(waiting.values(), key=lambda message: message.number), budget=newest)
    text = "\n".join([context_text(turn), *words])
    return Request(
        purpose=purpose,
        system=prompt.text,
        messages=(*history, Said(role=Role.USER, text=text, images=turn.images)),
        prompt_version=f"{prompt.name}-{prompt.version}",
        max_tokens=MAX_TOKENS,
        timeout=TIMEOUT,
    )


def history_of(turn: TurnContext, *, budget: int = BUDGET, newest: int = ROUND) -> tuple[Said, ...]:
    """The messages up to the bot's last answer, roles alternating; within the budget, the problem's first words kept."""
    pending = {message.id for message in turn.pending}
    last = _last_answer(turn.transcript)
    past = [message for message in turn.transcript if message.number <= last and message.id not in pending]
    lines = told(past, budget=newest)
    start = _start(lines, budget)
    said: list[Said] = []
    for line in lines[start:]:
        if not said and line.role is Role.ASSISTANT:
            said.append(Said(role=Role.USER, text=GONE.text))
        if said and said[-1].role is line.role:
            said[-1] = Said(role=line.role, text=f"{said[-1].text}\n{line.text}")
        else:
            said.append(line)
    if start and said:
        opening = "\n".join([delimited("message", turn.session.intake, **{"from": "engineer"}), LEFT_OUT.text])
        said[0] = Said(role=Role.USER, text=f"{opening}\n{said[0].text}")
    return tuple(said)


def _last_answer(transcript: Iterable[Message]) -> int:
    return max((message.number for message in transcript if message.author is Author.BOT), default=0)


def _start(past: Sequence[Said], budget: int) -> int:
    """The first message that is kept. Each one is judged by those before it alone, so that the start of a longer
    history is the same until it overflows again."""
    start = total = 0
    for index, line in enumerate(past):
        total += _cost(line)
        if total > budget:
            while start < index and (total > budget // 2 or past[start].role is Role.ASSISTANT):
                total -= _cost(past[start])
                start += 1
    return start


def _cost(line: Said) -> int:
    return tokens_of(line.text) + _FRAME
