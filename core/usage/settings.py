"""The part of an account's settings that is about the model: quotas, when they begin anew, and what it may draft."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.commands import SaveSettings
from core.rules import AccountSettings, Rules
from core.usage.quota import NO_LIMIT, limit_of, usd
from core.views import Block, Choice, Input, Option

__all__ = ["chosen_quotas", "quota_fields"]


def quota_fields(settings: AccountSettings, rules: Rules) -> list[Block]:
    """The fields of the form."""
    yes, no = Option(value="yes", label="Yes"), Option(value="no", label="No")
    return [
        Input(
            name="daily_quota",
            label="Language model: USD a day",
            value=settings.daily_quota,
            hint=_hint(rules.limits.daily),
        ),
        Input(
            name="monthly_quota",
            label="Language model: USD a month",
            value=settings.monthly_quota,
            hint=_hint(rules.limits.monthly),
        ),
        Input(
            name="billing_day",
            label="A month begins on day",
            value=str(settings.billing_day),
            hint="1 to 31; in a shorter month its last day.",
        ),
        Input(
            name="account_zone",
            label="Time zone of the account",
            value=settings.zone,
            hint="Days and months end at its midnight.",
        ),
        Choice(
            name="model_documents",
            label="Notes drafted by the language model",
            options=(yes, no),
            selected="yes" if settings.model_documents else "no",
        ),
    ]


def _hint(default: int | None) -> str:
    usual = "no limit" if default is None else usd(default)
    return f"Such as 12.50, or {NO_LIMIT} for no limit. Empty: {usual}."


def chosen_quotas(command: SaveSettings, wrong: dict[str, str]) -> dict[str, str]:
    """What was chosen, as the account's settings keep it; what is no good goes into `wrong`, by field. Fields that an older
    form does not have stay as they were."""
    chosen = {"model_documents": "yes" if command.model_documents == "yes" else "no"}
    for name, written in (("daily_quota", command.daily_quota), ("monthly_quota", command.monthly_quota)):
        try:
            limit_of(written, None)
        except ValueError:
            wrong[name] = f"Enter US dollars such as 12.50, {NO_LIMIT}, or nothing."
        chosen[name] = written.strip().lower().lstrip("$").strip()
    if day := command.billing_day.strip():
        if not (day.isascii() and day.isdecimal() and 1 <= int(day) <= 31):
            wrong["billing_day"] = "Enter a day from 1 to 31."
        chosen["billing_day"] = day
    if zone := command.account_zone.strip():
        try:
            chosen["zone"] = ZoneInfo(zone).key
        except (ZoneInfoNotFoundError, ValueError, OSError):
            wrong["account_zone"] = "Enter a time zone such as Europe/Berlin or UTC."
    return chosen
