"""How usage is shown: what was spent and for what, what is left, and a chart."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from core.commands import OpenSettings, ShowUsage
from core.text.neutralise import neutralise
from core.usage.chart import chart
from core.usage.model import Total
from core.usage.prices import Prices
from core.usage.quota import Quota, usd
from core.views import Block, Button, Buttons, Card, Fields, Notice, Picture, Small, Text

__all__ = ["low_card", "usage_notice"]

#: Lines of one list; what is left is summed in a last one.
LINES = 8


def usage_notice(
    totals: Sequence[Total],
    *,
    day: Quota,
    month: Quota,
    names: Mapping[str, str] | None,
    prices: Prices,
    has_model: bool,
    now: datetime,
) -> Notice:
    """`totals` are of the month; `names` by user id for an admin, who sees the account's; None for one's own."""
    mine = "Your use" if names is None else "Use"
    if not totals and not has_model:
        return Notice(markdown="No language model is configured, so nothing is spent.")
    today = [total for total in totals if total.day >= day.window.first]
    since = f"{month.window.first.day} {month.window.first:%B}"
    spent = (("Today", _summary(today)), (f"Since {since}", _summary(totals)))
    body: list[Block] = [Fields(items=spent), Fields(items=(_left(day, now), _left(month, now)))]
    for label, name_of in _groups(names):
        if lines := _lines(totals, name_of):
            body.append(Text(markdown=f"**{label}**\n{lines}"))
    if names is not None and any(total.cost for total in totals):
        body.append(_picture(totals, day, month))
    body.extend(_small_print(totals, prices))
    return Notice(markdown=f"**{mine} of the language model**", body=tuple(body))


def low_card(markdown: str) -> Card:
    """What admins are told when a quota runs low."""
    buttons = (Button(label="Usage", action=ShowUsage()), Button(label="Settings…", action=OpenSettings()))
    words = neutralise(markdown)
    return Card(body=(Text(markdown=words), Buttons(items=buttons)), fallback=words)


def _groups(names: Mapping[str, str] | None) -> list[tuple[str, Callable[[Total], str]]]:
    groups: list[tuple[str, Callable[[Total], str]]] = [
        ("For what", lambda total: total.purpose.replace("_", " ")),
        ("By which model", lambda total: total.model),
    ]
    if names is not None:
        groups.append(("For whom", lambda total: names.get(total.user_id, "nobody")))
    return groups


def _summary(totals: Sequence[Total]) -> str:
    calls, failed = sum(total.calls for total in totals), sum(total.failed for total in totals)
    went_wrong = f", {failed} failed" if failed else ""
    return f"{usd(sum(total.cost for total in totals))} · {calls} call{'' if calls == 1 else 's'}{went_wrong}"


def _left(quota: Quota, now: datetime) -> tuple[str, str]:
    label = f"{quota.name.capitalize()} quota"
    if quota.limit is None:
        return label, "no limit"
    left = usd(max(0, quota.limit - quota.spent))
    return label, f"{left} of {usd(quota.limit)} left; resets {quota.resets(now)}"


def _lines(totals: Sequence[Total], name_of: Callable[[Total], str]) -> str:
    """The dearest first."""
    grouped: dict[str, list[Total]] = {}
    for total in totals:
        grouped.setdefault(name_of(total), []).append(total)
    ranked = sorted(grouped.items(), key=lambda item: (-sum(total.cost for total in item[1]), item[0]))
    if len(ranked) > LINES:
        others = [total for _, some in ranked[LINES - 1 :] for total in some]
        ranked = [*ranked[: LINES - 1], ("others", others)]
    return "\n".join(f"- {neutralise(name)}: {_summary(some)}" for name, some in ranked)


def _picture(totals: Sequence[Total], day: Quota, month: Quota) -> Picture:
    """The month's days until today."""
    days = (day.window.first - month.window.first).days + 1
    costs = [0] * days
    for total in totals:
        at = (total.day - month.window.first).days
        if 0 <= at < days:
            costs[at] += total.cost
    dearest = max(range(days), key=costs.__getitem__)
    on = month.window.first + timedelta(days=dearest)
    first = month.window.first
    alt = f"Cost a day since {first.day} {first:%B}; the most was {usd(costs[dearest])} on {on.day} {on:%B}."
    if day.limit is not None:
        alt += " Days at the daily quota are red."
    labels = [(first + timedelta(days=at)).day for at in range(days)]
    return Picture(name="usage.png", alt=alt, data=chart(costs, labels, limit=day.limit))


def _small_print(totals: Sequence[Total], prices: Prices) -> list[Block]:
    read, cached = sum(total.input + total.cached_write for total in totals), sum(t.cached_read for t in totals)
    written = sum(total.output for total in totals)
    tokens = f"{read:,} tokens read, {cached:,} more out of the cache, {written:,} written."
    listed = f"Prices as listed on {prices.listed.day} {prices.listed:%B %Y}."
    found: list[Block] = [Small(markdown=f"{tokens} {listed} Failed calls cost nothing here.")] if totals else []
    unpriced = sorted({total.model for total in totals if total.unpriced})
    if unpriced:
        calls = sum(total.unpriced for total in totals)
        models = ", ".join(neutralise(model) for model in unpriced)
        many = "call is" if calls == 1 else "calls are"
        found.append(Small(markdown=f"⚠️ {calls} {many} counted without cost: no price is known of {models}."))
    return found
