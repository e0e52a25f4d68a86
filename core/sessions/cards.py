"""How sessions are shown."""

from collections.abc import Sequence

from core.commands import (
    JoinSession,
    ListFacts,
    ListSessions,
    OpenEscalate,
    OpenResolve,
    PauseSession,
    RateSession,
    ReopenSession,
    ResumeSession,
    ShowSession,
    StartSession,
)
from core.facts.cards import fact_list
from core.facts.model import Fact
from core.fixes.model import Fix
from core.sessions.model import Session, SessionStatus, Step, tier
from core.text.neutralise import neutralise
from core.text.split import shorten
from core.views import (
    Badge,
    Block,
    Button,
    Buttons,
    Card,
    Fields,
    Form,
    Input,
    Notice,
    Small,
    Style,
    Text,
    Tone,
)

__all__ = [
    "came_back_card",
    "linked",
    "list_notice",
    "rating_form",
    "remind_card",
    "resumed_card",
    "second_problem_notice",
    "session_card",
    "status_notice",
]

_TONES = {
    SessionStatus.ACTIVE: Tone.INFO,
    SessionStatus.PAUSED: Tone.WARN,
    SessionStatus.ESCALATED: Tone.WARN,
    SessionStatus.RESOLVED: Tone.GOOD,
    SessionStatus.ABANDONED: Tone.NEUTRAL,
    SessionStatus.CHAT: Tone.NEUTRAL,
}


def badge(session: Session) -> Badge:
    """The session's status."""
    return Badge(text=session.status.capitalize(), tone=_TONES[session.status])


def session_card(session: Session, *, owner: str, ticket: str) -> Card:
    """The head of a thread: what it is about, whose it is, and the ways out."""
    facts = [("Owner", neutralise(owner))]
    if session.ticket_number:
        facts.append(("Ticket", linked(session.ticket_number, session.ticket_url)))
    body: list[Block] = [Fields(items=tuple(facts))]
    if ticket:
        body.append(Small(markdown=neutralise(ticket)))
    if session.status is SessionStatus.ACTIVE:
        body.append(Small(markdown="Say what you see here. `fact: …` notes what is confirmed."))
    buttons = _ways_out(session)
    if buttons:
        body.append(Buttons(items=buttons))
    return Card(
        title=f"{session.ref} · {neutralise(session.title)}",
        badge=badge(session),
        body=tuple(body),
        fallback=f"{session.ref} ({session.status}): {session.title}",
    )


def _ways_out(session: Session) -> tuple[Button, ...]:
    know = Button(label="What we know", action=ListFacts(session_id=session.id))
    resolve = Button(label="Resolve…", action=OpenResolve(session_id=session.id))
    escalate = Button(label="Escalate…", action=OpenEscalate(session_id=session.id))
    if session.status is SessionStatus.ACTIVE:
        return know, resolve, escalate, Button(label="Pause", action=PauseSession(session_id=session.id))
    if session.status is SessionStatus.PAUSED:
        resume = Button(label="Resume", action=ResumeSession(session_id=session.id), style=Style.PRIMARY)
        return resume, know, resolve, escalate
    if session.status is SessionStatus.ESCALATED:
        return know, resolve
    return ()


def linked(text: str, url: str) -> str:
    """Words that lead to an address, where there is one."""
    return neutralise(f"[{text}]({url})" if url else text)


def status_notice(
    session: Session, *, owner: str, facts: Sequence[Fact], fix: Fix | None, step: Step | None, people: Sequence[str]
) -> Notice:
    """Where the session stands and what comes next, privately."""
    known = f"**What we know**\n{fact_list(facts)}"
    lines = [("Status", session.status.capitalize()), ("Owner", neutralise(owner))]
    lines.append(("Path", tier(session.confidence).capitalize()))
    if session.ticket_number:
        lines.append(("Ticket", linked(session.ticket_number, session.ticket_url)))
    if len(people) > 1:
        lines.append(("With", neutralise(", ".join(people))))
    body: list[Block] = [Fields(items=tuple(lines)), Text(markdown=known)]
    if fix is not None:
        body.append(Text(markdown=f"**Fix** {neutralise(fix.title)}: {fix.state}"))
    if step is not None:
        body.append(Text(markdown=f"**Open question** {neutralise(step.text)}"))
    buttons = _ways_out(session)
    if buttons:
        body.append(Buttons(items=buttons))
    return Notice(markdown=f"**{session.ref} · {neutralise(session.title)}**", body=tuple(body))


