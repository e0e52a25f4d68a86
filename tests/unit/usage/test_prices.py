"""What a call costs, and the file of other prices."""

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.prices import prices_of
from core.errors import Misconfigured
from core.usage.model import MICRO, Tokens
from core.usage.prices import PRICES
from core.usage.quota import limit_of, usd

SONNET, HAIKU = "claude-sonnet-5-5", "claude-haiku-5-5"


@pytest.mark.parametrize(
    ("model", "tokens", "cost"),
    [
        (SONNET, Tokens(input=1_000_000), 2_000_000),
        (SONNET, Tokens(cached_read=1_000_000), 100_000),
        (SONNET, Tokens(cached_write=1_000_000), 2_500_000),
        (SONNET, Tokens(cached_write=1_000_000, kept_hour=1_000_000), 4_000_000),
        (SONNET, Tokens(cached_write=1_000_000, kept_hour=400_000), 3_100_000),
        (SONNET, Tokens(output=1_000_000), 10_000_000),
        (SONNET, Tokens(), 0),
        ("claude-opus-5-5", Tokens(input=10, output=10), 240),
        (HAIKU, Tokens(input=100_000, output=1_000), 10_500),
        (HAIKU, Tokens(input=50_000, cached_read=50_000, cached_write=1, output=1_000), 25_000 + 2_500 + 2_500 + 1),
        (HAIKU, Tokens(cached_read=50), 0),
        (HAIKU, Tokens(cached_read=150), 2),
        ("llama", Tokens(input=5), None),
    ],
)
def test_a_call_costs_what_the_list_says_in_whole_micro_dollars(model: str, tokens: Tokens, cost: int | None) -> None:
    """A model that is not listed has no cost, which is not the same as none."""
    assert PRICES.cost(model, tokens) == cost


def test_the_list_is_the_one_in_the_documentation() -> None:
    """Row by row, with its date."""
    text = (Path(__file__).parents[3] / "docs/models.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| claude-")]
    shown = {
        cells[0].split(",")[0].strip() + " long" * ("longer" in cells[0]): [Decimal(c) for c in cells[1:]]
        for cells in rows
    }
    prices = {**PRICES.models}
    long = PRICES.models[HAIKU].long
    assert long is not None
    prices[f"{HAIKU} long"] = long
    assert shown == {
        name: [price.input, price.cached_read, price.write_5m, price.write_1h, price.output]
        for name, price in prices.items()
    }
    assert f"{PRICES.listed.day} {PRICES.listed:%B %Y}" in text


class TestFile:
    def test_its_prices_take_the_place_of_the_listed_ones(self, tmp_path: Path) -> None:
        file = tmp_path / "prices.toml"
        file.write_text(
            'listed = 2026-11-01\n[models."llama"]\ninput = 0.3\noutput = 1\n'
            '[models."claude-sonnet-5-5"]\ninput = 1\ncached_read = 0.05\noutput = 5\n'
        )
        prices = prices_of(str(file))
        assert prices.listed.isoformat() == "2026-11-01"
        assert prices.cost("llama", Tokens(input=10, cached_read=10, cached_write=10, kept_hour=5, output=10)) == 19
        assert prices.cost(SONNET, Tokens(input=MICRO, cached_read=MICRO)) == 1_050_000
        assert prices.cost(HAIKU, Tokens(input=100)) == 10

    def test_the_one_in_the_documentation_is_read(self, tmp_path: Path) -> None:
        text = (Path(__file__).parents[3] / "docs/models.md").read_text(encoding="utf-8")
        file = tmp_path / "prices.toml"
        file.write_text(text.split("```toml\n")[1].split("```")[0])
        assert prices_of(str(file)).cost("llama", Tokens(input=9, output=9)) == 0

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "listed = 2026-11-01",
            "models = 3\nlisted = 2026-11-01",
            'listed = "yesterday"\n[models.x]\ninput = 1\noutput = 1',
            "listed = 2026-11-01T10:00:00Z\n[models.x]\ninput = 1\noutput = 1",
            "listed = 2026-11-01\n[models]\nx = 1",
            "listed = 2026-11-01\n[models.x]\ninput = 1",
            "listed = 2026-11-01\n[models.x]\ninput = 1\noutput = -1",
            "listed = 2026-11-01\n[models.x]\ninput = 1\noutput = nan",
            "listed = 2026-11-01\n[models.x]\ninput = 1\noutput = inf",
            'listed = 2026-11-01\n[models.x]\ninput = 1\noutput = "5"',
            "listed = 2026-11-01\n[models.x]\ninput = true\noutput = 5",
            "listed = 2026-11-01\n[models.x]\ninput = 1\noutput = 5\ninputs = 3",
            "extra = 1\nlisted = 2026-11-01\n[models.x]\ninput = 1\noutput = 5",
            "[[[",
        ],
    )
    def test_one_that_is_wrong_is_refused_with_what_is_wrong(self, tmp_path: Path, text: str) -> None:
        file = tmp_path / "prices.toml"
        file.write_text(text)
        with pytest.raises(Misconfigured, match="FLOWPILOT_MODEL_PRICES"):
            prices_of(str(file))

    def test_one_that_is_not_there_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(Misconfigured, match="cannot be read"):
            prices_of(str(tmp_path / "missing.toml"))
        (tmp_path / "binary.toml").write_bytes(b"\xff\xfe")
        with pytest.raises(Misconfigured, match="cannot be read"):
            prices_of(str(tmp_path / "binary.toml"))


@pytest.mark.parametrize(
    ("written", "limit"),
    [("", 7), ("  ", 7), ("none", None), (" NONE ", None), ("0", 0), ("12.5", 12_500_000), ("$ 3", 3_000_000)],
)
def test_a_quota_is_read_as_people_write_it(written: str, limit: int | None) -> None:
    """Empty means the deployment's."""
    assert limit_of(written, 7) == limit


@pytest.mark.parametrize("written", ["-1", "1e3", "1,5", "1.234", "ten", "٣", "1 000", "12345678"])
def test_what_is_no_amount_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="no amount"):
        limit_of(written, None)


@given(cents=st.integers(0, 99_999_999))
def test_every_amount_of_cents_is_read_exactly(cents: int) -> None:
    assert limit_of(f"{cents // 100}.{cents % 100:02}", None) == cents * MICRO // 100


@pytest.mark.parametrize(
    ("micro", "words"),
    [
        (0, "$0.00"),
        (1, "$0.0000"),
        (12_345, "$0.0123"),
        (300_000, "$0.30"),
        (MICRO, "$1.00"),
        (1_234_567_890, "$1,234.57"),
    ],
)
def test_money_is_shown_as_people_read_it(micro: int, words: str) -> None:
    assert usd(micro) == words
