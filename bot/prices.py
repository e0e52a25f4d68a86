"""The file of FLOWPILOT_MODEL_PRICES: prices of models that are not listed, or not as listed."""

import tomllib
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from core.errors import Misconfigured
from core.usage.prices import PRICES, Price, Prices

__all__ = ["prices_of"]

_KINDS = ("input", "cached_read", "write_5m", "write_1h", "output")
_NEEDED = frozenset({"input", "output"})
_MOST = Decimal(10_000)


def prices_of(file: str) -> Prices:
    """The built-in prices with those of the file in their place, by model; "" for none. Raises Misconfigured.

    The file is TOML: `listed = <date>`, and for each model a table `[models."<name>"]` with `input` and `output` in USD for a
    million tokens. `cached_read`, `write_5m` and `write_1h` cost as much as `input` unless they are given.
    """
    if not file:
        return PRICES
    try:
        read = tomllib.loads(Path(file).read_text(), parse_float=Decimal)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise _wrong(f"cannot be read: {error}") from error
    listed, models = read.get("listed"), read.get("models")
    if type(listed) is not date or not isinstance(models, dict) or read.keys() - {"listed", "models"}:
        raise _wrong('must hold `listed = <date>` and tables `[models."<name>"]`, and nothing else.')
    given = {name: _price(name, table) for name, table in models.items()}
    return Prices(listed=listed, models={**PRICES.models, **given})


def _price(model: str, table: Any) -> Price:
    if not isinstance(table, dict) or not table.keys() >= _NEEDED or table.keys() - set(_KINDS):
        raise _wrong(f"must give {model!r} `input` and `output`, and may give {', '.join(_KINDS[1:4])}.")
    read, cached, five_minutes, hour, written = (_amount(model, kind, table) for kind in _KINDS)
    return Price(input=read, cached_read=cached, write_5m=five_minutes, write_1h=hour, output=written)


def _amount(model: str, kind: str, table: Mapping[str, Any]) -> Decimal:
    written = table.get(kind, table["input"])
    try:
        amount = Decimal(written) if isinstance(written, int | Decimal) and not isinstance(written, bool) else None
    except InvalidOperation:
        amount = None
    if amount is None or not amount.is_finite() or not 0 <= amount <= _MOST:
        raise _wrong(f"must give {model!r} a number of USD from 0 to {_MOST:,} as `{kind}`, without quotes.")
    return amount


def _wrong(what: str) -> Misconfigured:
    return Misconfigured(f"The file of FLOWPILOT_MODEL_PRICES {what}")
