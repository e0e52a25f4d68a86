"""Telling the admins that a quota runs low, privately, once a day and once a month (SPEC 9)."""

from core.people.model import Role
from core.ports import UnitOfWork
from core.say import tell
from core.sessions.model import Session
from core.usage.quota import Quota, quotas, usd

__all__ = ["WARNING", "warn"]

#: The card's name.
WARNING = "quota_low"


def warn(uow: UnitOfWork, session: Session) -> None:
    """Say so to each admin: beside the thread whose call brought it there, or wherever they are known."""
    home = uow.conversations.get(session.conversation_id)
    if home is None:
        return
    low = [quota for quota in quotas(uow) if quota.low]
    admins = uow.users.with_role(Role.ADMIN, Role.OWNER) if low else ()
    there = [user for user in admins if uow.users.known_as(user.id)]
    for quota in low if there else ():
        if uow.usage.warn(quota.window.period, quota.window.first):
            for user in there:
                tell(uow, session, home, user.id, WARNING, session.id, markdown=_words(quota, uow))


def _words(quota: Quota, uow: UnitOfWork) -> str:
    limit = quota.limit or 0
    percent = quota.spent * 100 // limit
    return (
        f"**{percent} % of the {quota.name} quota for the language model are spent**: {usd(quota.spent)} of {usd(limit)}. "
        f"It resets {quota.resets(uow.now)}. When it is used up, flows and notes go on without the model."
    )
