"""Reads that engineers ask for: the list, a session's state, its documentation, help."""

from collections.abc import Sequence

from core.commands import Action, ListSessions, ShowDocumentation, ShowHelp, ShowSession
from core.documents.gather import record_of
from core.documents.record import document
from core.errors import InvalidInput
from core.ports import UnitOfWork
from core.sessions.cards import list_notice, status_notice
from core.sessions.model import OPEN, STATUSES, Session, SessionStatus
from core.text.neutralise import neutralise
from core.views import File, Notice, Reply, Text

__all__ = ["list_sessions", "show_documentation", "show_help", "show_session"]

#: Sessions a page (SPEC 2); nobody asks for more than 100 at once.
PAGE = 20


def list_sessions(uow: UnitOfWork, command: ListSessions) -> Reply:
    """A page of the account's sessions, newest first."""
    if command.status == "open":
        statuses: Sequence[SessionStatus] = tuple(OPEN)
    elif command.status == "all":
        statuses = tuple(STATUSES)
    elif command.status in STATUSES:
        statuses = (SessionStatus(command.status),)
    else:
        raise InvalidInput({"status": "List open, all, active, paused, escalated, resolved or abandoned."})
    found = uow.sessions.page(statuses, after=command.after, limit=PAGE + 1)
    page = found[:PAGE]
    owners = {id: user.name for id in {session.owner_id for session in page} if (user := uow.users.get(id))}
    return list_notice(page, owners, status=command.status, more=page[-1].id if len(found) > PAGE else "")


def show_session(uow: UnitOfWork, session: Session, command: ShowSession) -> Reply:
    """Where it stands and what comes next."""
    owner = uow.users.get(session.owner_id)
    steps = uow.steps.open_in(session.id) if session.open else ()
    return status_notice(
        session,
        owner="" if owner is None else owner.name,
        facts=uow.facts.of(session.id),
        fix=uow.fixes.active(session.id),
        step=steps[-1] if steps else None,
        people=[user.name for user in uow.sessions.participants(session.id)],
    )


def show_documentation(uow: UnitOfWork, session: Session, command: ShowDocumentation) -> Reply:
    """The structured record, as a file and its first lines."""
    markdown = neutralise(document(record_of(uow, session)))
    name = f"{session.ref}.md"
    return Notice(
        markdown=f"**Documentation of {session.ref}**",
        body=(File(name=name, media_type="text/markdown", content=markdown),),
    )


_HELP = """\
**Start**: mention me with the problem, or `/flowpilot <problem>`. Name a ticket (`T-1001`, `CW #4711`) and I read it.
**In the thread**: just talk; I ask one thing at a time. A line that starts with `//` or mentions somebody else is not for me.
**Facts**: `fact: the mailbox is full` · `facts`
**Fix**: use the card's buttons, or `applied` · `worked` · `failed: why` · `partial: what is left` · `pending: on what` · \
`dismiss` · `decide one-off|draft|build`
**Finish**: `resolve` or `escalate`; you see the note before it is posted. `preview` shows it without posting.
**Hand over**: `claim` · `return` · `withdraw`
**More**: `status` · `doc` · `list` · `show FP-12` · `stop` · `pause` · `resume` · `conclude` · \
`link T-1001` · `unlink` · `join` · `leave` · `abandon` · `scripts` · `flows` · \
`ask <question>` (a chat, no session) · `usage` · `settings`
**From elsewhere**: name the session, too: `pause FP-12` · `link T-1001 FP-12` · `failed FP-12: why`
"""


def show_help(uow: UnitOfWork, command: Action) -> Reply:
    """What can be typed."""
    assert isinstance(command, ShowHelp)
    return Notice(markdown=_HELP, body=() if uow.rules.has_model else (Text(markdown=_OFFLINE),))


_OFFLINE = "No model is configured: flows guide, and notes are drafted from what is recorded."
