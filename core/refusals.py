"""What an engineer is told when something cannot be done: privately, one sentence, and what to do next (SPEC 10)."""

import logging
import secrets
from dataclasses import replace

from core.chats.cards import still_chat_notice
from core.codec import encodable
from core.commands import EditMessage, JoinSession, ReceiveMessage, TypeWords
from core.errors import BadCommand, InvalidInput, Refused
from core.finding import Ambiguous, JoinFirst, NoFix, StillChat
from core.fixes.cards import no_fix_notice
from core.ports import Inbound
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import Button, Buttons, FieldErrors, Notice, Reply, Style

__all__ = ["fault_notice", "join_notice", "refusal"]

log = logging.getLogger(__name__)

#: Sessions that a picker shows.
PICKED_FROM = 10


def refusal(error: Refused | BadCommand, inbound: Inbound) -> Reply:
    """The answer to what was refused, with the next action as a button where there is one."""
    typed = isinstance(inbound.command, ReceiveMessage | EditMessage | TypeWords)
    if isinstance(error, InvalidInput) and not typed:  # typed words have no form whose fields could be marked
        return FieldErrors(fields=error.fields)
    if isinstance(error, JoinFirst):
        return join_notice(error, JoinSession(session_id=error.action.session_id))
    if isinstance(error, NoFix):
        return no_fix_notice(error.session)
    if isinstance(error, StillChat):
        return still_chat_notice(error.chat, str(error))
    if isinstance(error, Ambiguous):
        return _picker(error)
    return Notice(markdown=neutralise(str(error)), error=True)


def join_notice(error: JoinFirst, join: JoinSession) -> Notice:
    """Join, and what was asked is done, if that goes along."""
    what_then = "and it is done" if join.then or join.kept else "then do it again"
    body = Buttons(items=(Button(label="Join", action=join, style=Style.PRIMARY),))
    return Notice(markdown=neutralise(f"{error} Join, {what_then}."), body=(body,), error=True)


def _picker(error: Ambiguous) -> Notice:
    sessions = error.sessions[:PICKED_FROM]
    actions = [replace(error.action, session_id=session.id) for session in sessions]
    names = [shorten(neutralise(f"{session.ref} {session.title}"), 75) for session in sessions]
    if not all(map(encodable, actions)):
        listed = "\n".join(f"- {name}" for name in names)
        return Notice(markdown=f"**Which session?** Say it in its thread, please.\n{listed}")
    buttons = tuple(Button(label=name, action=action) for name, action in zip(names, actions, strict=True))
    return Notice(markdown="**Which session?**", body=(Buttons(items=buttons),))


def fault_notice(error: BaseException) -> Notice:
    """Something broke: the log line carries the same reference."""
    reference = secrets.token_hex(4)
    log.error("command.failed", extra={"reference": reference}, exc_info=error)
    return Notice(
        markdown=f"Something went wrong on my side; your words are kept. Try again, or tell your admin `{reference}`.",
        error=True,
    )
