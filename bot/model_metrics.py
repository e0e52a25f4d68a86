"""What Prometheus is told of calls to the language model."""

from prometheus_client import CollectorRegistry, Counter

from core.usage.model import MICRO, UsageRow

__all__ = ["ModelMetrics"]


class ModelMetrics:
    """Counters on a registry. May be told from any thread."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._calls = Counter(
            "flowpilot_model_calls_total",
            "Calls to the model by model, purpose and by how they ended: done, failed, stopped.",
            ["model", "purpose", "end"],
            registry=registry,
        )
        self._tokens = Counter(
            "flowpilot_model_tokens_total",
            "Tokens by model and kind: input, cached_read, cached_write, output.",
            ["model", "kind"],
            registry=registry,
        )
        self._cost = Counter(
            "flowpilot_model_cost_usd_total",
            "What the calls cost, in USD; those of models without a known price are not in it.",
            ["model", "purpose"],
            registry=registry,
        )

    def called(self, row: UsageRow) -> None:
        """A call was stored."""
        self._calls.labels(row.model, row.purpose, row.end.value).inc()
        for kind in ("input", "cached_read", "cached_write", "output"):
            self._tokens.labels(row.model, kind).inc(getattr(row, kind))
        self._cost.labels(row.model, row.purpose).inc((row.cost or 0) / MICRO)
