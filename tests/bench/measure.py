"""Rounds: how long many calls take, one after the other or many at once, for us and for the baseline in turn."""

import asyncio
import gc
import statistics
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from bot.heap import settle_heap

__all__ = ["Round", "Rounds", "drive", "interleaved", "longest_stall", "median_time", "same_start"]


@dataclass(frozen=True, slots=True)
class Round:
    """Calls that were measured together. Times in seconds; `cpu` is of this process."""

    seconds: float
    cpu: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Calls a second."""
        return len(self.latencies) / self.seconds

    @property
    def cpu_each(self) -> float:
        """CPU of this process for one call."""
        return self.cpu / len(self.latencies)


@dataclass(slots=True)
class Rounds:
    """Rounds of one thing."""

    all: list[Round] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """The median round's."""
        return statistics.median(one.rate for one in self.all)

    @property
    def cpu_each(self) -> float:
        """The median round's."""
        return statistics.median(one.cpu_each for one in self.all)

    def quantile(self, share: float) -> float:
        """The median round's quantile of the time a call takes."""
        return statistics.median(
            sorted(one.latencies)[min(len(one.latencies) - 1, int(len(one.latencies) * share))] for one in self.all
        )


@contextmanager
def same_start() -> Iterator[None]:
    """Everybody starts with nothing to collect, as a server does when it is ready."""
    settle_heap()
    try:
        yield
    finally:
        gc.unfreeze()


async def drive(calls: Iterable[Callable[[], Awaitable[object]]], *, at_once: int) -> Round:
    """Make the calls, so many at a time: the next one as soon as one is answered."""
    waiting = iter(calls)
    latencies: list[float] = []

    async def work() -> None:
        for call in waiting:
            started = time.perf_counter()
            await call()
            latencies.append(time.perf_counter() - started)

    with same_start():
        started, cpu = time.perf_counter(), time.process_time()
        await asyncio.gather(*(work() for _ in range(at_once)))
        return Round(time.perf_counter() - started, time.process_time() - cpu, latencies)


Measured = Callable[[int], Awaitable[Round]]


async def interleaved(ours: Measured, baseline: Measured, *, rounds: int, seconds: float) -> tuple[Rounds, Rounds]:
    """Rounds in turn, after a warm-up that says how many calls take about `seconds`."""
    counts = []
    for measured in (ours, baseline):
        await measured(64)
        counts.append(max(64, int((await measured(128)).rate * seconds)))
    result = Rounds(), Rounds()
    for _ in range(rounds):
        for measured, count, found in zip((ours, baseline), counts, result, strict=True):
            found.all.append(await measured(count))
    return result


def median_time(call: Callable[[int], object], count: int) -> float:
    """The median time in seconds of a synchronous call that is given its number, after a short warm-up."""
    for number in range(min(20, count)):
        call(number)
    times = []
    for number in range(count):
        started = time.perf_counter()
        call(number)
        times.append(time.perf_counter() - started)
    return statistics.median(times)


@contextmanager
def longest_stall() -> Iterator[list[float]]:
    """How long the event loop did not turn: a list of one number, in seconds, right when the block ends."""
    longest = [0.0]
    every = 0.001

    async def tick() -> None:
        last = time.perf_counter()
        while True:
            await asyncio.sleep(every)
            now = time.perf_counter()
            longest[0] = max(longest[0], now - last - every)
            last = now

    task = asyncio.get_running_loop().create_task(tick())
    try:
        yield longest
    finally:
        task.cancel()