def list_notice(sessions: Sequence[Session], owners: dict[str, str], *, status: str, more: str) -> Notice:
    """A page of sessions; `more` is the cursor of the next one, or ""."""
    if not sessions:
        return Notice(markdown="No sessions there. Mention me with a problem to start one.")
    body: list[Block] = []
    for session in sessions:
        words = f"**{session.ref}** {neutralise(shorten(session.title, 80))}"
        body.append(Text(markdown=words))
        quiet = f"{session.status} · {neutralise(owners.get(session.owner_id, 'somebody'))}"
        body.append(
            Small(markdown=quiet + (f" · {neutralise(session.ticket_number)}" if session.ticket_number else ""))
        )
        body.append(Buttons(items=(Button(label=f"Show {session.ref}", action=ShowSession(session_id=session.id)),)))
    if more:
        following = Button(label="More", action=ListSessions(status=status, after=more))
        body.append(Buttons(items=(following,)))
    return Notice(markdown=f"**Sessions: {status}**", body=tuple(body))


def second_problem_notice(there: Session, start: StartSession | None) -> Notice:
    """A thread holds at most one open session: go on, or pause that one and start another. `start` None: they do not take
    part in it, so it is not theirs to pause."""
    words = f"{there.ref} is open in this thread: {neutralise(there.title)}"
    if start is None:
        join = Button(label=f"Join {there.ref}", action=JoinSession(session_id=there.id), style=Style.PRIMARY)
        words += "\n\nFor another problem, start in a thread of its own."
        return Notice(markdown=words, body=(Buttons(items=(join,)),))
    buttons = (
        Button(label=f"Go on with {there.ref}", action=ShowSession(session_id=there.id), style=Style.PRIMARY),
        Button(label=f"Pause {there.ref}, start this", action=start),
    )
    return Notice(markdown=words, body=(Buttons(items=buttons),))


def came_back_card(session: Session, start: StartSession | None = None) -> Card:
    """Offered when somebody writes in the thread of a resolved session. `start`: what they wrote, as another problem."""
    buttons = [Button(label="It came back", action=ReopenSession(session_id=session.id))]
    if start is not None:
        buttons.append(Button(label="Something else", action=start))
    words = f"{session.ref} is {session.status}. Is the problem back?"
    return Card(body=(Text(markdown=words), Buttons(items=tuple(buttons))), fallback=words)


def resumed_card(session: Session, *, fix: Fix | None, step: Step | None) -> Card:
    """Where to pick up after a pause."""
    if fix is not None and fix.undecided:
        words = f"{session.ref} goes on. Did **{neutralise(fix.title)}** work?"
    elif step is not None:
        words = f"{session.ref} goes on. Still open: {neutralise(step.text)}"
    else:
        words = f"{session.ref} goes on. What do you see now?"
    return Card(body=(Text(markdown=words),), fallback=words)


def remind_card(session: Session) -> Card:
    """Before a quiet session is abandoned."""
    words = f"{session.ref} has been quiet. It closes as abandoned tomorrow unless somebody goes on."
    resolve = Button(label="Resolve…", action=OpenResolve(session_id=session.id))
    pause = Button(label="Pause", action=PauseSession(session_id=session.id))
    items = (resolve, pause) if session.status is SessionStatus.ACTIVE else (resolve,)
    return Card(body=(Text(markdown=words), Buttons(items=items)), fallback=words)


def rating_form(session: Session, score: int, *, surface: str) -> Form:
    """A comment with the rating."""
    comment = Input(name="comment", label="What should be better, or stay?", multiline=True, max_length=1000)
    action = RateSession(session_id=session.id, score=score)
    body = (Small(markdown=f"{session.ref}: {score} of 5"), comment)
    return Form(surface=surface, title="Rate this session", body=body, action=action, submit="Send")
