"""The same reads with few sessions and with very many."""

import random
import statistics
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from functools import partial

from core.cards import build
from core.ports import UnitOfWork
from core.sessions.model import OPEN
from core.sessions.queries import PAGE
from tests.bench.house import House, open_house
from tests.bench.measure import drive, median_time
from tests.bench.options import Options
from tests.bench.places import Place
from tests.bench.rows import Size, fill, fix_id, id_of
from tests.bench.table import Line, at_most

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "Growth: few sessions, and very many"
NOTES = (
    "What somebody who asks waits for, and *the read itself* on the reader's connection, for sessions picked at random among all "
    "that there ever were; one in twenty is open. The read itself grows with what the processor's caches no longer hold: it goes "
    "down the same indexes, one level deeper. Rounds on the small and the large database take turns. Baseline: the small one.",
)
FEW = 1000
OPEN_EVERY = 20
READS = 300

Read = Callable[[UnitOfWork, int], object]
#: Seconds by what was read, on the small database and on the large one.
Times = dict[str, tuple[list[float], list[float]]]


def _thread(uow: UnitOfWork, session: int) -> object:
    found = uow.sessions.open_in(id_of("conversation", session))
    assert found is not None
    return found


def _session_card(uow: UnitOfWork, session: int) -> object:
    return build(uow, id_of("session", session), "session", id_of("session", session), {})


def _fix_card(uow: UnitOfWork, session: int) -> object:
    return build(uow, id_of("session", session), "fix", fix_id(session), {})


def _active(uow: UnitOfWork, session: int) -> object:
    found = uow.sessions.page(tuple(OPEN), after="", limit=PAGE + 1)
    assert len(found) == PAGE + 1
    return found


READ: Mapping[str, Read] = {
    "thread lookup": _thread,
    "session card": _session_card,
    "fix card": _fix_card,
    "active list, a page": _active,
}


async def measure(options: Options) -> list[Line]:
    """A file on disk, and PostgreSQL."""
    return [
        line for place in options.places.values() if place.name != "tmpfs" for line in await _compared(options, place)
    ]


async def _compared(options: Options, place: Place) -> list[Line]:
    sizes = FEW, options.many
    urls = [await place.database() for _ in sizes]
    started = time.perf_counter()
    for url, sessions in zip(urls, sizes, strict=True):
        await fill(url, Size(sessions=sessions, users=100, open_every=OPEN_EVERY, posts=False))
    loaded = time.perf_counter() - started
    asked: Times = {name: ([], []) for name in READ}
    alone: Times = {name: ([], []) for name in READ}
    async with open_house(urls[0], users=100) as small, open_house(urls[1], users=100) as large:
        for _ in range(options.rounds):
            for side, (house, sessions) in enumerate(((small, FEW), (large, options.many))):
                for name, read in READ.items():
                    asked[name][side].append(await _asked(house, read, _picked(sessions)))
                    alone[name][side].append(await house.look(partial(_timed, read, _picked(sessions))))
    lines = [Line(what=f"{place.name}: {options.many:,} sessions loaded", ours=f"{loaded:.0f} s")]
    for name in READ:
        about = f"{place.name}: {name}, {options.many:,} against {FEW:,} sessions"
        lines += [_line(about, *asked[name], most=2), _line(f"{about}: the read itself", *alone[name])]
    return lines


def _picked(sessions: int) -> list[int]:
    return [random.randrange(1, sessions // OPEN_EVERY) * OPEN_EVERY for _ in range(READS)]


async def _asked(house: House, read: Read, sessions: Sequence[int]) -> float:
    """The median time of those who ask one after the other."""

    def call(session: int) -> Callable[[], Awaitable[object]]:
        return lambda: house.look(lambda uow: read(uow, session))

    calls = [call(session) for session in sessions]
    return statistics.median((await drive(calls, at_once=1)).latencies)


def _timed(read: Read, sessions: Sequence[int], uow: UnitOfWork) -> float:
    return median_time(lambda number: read(uow, sessions[number]), len(sessions))


def _line(what: str, small: list[float], large: list[float], most: float | None = None) -> Line:
    ours, baseline = statistics.median(large), statistics.median(small)
    target = None if most is None else at_most(ours / baseline, most)
    return Line(
        what=what,
        ours=f"{ours * 1e6:.0f} µs",
        baseline=f"{baseline * 1e6:.0f} µs",
        ratio=ours / baseline,
        target=target,
    )
