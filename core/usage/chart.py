"""A bar chart of cost by day, as a PNG, drawn point by point."""

from collections.abc import Sequence

from core.png import Canvas
from core.usage.quota import usd

__all__ = ["chart"]

_WHITE, _BAR, _OVER, _LINE, _INK = 0, 1, 2, 3, 4
#: White, blue, red, grey and nearly black, in red, green and blue.
_PALETTE = ((255, 255, 255), (58, 110, 165), (192, 57, 43), (190, 195, 200), (60, 66, 72))
WIDTH, HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 84, 12, 18, 26
#: Days between two that are numbered, at least.
_EVERY = 5


def chart(costs: Sequence[int], labels: Sequence[int], *, limit: int | None = None) -> bytes:
    """One bar for each cost (micro-dollars); `labels` are the days of the month. Days at or over `limit` are red."""
    canvas = Canvas(WIDTH, HEIGHT, _PALETTE)
    top = max(*costs, 1, limit if limit and limit <= 2 * max(costs) else 0)
    floor, room = HEIGHT - _BOTTOM, HEIGHT - _BOTTOM - _TOP
    for share in (1.0, 0.5, 0.0):
        y = floor - round(room * share)
        canvas.box(_LEFT, y, WIDTH - _RIGHT, y + 1, _LINE)
        words = usd(round(top * share))
        canvas.write(_LEFT - 8 - canvas.width_of(words), y - 5, words, _INK)
    step = (WIDTH - _LEFT - _RIGHT) / len(costs)
    for at, cost in enumerate(costs):
        x, end = round(_LEFT + at * step), round(_LEFT + (at + 1) * step)
        gap = max(1, round(step * 0.15))
        height = max(2, round(room * cost / top)) if cost else 0
        full = limit is not None and cost >= limit
        canvas.box(x + gap, floor - height, max(x + gap + 1, end - gap), floor, _OVER if full else _BAR)
        if at % _EVERY == 0 or len(costs) <= 2 * _EVERY:
            words = str(labels[at])
            canvas.write((x + end - canvas.width_of(words)) // 2, floor + 8, words, _INK)
    return canvas.png()
