"""What the input of a long session costs, by the provider's rules for prompt caching, against other layouts of the same words."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from adapters.models.anthropic.wire import BREAKPOINT, params
from core.flows.model import Flow
from core.thinking.model import Request
from core.turns.context import context_text
from core.turns.layout import turn_request
from core.turns.model import Author, FlowOffer, Message, TurnContext
from tests.bench.options import Options
from tests.bench.table import Line, Target, at_least, at_most
from tests.builders import a_message
from tests.contract.model.turns import turn
from tests.fakes.messages_rules import Cache, Counted

__all__ = ["AS_MUCH", "MOST", "NOTES", "TITLE", "Billed", "billed", "measure"]

TITLE = "Input of a session of 30 turns"
NOTES = (
    "Counted by the rules of the Messages API: prefixes up to a breakpoint, at least 512 tokens, kept for five minutes; a minute "
    "and a half between turns. The context (matched flows, ticket, facts) is 1,200 tokens and another one in each turn. Prices "
    "as of claude-sonnet-5-5, in units of an uncached token: read 0.05, written 1.25. Tokens are four characters.",
)
TURNS = 30
PAUSE = 90.0
MODEL = "claude-sonnet-5-5"
#: Of an uncached token, as the vendor lists it: $2 a million, $0.10 read from the cache, a quarter more to write it.
READ, WRITTEN = 0.05, 1.25
#: Of what a session costs without caching: ours at most, what is aimed for, and from where on another layout costs as much.
MOST, AIM, AS_MUCH = 0.30, 0.25, 0.95
#: Characters of an engineer's message, of an answer, and of what changes each turn.
SAID, ANSWERED, CONTEXT = 450, 1_300, 4_800


@dataclass(frozen=True, kw_only=True)
class Billed:
    """Input of a whole session, in uncached tokens, and of what it is made."""

    total: float
    read: int
    written: int
    input: int


def billed(layout: str) -> Billed:
    """`ours`; `uncached`: without breakpoints; `before`: the context in a system block before the history."""
    cache = Cache()
    counts = [cache.count(_body(request, layout), number * PAUSE) for number, request in enumerate(_requests())]
    return _sum(counts)


def _sum(counts: list[Counted]) -> Billed:
    read, written, plain = (sum(getattr(count, name) for count in counts) for name in ("read", "written", "input"))
    return Billed(total=plain + READ * read + WRITTEN * written, read=read, written=written, input=plain)


def _requests() -> Iterator[Request]:
    said: list[Message] = []
    for number in range(TURNS):
        asked = a_message(
            id=f"q{number}", number=2 * number + 1, text=_words(f"said {number}", SAID), conversation_id="t", ref=""
        )
        said.append(asked)
        yield turn_request(_context(number, tuple(said), asked))
        answer = _words(f"answered {number}", ANSWERED)
        said.append(replace(asked, id=f"a{number}", number=2 * number + 2, author=Author.BOT, text=answer))


def _context(number: int, said: tuple[Message, ...], asked: Message) -> TurnContext:
    base = replace(turn("It hangs", first=1), transcript=said, pending=(asked,))
    room = (CONTEXT - len(context_text(base))) // 2
    return replace(base, offers=tuple(_offer(f"{number}-{half}", room) for half in (1, 2)))


def _offer(name: str, room: int) -> FlowOffer:
    flow = Flow(slug=name, title=name, summary=_words(name, room), phrasings=(), start="", nodes={})
    return FlowOffer(flow_id=name, flow=flow, score=0.9)


def _body(request: Request, layout: str) -> dict[str, Any]:
    body = params(request, MODEL)
    if layout == "uncached":
        return {
            **body,
            "system": request.system,
            "messages": [{"role": said.role.value, "content": said.text} for said in request.messages],
        }
    if layout == "before":
        context, _, message = request.messages[-1].text.partition("</context>\n")
        block = {"type": "text", "text": context, "cache_control": BREAKPOINT}
        newest = {"role": "user", "content": [{"type": "text", "text": message}]}
        return {**body, "system": [*body["system"], block], "messages": [*body["messages"][:-1], newest]}
    return body


def _words(seed: str, length: int) -> str:
    return (f"{seed} the printer queue stops and the spooler has to be started again " * (length // 40))[:length]


async def measure(options: Options) -> list[Line]:
    """Ours against both."""
    ours, uncached, before = (billed(layout) for layout in ("ours", "uncached", "before"))
    reached = at_most(ours.total / uncached.total, MOST)
    return [
        Line(
            what="against no caching",
            ours=f"{ours.total:,.0f}",
            baseline=f"{uncached.total:,.0f}",
            ratio=ours.total / uncached.total,
            target=Target(f"{reached.words} (aim {AIM:g})", reached.met),
        ),
        Line(
            what="against the context in a system block before the history",
            ours=f"{ours.total:,.0f}",
            baseline=f"{before.total:,.0f}",
            ratio=ours.total / before.total,
        ),
        Line(
            what="the context in a system block before the history, against no caching: it costs as much",
            ours=f"{before.total:,.0f}",
            baseline=f"{uncached.total:,.0f}",
            ratio=before.total / uncached.total,
            target=at_least(before.total / uncached.total, AS_MUCH),
        ),
        Line(what="of ours: read, written, neither", ours=f"{ours.read:,}, {ours.written:,}, {ours.input:,}"),
    ]
