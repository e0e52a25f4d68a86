"""Outcome commands through the application, each answered after a durable commit, against the same statements by the driver."""

from functools import partial

from tests.bench.measure import Rounds, interleaved
from tests.bench.options import Options
from tests.bench.pairs import Pair, open_pair
from tests.bench.places import Place, fdatasync_time
from tests.bench.table import Line, Target, at_least, at_most, milliseconds, rate

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "Outcome commands"
NOTES = (
    "RecordOutcome by a participant of its own session through `application.handle`, answered after a durable COMMIT; the "
    "baseline runs the same statements by the plain driver, a transaction for each command: sqlite3 in one thread, asyncpg "
    "with as many connections as there are commands at once.",
)
AT_ONCE = (1, 16, 64)
#: Place → least ratio at 16, and the ratio that is aimed for.
LEAST = {"tmpfs": (0.20, 0.35), "disk": (0.70, 0.70), "PostgreSQL": (0.35, 0.50)}
#: Place → most p99 at 64, in ms. The issue names the disk's; a file in memory has to keep to the same.
MOST = {"tmpfs": 50, "disk": 50, "PostgreSQL": 150}


async def measure(options: Options) -> list[Line]:
    """All places, at 1, 16 and 64 at once."""
    lines = []
    for place in options.places.values():
        async with open_pair(place) as pair:
            lines.append(Line(what=f"{place.name}: statements a command", ours=str(len(pair.script.statements))))
            if place.is_sqlite:
                lines.append(Line(what=f"{place.name}: fdatasync", ours=milliseconds(fdatasync_time(place.where))))
            lines += [await _compared(options, pair, at_once) for at_once in AT_ONCE]
    return lines


async def _compared(options: Options, pair: Pair, at_once: int) -> Line:
    ours, theirs = await interleaved(
        partial(pair.ours, at_once), partial(pair.theirs, at_once), rounds=options.rounds, seconds=options.seconds
    )
    return Line(
        what=f"{pair.place.name}, {at_once} at once",
        ours=_cell(ours),
        baseline=_cell(theirs),
        ratio=ours.rate / theirs.rate,
        target=_target(pair.place, at_once, ours, theirs),
    )


def _cell(rounds: Rounds) -> str:
    return f"{rate(rounds.rate, rounds.quantile(0.5), rounds.quantile(0.99))}, CPU {rounds.cpu_each * 1e6:.0f} µs"


def _target(place: Place, at_once: int, ours: Rounds, theirs: Rounds) -> Target | None:
    if at_once == 1:
        if place.name == "tmpfs":  # nothing is flushed there, so the plain commit costs nothing to compare with
            return None
        return at_most(ours.quantile(0.5) / theirs.quantile(0.5), 3, name="p50")
    if at_once == 64:
        return at_most(ours.quantile(0.99) * 1000, MOST[place.name], "ms", name="p99")
    least, aim = LEAST[place.name]
    target = at_least(ours.rate / theirs.rate, least)
    return Target(f"{target.words} (aim {aim:g})", target.met)
