"""What a handler needs to know beside the database: the deployment's rules, and the account's own settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from core.documents.cache import DraftCache
from core.flows.matching import Gaps, Weights
from core.sessions.model import ABANDON_AFTER
from core.usage.model import UsageRow, uncounted
from core.usage.periods import Limits
from core.usage.prices import PRICES, Prices

__all__ = ["AccountSettings", "Rules"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """Fixed for the life of the process."""

    #: Of the model that drafts; part of every draft's key.
    prompt_version: str
    #: Whether a model other than the deterministic one answers.
    has_model: bool = False
    #: The memory level of the preview cache.
    drafts: DraftCache
    abandon_after: timedelta = ABANDON_AFTER
    #: Encrypts what a platform needs to fill a private view later.
    seal: Callable[[str], str]
    #: How flows are matched to a problem, and how surely the best is offered.
    weights: Weights = field(default_factory=Weights)
    gaps: Gaps = field(default_factory=Gaps)
    #: What calls to the model cost, the quotas of accounts without their own, and who is told of each call that was stored.
    prices: Prices = PRICES
    limits: Limits = field(default_factory=Limits)
    counted: Callable[[UsageRow], None] = uncounted
    #: Platforms that have to be asked who reads along in a channel: until they have said so, guests may.
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountSettings:
    """An account's choices, read from its flat `settings` with the defaults of SPEC 5."""

    #: Resolution notes go to the customer only where the account says so.
    resolution_visible: bool = False
    #: Names of the ticket statuses to set; "" leaves the ticket's status alone.
    resolved_status: str = "Resolved"
    escalated_status: str = "Escalated"
    #: Whether the active minutes are written as a time entry.
    time_entries: bool = True
    #: Where claim cards go beside the session's thread: "<workspace id>/<channel>", "" for nowhere.
    escalation_channel: str = ""
    #: Queues that a session can be escalated to.
    queues: tuple[str, ...] = ()
    #: IANA zone whose midnights end a day, and the day of the month (1 to 31) on which billing begins.
    zone: str = "UTC"
    billing_day: int = 1
    #: Quotas as they are written (core.usage.quota.limit_of).
    daily_quota: str = ""
    monthly_quota: str = ""
    #: Whether a model may draft documents.
    model_documents: bool = True

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> "AccountSettings":
        """Read with defaults; unknown names are ignored, so that an older version can run on a newer database."""
        base = cls()
        return cls(
            resolution_visible=settings.get("resolution_visible", "") == "yes",
            resolved_status=settings.get("resolved_status", base.resolved_status),
            escalated_status=settings.get("escalated_status", base.escalated_status),
            time_entries=settings.get("time_entries", "yes") == "yes",
            escalation_channel=settings.get("escalation_channel", ""),
            queues=tuple(name.strip() for name in settings.get("queues", "").split(",") if name.strip()),
            zone=settings.get("zone", base.zone),
            billing_day=int(settings.get("billing_day", base.billing_day)),
            daily_quota=settings.get("daily_quota", ""),
            monthly_quota=settings.get("monthly_quota", ""),
            model_documents=settings.get("model_documents", "yes") == "yes",
        )
