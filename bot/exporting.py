"""All that is stored about a session or an account, for those whose data it is: to read, and for programs."""

import base64
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from textwrap import indent
from typing import Any, TextIO

from bot.operating import as_json
from core.documents.gather import record_of
from core.documents.record import document
from core.people.model import Account
from core.ports import Store, UnitOfWork
from core.sessions.model import Session, SessionStatus
from storage.exporting import SECTIONS, rows_of

__all__ = ["every_session", "export_account", "exported"]

#: Raised when a name changes its meaning; names are added without.
_FORMAT = 1
#: More messages than any session has.
_ALL = 1_000_000
_PAGE = 100


def exported(uow: UnitOfWork, session: Session) -> dict[str, str]:
    """File name → content: the documentation as markdown, and every row as JSON."""
    return {
        f"{session.ref}.md": document(record_of(uow, session)),
        f"{session.ref}.json": f"{as_json(_rows(uow, session))}\n",
    }


def every_session(uow: UnitOfWork) -> list[Session]:
    """All sessions of the account, to be exported one by one: together their pictures may be large."""
    sessions: list[Session] = []
    while page := uow.sessions.page(tuple(SessionStatus), after=sessions[-1].id if sessions else "", limit=_PAGE):
        sessions += page
    return sessions


async def export_account(store: Store, account: Account, file: TextIO) -> None:
    """Write what the account has beside its sessions as one JSON object, row by row: it may be more than fits in memory."""
    file.write(f'{{\n  "format": {_FORMAT},\n  "account": {_within(as_json(asdict(account)))}')
    for section in SECTIONS:
        file.write(f',\n  "{section}": [')
        comma = ""
        async for row in rows_of(store, account.id, section):
            file.write(f"{comma}\n  {_within(as_json(row))}")
            comma = ","
        file.write("\n  ]")
    file.write("\n}\n")


def _within(text: str) -> str:
    """Moved in with what it stands in, except for its first line. Line ends within a JSON text are written out."""
    return indent(text, "  ").lstrip()


def _rows(uow: UnitOfWork, session: Session) -> dict[str, Any]:
    messages = uow.messages.recent(session.id, _ALL)
    timeline = uow.timeline.of(session.id)
    escalations = uow.escalations.of(session.id)
    ticket = uow.tickets.get(session.id)
    calls = uow.usage.of(session.id)
    participants = [user.id for user in uow.sessions.participants(session.id)]
    acted = [session.owner_id, *participants, *(m.user_id for m in messages), *(e.actor_id for e in timeline)]
    acted += [call.user_id for call in calls]
    return {
        "format": _FORMAT,
        "session": {"ref": session.ref, **asdict(session)},
        "participants": participants,
        "people": _people(uow, acted),
        "ticket": None if ticket is None else asdict(ticket),
        "conversations": _dicts(uow.conversations.of(session.id)),
        "messages": _dicts(messages),
        "attachments": _attachments(uow, session),
        "steps": _dicts(uow.steps.of(session.id)),
        "facts": _dicts(uow.facts.of(session.id)),
        "fixes": _dicts(uow.fixes.of(session.id)),
        "notes": _dicts(uow.notes.of(session.id)),
        "model_calls": _dicts(calls),
        "escalation": None if not escalations else asdict(escalations[-1]),
        "escalations": _dicts(escalations),
        "timeline": _dicts(timeline),
    }


def _attachments(uow: UnitOfWork, session: Session) -> list[dict[str, Any]]:
    """With the bytes that are kept, in base64."""
    return [
        {**asdict(attachment), "content": base64.b64encode(uow.attachments.content(attachment.id) or b"").decode()}
        for attachment in uow.attachments.of(session.id)
    ]


def _dicts(rows: Sequence[Any]) -> list[dict[str, Any]]:
    return [asdict(row) for row in rows]


def _people(uow: UnitOfWork, ids: Iterable[str | None]) -> dict[str, dict[str, Any]]:
    """Name and address of everybody whose id stands somewhere in the export."""
    users = (uow.users.get(id) for id in sorted({id for id in ids if id}))
    return {user.id: {"name": user.name, "email": user.email} for user in users if user is not None}
