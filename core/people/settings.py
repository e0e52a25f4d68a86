"""The settings that people change in chat: their own time zone, and the account's choices (SPEC 5, 9)."""

from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.commands import OpenSettings, SaveSettings
from core.errors import InvalidInput, NotPermitted
from core.people.looking import look_at
from core.people.model import Role, User
from core.ports import UnitOfWork
from core.rules import AccountSettings
from core.usage.settings import chosen_quotas, quota_fields
from core.views import Block, Choice, Close, Divider, Form, Input, Option, Reply, Text

__all__ = ["open_settings", "save_settings"]

#: Characters of a queue's or a status' name.
LONGEST_NAME = 80


def open_settings(uow: UnitOfWork, command: OpenSettings) -> Reply:
    """One's own settings; admins see the account's below them."""
    user = _me(uow)
    body: list[Block] = [
        Input(name="zone", label="Your time zone", value=user.zone, required=True, hint="Such as Europe/Berlin.")
    ]
    admin = uow.actor.may(Role.ADMIN)
    if admin:
        body.extend(_account_fields(uow))
    action = SaveSettings(account=admin)
    return Form(surface=uow.new_id(), title="Settings", body=tuple(body), action=action, submit="Save")


def _account_fields(uow: UnitOfWork) -> list[Block]:
    account = uow.accounts.get()
    settings = AccountSettings.of(account.settings)
    internal = Option(value="internal", label="Internal")
    customer = Option(value="customer", label="Visible to the customer")
    yes, no = Option(value="yes", label="Yes"), Option(value="no", label="No")
    empty = "Empty leaves the ticket’s status as it is."
    return [
        Divider(),
        Text(markdown=f"**{account.name}**, for everybody:"),
        Choice(
            name="visibility",
            label="Resolution notes on tickets",
            options=(internal, customer),
            selected="customer" if settings.resolution_visible else "internal",
        ),
        Input(name="resolved_status", label="Status after resolving", value=settings.resolved_status, hint=empty),
        Input(name="escalated_status", label="Status after escalating", value=settings.escalated_status, hint=empty),
        Choice(
            name="time_entries",
            label="Write time entries",
            options=(yes, no),
            selected="yes" if settings.time_entries else "no",
        ),
        Input(
            name="queues", label="Queues to escalate to", value=", ".join(settings.queues), hint="With commas between."
        ),
        Input(
            name="escalation_channel",
            label="Channel for escalations",
            value=_channel(settings),
            hint="The channel’s id on this platform. Empty for none.",
        ),
        *(quota_fields(settings, uow.rules) if uow.rules.has_model else ()),
    ]


def _channel(settings: AccountSettings) -> str:
    return settings.escalation_channel.partition("/")[2]


def save_settings(uow: UnitOfWork, command: SaveSettings) -> Reply:
    """Save what the form held; one's own zone always, the account's part as an admin."""
    if command.account and not uow.actor.may(Role.ADMIN):
        raise NotPermitted("The account’s settings need the role admin or higher.")
    uow.users.save(replace(_me(uow), zone=_zone(command.zone)))
    if command.account:
        account = uow.accounts.get()
        uow.accounts.save(replace(account, settings={**account.settings, **_chosen(uow, command)}))
    return Close(notice="Saved.")


def _chosen(uow: UnitOfWork, command: SaveSettings) -> dict[str, str]:
    names = {
        "resolved_status": command.resolved_status,
        "escalated_status": command.escalated_status,
        "queues": command.queues,
    }
    cleaned = {name: " ".join(text.split()) for name, text in names.items()}
    wrong = {
        name: f"Keep each name under {LONGEST_NAME} characters." for name, text in cleaned.items() if _too_long(text)
    }
    if command.visibility not in ("internal", "customer"):
        wrong["visibility"] = "Choose internal or visible to the customer."
    quotas = chosen_quotas(command, wrong) if uow.rules.has_model else {}
    if wrong:
        raise InvalidInput(wrong)
    return {
        **cleaned,
        **quotas,
        "resolution_visible": "yes" if command.visibility == "customer" else "no",
        "time_entries": "yes" if command.time_entries == "yes" else "no",
        "escalation_channel": _chosen_channel(uow, command.escalation_channel.strip().lstrip("#")),
    }


def _chosen_channel(uow: UnitOfWork, channel: str) -> str:
    """The channel of the workspace that it is set from; one that was left as it stood stays where it is, which may be on
    another platform."""
    known = AccountSettings.of(uow.accounts.get().settings)
    if channel == _channel(known):
        return known.escalation_channel
    if channel and uow.origin is not None and uow.actor.platform in uow.rules.asked:
        look_at(
            uow, uow.origin.workspace, uow.actor.workspace_id, channel
        )  # before the first escalation is announced there
    return f"{uow.actor.workspace_id}/{channel}" if channel else ""


def _too_long(names: str) -> bool:
    return any(len(name.strip()) > LONGEST_NAME for name in names.split(","))


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name.strip()).key
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise InvalidInput({"zone": "Enter a time zone such as Europe/Berlin or UTC."}) from error


def _me(uow: UnitOfWork) -> User:
    user = uow.users.get(uow.actor.user_id)
    assert user is not None, "an actor is a user"
    return user
