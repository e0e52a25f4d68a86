"""What the language model was used for: by the account for its admins, by oneself for engineers (SPEC 9)."""

from core.commands import ShowUsage
from core.people.model import Role
from core.ports import UnitOfWork
from core.usage.cards import usage_notice
from core.usage.quota import quotas
from core.views import Reply

__all__ = ["show_usage"]


def show_usage(uow: UnitOfWork, command: ShowUsage) -> Reply:
    """Today and this billing month, with the quotas."""
    day, month = quotas(uow)
    totals = uow.usage.totals(month.window.first)
    admin = uow.actor.may(Role.ADMIN)
    if not admin:
        totals = [total for total in totals if total.user_id == uow.actor.user_id]
    ids = sorted({total.user_id for total in totals if total.user_id}) if admin else ()
    names = {id: user.name for id in ids if (user := uow.users.get(id)) is not None}
    return usage_notice(
        totals,
        day=day,
        month=month,
        names=names if admin else None,
        prices=uow.rules.prices,
        has_model=uow.rules.has_model,
        now=uow.now,
    )
