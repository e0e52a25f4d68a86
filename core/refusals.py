"""What an engineer is told when something cannot be done: privately, one sentence, and what to do next (SPEC 10)."""

import logging
import secrets
from dataclasses import replace

from core.codec import encode
from core.commands import JoinSession, SessionAction
from core.errors import BadCommand, InvalidInput, MustJoin, Refused
from core.finding import Ambiguous
from core.ports import Inbound
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import Button, Buttons, FieldErrors, Notice, Reply, Style

__all__ = ["fault_notice", "refusal"]

log = logging.getLogger(__name__)

#: Sessions that a picker shows.
PICKED_FROM = 10


def refusal(error: Refused | BadCommand, inbound: Inbound) -> Reply:
    """The answer to what was refused, with the next action as a button where there is one."""
    if isinstance(error, InvalidInput):
        return FieldErrors(fields=error.fields)
    if isinstance(error, MustJoin) and isinstance(inbound.command, SessionAction):
        return Notice(markdown=str(error), body=(_join(inbound.command),), error=True)
    if isinstance(error, Ambiguous):
        return _picker(error)
    return Notice(markdown=neutralise(str(error)), error=True)


def _join(action: SessionAction) -> Buttons:
    try:
        join = JoinSession(session_id=action.session_id, then=encode(action))
        encode(join)
    except ValueError:
        join = JoinSession(session_id=action.session_id)
    return Buttons(items=(Button(label="Join", action=join, style=Style.PRIMARY),))


def _picker(error: Ambiguous) -> Notice:
    buttons = tuple(
        Button(label=shorten(f"{session.ref} {session.title}", 75), action=replace(error.action, session_id=session.id))
        for session in error.sessions[:PICKED_FROM]
    )
    return Notice(markdown="**Which session?**", body=(Buttons(items=buttons),))


def fault_notice(error: BaseException) -> Notice:
    """Something broke: the log line carries the same reference."""
    reference = secrets.token_hex(4)
    log.error("command.failed", extra={"reference": reference}, exc_info=error)
    return Notice(
        markdown=f"Something went wrong on my side; your words are kept. Try again, or tell your admin `{reference}`.",
        error=True,
    )
