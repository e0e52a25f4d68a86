"""How posted documents are shown, and what came of writing them to the ticket."""

from core.commands import OpenRating
from core.documents.bundle import DocumentKind
from core.documents.model import Note
from core.sessions.model import Session, SessionStatus
from core.text.neutralise import neutralise
from core.views import Badge, Block, Button, Buttons, Card, Small, Text, Tone

__all__ = ["conclusion_card", "note_card", "receipt_card"]

_TITLES = {
    DocumentKind.RESOLUTION: ("resolved", "Resolution note", Tone.GOOD),
    DocumentKind.ESCALATION: ("escalated", "Escalation package", Tone.WARN),
    DocumentKind.CONCLUSION: ("concluded", "Conclusion", Tone.NEUTRAL),
}


def note_card(session: Session, note: Note, *, by: str) -> Card:
    """The note, exactly as it was shown before."""
    what, badge, tone = _TITLES[note.kind]
    edited = ", edited" if note.edited else ""
    return Card(
        title=f"{session.ref} {what}",
        badge=Badge(text=badge, tone=tone),
        body=(Text(markdown=neutralise(note.markdown)), Small(markdown=f"Posted by {neutralise(by)}{edited}")),
        fallback=f"{session.ref} {what}",
    )


def receipt_card(session: Session, note: Note) -> Card:
    """What was posted where; and after a resolution, the rating."""
    body: list[Block] = []
    if note.ticket_id is None:
        body.append(Text(markdown="Nothing was posted outside this thread: no ticket is linked."))
    else:
        number = session.ticket_number or note.ticket_id
        ticket = f"[{number}]({session.ticket_url})" if session.ticket_url else number
        parts = [note.results[part] for part in ("note", "status", "time") if part in note.results]
        body.append(Text(markdown=neutralise(f"**Ticket {ticket}**: {' · '.join(parts)}")))
        if not note.status:
            body.append(Small(markdown="The ticket’s status was left as it is."))
    if note.kind is DocumentKind.RESOLUTION and session.status is SessionStatus.RESOLVED:
        body.extend(_rating(session))
    return Card(body=tuple(body), fallback=f"{session.ref}: what was posted where")


def _rating(session: Session) -> tuple[Block, ...]:
    if session.rating is not None:
        return (Small(markdown=f"Rated {session.rating} of 5."),)
    items = tuple(
        Button(label=f"{score} ★", action=OpenRating(session_id=session.id, score=score)) for score in range(1, 6)
    )
    return Small(markdown="How well did this session go?"), Buttons(items=items)


def conclusion_card(session: Session, markdown: str) -> Card:
    """Where the session stands, and what comes next."""
    return Card(
        title=f"{session.ref}: where we are",
        badge=Badge(text="Conclusion"),
        body=(Text(markdown=neutralise(markdown)),),
        fallback=f"{session.ref}: where we are",
    )
