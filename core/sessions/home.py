"""What an engineer sees first: their open sessions, what waits to be claimed, what was closed lately."""

from collections.abc import Iterator

from core.commands import (
    ClaimSession,
    ListSessions,
    OpenResolve,
    OpenSettings,
    ResumeSession,
    ShowHelp,
    ShowHome,
    ShowSession,
)
from core.escalation.model import Escalation, EscalationStatus, Urgency
from core.people.model import Role
from core.ports import UnitOfWork
from core.sessions.model import Session, SessionStatus
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import Block, Button, Buttons, Divider, Notice, Reply, Small, Style, Text

__all__ = ["show_home"]

#: Sessions in each of the lists.
MINE, WAITING, CLOSED = 10, 10, 5


def show_home(uow: UnitOfWork, command: ShowHome) -> Reply:
    """Three short lists, each with the next action."""
    body = [*_mine(uow), Divider(), *_waiting(uow), Divider(), *_closed(uow), Divider(), _more(uow)]
    return Notice(markdown="**FlowPilot** · mention me with a problem, or write to me here.", body=tuple(body))


def _more(uow: UnitOfWork) -> Buttons:
    items = [Button(label="All sessions", action=ListSessions(status="all")), Button(label="Help", action=ShowHelp())]
    if uow.actor.may(Role.ENGINEER):
        items.append(Button(label="Settings", action=OpenSettings()))
    return Buttons(items=tuple(items))


def _title(session: Session) -> Text:
    return Text(markdown=f"**{session.ref}** {neutralise(shorten(session.title, 80))}")


def _small(*words: str) -> Small:
    return Small(markdown=" · ".join(word for word in words if word))


def _mine(uow: UnitOfWork) -> Iterator[Block]:
    mine = uow.sessions.open_of(uow.actor.user_id, None)[:MINE]
    yield Text(markdown="**My open sessions**" if mine else "**My open sessions**\nNone. All quiet.")
    for session in mine:
        yield _title(session)
        yield _small(session.status.capitalize(), neutralise(session.ticket_number), f"next: {_next(uow, session)}")
        show = Button(label="Show", action=ShowSession(session_id=session.id))
        if session.status is SessionStatus.PAUSED:
            yield Buttons(items=(show, Button(label="Resume", action=ResumeSession(session_id=session.id))))
        else:
            yield Buttons(items=(show, Button(label="Resolve…", action=OpenResolve(session_id=session.id))))


def _next(uow: UnitOfWork, session: Session) -> str:
    """The next action, in a few words."""
    if session.status is SessionStatus.PAUSED:
        return "resume"
    if session.status is SessionStatus.ESCALATED:
        return "somebody claims it"
    fix = uow.fixes.active(session.id)
    if fix is not None:
        words = "say whether it worked" if fix.verifying else "resolve" if fix.status.final else "see to the fix"
        return f"{words}: {neutralise(shorten(fix.title, 60))}"
    steps = uow.steps.open_in(session.id)
    return f"answer “{neutralise(shorten(steps[-1].text, 60))}”" if steps else "say what you see"


def _waiting(uow: UnitOfWork) -> Iterator[Block]:
    found = [(session, uow.escalations.latest(session.id)) for session in _page(uow, WAITING, SessionStatus.ESCALATED)]
    waiting = [(session, what) for session, what in found if what is not None and what.status is EscalationStatus.OPEN]
    yield Text(markdown="**Waiting to be claimed**" if waiting else "**Waiting to be claimed**\nNothing.")
    for session, escalation in waiting:
        yield _title(session)
        urgent = "**urgent**" if escalation.urgency is Urgency.URGENT else ""
        yield _small(urgent, f"to {_to(uow, escalation)}", neutralise(shorten(escalation.reason, 80)))
        items = [Button(label="Show", action=ShowSession(session_id=session.id))]
        if uow.actor.may(Role.ENGINEER) and escalation.created_by != uow.actor.user_id:
            claim = Button(label="Claim", action=ClaimSession(session_id=session.id), style=Style.PRIMARY)
            items.insert(0, claim)
        yield Buttons(items=tuple(items))


def _to(uow: UnitOfWork, escalation: Escalation) -> str:
    person = uow.users.get(escalation.person_id) if escalation.person_id else None
    return neutralise(escalation.aimed_at("" if person is None else person.name))


def _closed(uow: UnitOfWork) -> Iterator[Block]:
    closed = _page(uow, CLOSED, SessionStatus.RESOLVED, SessionStatus.ABANDONED)
    yield Text(markdown="**Closed lately**" if closed else "**Closed lately**\nNothing yet.")
    for session in closed:
        yield _title(session)
        yield _small(session.status.capitalize(), neutralise(session.ticket_number))
        yield Buttons(items=(Button(label="Show", action=ShowSession(session_id=session.id)),))


def _page(uow: UnitOfWork, limit: int, *statuses: SessionStatus) -> list[Session]:
    return list(uow.sessions.page(statuses, after="", limit=limit))
