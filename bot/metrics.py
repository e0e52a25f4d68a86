"""What Prometheus is told: commands, work, deliveries, previews, calls to the model, the event loop."""

import asyncio
import platform
from collections.abc import Iterator, Mapping
from datetime import datetime
from threading import Lock
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from bot.model_metrics import ModelMetrics
from bot.versions import flowpilot_version

__all__ = ["Metrics"]

#: (kind, state) of rows → how many, and when the oldest was due (core.repositories.Queue.depth).
Depth = Mapping[tuple[str, str], tuple[int, datetime]]

_FAST: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_SLOW: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
#: How often the event loop's lag is measured, in seconds.
_BEAT: Final = 0.5


class _Registry(CollectorRegistry):
    """Leaves out the series that only say since when each other one is counted."""

    def collect(self) -> Iterator[Metric]:
        for metric in super().collect():
            metric.samples = [sample for sample in metric.samples if not sample.name.endswith("_created")]
            yield metric


class Metrics:
    """Counters and gauges on a registry of their own. Every method may be called from any thread."""

    content_type = CONTENT_TYPE_PLAIN_0_0_4

    def __init__(self) -> None:
        self._registry = registry = _Registry()
        self._scrape = Lock()
        self._of_commands: dict[tuple[str, str], tuple[Counter, Histogram]] = {}
        self._commands = Counter(
            "flowpilot_commands_total",
            "Commands by name and by how they ended: done, repeat, kept, refused, failed.",
            ["command", "end"],
            registry=registry,
        )
        self._command_seconds = Histogram(
            "flowpilot_command_seconds",
            "From a command's arrival to its answer, with the commit.",
            ["command"],
            buckets=_FAST,
            registry=registry,
        )
        self._work = Counter(
            "flowpilot_work_total",
            "Tries of queued work by kind and by how they ended: done, retried, dead, lost.",
            ["kind", "end"],
            registry=registry,
        )
        self._work_seconds = Histogram(
            "flowpilot_work_seconds",
            "How long one try of queued work took.",
            ["kind"],
            buckets=_SLOW,
            registry=registry,
        )
        self._rows = Gauge(
            "flowpilot_work_rows", "Queued work by kind and state: open, dead.", ["kind", "state"], registry=registry
        )
        self._oldest = Gauge(
            "flowpilot_work_oldest_seconds",
            "For how long the oldest row has been due; 0 while none is.",
            ["kind", "state"],
            registry=registry,
        )
        self._previews = Counter(
            "flowpilot_previews_total",
            "Reads of the preview cache's memory by result: hit, miss.",
            ["result"],
            registry=registry,
        )
        self._lag = Histogram(
            "flowpilot_loop_lag_seconds",
            "How late the event loop comes to its timers.",
            buckets=_FAST,
            registry=registry,
        )
        self.model = ModelMetrics(registry)
        built = Gauge("flowpilot_build_info", "1, with the version.", ["version", "python"], registry=registry)
        built.labels(flowpilot_version(), platform.python_version()).set(1)

    def observed(self, name: str, end: str, seconds: float) -> None:
        """A command was answered (core.application.Observer)."""
        # Kept here: to find them among their metric's takes longer than to count. There are as many as commands and ends.
        kept = self._of_commands.get((name, end))
        if kept is None:
            kept = self._commands.labels(name, end), self._command_seconds.labels(name)
            self._of_commands[name, end] = kept
        number, took = kept
        number.inc()
        took.observe(seconds)

    def worked(self, kind: str, end: str, seconds: float) -> None:
        """A row of work was tried."""
        self._work.labels(kind, end).inc()
        self._work_seconds.labels(kind).observe(seconds)

    def previewed(self, hit: bool) -> None:
        """The preview cache was asked."""
        self._previews.labels("hit" if hit else "miss").inc()

    async def watch_loop(self, stop: asyncio.Event) -> None:
        """Measure the event loop's lag until `stop` is set."""
        loop = asyncio.get_running_loop()
        while not stop.is_set():
            due = loop.time() + _BEAT
            try:
                await asyncio.wait_for(stop.wait(), _BEAT)
            except TimeoutError:
                self._lag.observe(max(0.0, loop.time() - due))

    def text(self, depth: Depth, now: datetime) -> bytes:
        """Everything in Prometheus' text format, with what is queued at the time `now`."""
        with self._scrape:
            self._rows.clear()
            self._oldest.clear()
            for (kind, state), (count, due) in depth.items():
                self._rows.labels(kind, state).set(count)
                self._oldest.labels(kind, state).set(max(0.0, (now - due).total_seconds()))
            return generate_latest(self._registry)
