"""*Join* as a button: it carries what was asked, and what is too long for a button is kept beside it (SPEC 2)."""

from datetime import timedelta

from core.codec import UNLIMITED, decode, encodable, encode
from core.commands import Action, JoinSession, SessionAction
from core.documents.model import Surface
from core.errors import NotFound
from core.ports import UnitOfWork

__all__ = ["asked_then", "to_join"]

#: How long what was asked is kept for whoever joins.
KEPT_FOR = timedelta(hours=12)
_KIND = "join"


def to_join(uow: UnitOfWork, action: SessionAction) -> JoinSession:
    """What joins the session and then does the action."""
    if encodable(action):
        join = JoinSession(session_id=action.session_id, then=encode(action))
        if encodable(join):
            return join
    kept = Surface(
        id=uow.new_id(),
        account_id=uow.actor.account_id,
        user_id=uow.actor.user_id,
        session_id=action.session_id,
        kind=_KIND,
        platform=uow.actor.platform,
        handle=uow.rules.seal(""),
        data={"then": encode(action, most=UNLIMITED)},
        expires_at=uow.now + KEPT_FOR,
    )
    uow.surfaces.add(kept)
    return JoinSession(session_id=action.session_id, kept=kept.id)


def asked_then(uow: UnitOfWork, join: JoinSession) -> Action | None:
    """What is to be done after joining, if anything is. Raises NotFound when it is no longer kept, BadCommand for
    what is none."""
    if not join.kept:
        return decode(join.then) if join.then else None
    kept = uow.surfaces.get(join.kept)
    if kept is None or kept.kind != _KIND or kept.user_id != uow.actor.user_id or kept.expires_at <= uow.now:
        raise NotFound("You have joined, but what you asked for is no longer kept. Do it again.")
    return decode(kept.data["then"], most=UNLIMITED)
