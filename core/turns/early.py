"""Changes of a message that come before it: they wait in its place, and it is taken as they left it (ARCHITECTURE 5)."""

from datetime import datetime

from core.commands import DeleteMessage, EditMessage, ReceiveMessage
from core.people.model import Actor
from core.ports import Inbound, Transaction
from core.turns.queue import bounded

__all__ = ["Change", "change_early", "changed_early"]

Change = EditMessage | DeleteMessage

#: What waits is words alone, so an edit for somebody else waits with the mark of what is not for the bot (SPEC 2).
_ASIDE = "// "


def change_early(transaction: Transaction, actor: Actor, inbound: Inbound, change: Change, now: datetime) -> bool:
    """Let the change of a message that is not known wait for it. False when it has come, and there is nothing to wait for."""
    if not inbound.about:
        return False
    words = bounded(change.text.strip()) if isinstance(change, EditMessage) else ""
    if words and isinstance(change, EditMessage) and change.to_others:
        words = _ASIDE + words
    return transaction.inbox.wait(inbound.about, actor.account_id, actor.user_id, words, now)


def changed_early(transaction: Transaction, actor: Actor, inbound: Inbound, message: ReceiveMessage) -> Change | None:
    """What became of a message before it came; None when no change waits for it. Nobody changes another's words."""
    waiting = transaction.inbox.arrive(inbound.keys, type(message).__name__)
    if waiting is None:
        return None
    author, words = waiting
    if author != actor.user_id:
        return EditMessage(ref=message.ref, text=message.text, to_others=message.to_others)
    return EditMessage(ref=message.ref, text=words) if words else DeleteMessage(ref=message.ref)
