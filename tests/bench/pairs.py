"""FlowPilot and the plain driver side by side: two databases of the same content, the same statements on both."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import count

from core.ports import Inbound
from storage.sqlite import connect
from tests.bench.house import House, open_house, reason
from tests.bench.measure import Round, drive
from tests.bench.places import Place, dsn, sqlite_path
from tests.bench.recording import EVENTS, VERSION, Held, Script, recorded, replay_on_postgresql, replay_on_sqlite
from tests.bench.rows import Size, fill, id_of, run_sql

__all__ = ["Pair", "open_pair", "record_all"]

SESSIONS = 2000
#: The session whose command is recorded; the rounds leave it alone.
_RECORDED = 1


@dataclass(slots=True)
class Pair:
    """FlowPilot on one database, and the statements of one command for another."""

    place: Place
    house: House
    script: Script
    baseline: str
    _file: sqlite3.Connection | None = None
    _held: list[Held] = field(default_factory=list)
    _thousands: "count[int]" = field(default_factory=partial(count, 1))

    async def ours(self, at_once: int, calls: int) -> Round:
        """Commands through the application."""
        clicks = [self.house.pending(session, number) for session, number in self._next(calls)]
        return await record_all(self.house, clicks, at_once=at_once)

    async def theirs(self, at_once: int, calls: int) -> Round:
        """The same statements."""
        rows = [self.script.parameters(session, session, number) for session, number in self._next(calls)]
        if self.place.is_sqlite:
            if self._file is None:
                self._file = connect(sqlite_path(self.baseline))
            return replay_on_sqlite(self._file, self.script, rows)
        while len(self._held) < at_once:
            self._held.append(await Held.open(dsn(self.baseline), self.script))
        return await replay_on_postgresql(self._held[:at_once], rows)

    def _next(self, calls: int) -> list[tuple[int, int]]:
        """Sessions in turn, and a number for each command."""
        first = next(self._thousands) * 100_000
        return [(number % (SESSIONS - 1) + 2, number) for number in range(first, first + calls)]

    async def close(self) -> None:
        """Let go of the baseline's database."""
        if self._file is not None:
            self._file.close()
        await asyncio.gather(*(held.close() for held in self._held))


async def record_all(house: House, clicks: Sequence[Inbound], *, at_once: int) -> Round:
    """Hand in outcomes, so many at once."""

    def call(click: Inbound) -> Callable[[], Awaitable[None]]:
        return lambda: house.record(click)

    return await drive([call(click) for click in clicks], at_once=at_once)


@asynccontextmanager
async def open_pair(place: Place) -> AsyncIterator[Pair]:
    """Two databases of the same content; a command is recorded on the first."""
    urls = [await place.database() for _ in range(2)]
    for url in urls:
        await fill(url, Size(sessions=SESSIONS, users=SESSIONS))
    marked = id_of("session", _RECORDED)
    await run_sql(urls[0], f"UPDATE sessions SET state_version = {VERSION}, events = {EVENTS} WHERE id = '{marked}'")
    async with open_house(urls[0], users=SESSIONS) as house:
        click = house.pending(_RECORDED, 0)
        marks = {reason(0): reason(0).replace("0000000", "{:07}"), click.keys[0]: "plain:{:012}"}
        script = Script(session=_RECORDED, marks=marks, started=datetime.now(UTC))
        with recorded(script):
            await house.record(click)
        pair = Pair(place, house, script, urls[1])
        try:
            yield pair
        finally:
            await pair.close()
