"""Ten thousand timers that are due at once, after an outage say."""

import time
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from bot.worker import TIMER_BATCH
from core.fixes.handlers import FOLLOW_UP, NUDGE
from core.operations import TIMERS
from core.people.system import system_actor
from core.ports import Transaction
from core.work.model import Work
from tests.bench.house import House, open_house
from tests.bench.measure import longest_stall, same_start
from tests.bench.options import Options
from tests.bench.places import Place
from tests.bench.rows import ACCOUNT, Size, fill, run_sql
from tests.bench.table import Line, at_most, milliseconds

__all__ = ["NOTES", "TITLE", "measure"]

TITLE = "10,000 overdue timers"
NOTES = (
    "`Worker.fire_timers` until none is left. Alone: the same handlers and what they write, in transactions of as many; "
    "beyond: what choosing, taking and guarding adds to each.",
)
COUNT = 10_000
#: Kind of timer → the state of its fix. A reminder of an outcome that was changed since has nothing to do.
CASES = {"nudges to post": (NUDGE, "proposed"), "follow-ups that came too late": (FOLLOW_UP, "applied_pending")}


async def measure(options: Options) -> list[Line]:
    """All places."""
    return [
        line
        for place in options.places.values()
        for what, (kind, fix) in CASES.items()
        for line in await _case(place, what, kind, fix)
    ]


async def _case(place: Place, what: str, kind: str, fix: str) -> list[Line]:
    urls = [await place.database() for _ in range(2)]
    for url in urls:
        await fill(url, Size(sessions=COUNT, users=100, fix=fix))
        await _set_timers(url, kind)
    async with open_house(urls[0], users=100) as house, open_house(urls[1], users=100) as other:
        alone = await _alone(other, kind)
        with same_start(), longest_stall() as stall:
            started, cpu = time.perf_counter(), time.process_time()
            fired = 0
            while some := await house.worker.fire_timers():
                fired += some
            each, cpu = (time.perf_counter() - started) / COUNT, (time.process_time() - cpu) / COUNT
            longest = stall[0]
    assert fired == COUNT, f"{fired} of {COUNT} timers fired"
    return [
        Line(
            what=f"{place.name}, {what}: longest stall of the event loop",
            ours=milliseconds(longest),
            target=at_most(longest * 1000, 20, "ms"),
        ),
        Line(
            what=f"{place.name}, {what}: a job, and beyond its handler alone",
            ours=f"{each * 1e6:.0f} µs, {(each - alone) * 1e6:.0f} µs beyond; CPU {cpu * 1e6:.0f} µs",
            baseline=f"{alone * 1e6:.0f} µs alone",
            ratio=each / alone,
            target=at_most((each - alone) * 1e6, 30, "µs", name="beyond"),
        ),
    ]


async def _set_timers(url: str, kind: str) -> None:
    """One for the fix of each session, due long ago."""
    await run_sql(
        url,
        "INSERT INTO work (account_id, kind, lane, session_id, subject, payload, dedupe_key, state, due_at, created_at) "
        f"SELECT account_id, '{kind}', 'timer:' || id, session_id, id, '{{\"outcome_at\": \"then\"}}', "
        f"'{kind}:' || id, 'open', created_at, created_at FROM fixes",
    )


async def _alone(house: House, kind: str) -> float:
    """The handlers' own time and that of their COMMIT, in seconds for each."""
    now = house.worker.outside.clock.now() + timedelta(seconds=1)
    due = await house.store.read(lambda tx: tx.queue.due_timers(now=now, kinds=(kind,), limit=COUNT))

    with same_start():
        started = time.perf_counter()
        for first in range(0, len(due), TIMER_BATCH):
            await house.store.write(partial(_run, house, due[first : first + TIMER_BATCH]))
        return (time.perf_counter() - started) / COUNT


def _run(house: House, timers: Sequence[Work], transaction: Transaction) -> None:
    now = house.worker.outside.clock.now()
    actor = system_actor(ACCOUNT)
    for work in timers:
        TIMERS[work.kind](transaction.unit(actor, now, house.application.rules), work)
