"""Operations on an account's settings and on one's own."""

from dataclasses import dataclass

from core.commands.base import Action

__all__ = ["FindPeople", "OpenSettings", "SaveSettings", "ShowUsage"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FindPeople(Action):
    """Engineers of the account by what was typed of their name, for a form's field."""

    text: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenSettings(Action):
    """The form with one's own settings and, for admins, the account's."""


@dataclass(frozen=True, kw_only=True, slots=True)
class SaveSettings(Action):
    """Save the form. The account's part counts only where `account` is set, which admins alone may."""

    zone: str = ""
    account: bool = False
    visibility: str = "internal"
    resolved_status: str = ""
    escalated_status: str = ""
    time_entries: str = "yes"
    escalation_channel: str = ""
    queues: str = ""
    daily_quota: str = ""
    monthly_quota: str = ""
    billing_day: str = ""
    account_zone: str = ""
    model_documents: str = "yes"


@dataclass(frozen=True, kw_only=True, slots=True)
class ShowUsage(Action):
    """What the language model cost: one's own; the account's for admins."""
