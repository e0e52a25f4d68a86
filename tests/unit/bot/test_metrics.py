"""Metrics as Prometheus reads them."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from bot.metrics import Metrics
from core.usage.model import End
from tests import builders as make

NOW = datetime(2026, 5, 4, 9, 30, tzinfo=UTC)


def text(metrics: Metrics, depth: dict[tuple[str, str], tuple[int, datetime]] | None = None) -> list[str]:
    """The lines that are no comments."""
    lines = metrics.text(depth or {}, NOW).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def test_commands_are_counted_by_name_and_end() -> None:
    """A refusal is told from a success; the latency is a histogram in seconds."""
    metrics = Metrics()
    metrics.observed("StartSession", "done", 0.003)
    metrics.observed("StartSession", "done", 0.003)
    metrics.observed("StartSession", "refused", 0.001)
    lines = text(metrics)
    assert 'flowpilot_commands_total{command="StartSession",end="done"} 2.0' in lines
    assert 'flowpilot_commands_total{command="StartSession",end="refused"} 1.0' in lines
    assert 'flowpilot_command_seconds_bucket{command="StartSession",le="0.005"} 3.0' in lines


def test_work_is_counted_by_kind_and_end() -> None:
    """Deliveries are work: their tries, ends and durations."""
    metrics = Metrics()
    metrics.worked("psa_note", "retried", 2.0)
    metrics.worked("psa_note", "done", 0.2)
    lines = text(metrics)
    assert 'flowpilot_work_total{end="retried",kind="psa_note"} 1.0' in lines
    assert 'flowpilot_work_seconds_count{kind="psa_note"} 2.0' in lines


def test_the_queue_is_shown_as_it_is_now() -> None:
    """Rows that are gone leave no series behind; work that is not due yet has no age."""
    metrics = Metrics()
    text(metrics, {("post", "dead"): (1, NOW)})
    late, early = NOW - timedelta(seconds=90), NOW + timedelta(hours=1)
    lines = text(metrics, {("post", "open"): (3, late), ("nudge", "open"): (2, early)})
    assert 'flowpilot_work_rows{kind="post",state="open"} 3.0' in lines
    assert 'flowpilot_work_oldest_seconds{kind="post",state="open"} 90.0' in lines
    assert 'flowpilot_work_oldest_seconds{kind="nudge",state="open"} 0.0' in lines
    assert not [line for line in lines if "dead" in line]


def test_calls_to_the_model_are_counted_with_tokens_and_cost() -> None:
    """A model without a price costs nothing here."""
    metrics = Metrics()
    for row in (make.a_usage(), make.a_usage(end=End.FAILED, cost=0), make.a_usage(model="llama", cost=None)):
        metrics.model.called(row)
    lines = text(metrics)
    assert 'flowpilot_model_calls_total{end="done",model="claude-sonnet-5-5",purpose="diagnosis"} 1.0' in lines
    assert 'flowpilot_model_calls_total{end="failed",model="claude-sonnet-5-5",purpose="diagnosis"} 1.0' in lines
    assert 'flowpilot_model_tokens_total{kind="cached_read",model="llama"} 5000.0' in lines
    assert 'flowpilot_model_cost_usd_total{model="claude-sonnet-5-5",purpose="diagnosis"} 0.01' in lines
    assert 'flowpilot_model_cost_usd_total{model="llama",purpose="diagnosis"} 0.0' in lines


def test_previews_are_counted_as_hits_and_misses() -> None:
    """From any thread."""
    metrics = Metrics()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(metrics.previewed, [True] * 30 + [False] * 10))
    lines = text(metrics)
    assert 'flowpilot_previews_total{result="hit"} 30.0' in lines
    assert 'flowpilot_previews_total{result="miss"} 10.0' in lines


def test_two_sets_of_metrics_know_nothing_of_each_other() -> None:
    """Nothing is registered globally."""
    one, other = Metrics(), Metrics()
    one.previewed(True)
    assert not [line for line in text(other) if line.startswith("flowpilot_previews_total")]


def test_the_version_is_told() -> None:
    """Which build runs, and on which Python."""
    assert any(line.startswith("flowpilot_build_info{python=") for line in text(Metrics()))


async def test_watching_the_loop_ends_when_told() -> None:
    """It does not hold up a stop."""
    stop = asyncio.Event()
    watching = asyncio.create_task(Metrics().watch_loop(stop))
    stop.set()
    await asyncio.wait_for(watching, 5)
    assert watching.done()
