"""The chart is a sound PNG that shows what it says."""

import zlib
from struct import unpack

from hypothesis import given
from hypothesis import strategies as st

from core.usage.chart import HEIGHT, WIDTH, chart

BAR, OVER = 1, 2


def points(png: bytes) -> list[bytes]:
    """The rows of an indexed picture; asserts on its frame and its checksums."""
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    at, chunks = 8, dict[bytes, bytes]()
    while at < len(png):
        size, kind = unpack(">I4s", png[at : at + 8])
        data = png[at + 8 : at + 8 + size]
        assert unpack(">I", png[at + 8 + size : at + 12 + size]) == (zlib.crc32(kind + data),)
        chunks[kind], at = data, at + 12 + size
    assert list(chunks) == [b"IHDR", b"PLTE", b"IDAT", b"IEND"]
    width, height, depth, colours = unpack(">IIBB", chunks[b"IHDR"][:10])
    assert (width, height, depth, colours) == (WIDTH, HEIGHT, 8, 3)
    raw = zlib.decompress(chunks[b"IDAT"])
    assert len(raw) == height * (width + 1)
    rows = [raw[y * (width + 1) : (y + 1) * (width + 1)] for y in range(height)]
    assert all(row[0] == 0 and max(row) < len(chunks[b"PLTE"]) // 3 for row in rows)
    return [row[1:] for row in rows]


def inked(rows: list[bytes], colour: int) -> int:
    return sum(row.count(colour) for row in rows)


@given(
    costs=st.lists(st.integers(0, 10**12), min_size=1, max_size=31),
    limit=st.none() | st.integers(0, 10**12),
)
def test_any_month_can_be_drawn(costs: list[int], limit: int | None) -> None:
    rows = points(chart(costs, list(range(1, len(costs) + 1)), limit=limit))
    assert (inked(rows, BAR) + inked(rows, OVER) > 0) == any(costs)


def test_twice_the_cost_is_twice_as_high() -> None:
    rows = points(chart([100, 50], [1, 2]))
    middle = WIDTH * 5 // 8
    heights = [sum(row[x] == BAR for row in rows) for x in (middle - WIDTH // 5, middle + WIDTH // 5)]
    assert abs(heights[0] - 2 * heights[1]) <= 1


def test_days_over_the_quota_stand_out() -> None:
    rows = points(chart([100, 50], [1, 2], limit=100))
    assert inked(rows, OVER) > inked(rows, BAR) > 0
