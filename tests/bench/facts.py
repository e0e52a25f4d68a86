"""The same acts in sessions with few facts and with very many."""

from collections.abc import Awaitable, Callable
from functools import partial
from itertools import count

from core.cards import build
from core.commands import AddFact
from core.ports import UnitOfWork
from core.views import Close
from tests.bench.house import House, open_house
from tests.bench.measure import Round, drive, interleaved
from tests.bench.options import Options
from tests.bench.places import Place
from tests.bench.rows import Size, fill, id_of
from tests.bench.table import Line, at_most, milliseconds

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "A session with 10 and with 1,000 facts"
NOTES = (
    "One at a time, sessions in turn, so that the number of facts stays about the same. Baseline: sessions with 10 facts.",
)
FEW, MANY = 10, 1000
SESSIONS = 50

Act = Callable[[House, int, int], Awaitable[None]]


async def _add(house: House, session: int, number: int) -> None:
    command = AddFact(session_id=id_of("session", session), text=f"The queue of printer {number} is empty")
    reply = await house.application.handle(house.click(session, command))
    assert isinstance(reply, Close), reply


async def _card(house: House, session: int, number: int) -> None:
    id = id_of("session", session)
    await house.look(lambda uow: build(uow, id, "session", id, {}))


async def _thread(house: House, session: int, number: int) -> None:
    def read(uow: UnitOfWork) -> None:
        assert uow.sessions.open_in(id_of("conversation", session)) is not None

    await house.look(read)


ACTS: dict[str, Act] = {"fact added": _add, "session card": _card, "thread lookup": _thread}


async def measure(options: Options) -> list[Line]:
    """All places."""
    return [line for place in options.places.values() for line in await _compared(options, place)]


async def _compared(options: Options, place: Place) -> list[Line]:
    urls = [await place.database() for _ in range(2)]
    for url, facts in zip(urls, (MANY, FEW), strict=True):
        await fill(url, Size(sessions=SESSIONS, users=SESSIONS, facts=facts))
    numbers = count()
    lines = []
    async with open_house(urls[0], users=SESSIONS) as many, open_house(urls[1], users=SESSIONS) as few:
        for name, act in ACTS.items():

            async def measured(house: House, calls: int, act: Act = act) -> Round:
                some = min(calls, 2 * SESSIONS)
                return await drive([_call(act, house, next(numbers)) for _ in range(some)], at_once=1)

            ours, theirs = await interleaved(
                partial(measured, many), partial(measured, few), rounds=options.rounds, seconds=0.1
            )
            ratio = ours.quantile(0.5) / theirs.quantile(0.5)
            lines.append(
                Line(
                    what=f"{place.name}: {name}",
                    ours=milliseconds(ours.quantile(0.5)),
                    baseline=milliseconds(theirs.quantile(0.5)),
                    ratio=ratio,
                    target=at_most(ratio, 1.6),
                )
            )
    return lines


def _call(act: Act, house: House, number: int) -> Callable[[], Awaitable[None]]:
    return lambda: act(house, number % SESSIONS + 1, number)
