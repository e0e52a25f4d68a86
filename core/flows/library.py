"""A flow as the library keeps it: the source as imported, and how it has fared."""

from dataclasses import dataclass
from datetime import datetime

__all__ = ["FlowRecord", "FlowText"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowRecord:
    """One flow of an account's library. `source` is the YAML exactly as imported."""

    id: str
    account_id: str
    slug: str
    title: str
    #: What keyword search reads beside the title (core.flows.terms.search_words).
    words: str
    source: str
    #: How often it was offered, used, and its fix held or did not.
    matched: int = 0
    used: int = 0
    worked: int = 0
    failed: int = 0
    matched_at: datetime | None = None
    created_at: datetime
    updated_at: datetime

    @property
    def success_rate(self) -> float | None:
        """The share of its fixes that held, 0 to 1; None while none was tried."""
        tried = self.worked + self.failed
        return self.worked / tried if tried else None


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowText:
    """What matching needs of a flow."""

    id: str
    title: str
    words: str
    matched_at: datetime | None
