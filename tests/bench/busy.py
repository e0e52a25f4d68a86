"""Outcome commands while the worker drains what they queue, and one session that everybody works on."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from functools import partial

from tests.bench.house import House, open_house
from tests.bench.measure import Round, Rounds, drive, interleaved
from tests.bench.options import Options
from tests.bench.pairs import Pair, open_pair
from tests.bench.places import Place
from tests.bench.rows import Size, fill
from tests.bench.table import Line, at_most, milliseconds, rate

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "Busy: the worker draining, one hot session"
NOTES = (
    "Draining: 16 outcome commands at once while the worker claims, drafts, renders and delivers what they queue, against the "
    "same baseline as above, which queues only. Hot: 63 engineers on one session, and one on another, whose p50 counts.",
)
HOT = 63


async def measure(options: Options) -> list[Line]:
    """All places."""
    lines = []
    for place in options.places.values():
        async with open_pair(place) as pair:
            lines.append(await _draining(options, pair))
        lines.append(await _hot(options, place))
    return lines


async def _draining(options: Options, pair: Pair) -> Line:
    rows = pair.house.rows

    async def ours(count: int) -> Round:
        async with _working(pair.house):
            return await pair.ours(16, count)

    before = rows["done"]
    found, theirs = await interleaved(ours, partial(pair.theirs, 16), rounds=options.rounds, seconds=options.seconds)
    done = (rows["done"] - before) / sum(one.seconds for one in found.all)
    return Line(
        what=f"{pair.place.name}, 16 at once, worker draining",
        ours=f"{rate(found.rate, found.quantile(0.5), found.quantile(0.99))}; {done:,.0f} work rows/s done",
        baseline=rate(theirs.rate, theirs.quantile(0.5), theirs.quantile(0.99)),
        ratio=found.rate / theirs.rate,
    )


@asynccontextmanager
async def _working(house: House) -> AsyncIterator[None]:
    """The worker runs meanwhile; what is left then is left."""
    stop = asyncio.Event()
    task = asyncio.create_task(house.worker.run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def _hot(options: Options, place: Place) -> Line:
    url = await place.database()
    await fill(url, Size(sessions=2, users=1))
    async with open_house(url, users=1) as house:  # one person may work on both
        crowd, other = Rounds(), Rounds()
        for _ in range(options.rounds + 1):
            stop = asyncio.Event()
            crowded = asyncio.create_task(_crowd(house, stop))
            calls = [_call(house, 2, number) for number in range(50 if options.quick else 100)]
            other.all.append(await drive(calls, at_once=1))
            stop.set()
            crowd.all.append(await crowded)
        del crowd.all[0], other.all[0]
    p50 = other.quantile(0.5)
    return Line(
        what=f"{place.name}, {HOT} on one session: the other session",
        ours=f"p50 {milliseconds(p50)}, p99 {milliseconds(other.quantile(0.99))}; the hot one {crowd.rate:,.0f}/s",
        target=at_most(p50 * 1000, 10, "ms", name="p50"),
    )


async def _crowd(house: House, stop: asyncio.Event) -> Round:
    def calls() -> Iterator[Callable[[], Awaitable[None]]]:
        number = 0
        while not stop.is_set():
            number += 1
            yield _call(house, 1, number)

    return await drive(calls(), at_once=HOT)


def _call(house: House, session: int, number: int) -> Callable[[], Awaitable[None]]:
    return lambda: house.record(house.pending(session, number))
