"""What models cost: one table with its date, and the cost of a call by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from core.usage.model import Tokens

__all__ = ["PRICES", "Price", "Prices"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Price:
    """USD for a million tokens of each kind, which is micro-dollars for one. `write_5m`, `write_1h`: to keep them so long."""

    input: Decimal
    cached_read: Decimal
    write_5m: Decimal
    write_1h: Decimal
    output: Decimal
    #: Another price for all of a request whose prompt has more tokens than `long_after`.
    long: "Price | None" = None
    long_after: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """Prices by the model's name, as they were listed on a day."""

    listed: date
    models: Mapping[str, Price]

    def cost(self, model: str, tokens: Tokens) -> int | None:
        """Micro-dollars of a call, to the nearest; None for a model that has no price here."""
        price = self.models.get(model)
        if price is None:
            return None
        if price.long is not None and tokens.input + tokens.cached_read + tokens.cached_write > price.long_after:
            price = price.long
        exact = (
            tokens.input * price.input
            + tokens.cached_read * price.cached_read
            + (tokens.cached_write - tokens.kept_hour) * price.write_5m
            + tokens.kept_hour * price.write_1h
            + tokens.output * price.output
        )
        return int(exact.to_integral_value(ROUND_HALF_EVEN))


def _price(*usd: str, long: Price | None = None, long_after: int = 0) -> Price:
    """In the order of a price list: input, cached read, write for 5 minutes, for an hour, output."""
    read, cached, five_minutes, hour, written = map(Decimal, usd)
    return Price(
        input=read,
        cached_read=cached,
        write_5m=five_minutes,
        write_1h=hour,
        output=written,
        long=long,
        long_after=long_after,
    )


#: Claude's list prices. Haiku 5.5 costs five times as much for prompts of more than 100,000 tokens.
PRICES = Prices(
    listed=date(2026, 10, 24),
    models={
        "claude-haiku-5-5": _price(
            "0.10", "0.01", "0.125", "0.20", "0.50",
            long=_price("0.50", "0.05", "0.625", "1.00", "2.50"),
            long_after=100_000,
        ),
        "claude-sonnet-5-5": _price("2.00", "0.10", "2.50", "4.00", "10.00"),
        "claude-opus-5-5": _price("4.00", "0.20", "5.00", "8.00", "20.00"),
    },
)  # fmt: skip
