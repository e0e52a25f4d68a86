"""Quotas: what an account may spend a day and a month, what it has spent, and when that begins anew (SPEC 9)."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.usage.model import MICRO
from core.usage.periods import Period, Window, day_of, window_of

__all__ = ["NO_LIMIT", "Quota", "limit_of", "quotas", "reached", "today", "usd"]

#: How people write that there is no quota.
NO_LIMIT = "none"
_USD = re.compile(r"\$?\s*([0-9]{1,6}(?:\.[0-9]{1,2})?)")


@dataclass(frozen=True, kw_only=True, slots=True)
class Quota:
    """One of an account. `limit` (None for none) and `spent` are in micro-dollars."""

    window: Window
    limit: int | None
    spent: int

    @property
    def reached(self) -> bool:
        """Whether no further call may be made."""
        return self.limit is not None and self.spent >= self.limit

    @property
    def low(self) -> bool:
        """Whether 80 % of it are spent (SPEC 9)."""
        return bool(self.limit) and self.spent * 5 >= (self.limit or 0) * 4

    @property
    def name(self) -> str:
        """As people say it."""
        return "daily" if self.window.period is Period.DAY else "monthly"

    def resets(self, now: datetime) -> str:
        """When it begins anew, in words: "at 00:00 on Tuesday 3 March (Europe/Berlin)"."""
        at = self.window.resets_at.astimezone(self.window.zone)
        return f"at {at:%H:%M} on {at:%A} {at.day} {at:%B} ({self.window.zone.key})"


def today(uow: UnitOfWork) -> date:
    """The account's day."""
    return day_of(uow.now, ZoneInfo(AccountSettings.of(uow.accounts.get().settings).zone))


def quotas(uow: UnitOfWork) -> tuple[Quota, Quota]:
    """The day's and the month's as they stand."""
    settings = AccountSettings.of(uow.accounts.get().settings)
    zone = ZoneInfo(settings.zone)
    day, month = (window_of(period, uow.now, zone, settings.billing_day) for period in Period)
    spent_day, spent_month = uow.usage.spent(day.first, month.first)
    limits = uow.rules.limits
    return (
        Quota(window=day, limit=limit_of(settings.daily_quota, limits.daily), spent=spent_day),
        Quota(window=month, limit=limit_of(settings.monthly_quota, limits.monthly), spent=spent_month),
    )


def reached(uow: UnitOfWork) -> Quota | None:
    """The quota that forbids a call now; of two the one that lasts longer."""
    full = [quota for quota in quotas(uow) if quota.reached]
    return max(full, key=lambda quota: quota.window.resets_at, default=None)


def limit_of(written: str, default: int | None) -> int | None:
    """A quota as it stands in the account's settings, in micro-dollars: "12.50", `none`, or "" for the deployment's.

    Raises ValueError for anything else.
    """
    if not written.strip():
        return default
    if written.strip().lower() == NO_LIMIT:
        return None
    found = _USD.fullmatch(written.strip())
    if found is None:
        raise ValueError(f"no amount of dollars: {written!r}")
    return int(Decimal(found[1]) * MICRO)


def usd(micro: int) -> str:
    """Micro-dollars as people read them: "$12.50"; parts of a cent are shown below a dollar, to a hundredth."""
    places = Decimal("0.01") if micro >= MICRO or micro % 10_000 == 0 else Decimal("0.0001")
    return f"${(Decimal(micro) / MICRO).quantize(places, ROUND_HALF_EVEN):,}"
